using Laminet.Losses;
using Laminet.Metrics;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Tests.Shared;
using Laminet.Training;
using Laminet.Verification;
using Laminet.Verification.Losses;
using Laminet.Verification.Metrics;

namespace Laminet.Tests.Losses;

/// <summary>Losses and metrics in compiled training steps.</summary>
[Collection("Engine settings")]
public sealed class LossStepTests
{
    public static TheoryData<string> Losses => [.. Families.ClassesOf<Loss>().Select(type => type.Name)];

    public static TheoryData<string> Metrics => [.. Families.ClassesOf<Metric>().Select(type => type.Name)];

    [Theory]
    [MemberData(nameof(Losses))]
    public void A_step_with_the_loss_lowers_it_and_allocates_nothing(string name)
    {
        (Tensor target, Tensor prediction) = LossExamples.Of(name);
        Loss loss = Loss.Registry.Create(name, LossExamples.ConfigOf(name));
        // The predictions themselves are what is trained.
        OneWeight model = new(prediction.Cast(DType.Float32));
        model.Compile(new SGD(name == nameof(Laminet.Losses.MeanAbsolutePercentageError) ? 1e-4 : 1e-3), loss);
        Tensor x = Tensor.Zeros([4, 1]), y = target.DType == DType.Float64 ? target.Cast(DType.Float32) : target;
        double first = model.TrainOnBatch(x, y)["loss"], last = 0;
        Assert.Equal(0, Allocations.Of(_ => last = model.TrainOnBatch(x, y)["loss"]));
        model.ResetMetrics();
        last = model.TrainOnBatch(x, y)["loss"];
        Assert.True(last < first, $"{first} {last}");
    }

    [Theory]
    [MemberData(nameof(Metrics))]
    public void A_step_with_the_metric_allocates_nothing(string name)
    {
        (Tensor target, Tensor prediction, _) = MetricExamples.Batch(name, 1);
        OneWeight model = new(prediction.Cast(DType.Float32));
        Metric metric = Metric.Registry.Create(name, MetricExamples.Needed(name));
        // The state of a step: a loss of the predictions alone.
        model.Compile(new SGD(1e-3), new Alone(), [metric]);
        Tensor x = Tensor.Zeros([37, 1]);
        double figure = 0;
        Assert.Equal(0, Allocations.Of(_ => figure = model.TrainOnBatch(x, target)[metric.Name]));
        Assert.True(double.IsFinite(figure));
    }

    private sealed class Alone() : Loss(LossReduction.SumOverBatchSize, "alone")
    {
        protected override Tensor Align(Tensor yTrue, Tensor yPred) => yTrue;

        protected override Tensor PerExample(Tensor yTrue, Tensor yPred) => yPred.Square();
    }

    private sealed class OneWeight : Model
    {
        private readonly Constant layer;

        public OneWeight(Tensor start) => layer = Track(new Constant(start));

        protected override Tensor Forward(Tensor input, Laminet.Layers.CallContext context) => layer.Call(input, context);

        private sealed class Constant(Tensor start) : Laminet.Layers.Layer
        {
            private Variable? weight;

            protected override void Build(Shape input)
            {
                weight = AddWeight("weight", start.Shape, new Laminet.Initializers.Zeros());
                weight.Assign(start);
            }

            protected override Tensor Forward(Tensor input, Laminet.Layers.CallContext context) => weight!.Value + (input.Sum() * 0);
        }
    }
}
