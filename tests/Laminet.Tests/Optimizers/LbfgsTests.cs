using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Verification;
using Laminet.Verification.Optimizers;

namespace Laminet.Tests.Optimizers;

/// <summary>L-BFGS against PyTorch's, step by step with the count of evaluations, and what it does where there is nothing to do.</summary>
public sealed class LbfgsTests
{
    // The second call once used a step size that was never set.
    [Fact]
    public void At_a_stationary_point_nothing_changes_and_the_loss_is_returned()
    {
        Variable weight = new(Tensor.From(3.0, -1), "w");
        LBFGS optimizer = new();
        for (int call = 0; call < 2; call++)
        {
            Assert.Equal(7, optimizer.Step(() => (weight.Value - Tensor.From(3.0, -1)).Square().Sum() + 7, [weight]));
            Assert.Equal([3.0, -1], weight.Value.ToArray<double>());
            Assert.True(optimizer.HasConverged);
        }

        // And after it was reached by steps.
        weight.Assign(Tensor.From(10.0, 4));
        Assert.Equal(7, optimizer.Minimize(() => (weight.Value - Tensor.From(3.0, -1)).Square().Sum() + 7, [weight]), 1e-9);
        double[] reached = weight.Value.ToArray<double>();
        optimizer.Step(() => (weight.Value - Tensor.From(3.0, -1)).Square().Sum() + 7, [weight]);
        Near.Equal(reached, weight.Value, 1e-9);
    }

    [Theory]
    [InlineData(DType.Float64, 1e-6)]
    [InlineData(DType.Float32, 1e-3)]
    public void A_curved_valley_is_followed_to_its_end(DType dtype, double tolerance)
    {
        Variable weight = new(Tensor.From(-1.2, 1.0).Cast(dtype), "w");
        LBFGS optimizer = new(toleranceChange: dtype == DType.Float64 ? 1e-14 : 1e-9);
        List<double> losses = [];
        double last = optimizer.Minimize(() => LbfgsGoldens.Curve("rosenbrock", weight.Value), [weight], 200, loss =>
        {
            losses.Add(loss);
            return false;
        });
        Near.Equal([1, 1], weight.Value, tolerance);
        Assert.InRange(last, 0, tolerance);
        Assert.NotEmpty(losses);
        Assert.InRange(optimizer.Iterations, 10, 100);
    }

    [Fact]
    public void A_callback_ends_it_and_iterations_are_a_limit()
    {
        Variable weight = new(Tensor.From(-1.2, 1.0), "w");
        LBFGS optimizer = new(maxIterations: 2, maxEvaluations: 100);
        optimizer.Minimize(() => LbfgsGoldens.Curve("rosenbrock", weight.Value), [weight], 5, _ => false);
        Assert.Equal(5, optimizer.Iterations);
        optimizer.Minimize(() => LbfgsGoldens.Curve("rosenbrock", weight.Value), [weight], 50, _ => true);
        Assert.Equal(7, optimizer.Iterations);
    }

    // The search turns back from where the loss is not finite.
    [Fact]
    public void A_loss_that_becomes_infinite_is_stepped_back_from()
    {
        Variable weight = new(Tensor.From(0.5), "w");
        new LBFGS(learningRate: 100).Minimize(() => (weight.Value * 2).Sum() - weight.Value.Log().Sum(), [weight]);
        Near.Equal([0.5], weight.Value, 1e-5);
        weight.Assign(Tensor.From(3.0));
        new LBFGS(learningRate: 100).Minimize(() => (weight.Value * 2).Sum() - weight.Value.Log().Sum(), [weight]);
        Near.Equal([0.5], weight.Value, 1e-5);
    }

    [Fact]
    public void Wrong_uses_are_told()
    {
        Variable weight = new(Tensor.From(1.0, 2), "w"), count = new(Tensor.From(1), "n");
        LBFGS optimizer = new();
        Assert.StartsWith("LBFGS: the variable 'n' holds Int32; only Float32 and Float64 are trained.",
            Assert.Throws<DTypeException>(() => optimizer.Step(() => weight.Value.Sum(), [weight, count])).Message, StringComparison.Ordinal);
        optimizer.Step(() => weight.Value.Square().Sum(), [weight]);
        Variable other = new(Tensor.From(1.0), "v");
        Assert.StartsWith("LBFGS: received variables of 1 elements; expected the 2 of the calls before, whose history it keeps.",
            Assert.Throws<ArgumentException>(() => optimizer.Step(() => other.Value.Sum(), [other])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new LBFGS(learningRate: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LBFGS(historySize: 0));
    }
}
