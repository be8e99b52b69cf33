using Laminet.Layers;
using Laminet.Losses;
using Laminet.Metrics;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Tests.Training;

/// <summary>What spoils a training without an error is told once, with its cause; what cannot be right is refused.</summary>
public class TrainingWarningTests
{
    private static readonly Tensor X = new RandomKey(1).Normal([8, 2]);
    private static readonly Tensor Y = new RandomKey(2).Normal([8, 1]);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_loss_that_becomes_NaN_is_told_with_the_example(bool eagerly)
    {
        float[] x = X.ToArray<float>(), y = Y.ToArray<float>();
        x[11] = float.NaN;
        Assert.Equal(
            ["Fit: the loss is NaN from batch 3 of epoch 1 on. Example 1 of that batch, counted from 0, in the inputs x, holds NaN or infinity. Leave that example out "
                + "(or give it the sampleWeight 0) or replace the number."],
            Warnings(Regression(eagerly), model => model.Fit(Tensor.From(x, X.Shape), Y, batchSize: 2, epochs: 3, shuffle: false)));
        y[7] = float.PositiveInfinity;
        Assert.Equal(
            ["Fit: the loss is infinite from batch 4 of epoch 1 on. Example 1 of that batch, counted from 0, in the targets y, holds NaN or infinity. Leave that example out "
                + "(or give it the sampleWeight 0) or replace the number."],
            Warnings(Regression(eagerly), model => model.Fit(X, Tensor.From(y, Y.Shape), batchSize: 2, epochs: 2, shuffle: false)));
    }

