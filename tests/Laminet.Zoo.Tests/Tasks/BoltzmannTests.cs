using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Zoo.Datasets;
using Laminet.Zoo.Tasks;

namespace Laminet.Zoo.Tests.Tasks;

/// <summary>Boltzmann machines, restricted and not, against sums over all states.</summary>
public class BoltzmannTests
{
    // One visible and one hidden unit, W = 1: Z = 3 + e.
    [Fact]
    public void The_smallest_machine_is_that_of_hand()
    {
        RestrictedBoltzmannMachine machine = Smallest();
        Assert.Equal(Math.Log(3 + Math.E), machine.LogPartition(), 1e-12);
        double[] energies = machine.FreeEnergy(Column(0, 1)).ToArray<double>();
        Assert.Equal(-Math.Log(2), energies[0], 1e-12);
        Assert.Equal(-Math.Log(1 + Math.E), energies[1], 1e-12);
        Assert.Equal(0.650245, Math.Exp(-energies[1] - machine.LogPartition()), 1e-6);
    }

    // From the uniform machine with Z = 4 in one step: weights 1 (v = 0) and (1 + e) / 2 (v = 1), from the states before the transition.
    [Fact]
    public void One_step_of_annealing_has_the_weights_of_hand()
    {
        Tensor weights = AnnealedImportanceSampling.LogWeights(Smallest(), Column(0, 1), Tensor.Zeros([1], DType.Float64), 1, new RandomKey(1)).Exp();
        Assert.Equal(1, weights.At(0).ToDouble(), 1e-12);
        Assert.Equal((1 + Math.E) / 2, weights.At(1).ToDouble(), 1e-12);
        Assert.Equal(3 + Math.E, 4 * weights.Mean().ToDouble(), 1e-12);
    }

    [Theory]
    [InlineData(VisibleUnits.Binary, 784)]
    [InlineData(VisibleUnits.Binary, 5)]
    [InlineData(VisibleUnits.Gaussian, 5)]
    public void The_estimate_of_log_Z_is_near_the_exact_one(VisibleUnits kind, int visible)
    {
        RestrictedBoltzmannMachine machine = Drawn(visible, kind == VisibleUnits.Gaussian ? 3 : 16, kind, visible == 784 ? 0.1 : 0.5);
        (double estimate, double low, double high) = AnnealedImportanceSampling.Estimate(machine, new RandomKey(2), temperatures: 1000, chains: 50);
        Assert.Equal(machine.LogPartition(), estimate, 0.5);
        Assert.True(low < estimate && estimate < high);
    }

    [Fact]
    public void The_sum_over_either_layer_is_the_same()
    {
        RestrictedBoltzmannMachine wide = Drawn(6, 4, VisibleUnits.Binary, 0.5), tall = new(4, 6, dtype: DType.Float64);
        tall.Weights.Assign(wide.Weights.Value.Transpose());
        tall.VisibleBias.Assign(wide.HiddenBias.Value);
        tall.HiddenBias.Assign(wide.VisibleBias.Value);
        Assert.Equal(wide.LogPartition(), tall.LogPartition(), 1e-12);
        double sum = States(6).Sum(state => Math.Exp(-wide.FreeEnergy(state).Item<double>() - wide.LogPartition()));
        Assert.Equal(1, sum, 1e-12);
    }

    // p(v) is a mixture of 2^hidden normal distributions: its integral over a grid is 1.
    [Fact]
    public void The_density_of_Gaussian_units_has_the_integral_one()
    {
        RestrictedBoltzmannMachine machine = Drawn(1, 3, VisibleUnits.Gaussian, 0.8);
        Tensor grid = ((Tensor.Range(0, 4001, DType.Float64) / 100) - 20).ExpandDims(-1);
        Assert.Equal(1, (-machine.FreeEnergy(grid) - machine.LogPartition()).Exp().Sum().ToDouble() / 100, 1e-9);
    }

