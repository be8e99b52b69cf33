using Laminet.Optimizers;

namespace Laminet.Verification.Optimizers;

/// <summary>Optimizers that hand their steps on to others.</summary>
internal static class WrapperChecks
{
    // The gradients are those of the loss times the scale, which the optimizer takes out: 0.125 each.
    [Verifies(typeof(LossScaleOptimizer))]
    public static void The_scale_doubles_after_enough_finite_steps_and_is_taken_out_of_the_gradients()
    {
        Variable weight = new(Tensor.From(1.0), "w");
        LossScaleOptimizer optimizer = new(new SGD(1), initialScale: 4, dynamicGrowthSteps: 2);
        List<double> scales = [];
        for (int step = 0; step < 4; step++)
        {
            Expect.Equal(3 * optimizer.Scale, optimizer.ScaleLoss(Tensor.From(3.0)).ToDouble(), "the scaled loss");
            optimizer.Apply([(Tensor.From(0.125 * optimizer.Scale), weight)]);
            scales.Add(optimizer.Scale);
        }

        Expect.Sequence([4, 8, 8, 16], scales, "scales");
        Expect.Equal(0.5, weight.Item<double>(), "the weight");
    }

    [Verifies(typeof(LossScaleOptimizer))]
    public static void A_step_with_an_infinite_gradient_changes_nothing_and_halves_the_scale()
    {
        Variable weight = new(Tensor.From(1.0, 2), "w");
        LossScaleOptimizer optimizer = new(new SGD(1));
        optimizer.Apply([(Tensor.From(double.PositiveInfinity, 1), weight)]);
        Expect.Equal(16384, optimizer.Scale, "the scale");
        Expect.Equal(0, optimizer.Iterations, "iterations");
        Expect.Sequence([1, 2], weight.Value.ToArray<double>(), "the weight");
        optimizer.Apply([(Tensor.From(8192.0, 0), weight)]);
        Expect.Sequence([0.5, 2], weight.Value.ToArray<double>(), "the weight after a finite step");
    }

    [Verifies(typeof(MultiOptimizer))]
    public static void Each_variable_takes_the_step_of_the_optimizer_that_its_path_names()
    {
        Variable kernel = new(Tensor.From(1.0), "encoder/kernel"), bias = new(Tensor.From(1.0), "encoder/bias"), head = new(Tensor.From(1.0), "head/kernel");
        MultiOptimizer optimizer = new(new OptimizerMap(new SGD(1)) { ["encoder/.*"] = new SGD(0.25), ["encoder/bias"] = new SGD(0.125) });
        optimizer.Apply([(Tensor.From(0.5), kernel), (Tensor.From(0.5), bias), (Tensor.From(0.5), head)]);
        Expect.Sequence([0.875, 0.9375, 0.5], new[] { kernel, bias, head }.Select(variable => variable.Item<double>()), "kernel, bias and head");
    }
}
