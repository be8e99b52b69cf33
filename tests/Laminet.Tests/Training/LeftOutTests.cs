using Laminet.Layers;
using Laminet.Losses;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Training;

namespace Laminet.Tests.Training;

/// <summary>An example of weight 0 is left out of loss and gradient, whatever it holds.</summary>
public class LeftOutTests
{
    private const float NaN = float.NaN;

    public static TheoryData<string, bool> Rows
    {
        get
        {
            TheoryData<string, bool> rows = [];
            foreach (string loss in (string[])["mse", "mae", "huber", "poisson", "bce", "bce logits", "categorical_crossentropy", "sparse_categorical_crossentropy", "sparse logits"])
            {
                rows.Add(loss, false);
                rows.Add(loss, true);
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Training_with_it_is_that_with_any_other_in_its_place(string name, bool eagerly)
    {
        bool sparse = name.StartsWith("sparse", StringComparison.Ordinal);
        Tensor good = new RandomKey(1).Uniform([3, 4], 0.1, 0.9), labels = Tensor.From(0, 2, 1), shares = labels.OneHot(3);
        Tensor bad = Tensor.Where(Tensor.From(false, true, false).Reshape(3, 1), Tensor.Scalar(NaN), good);
        Tensor badTargets = sparse ? Tensor.From(0, -1, 1) : Tensor.Where(Tensor.From(false, true, false).Reshape(3, 1), Tensor.Scalar(NaN), shares);
        Tensor weights = Tensor.From(1f, 0, 2);
        (float[] expected, double loss) = Trained(good, sparse ? labels : shares);
        foreach ((Tensor x, Tensor y) in new[] { (bad, sparse ? labels : shares), (good, badTargets), (bad, badTargets) })
        {
            (float[] received, double receivedLoss) = Trained(x, y);
            Assert.Equal(expected, received);
            Assert.Equal(loss, receivedLoss);
        }

        (float[] Weights, double Loss) Trained(Tensor x, Tensor y)
        {
            Loss loss = name == "bce logits" ? new BinaryCrossentropy(fromLogits: true) : name == "sparse logits" ? new SparseCategoricalCrossentropy(fromLogits: true) : name;
            string end = name is "bce" ? "sigmoid" : name.EndsWith("entropy", StringComparison.Ordinal) ? "softmax" : name == "poisson" ? "softplus" : "linear";
            Sequential model = new(seed: 3, new Input([4]), new Dense(5, "tanh"), new BatchNormalization() { Trainable = false }, new Dense(3, end)) { RunEagerly = eagerly };
            model.Compile(new SGD(0.1), loss);
            double[] losses = [.. Enumerable.Range(0, 3).Select(_ => model.TrainOnBatch(x, y, weights)["loss"]), model.Evaluate(x, y, sampleWeight: weights)["loss"]];
            return ([.. model.Weights.SelectMany(weight => weight.Value.ToArray<float>())], losses.Sum());
        }
    }

    [Fact]
    public void A_batch_gone_through_in_parts_leaves_it_out_too()
    {
        Tensor x = new RandomKey(1).Normal([64, 4]), y = new RandomKey(2).Normal([64, 1]);
        Tensor isBad = Tensor.Range(0, 64).Equal(5);
        Sequential model = new(new Input([4]), new Dense(64, "tanh"), new Dense(1));
        model.Compile("sgd", "mse");
        long budget = (model.Plan(8).TrainingBytes + model.Plan(32).TrainingBytes)!.Value / 2;
        model.Fit(Tensor.Where(isBad.Reshape(64, 1), Tensor.Scalar(NaN), x), y, batchSize: 64, sampleWeight: isBad.Not().Cast(DType.Float32), memoryBudget: budget + (4 * model.ParameterCount));
        Assert.True(double.IsFinite(model.Progress.History["loss"][0]));
        Assert.All(model.Weights, weight => Assert.All(weight.Value.ToArray<float>(), number => Assert.True(float.IsFinite(number))));
    }

    [Fact]
    public void Steps_of_a_sequence_are_left_out_one_by_one()
    {
        Tensor y = Tensor.From(new[, ,] { { { 1f }, { NaN } } }), weights = Tensor.From(new[,] { { 1f, 0 } });
        Func<Tensor, Tensor> loss = p => new MeanSquaredError(LossReduction.Sum).Call(y, p, weights);
        Tensor p = Tensor.From(new[, ,] { { { 3f }, { NaN } } });
        Assert.Equal(4, loss(p).Item<float>());
        Assert.Equal([4f, 0], Gradient.Of(loss)(p).ToArray<float>());
    }

    [Fact]
    public void Second_derivatives_leave_it_out_too()
    {
        Tensor weights = Tensor.From(1f, 0);
        Func<Tensor, Tensor> loss = p => new MeanSquaredError(LossReduction.Sum).Call(Tensor.From(1f, NaN), p, weights);
        Assert.Equal([2f, 0], Gradient.Of(p => Gradient.Of(loss)(p).Sum())(Tensor.From(3f, NaN)).ToArray<float>());
    }

    [Fact]
    public void Means_of_metrics_leave_it_out_too()
    {
        Laminet.Metrics.Metric metric = "mae";
        metric.UpdateState(Tensor.From(1f, NaN), Tensor.From(3f, 5), Tensor.From(1f, 0));
        Assert.Equal(2, metric.Result().ToDouble());
    }

    [Fact]
    public void A_NaN_that_weighs_something_is_seen() =>
        Assert.True(float.IsNaN(new MeanSquaredError().Call(Tensor.From(1f, NaN), Tensor.From(3f, 5), Tensor.From(0f, 1)).Item<float>()));
}
