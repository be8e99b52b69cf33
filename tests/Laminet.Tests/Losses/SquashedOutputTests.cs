using Laminet.Layers;
using Laminet.Losses;
using Laminet.Metrics;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Training;
using Laminet.Verification;

namespace Laminet.Tests.Losses;

/// <summary>
/// A sigmoid or softmax at the end with the matching cross-entropy learns however wrong it is: value and gradient are those from the logits.
/// </summary>
public class SquashedOutputTests
{
    // Probabilities of these round to 0 and 1 in Float32, and all but two are beyond the 1e-7 that plain probabilities are kept from 0 and 1.
    private static readonly float[] Logits = [-80, -20, -3, 0.5f, 20, 80];

    public static TheoryData<string, string, bool> Rows
    {
        get
        {
            TheoryData<string, string, bool> rows = [];
            foreach (string kind in (string[])["binary", "categorical", "sparse"])
            {
                foreach (string end in (string[])["dense", "layer", "sequence", "reshaped"])
                {
                    rows.Add(kind, end, false);
                    rows.Add(kind, end, true);
                }
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Training_is_that_from_logits(string kind, string end, bool eagerly)
    {
        (Tensor weights, IReadOnlyDictionary<string, double> logs, IReadOnlyDictionary<string, double> tested) = Trained(kind, end, fromLogits: false, eagerly);
        (Tensor expected, IReadOnlyDictionary<string, double> expectedLogs, IReadOnlyDictionary<string, double> expectedTested) = Trained(kind, end, fromLogits: true, eagerly);
        Near.Equal(expected.ToArray<float>().Select(x => (double)x).ToArray(), weights.Cast(DType.Float64), 1e-6);
        Assert.Equal(expectedLogs["loss"], logs["loss"], 1e-6);
        Assert.Equal(expectedTested["loss"], tested["loss"], 1e-6);
        // The same loss as a metric, which gets the prediction without its history and adds up in Float64.
        Assert.Equal(1, tested["again"] / tested["loss"], 1e-6);
        Assert.True(tested["loss"] > 16.2, $"the loss {tested["loss"]} is one that clipped probabilities may have");
    }

    [Fact]
    public void The_gradient_by_a_logit_is_the_probability_minus_the_target()
    {
        foreach (float target in (float[])[0, 1])
        {
            Tensor y = Tensor.Full([Logits.Length], target);
            Tensor gradient = Gradient.Of(x => new BinaryCrossentropy(reduction: LossReduction.Sum).Call(y, x.Sigmoid()))(Tensor.From(Logits));
            Near.Equal(Logits.Select(x => (1 / (1 + Math.Exp(-(double)x))) - target).ToArray(), gradient.Cast(DType.Float64), 1e-6);
        }

        Tensor scores = Tensor.From(new float[,] { { -20, 40, 0 } });
        Assert.Equal(60f, new SparseCategoricalCrossentropy().Call(Tensor.From(0), scores.Softmax()).Item<float>());
        double[] expected = [-1, 1, Math.Exp(-40)];
        Near.Equal(expected, Gradient.Of(x => new SparseCategoricalCrossentropy().Call(Tensor.From(0), x.Softmax()))(scores).Reshape(3).Cast(DType.Float64), 1e-7);
        Near.Equal(expected, Gradient.Of(x => new CategoricalCrossentropy().Call(Tensor.From(new float[,] { { 1, 0, 0 } }), x.Softmax()))(scores).Reshape(3).Cast(DType.Float64), 1e-7);
    }

    [Fact]
    public void Smoothed_targets_are_those_from_logits_too()
    {
        Tensor y = Tensor.From(1f, 0, 1, 0, 1, 0), x = Tensor.From(Logits);
        Assert.Equal(new BinaryCrossentropy(fromLogits: true, labelSmoothing: 0.2).Call(y, x).Item<float>(), new BinaryCrossentropy(labelSmoothing: 0.2).Call(y, x.Sigmoid()).Item<float>());
    }

    [Fact]
    public void Other_probabilities_are_kept_from_0_and_1()
    {
        float bound = -MathF.Log(1e-7f);
        Tensor x = Tensor.From(-80f), scores = Tensor.From(new float[,] { { -80, 80 } });
        // Not a sigmoid, not the matching one, not along the classes, or worked on since.
        foreach (Tensor p in (Tensor[])[Tensor.From(0f), x.Sigmoid() * 1, scores.Softmax()[0, ..1], x.Sigmoid().Sigmoid() * 0])
            Assert.Equal(bound, new BinaryCrossentropy().Call(Tensor.From(1f), p).Item<float>(), 1e-4f);
        foreach (Tensor p in (Tensor[])[scores.Softmax() * 1, scores.Transpose().Softmax(axis: 0).Transpose(), Tensor.From(new float[,] { { 0, 1 } })])
            Assert.Equal(bound, new SparseCategoricalCrossentropy().Call(Tensor.From(0), p).Item<float>(), 1e-4f);
        Assert.Equal(bound / 2, new BinaryCrossentropy().Call(Tensor.From(new float[,] { { 1, 1 } }), scores.Softmax()).Item<float>(), 1e-4f);
    }

    private static (Tensor Weights, IReadOnlyDictionary<string, double> Logs, IReadOnlyDictionary<string, double> Tested) Trained(string kind, string end, bool fromLogits, bool eagerly)
    {
        int classes = kind == "binary" ? 1 : 2;
        string? squash = fromLogits ? null : kind == "binary" ? "sigmoid" : "softmax";
        Loss loss = kind switch
        {
            "binary" => new BinaryCrossentropy(fromLogits),
            "categorical" => new CategoricalCrossentropy(fromLogits),
            _ => new SparseCategoricalCrossentropy(fromLogits),
        };
        Dense dense = new(classes, end == "layer" ? null : squash, useBias: false);
        Sequential model = end switch
        {
            "layer" => new(new Input([3]), dense, new Activation(squash)),
            "sequence" => new(new Input([2, 3]), dense),
            "reshaped" => new(new Input([3]), dense, new Reshape(1, classes)),
            _ => new(new Input([3]), dense),
        };
        model.RunEagerly = eagerly;
        model.Compile(new SGD(0.01), loss, [new LossMetric(loss, "again")]);
        dense.Weights[0].Assign(kind == "binary" ? Tensor.From(new float[,] { { -20 }, { 5 }, { -70 } }) : Tensor.From(new float[,] { { -20, 10 }, { 5, -5 }, { -70, 30 } }));
        Tensor x = end == "sequence" ? Tensor.From([1, 0, 0, 0, 0, 1f, 1, 1, 0, 0, 1, 1], [2, 2, 3]) : Tensor.From(new float[,] { { 1, 0, 0 }, { 0, 0, 1 }, { 1, 1, 0 } });
        Shape rows = end switch { "sequence" => [2, 2], "reshaped" => [3, 1], _ => [3] };
        Tensor y = kind == "binary" ? Tensor.Ones([.. rows, 1]) : kind == "sparse" ? Tensor.Zeros(rows, DType.Int32) : Tensor.Zeros(rows, DType.Int32).OneHot(2);
        Logs logs = model.TrainOnBatch(x, y);
        return (dense.Weights[0].Value, logs, model.Evaluate(x, y));
    }
}