    // ⟨v h⟩ over the data minus ⟨v h⟩ over all states, against the derivative of the log-likelihood by finite differences. A persistent chain that has run long is a sample of the second mean.
    [Theory]
    [InlineData(VisibleUnits.Binary)]
    [InlineData(VisibleUnits.Gaussian)]
    public void A_long_persistent_chain_gives_the_exact_gradient(VisibleUnits kind)
    {
        RestrictedBoltzmannMachine machine = Drawn(3, 2, kind, 0.7);
        Tensor data = kind == VisibleUnits.Binary ? RestrictedBoltzmannMachine.Draw(Tensor.Full([40, 3], 0.7, DType.Float64), new RandomKey(4)) : new RandomKey(4).Normal([40, 3], mean: 0.4, dtype: DType.Float64);
        ContrastiveDivergence training = new(machine, new SGD(), steps: 30, persistentChains: 100_000);
        IReadOnlyList<Tensor> estimated = training.Gradients(data, new RandomKey(5));
        foreach ((Variable variable, Tensor gradient) in machine.Variables.Zip(estimated))
        {
            double[] numbers = gradient.ToArray<double>(), exact = FiniteDifferences.Of(variable, () => -machine.FreeEnergy(data).Mean().ToDouble() - machine.LogPartition());
            Assert.All(exact.Zip(numbers), pair => Assert.Equal(pair.First, -pair.Second, 0.02));
            Assert.Contains(exact, number => Math.Abs(number) > 0.05);
        }
    }

    // The expectation of CD-1's statistics over all hidden and visible states that may be drawn.
    [Fact]
    public void One_step_of_contrastive_divergence_has_the_expectation_of_all_its_draws()
    {
        RestrictedBoltzmannMachine machine = Drawn(2, 2, VisibleUnits.Binary, 1.5);
        Tensor example = Tensor.From(new double[] { 1, 0 }, [1, 2]), expected = Tensor.Zeros([2, 2], DType.Float64);
        double[] first = machine.HiddenProbabilities(example).ToArray<double>();
        foreach (Tensor hidden in States(2))
        {
            double chance = Chance(first, hidden);
            double[] means = machine.VisibleMeans(hidden).ToArray<double>();
            foreach (Tensor visible in States(2))
                expected += chance * Chance(means, visible) * visible.MatMul(machine.HiddenProbabilities(visible), transposeThis: true);
        }

        expected -= example.MatMul(machine.HiddenProbabilities(example), transposeThis: true);
        Tensor many = example.BroadcastTo([200_000, 2]).Contiguous();
        Tensor actual = new ContrastiveDivergence(machine, new SGD()).Gradients(many, new RandomKey(3))[0];
        Assert.All(expected.ToArray<double>().Zip(actual.ToArray<double>()), pair => Assert.Equal(pair.First, pair.Second, 0.005));

        static double Chance(double[] probabilities, Tensor state) => probabilities.Zip(state.ToArray<double>()).Aggregate(1.0, (product, one) => product * (one.Second == 1 ? one.First : 1 - one.First));
    }

    // Without weights the hidden probabilities are the same for all states: samples in the statistics would differ. Visible states are 0 or 1, not probabilities.
    [Fact]
    public void Statistics_have_hidden_probabilities_and_the_chain_has_states()
    {
        RestrictedBoltzmannMachine machine = new(3, 4, dtype: DType.Float64);
        machine.Weights.Assign(Tensor.Zeros([3, 4], DType.Float64));
        machine.HiddenBias.Assign(Tensor.From(0.3, -1, 2, 0));
        IReadOnlyList<Tensor> gradients = new ContrastiveDivergence(machine, new SGD()).Gradients(Tensor.From(new double[] { 1, 0, 1 }, [1, 3]), new RandomKey(1));
        Assert.All(gradients[2].ToArray<double>(), number => Assert.Equal(0, number, 1e-15));
        Assert.All(gradients[1].ToArray<double>(), number => Assert.Contains(number, new double[] { -1, 0, 1 }));
        // A hidden probability of a half would give visible probabilities of a half; a state gives 0 or 1.
        machine.Weights.Assign(Tensor.Full([3, 4], 100, DType.Float64));
        machine.HiddenBias.Assign(Tensor.From<double>(-200, -200, -200, -200));
        machine.VisibleBias.Assign(Tensor.Full([3], -50, DType.Float64));
        Tensor step = machine.Step(Tensor.From(new double[] { 1, 1, 0 }, [1, 3]), new RandomKey(2));
        Assert.Single(step.ToArray<double>().Distinct());
    }

