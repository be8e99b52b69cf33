using System.Text.Json.Nodes;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Training;
using Laminet.Zoo.Datasets;
using Laminet.Zoo.Models;
using Laminet.Zoo.Tests.Datasets;
using Laminet.Zoo.Tests.Golden;

namespace Laminet.Zoo.Tests.Models;

/// <summary>LeNet-5 of 1998 against the paper's counts and against PyTorch (make_lenet_golden.py).</summary>
public class LeNet5Tests
{
    private static readonly JsonObject Golden = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "lenet.json")))!.AsObject();

    // C1, S2, C3, S4, C5, F6 of the paper.
    [Fact]
    public void The_layout_of_1998_has_the_paper_s_parameters()
    {
        Sequential model = LeNet5.Of1998([28, 28, 1], seed: 0);
        Assert.Equal([156, 12, 1516, 32, 48_120, 10_164], model.Layers.Select(layer => layer.ParameterCount).Where(count => count > 0));
        Assert.Equal(60_000, model.ParameterCount);
        Assert.Equal(new Shape(10), model.OutputShape);
    }

    [Fact]
    public void Features_and_gradients_are_those_of_PyTorch()
    {
        Sequential model = LeNet5.Of1998([28, 28, 1], seed: 0);
        foreach ((string path, Variable variable) in ((IHasState)model).State)
            variable.Assign(NamedNumbers.Weight(path, variable.Shape));
        Tensor image = (NamedNumbers.Of("image", [1, 28, 28, 1]) * 255).Cast(DType.UInt8), codes = (NamedNumbers.Of("codes", [10, LeNetOutput.Features]) - 0.5f).Sign();
        Layer[] body = [.. model.Layers.TakeWhile(layer => layer is not LeNetOutput)];
        Tensor? features = null, outputs = null;
        (_, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(() =>
        {
            features = body.Aggregate(image, (x, layer) => layer.Call(x));
            outputs = -(features - codes).Square().Sum(-1);
            return -outputs.LogSoftmax().At(0);
        }, model.TrainableWeights);
        Equal("features", features!, 1e-4);
        Equal("outputs", outputs!, 1e-4);
        foreach ((Variable weight, Tensor gradient) in model.TrainableWeights.Zip(gradients))
        {
            string path = ((IHasState)model).State.Single(pair => ReferenceEquals(pair.Variable, weight)).Name;
            double expected = Golden["gradients"]![path]!.GetValue<double>(), found = gradient.Abs().Sum().ToDouble();
            Assert.True(Math.Abs(found - expected) < 1e-2 * expected, $"{path}: the gradient's absolute values add up to {found}; PyTorch has {expected}.");
        }
    }

    // The distance of a digit's own picture is 0, of others 4 for each pixel that differs.
    [Fact]
    public void The_output_is_the_distance_from_a_picture_of_each_class()
    {
        Tensor pictures = LeNetOutput.Pictures(10), outputs = new LeNetOutput().Call(pictures);
        for (int one = 0; one < 10; one++)
        {
            for (int other = 0; other < 10; other++)
            {
                int differing = pictures.At(one).ToArray<float>().Zip(pictures.At(other).ToArray<float>()).Count(pair => pair.First != pair.Second);
                Assert.Equal(-4.0 * differing, outputs.At(one).At(other).ToDouble());
                Assert.True(one == other ? differing == 0 : differing >= 5, $"{one} and {other} differ in {differing} pixels.");
            }
        }

        Assert.All(LeNetOutput.Pictures(3).ToArray<float>(), pixel => Assert.Equal(1, Math.Abs(pixel)));
    }

    [Fact]
    public void Learns_clothes()
    {
        ImageDataset data = FashionMnist.Load();
        Sequential model = LeNet5.Of1998(data.TrainImages.Shape[1..], seed: 0);
        model.Compile(new Optimizers.Adam(2e-3), new LeNetLoss(), ["accuracy"]);
        model.Fit(data.TrainImages.Slice(0, 4000), data.TrainLabels.Slice(0, 4000), batchSize: 32, epochs: 4);
        double accuracy = model.Evaluate(data.TestImages, data.TestLabels)["accuracy"];
        Assert.True(accuracy > 0.7, $"accuracy {accuracy}");
    }

    // y_t + log(e^-j + sum e^-y_c) by hand, for distances 2 and 5.
    [Fact]
    public void The_loss_is_equation_9()
    {
        Tensor probabilities = Tensor.From([-2f, -5f, -2f, -5f], [2, 2]).Softmax(), labels = Tensor.From([0, 1]);
        double all = Math.Log(Math.Exp(-3) + Math.Exp(-2) + Math.Exp(-5));
        Assert.Equal([2 + all, 5 + all], new LeNetLoss(3, Losses.LossReduction.None).Call(labels, probabilities).ToArray<float>().Select(loss => (double)loss), (one, other) => Math.Abs(one - other) < 1e-5);
        Assert.Contains("no softmax", Assert.Throws<ArgumentException>(() => new LeNetLoss().Call(labels, Tensor.Full([2, 2], 0.5))).Message, StringComparison.Ordinal);
        Assert.ThrowsAny<ArgumentException>(() => new LeNetLoss(double.NaN));
    }

    [Fact]
    public void A_saved_network_is_the_same()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "lenet.laminet");
        Sequential model = LeNet5.Of1998([28, 28, 1], seed: 3);
        Tensor images = (NamedNumbers.Of("image", [2, 28, 28, 1]) * 255).Cast(DType.UInt8);
        model.Compile("adam", new LeNetLoss(2));
        float[] expected = model.Predict(images).ToArray<float>();
        model.Save(path);
        Model loaded = Model.Load(path);
        Assert.Equal(expected, loaded.Predict(images).ToArray<float>());
        Assert.True(loaded.TrainOnBatch(images, Tensor.From([1, 2]))["loss"] > 0);
    }

    [Fact]
    public void Wrong_shapes_are_errors_that_say_what_is_expected()
    {
        Assert.Contains("(28, 28, 1); received (32, 32, 3)", Assert.Throws<ArgumentException>(() => LeNet5.Of1998([32, 32, 3])).Message, StringComparison.Ordinal);
        Assert.Contains("expected (batch, 84)", Assert.Throws<ArgumentException>(() => new LeNetOutput().Call(Tensor.Zeros([1, 80]))).Message, StringComparison.Ordinal);
        Assert.Contains("expected (batch, height, width, 6)", Assert.Throws<ArgumentException>(() => new LeNetC3().Call(Tensor.Zeros([1, 14, 14, 5]))).Message, StringComparison.Ordinal);
        Assert.Contains("Classes", Assert.Throws<ArgumentOutOfRangeException>(() => new LeNetOutput(0)).Message, StringComparison.OrdinalIgnoreCase);
    }

    private static void Equal(string name, Tensor found, double tolerance)
    {
        double[] expected = [.. Golden[name]!.AsArray().Select(number => number!.GetValue<double>())], numbers = [.. found.ToArray<float>().Select(number => (double)number)];
        Assert.Equal(expected.Length, numbers.Length);
        Assert.All(expected.Zip(numbers), pair => Assert.Equal(pair.First, pair.Second, tolerance * expected.Max(Math.Abs)));
    }
}
