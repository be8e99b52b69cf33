using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Verification;

namespace Laminet.Tests.Optimizers;

/// <summary>Steps that other libraries once got wrong, in numbers worked out by hand.</summary>
public sealed class OptimizerTrapTests
{
    // One step too late, the sign's change would be seen in the step after.
    [Fact]
    public void Rprop_stays_where_the_sign_changes_and_goes_on_with_the_smaller_step()
    {
        Assert.Equal([-0.1, -0.22, -0.364, -0.364, -0.436], Rounded(Path(new Rprop(0.1), 0, 1, 1, 1, -1, 1), 9));
        // A gradient of 0 keeps the size of the step and forgets the sign.
        Assert.Equal([-0.1, -0.1, 0.0], Rounded(Path(new Rprop(0.1), 0, 1, 0, -1), 9));
        Assert.Equal([-0.1, -0.15, -0.2], Rounded(Path(new Rprop(0.1, maxStepSize: 0.05), -0.05, 1, 1, 1), 9));
    }

    // Multiplying the momentum's factors twice gives -.01049531, -.00144776, -.00356451.
    [Fact]
    public void Nadam_multiplies_each_factor_of_the_momentum_once() =>
        Near.Equal([-0.01062788, -0.00181122, -0.00373250], Path(new Nadam(0.01, epsilon: 1e-7), 0, 1, -2, 0.5), 1e-8);

    // The mean of [3, 4] and [0, 0] has the norm 2.5; clipped one by one they would give [0.3, 0.4].
    [Fact]
    public void Accumulated_gradients_are_clipped_after_their_mean()
    {
        Variable weight = new(Tensor.Zeros([2], DType.Float64), "w");
        SGD optimizer = new(1) { ClipNorm = 1, GradientAccumulationSteps = 2 };
        optimizer.Apply([(Tensor.From(3.0, 4), weight)]);
        Near.Equal([0, 0], weight.Value, 0);
        Assert.Equal(0, optimizer.Iterations);
        optimizer.Apply([(Tensor.From(0.0, 0), weight)]);
        Near.Equal([-0.6, -0.8], weight.Value, 1e-12);
        Assert.Equal(1, optimizer.Iterations);
        // The next two begin anew.
        optimizer.Apply([(Tensor.From(0.0, 0), weight)]);
        optimizer.Apply([(Tensor.From(0.2, 0), weight)]);
        Near.Equal([-0.7, -0.8], weight.Value, 1e-12);
    }

    [Fact]
    public void Muons_iteration_takes_singular_values_near_1_and_leaves_zeros()
    {
        Muon muon = new();
        Near.Equal([0.72287613, 0, 0, 1.11920390], muon.Orthogonal(Tensor.From(new double[,] { { 3, 0 }, { 0, 4 } })).Reshape([-1]), 1e-7);
        Near.Equal([0, 0, 0, 0], muon.Orthogonal(Tensor.Zeros([2, 2], DType.Float64)).Reshape([-1]), 0);
        // A tall matrix is turned: the result of the transpose is the transpose.
        Tensor tall = new RandomKey(1).Normal([5, 2], dtype: DType.Float64);
        Near.Equal(muon.Orthogonal(tall).Reshape([-1]).ToArray<double>(), muon.Orthogonal(tall.Transpose()).Transpose().Reshape([-1]), 1e-12);
    }

    [Fact]
    public void Muon_takes_adams_steps_with_vectors_embeddings_and_excluded_layers()
    {
        Variable matrix = Ones("kernel", 2, 2), vector = Ones("bias", 2), table = Ones("embeddings", 2, 2), output = Ones("output", 2, 2), adams = Ones("w", 2, 2);
        Muon muon = new(0.1, excludeLayers: ["^out"], weightDecay: null, adamWeightDecay: null);
        Tensor gradient = Tensor.From(new double[,] { { 1, 2 }, { 3, -4 } });
        muon.Apply([(gradient, matrix), (Tensor.From(1.0, 2), vector), (gradient, table), (gradient, output)]);
        new Adam(0.1).Apply([(gradient, adams)]);
        Assert.Equal(adams.Value.Reshape([-1]).ToArray<double>(), table.Value.Reshape([-1]).ToArray<double>());
        Assert.Equal(adams.Value.Reshape([-1]).ToArray<double>(), output.Value.Reshape([-1]).ToArray<double>());
        Assert.NotEqual(adams.Value.Reshape([-1]).ToArray<double>(), matrix.Value.Reshape([-1]).ToArray<double>());
        Assert.Equal(["iterations", "learning_rate", "0/kernel/momentum", "1/bias/momentum", "1/bias/velocity"], muon.State.Take(5).Select(variable => variable.Name));
    }

    // Clipped the wrong way round, or not at all, the second is .78124869.
    [Fact]
    public void Adafactor_limits_a_step_by_its_root_mean_square() => Near.Equal([0.9, 0.81], Path(new Adafactor(0.1), 1, 0.1, 10), 1e-12);

    // A ratio of 0 would keep zero weights at zero for ever.
    [Fact]
    public void Lamb_moves_weights_that_are_zero()
    {
        Near.Equal([-0.09999980], Path(new Lamb(0.1, epsilon: 1e-6), 0, 0.5), 1e-9);
        // And a gradient of 0 leaves weights as they are.
        Near.Equal([2], Path(new Lamb(0.1), 2, 0), 0);
    }

    // Beside the corrected root, as PyTorch has it, epsilon would make it -5e-4.
    [Fact]
    public void Adams_epsilon_stands_beside_the_uncorrected_root() => Near.Equal([-3.06534e-05], Path(new Adam(1e-3, epsilon: 1e-7), 0, 1e-7), 1e-10);

    // Nadam's stands beside the corrected one.
    [Fact]
    public void Nadams_epsilon_stands_beside_the_corrected_root() => Assert.InRange(Path(new Nadam(1e-3, epsilon: 1e-7), 0, 1e-7)[0], -6e-4, -4e-4);

    // Adam divides a scaled gradient by its own size: the step would stay -1e-3.
    [Fact]
    public void A_groups_factor_scales_the_step_and_not_the_gradient()
    {
        Variable first = new(Tensor.From(1.0), "a"), second = new(Tensor.From(1.0), "b"), third = new(Tensor.From(1.0), "c");
        Adam optimizer = new(1e-3, epsilon: 0) { WeightDecay = 0.5 };
        optimizer.SetGroup([first], rateFactor: 0.1, weightDecay: 0);
        optimizer.SetGroup([second], rateFactor: 0.1);
        optimizer.Apply([(Tensor.From(7.0), first), (Tensor.From(7.0), second), (Tensor.From(7.0), third)]);
        Near.Equal([1 - 1e-4], first.Value, 1e-9);
        Near.Equal([1 - 5e-5 - 1e-4], second.Value, 1e-9);
        Near.Equal([1 - 5e-4 - 1e-3], third.Value, 1e-9);
    }

    private static double[] Path(Optimizer optimizer, double start, params double[] gradients)
    {
        Variable weight = new(Tensor.From(start), "w");
        return [.. gradients.Select(gradient =>
        {
            optimizer.Apply([(Tensor.From(gradient), weight)]);
            return weight.Value.ToDouble();
        })];
    }

    private static double[] Rounded(double[] numbers, int digits) => [.. numbers.Select(number => Math.Round(number, digits))];

    private static Variable Ones(string name, params int[] lengths) => new(Tensor.Ones(lengths, DType.Float64), name);
}