    [Fact]
    public void The_estimated_pseudo_likelihood_has_the_mean_of_the_exact_one()
    {
        RestrictedBoltzmannMachine machine = Drawn(4, 3, VisibleUnits.Binary, 1);
        Tensor example = Tensor.From(new double[] { 1, 0, 0, 1 }, [1, 4]);
        double exact = Enumerable.Range(0, 4).Sum(unit =>
        {
            Tensor flip = Tensor.Range(0, 4).Equal(unit).Cast(DType.Float64), other = example + (flip * (1 - (2 * example)));
            double[] both = [.. new[] { example, other }.Select(state => Math.Exp(-machine.FreeEnergy(state).Item<double>()))];
            return Math.Log(both[0] / both.Sum());
        });
        Assert.Equal(exact, machine.PseudoLogLikelihood(example.BroadcastTo([20_000, 4]).Contiguous(), new RandomKey(1)).Mean().ToDouble(), 0.05);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public void A_machine_learns_clothes(int persistentChains)
    {
        Tensor clothes = (FashionMnist.Load().TrainImages.Slice(0, 2000).Reshape([2000, -1]).Cast(DType.Float32) / 255).Greater(0.5).Cast(DType.Float32);
        RestrictedBoltzmannMachine machine = new(784, 16, seed: 1);
        double before = Likelihood();
        machine.Start(clothes);
        new ContrastiveDivergence(machine, new SGD(persistentChains > 0 ? 0.02 : 0.1), persistentChains: persistentChains).Fit(clothes, batchSize: 50, epochs: 8);
        (double after, double biases) = (Likelihood(), Independent());
        Assert.True(before < -540, $"{before}");
        // Better than pixels that know nothing of each other.
        Assert.True(after > biases + 30, $"{after}, independent pixels {biases}");
        (double estimate, _, _) = AnnealedImportanceSampling.Estimate(machine, new RandomKey(2), temperatures: 2000, chains: 50, data: clothes);
        Assert.Equal(machine.LogPartition(), estimate, 1.0);

        double Likelihood() => -machine.FreeEnergy(clothes).Cast(DType.Float64).Mean().ToDouble() - machine.LogPartition();

        double Independent()
        {
            Tensor p = clothes.Mean(0).Clip(1e-3, 1 - 1e-3);
            return ((p * p.Log()) + ((1 - p) * (1 - p).Log())).Sum().ToDouble();
        }
    }

    [Fact]
    public void Gaussian_units_learn_two_clusters()
    {
        // Two clusters about (2, 2) and (-2, -2).
        Tensor side = RestrictedBoltzmannMachine.Draw(Tensor.Full([1000, 1], 0.5), new RandomKey(1));
        Tensor data = (4 * side) - 2 + new RandomKey(2).Normal([1000, 2]);
        RestrictedBoltzmannMachine machine = new(2, 2, VisibleUnits.Gaussian, seed: 3);
        double before = Likelihood();
        new ContrastiveDivergence(machine, new SGD(0.02), steps: 5).Fit(data, batchSize: 50, epochs: 60);
        // Independent normal pixels of variance 5 have -2 (½ log(2 π 5) + ½) = -4.45; the mixture itself about -ln 2 - log(2 π) - 1 = -3.53.
        Assert.True(before < -6, $"{before}");
        Assert.InRange(Likelihood(), -3.8, -3.3);
        float[] drawn = machine.Sample(data, 500, new RandomKey(4)).ToArray<float>();
        Assert.True(drawn.Chunk(2).Count(point => point[0] * point[1] > 0) > 850);

        double Likelihood() => -machine.FreeEnergy(data).Mean().ToDouble() - machine.LogPartition();
    }

    [Theory]
    [InlineData(4, 0)]
    [InlineData(3, 2)]
    public void The_gradient_of_a_small_machine_is_that_of_its_likelihood(int visible, int hidden)
    {
        BoltzmannMachine machine = new(visible, hidden, seed: 1);
        machine.Weights.Assign(machine.Weights.Value * 8);
        machine.Biases.Assign(new RandomKey(2).Normal([visible + hidden], dtype: DType.Float64));
        Tensor data = RestrictedBoltzmannMachine.Draw(Tensor.Full([10, visible], 0.5, DType.Float64), new RandomKey(3));
        (Tensor weights, Tensor biases) = machine.Gradient(data);
        // W_ij and W_ji as one number: both entries of the plain gradient.
        (_, IReadOnlyList<Tensor> plain) = Gradient.ValueAndGradients(() => machine.LogLikelihood(data).Mean(), [machine.Weights, machine.Biases]);
        Tensor tied = (plain[0] + plain[0].Transpose()) * (1 - Tensor.Identity(visible + hidden, DType.Float64));
        Assert.All(tied.ToArray<double>().Zip(weights.ToArray<double>()), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        Assert.All(FiniteDifferences.Of(machine.Biases, () => machine.LogLikelihood(data).Mean().ToDouble()).Zip(biases.ToArray<double>()), pair => Assert.Equal(pair.First, pair.Second, 1e-7));
        double sum = States(visible).Sum(state => Math.Exp(machine.LogLikelihood(state).Item<double>()));
        Assert.Equal(1, sum, 1e-12);
    }

    // Exclusive or: no machine without hidden units has it.
    [Fact]
    public void A_hidden_unit_lets_a_small_machine_learn_exclusive_or()
    {
        Tensor data = Tensor.From(new double[] { 0, 0, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0 }, [4, 3]);
        double without = new BoltzmannMachine(3).Fit(data, new SGD(0.5), 3000), with = Started(new(3, 1, seed: 2)).Fit(data, new SGD(0.2, momentum: 0.9), 3000);
        Assert.Equal(-3 * Math.Log(2), without, 0.01);
        Assert.InRange(with, -2.1 * Math.Log(2), -2 * Math.Log(2));

        // From small weights it would stay at the saddle where no unit knows of another.
        static BoltzmannMachine Started(BoltzmannMachine machine)
        {
            machine.Weights.Assign(machine.Weights.Value * 20);
            return machine;
        }
    }

    [Fact]
    public void Sampling_visits_states_as_often_as_they_are_likely()
    {
        BoltzmannMachine machine = new(3, seed: 1);
        machine.Weights.Assign(machine.Weights.Value * 10);
        Tensor drawn = machine.Sample(Tensor.Zeros([50_000, 3], DType.Float64), sweeps: 20, new RandomKey(2));
        foreach (Tensor state in States(3))
            Assert.Equal(Math.Exp(machine.LogLikelihood(state).Item<double>()), drawn.Equal(state).All(1).Cast(DType.Float64).Mean().ToDouble(), 0.01);
    }

    [Fact]
    public void Data_that_are_refused_change_nothing()
    {
        RestrictedBoltzmannMachine machine = new(3, 2);
        ContrastiveDivergence training = new(machine, new SGD(0.1));
        float[] before = All();
        foreach (float number in (ReadOnlySpan<float>)[255, -1, float.NaN, float.PositiveInfinity])
        {
            Tensor bad = Tensor.Full([5, 3], number);
            Assert.Throws<ArgumentException>(() => machine.Start(bad));
            Assert.Throws<ArgumentException>(() => training.TrainOnBatch(bad));
            Assert.Throws<ArgumentException>(() => training.Fit(bad));
            Assert.Throws<ArgumentException>(() => new BoltzmannMachine(3, 1).Fit(bad.Cast(DType.Float64), new SGD(0.1), 1));
        }

        Assert.Equal(before, All());

        float[] All() => [.. machine.Variables.SelectMany(variable => variable.Value.ToArray<float>())];
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void A_restored_training_goes_on_in_the_same_bits(int persistentChains)
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("laminet-rbm-").FullName, "rbm.checkpoint");
        Tensor data = new RandomKey(1).Bernoulli([20, 6], 0.3).Cast(DType.Float32);
        (RestrictedBoltzmannMachine whole, ContrastiveDivergence all) = New();
        all.Fit(data, batchSize: 5, epochs: 3);
        (_, ContrastiveDivergence half) = New();
        half.Fit(data, batchSize: 5, epochs: 1);
        half.NewCheckpoint().Save(path);
        using CancellationTokenSource source = new();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => half.Fit(data, batchSize: 5, epochs: 2, initialEpoch: 1, cancellation: source.Token));
        (RestrictedBoltzmannMachine restored, ContrastiveDivergence rest) = New();
        Assert.True(rest.NewCheckpoint().TryRestore(path));
        rest.Fit(data, batchSize: 5, epochs: 3, initialEpoch: 1);
        Assert.All(whole.Variables.Zip(restored.Variables), pair => Assert.Equal(pair.First.Value.ToArray<float>(), pair.Second.Value.ToArray<float>()));
        Assert.Equal(all.Chains?.ToArray<float>(), rest.Chains?.ToArray<float>());
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);

