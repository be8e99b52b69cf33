using System.Text.Json.Nodes;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Training;
using Laminet.Zoo.Datasets;
using Laminet.Zoo.Models;

namespace Laminet.Zoo.Tests.Models;

public class RadialBasisNetworkTests
{
    [Fact]
    public void Units_and_gradients_are_those_of_PyTorch()
    {
        JsonNode golden = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "radial.json")))!;
        RadialBasis layer = new(4) { DType = DType.Float64 };
        Variable x = new(Of("x", [5, 3]), "x");
        layer.Call(x.Value, new CallContext());
        layer.Centers.Assign(Of("centers", [4, 3]));
        layer.Widths.Assign(Of("widths", [4]));
        Tensor weighting = (Tensor.Range(0, 20, DType.Float64).Reshape([5, 4]) / 10) - 1;
        Near("y", layer.Call(x.Value, new CallContext()));
        IReadOnlyList<Tensor> gradients = Gradient.ValueAndGradients(() => (layer.Call(x.Value, new CallContext()) * weighting).Sum(), [x, layer.Centers, layer.Widths]).Gradients;
        Near("of_x", gradients[0]);
        Near("of_centers", gradients[1]);
        Near("of_widths", gradients[2]);

        Tensor Of(string name, Shape shape) => Tensor.From(Numbers(name), shape);
        double[] Numbers(string name) => [.. golden[name]!.AsArray().Select(number => number!.GetValue<double>())];
        void Near(string name, Tensor received) => Assert.All(Numbers(name).Zip(received.ToArray<double>()), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
    }

    // By hand: centres 0 and 4, so d = 4, σ = 4 / √(2 · 2) = 2, and the unit at 0 answers exp(-1 / 8) to 1. Without the factor 2 it would be 0.7788.
    [Fact]
    public void The_width_of_the_greatest_distance_is_that_of_the_book()
    {
        Tensor centers = Tensor.From(new float[,] { { 0 }, { 4 } });
        double width = RadialBasisNetwork.GreatestDistanceWidth(centers);
        Assert.Equal(2, width, 1e-12);
        RadialBasis layer = new(2);
        layer.Call(Tensor.Zeros([1, 1]), new CallContext());
        layer.Centers.Assign(centers);
        layer.Widths.Assign(Tensor.Full([2], width));
        float[] answers = layer.Call(Tensor.From(new float[,] { { 1 } }), new CallContext()).ToArray<float>();
        Assert.Equal(0.882497, answers[0], 1e-6);
        Assert.Equal(Math.Exp(-9 / 8.0), answers[1], 1e-6);
    }

    // At 0, 1, 3 and 7: from the two nearest others the distances are 1 and 3, 1 and 2, 2 and 3, 4 and 6.
    [Fact]
    public void Widths_follow_the_neighbours()
    {
        Tensor widths = RadialBasisNetwork.NeighbourWidths(Tensor.From(new double[,] { { 0 }, { 1 }, { 3 }, { 7 } }));
        Assert.All(new double[] { 5, 2.5, 6.5, 26 }.Zip(widths.ToArray<double>()), pair => Assert.Equal(Math.Sqrt(pair.First), pair.Second, 1e-12));
        // Equal centres have no distance; theirs is the mean of all.
        Assert.Equal([2.0 / 3, 2.0 / 3, 2], RadialBasisNetwork.NeighbourWidths(Tensor.From(new double[,] { { 0 }, { 0 }, { 2 } }), 1).ToArray<double>());
    }

    [Fact]
    public void Learns_clothes_with_and_without_its_centres_and_is_saved()
    {
        ImageDataset data = FashionMnist.Load();
        (Tensor x, Tensor y) = (data.TrainImages.Slice(0, 2000), data.TrainLabels.Slice(0, 2000));
        Tensor centers = x.Slice(0, 200).Cast(DType.Float32).Reshape([200, -1]) / 255;
        (double frozen, Tensor kept, _) = Trained(false);
        (double free, Tensor moved, Sequential model) = Trained(true);
        Assert.Equal(centers.ToArray<float>(), kept.ToArray<float>());
        Assert.NotEqual(centers.ToArray<float>(), moved.ToArray<float>());
        Assert.True(frozen > 0.7, $"{frozen} with the outputs alone");
        Assert.True(free > frozen, $"{free} with the centres, {frozen} without");
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.laminet");
        ModelCatalog.RegisterLayers();
        try
        {
            model.Save(path);
            Assert.Equal(model.Predict(x.Slice(0, 9)).ToArray<float>(), Model.Load(path).Predict(x.Slice(0, 9)).ToArray<float>());
        }
        finally
        {
            File.Delete(path);
        }

        (double Accuracy, Tensor Centers, Sequential Model) Trained(bool isFree)
        {
            Sequential model = RadialBasisNetwork.Create(centers, [28, 28, 1], seed: 1);
            RadialBasis units = (RadialBasis)model.GetLayer("units");
            units.Trainable = isFree;
            model.Compile(new Optimizers.Adam(0.01), "sparse_categorical_crossentropy", ["accuracy"]);
            model.Fit(x, y, batchSize: 64, epochs: 5);
            return (model.Evaluate(data.TestImages, data.TestLabels)["accuracy"], units.Centers.Value, model);
        }
    }

    // Two centres have one neighbour each; centres in two places have a width all the same: the root mean square of all distances.
    [Fact]
    public void Few_and_equal_centers_have_widths()
    {
        var two = (RadialBasis)RadialBasisNetwork.Create(Tensor.From(new float[,] { { 0, 0 }, { 3, 4 } }), [2], seed: 1).GetLayer("units");
        Assert.Equal([5, 5], two.Widths.Value.ToArray<float>());
        var equal = (RadialBasis)RadialBasisNetwork.Create(Tensor.From(new float[,] { { 0 }, { 0 }, { 0 }, { 1 }, { 1 }, { 1 } }), [1], seed: 1).GetLayer("units");
        Assert.All(equal.Widths.Value.ToArray<float>(), width => Assert.Equal(Math.Sqrt(0.5), width, 1e-6));
    }

    [Fact]
    public void Wrong_use_is_told()
    {
        Tensor centers = Tensor.From(new float[,] { { 0, 0 }, { 1, 1 } });
        Says<ShapeException>("RadialBasisNetwork: received centers of shape (2, 2) for examples of shape (28, 28, 1); expected (units, 784).", () => RadialBasisNetwork.Create(centers, [28, 28, 1]));
        Says<ShapeException>("RadialBasisNetwork: received centers of Int32 (2, 2); expected floating-point numbers of shape (units, features), at least one of each.", () => RadialBasisNetwork.Create(centers.Cast(DType.Int32), [2]));
        Says<ShapeException>("RadialBasisNetwork: received widths of shape (3,); expected numbers above 0 of shape (2,), one for each center.", () => RadialBasisNetwork.Create(centers, [2], widths: Tensor.Ones([3])));
        Says<ShapeException>("RadialBasisNetwork: received widths of shape (2,); expected numbers above 0 of shape (2,), one for each center.", () => RadialBasisNetwork.Create(centers, [2], widths: Tensor.Zeros([2])));
        Says<ShapeException>("RadialBasisNetwork: received widths of shape (2,); expected numbers above 0 of shape (2,), one for each center.", () => RadialBasisNetwork.Create(centers, [2], widths: Tensor.From([1f, float.NaN])));
        Says<ArgumentException>("RadialBasisNetwork: the centers contain NaN or infinity; expected finite numbers. (Parameter 'centers')", () => RadialBasisNetwork.Create(centers * double.NaN, [2]));
        Says<ArgumentOutOfRangeException>("NeighbourWidths: received 2 neighbours for 2 centers; expected 1 to 1. (Parameter 'neighbours')", () => RadialBasisNetwork.NeighbourWidths(centers));
        Says<ArgumentException>("RadialBasisNetwork: received 3 centers in one place; expected at least two that differ, for a width. Give the widths. (Parameter 'centers')", () => RadialBasisNetwork.NeighbourWidths(Tensor.Ones([3, 2])));
        Says<InvalidOperationException>("This RadialBasis has no weights yet. Put it into a model with an Input, or call it once.", () => _ = new RadialBasis(3).Centers);
        Says<ArgumentOutOfRangeException>("Received units = 0; expected 1 or more. (Parameter 'units')", () => _ = new RadialBasis(0));
        Assert.Contains("received an input of shape (1, 2, 3); expected (examples, features). Put a Flatten before.", Assert.Throws<ShapeException>(() => new RadialBasis(3).Call(Tensor.Zeros([1, 2, 3]), new CallContext())).Message, StringComparison.Ordinal);

        static void Says<T>(string message, Action action) where T : Exception => Assert.Equal(message, Assert.Throws<T>(action).Message);
    }
}