    // The weight of example 1 is 0: it is not why.
    [Fact]
    public void What_is_left_out_is_not_blamed()
    {
        float[] x = X.ToArray<float>();
        x[2] = x[7] = float.NaN;
        Tensor weights = Tensor.From(1f, 0, 1, 1, 1, 1, 1, 1);
        Assert.StartsWith("Fit: the loss is NaN from batch 1 of epoch 1 on. Example 3 of that batch, counted from 0, in the inputs x,", Assert.Single(
            Warnings(Regression(eagerly: false), model => model.Fit(Tensor.From(x, X.Shape), Y, batchSize: 8, shuffle: false, sampleWeight: weights))), StringComparison.Ordinal);
        Assert.StartsWith("Fit: the loss is NaN from batch 1 of epoch 1 on. Example 2 of that batch, counted from 0, in the sample weights,", Assert.Single(
            Warnings(Regression(eagerly: false), model => model.Fit(X, Y, batchSize: 8, shuffle: false, sampleWeight: Tensor.From(1f, 0, float.NaN, 1, 1, 1, 1, 1)))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_rate_that_is_too_high_is_told()
    {
        Sequential model = Regression(eagerly: false, rate: 1e6);
        string warning = Assert.Single(Warnings(model, model => model.Fit(X, Y, batchSize: 2, epochs: 20)));
        Assert.StartsWith("Fit: the loss is ", warning, StringComparison.Ordinal);
        Assert.EndsWith(". That batch's data are finite, so the computation overflowed: most often the learning rate (1000000) is too high. "
            + "Lower it, scale the inputs (Rescaling), or clip gradients (ClipNorm). Another possible cause is a logarithm or a division of your own at 0.", warning, StringComparison.Ordinal);
        Assert.Empty(Warnings(Regression(eagerly: false), model => model.Fit(X, Y, batchSize: 2, epochs: 3)));
    }

    [Fact]
    public void A_normalisation_that_sees_one_value_is_told()
    {
        static Sequential Network(params Layer[] layers)
        {
            Sequential model = new([new Input([2]), .. layers, new Dense(1)]);
            model.Compile("sgd", "mse");
            return model;
        }

        string warning = Assert.Single(Warnings(Network(new Sequential(new Dense(3), new BatchNormalization() { Name = "norm" })), model => model.Fit(X, Y, batchSize: 7, epochs: 2)));
        Assert.Equal("Fit: batch 2 of epoch 1 has one example, of which 'norm' (BatchNormalization) sees one value a channel. Its variance is 0, so the output of the layer is the same for every example, "
            + "and its moving statistics include this batch. Use a batch size that leaves no single example, Batch(..., dropRemainder: true), or freeze the layer.", warning);
        Assert.Empty(Warnings(Network(new BatchNormalization()), model => model.Fit(X, Y, batchSize: 2)));
        Assert.Empty(Warnings(Network(new BatchNormalization() { Trainable = false }), model => model.Fit(X, Y, batchSize: 7)));
        // An image has many values a channel, and a plan trains nothing.
        Assert.Empty(Warnings(Network(new Reshape(2, 1, 1), new BatchNormalization(), new Flatten()), model => model.Fit(X, Y, batchSize: 7)));
        Assert.Empty(Warnings(Network(new BatchNormalization()), model => model.Plan(1)));
    }

    [Fact]
    public void An_area_that_does_not_exist_is_told()
    {
        Sequential model = new(new Input([2]), new Dense(1, "sigmoid"));
        model.Compile("sgd", "bce", ["auc", new AUC(curve: Curve.PR, name: "pr")]);
        List<string> warnings = Warnings(model, model => model.Fit(X, Tensor.Zeros([8, 1]), epochs: 3, validationData: (X, Tensor.Zeros([8, 1]))));
        Assert.Equal(["The metric 'auc' is NaN: all targets were of one class, so there is no ROC curve.", "The metric 'pr' is NaN: no target was positive, so there is no precision-recall curve."], warnings);
        Assert.Equal(double.NaN, model.Progress.History["val_auc"][2]);
        model.Compile("sgd", "bce", ["auc"]);
        Assert.Single(Warnings(model, model => model.Evaluate(X, Tensor.Ones([8, 1]))));
        model.Compile("sgd", "bce", ["auc"]);
        Assert.Empty(Warnings(model, model => model.Evaluate(X, Y.Greater(0).Cast(DType.Float32))));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_target_that_is_no_probability_is_refused_and_changes_nothing(bool eagerly)
    {
        foreach ((ActivationFunction activation, bool fromLogits) in new (ActivationFunction, bool)[] { ("sigmoid", false), ("linear", true) })
        {
            Sequential model = new(new Input([2]), new Dense(1, activation)) { RunEagerly = eagerly };
            model.Compile("sgd", new BinaryCrossentropy(fromLogits));
            model.TrainOnBatch(X, Tensor.Ones([8, 1]));
            float[] before = model.Weights[0].Value.ToArray<float>();
            Assert.StartsWith("BinaryCrossentropy: the target at index 5 is 2; expected 0 for no, 1 for yes, or a probability between.",
                Assert.Throws<ArgumentOutOfRangeException>(() => model.TrainOnBatch(X, Tensor.From(0, 1, 0, 1, 0, 2, 1, 1))).Message, StringComparison.Ordinal);
            Assert.Equal(before, model.Weights[0].Value.ToArray<float>());
        }
    }

    [Fact]
    public void A_network_of_frozen_layers_is_told()
    {
        Sequential model = Regression(eagerly: false);
        model.Layers[^1].Trainable = false;
        Assert.Equal(["Fit: the model has no trainable weights, so nothing is learned. Set Trainable of the layers that are to learn."], Warnings(model, each => each.Fit(X, Y, epochs: 3)));
        model.Layers[^1].Trainable = true;
        Assert.Empty(Warnings(model, each => each.Fit(X, Y)));
    }

    [Fact]
    public void A_missing_argument_is_named_as_the_caller_wrote_it()
    {
        Sequential model = Regression(eagerly: false);
        float[] destination = new float[8];
        foreach (Action call in (Action[])
        [
            () => model.Fit(null!, Y), () => model.Evaluate(null!, Y), () => model.TrainOnBatch(null!, Y), () => model.Predict((Tensor)null!), () => model.PredictOnBatch((Tensor)null!),
            () => model.PredictOnBatch<float>(null!, destination),
        ])
            Assert.Throws<ArgumentNullException>("x", call);
        foreach (Action call in (Action[])[() => model.Fit(X, null!), () => model.Evaluate(X, null!), () => model.TrainOnBatch(X, null!)])
            Assert.Throws<ArgumentNullException>("y", call);
        Assert.Throws<ArgumentNullException>("yTrue", () => new Laminet.Losses.MeanSquaredError().Call(null!, Y));
        Assert.Throws<ArgumentNullException>("yPred", () => new Laminet.Losses.MeanSquaredError().Call(Y, null!));
        Assert.Throws<ArgumentNullException>("yPred", () => new Mean().UpdateState(Y, null!));
    }

    private static Sequential Regression(bool eagerly, double rate = 0.01)
    {
        Sequential model = new(new Input([2]), new Dense(1)) { RunEagerly = eagerly };
        model.Compile(new SGD(rate), "mse");
        return model;
    }

    private static List<string> Warnings(Sequential model, Action<Sequential> run)
    {
        List<string> warnings = [];
        model.Warned += warnings.Add;
        run(model);
        model.Warned -= warnings.Add;
        return warnings;
    }
}