        (RestrictedBoltzmannMachine, ContrastiveDivergence) New()
        {
            RestrictedBoltzmannMachine machine = new(6, 4, seed: 1);
            return (machine, new(machine, new SGD(0.05, momentum: 0.5), persistentChains: persistentChains, seed: 2));
        }
    }

    [Fact]
    public void Wrong_use_is_told()
    {
        RestrictedBoltzmannMachine machine = new(4, 30), gaussian = new(4, 2, VisibleUnits.Gaussian);
        ContrastiveDivergence training = new(machine, new SGD());
        Assert.Contains("bytes / 255", Assert.Throws<ArgumentException>(() => training.Fit(Tensor.Full([2, 4], 255))).Message, StringComparison.Ordinal);
        Assert.Contains("NaN", Assert.Throws<ArgumentException>(() => training.Fit(Tensor.Full([2, 4], double.NaN))).Message, StringComparison.Ordinal);
        Assert.Contains("no examples", Assert.Throws<ArgumentException>(() => training.Fit(Tensor.Zeros([0, 4]))).Message, StringComparison.Ordinal);
        Assert.Contains("(examples, 4)", Assert.Throws<ShapeException>(() => training.TrainOnBatch(Tensor.Zeros([2, 5]))).Message, StringComparison.Ordinal);
        Assert.Contains("(examples, 30)", Assert.Throws<ShapeException>(() => machine.VisibleMeans(Tensor.Zeros([2, 4]))).Message, StringComparison.Ordinal);
        Assert.Contains("Gaussian", Assert.Throws<InvalidOperationException>(() => gaussian.PseudoLogLikelihood(Tensor.Zeros([2, 4]), new RandomKey(1))).Message, StringComparison.Ordinal);
        Assert.Contains("Estimate", Assert.Throws<InvalidOperationException>(() => new RestrictedBoltzmannMachine(30, 30).LogPartition()).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ContrastiveDivergence(machine, new SGD(), steps: 0));
        Assert.Contains("at most 20 units", Assert.Throws<ArgumentOutOfRangeException>(() => new BoltzmannMachine(15, 10)).Message, StringComparison.Ordinal);
        Assert.Contains("(examples, 2)", Assert.Throws<ShapeException>(() => new BoltzmannMachine(2).LogLikelihood(Tensor.Zeros([1, 3], DType.Float64))).Message, StringComparison.Ordinal);
    }

    private static RestrictedBoltzmannMachine Smallest()
    {
        RestrictedBoltzmannMachine machine = new(1, 1, dtype: DType.Float64);
        machine.Weights.Assign(Tensor.Ones([1, 1], DType.Float64));
        return machine;
    }

    private static RestrictedBoltzmannMachine Drawn(int visible, int hidden, VisibleUnits kind, double deviation)
    {
        RestrictedBoltzmannMachine machine = new(visible, hidden, kind, dtype: DType.Float64);
        foreach ((int place, Variable variable) in machine.Variables.Index())
            variable.Assign(new RandomKey(9).Fold((ulong)place).Normal(variable.Shape, deviation: deviation, dtype: DType.Float64));
        return machine;
    }

    private static Tensor Column(params double[] numbers) => Tensor.From(numbers, [numbers.Length, 1]);

    private static IEnumerable<Tensor> States(int units) => Enumerable.Range(0, 1 << units).Select(number => Tensor.From([.. Enumerable.Range(0, units).Select(unit => (double)((number >> unit) & 1))], [1, units]));
}
