using Laminet.Data;
using Laminet.Layers;
using Laminet.Losses;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Tests.Training;

/// <summary>Class weights are weights by class, for every shape of targets that losses take.</summary>
public class ClassWeightTests
{
    private static readonly Dictionary<int, double> Weights = new() { [0] = 3, [2] = 0.5 };
    private static readonly float[] Expected = [0.5f, 3, 1, 3];
    private static readonly Tensor Labels = Tensor.From(2, 0, 1, 0);

    [Fact]
    public void One_class_an_example()
    {
        foreach (DType type in (DType[])[DType.Int32, DType.Int64, DType.UInt8, DType.Float32, DType.Float64])
        {
            Same(Expected, [4], Labels.Cast(type), [3]);
            Same(Expected, [4], Labels.Cast(type).Reshape(4, 1), [3]);
            Same(Expected, [4], Labels.OneHot(3).Cast(type), [3]);
            Same(Expected, [4], Labels.Cast(type), [1]);
            Same(Expected, [4], Labels.Cast(type).Reshape(4, 1), [1]);
            Same(Expected, [4], Labels.Cast(type), []);
        }

        Same([1, 3, 1, 3], [4], Labels.NotEqual(0), [1]);
    }

    [Fact]
    public void One_class_a_step_of_a_sequence()
    {
        Tensor labels = Labels.Reshape(2, 2);
        Same(Expected, [2, 2], labels, [2, 3]);
        Same(Expected, [2, 2], labels.ExpandDims(-1), [2, 3]);
        Same(Expected, [2, 2], labels.OneHot(3), [2, 3]);
        Same(Expected, [2, 2], labels.OneHot(3, DType.Int32), [2, 3]);
        Same(Expected, [2, 2], labels, [2, 1]);
        Same(Expected, [2, 2], labels.ExpandDims(-1), [2, 1]);
        Same(Expected, [4, 1], Labels.Reshape(4, 1), [1, 3]);
    }

    [Fact]
    public void Sample_weights_count_too()
    {
        Tensor own = Tensor.From(1f, 2, 3, 4);
        Assert.Equal([0.5f, 6, 3, 12], Weighted(Labels, [3], own).ToArray<float>());
        Tensor column = Weighted(Labels, [3], own.Reshape(4, 1));
        Assert.Equal(new Shape(4, 1), column.Shape);
        Assert.Equal([0.5f, 6, 3, 12], column.ToArray<float>());
        // An example's weight for all of its steps, and one for each.
        Assert.Equal([0.5f, 3, 2, 6], Weighted(Labels.Reshape(2, 2), [2, 3], Tensor.From(1f, 2)).ToArray<float>());
        Assert.Equal([0.5f, 6, 3, 12], Weighted(Labels.Reshape(2, 2), [2, 3], own.Reshape(2, 2)).ToArray<float>());
    }

    [Fact]
    public void Targets_that_name_no_class_are_told()
    {
        Tensor several = Tensor.From(new float[,] { { 0, 1, 0 }, { 1, 1, 0 } });
        Assert.Equal("classWeight: received the target [1, 1, 0], which does not name one class; expected one-hot targets or class numbers. "
            + "For several classes an example (multi-label) give each example its weight (sampleWeight).", Assert.Throws<ArgumentException>(() => Weighted(several, [3])).Message);
        Assert.Equal("classWeight: received the target 0.5; expected class numbers such as 0 and 1. For other targets give each example its weight (sampleWeight).",
            Assert.Throws<ArgumentException>(() => Weighted(Tensor.From(1f, 0.5f), [1])).Message);
        Assert.Equal("classWeight: received targets of shape (2, 3) for predictions of shape (2, 4); expected class numbers, (2,), or one-hot targets, (2, 4). "
            + "For other targets give each example its weight (sampleWeight).", Assert.Throws<ShapeException>(() => Weighted(several, [4])).Message);
        Assert.Equal("classWeight needs targets (y): the weight of an example is the weight of its class.",
            Assert.Throws<ArgumentException>(() => ClassWeights.Apply(new Batch(several), Weights, [3])).Message);
    }

    public static TheoryData<string> Losses => ["sparse", "sparse column", "one-hot", "int one-hot", "sparse sequence", "one-hot sequence", "int one-hot sequence", "binary", "binary sequence"];

    [Theory]
    [MemberData(nameof(Losses))]
    public void Fit_takes_them_with_each_loss(string name)
    {
        bool sequence = name.Contains("sequence", StringComparison.Ordinal), binary = name.StartsWith("binary", StringComparison.Ordinal), sparse = name.StartsWith("sparse", StringComparison.Ordinal);
        Tensor x = new RandomKey(3).Normal(sequence ? [4, 2, 5] : [4, 5]), labels = sequence ? Tensor.From([0, 1, 2, 0, 1, 1, 0, 2], [4, 2]) : Labels;
        if (binary)
            labels = labels.Minimum(Tensor.Scalar(1));
        Tensor y = binary || name == "sparse" || name == "sparse sequence" ? labels
            : name == "sparse column" ? labels.ExpandDims(-1)
            : labels.OneHot(3, name.StartsWith("int", StringComparison.Ordinal) ? DType.Int32 : DType.Float32);
        Loss loss = binary ? new BinaryCrossentropy() : sparse ? new SparseCategoricalCrossentropy() : new CategoricalCrossentropy();
        Sequential model = new(binary ? new Dense(1, "sigmoid") : new Dense(3, "softmax"));
        model.Compile(new SGD(0), loss);
        model.Fit(x, y, batchSize: 4, classWeight: Weights);

        Tensor p = model.Predict(x);
        double total = 0;
        float[] predicted = p.ToArray<float>();
        int[] classes = labels.ToArray<int>();
        for (int i = 0; i < classes.Length; i++)
        {
            double right = binary ? (classes[i] == 1 ? predicted[i] : 1 - predicted[i]) : predicted[(i * 3) + classes[i]];
            total -= Weights.GetValueOrDefault(classes[i], 1) * Math.Log(right);
        }

        Assert.Equal(total / classes.Length, model.Progress.History["loss"][0], 1e-5);
    }

    private static void Same(float[] expected, Shape shape, Tensor y, Shape output)
    {
        Tensor weights = Weighted(y, output);
        Assert.Equal(shape, weights.Shape);
        Assert.Equal(expected, weights.ToArray<float>());
    }

    private static Tensor Weighted(Tensor y, Shape output, Tensor? own = null) => ClassWeights.Apply(new Batch(Tensor.Zeros([y.Shape[0], 5]), y, own), Weights, output).SampleWeight!;
}
