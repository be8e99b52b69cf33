using System.Text.Json.Nodes;
using Laminet.Tensors;
using Laminet.Zoo.Tasks;
using Laminet.Zoo.Tests.Golden;

namespace Laminet.Zoo.Tests.Tasks;

public class HopfieldNetworkTests
{
    private static readonly JsonObject Golden =
        JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "hopfield.json")))!.AsObject();

    // The fields are (0, 0, 2/3): a field of 0 keeps the state.
    [Fact]
    public void A_field_of_zero_keeps_the_state()
    {
        HopfieldNetwork network = new(3);
        network.Store(Tensor.From(new double[] { 1, 1, 1 }, [1, 3]));
        Assert.Equal([0, 1.0 / 3, 1.0 / 3, 1.0 / 3, 0, 1.0 / 3, 1.0 / 3, 1.0 / 3, 0], network.Weights.ToArray<double>());
        for (ulong seed = 0; seed < 10; seed++)
            Assert.Equal([1f, 1, 1], network.Recall(Tensor.From(new float[] { 1, 1, -1 }, [1, 3]), new RandomKey(seed), sweeps: 1).ToArray<float>());
        // Nothing stored: all fields are 0.
        Assert.Equal([1f, -1], new HopfieldNetwork(2).Recall(Tensor.From(new float[] { 1, -1 }, [1, 2]), new RandomKey(1)).ToArray<float>());
    }

    [Fact]
    public void Storkeys_rule_is_that_of_his_paper()
    {
        HopfieldNetwork network = new(9);
        network.Store(Signs(NamedNumbers.Of("hopfield/patterns", [3, 9]) - 0.5), HopfieldRule.Storkey);
        Equal(Golden["storkey"]!, network.Weights, 1e-12);
    }

    [Theory]
    [InlineData(HopfieldRule.Hebb)]
    [InlineData(HopfieldRule.Storkey)]
    public void The_energy_never_rises_and_the_end_is_a_minimum(HopfieldRule rule)
    {
        HopfieldNetwork network = new(60);
        network.Store(Signs(new RandomKey(1).Normal([12, 60])), rule);
        Tensor start = Signs(new RandomKey(2).Normal([5, 60]));
        double[] energies = network.Energy(start).ToArray<double>();
        int flips = 0;
        Tensor end = network.Recall(start, new RandomKey(3), afterFlip: (state, energy) =>
        {
            Assert.True(energy < energies[state]);
            energies[state] = energy;
            flips++;
        });
        Assert.True(flips > 20);
        Assert.All(network.Energy(end).ToArray<double>().Zip(energies), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
        // No unit would change: its field has its sign.
        Assert.True((end.Cast(DType.Float64).MatMul(network.Weights) * end.Cast(DType.Float64)).Min().ToDouble() >= -1e-12);
    }

    // The transition of Amit, Gutfreund and Sompolinsky at 0.138, which a finite network blurs.
    [Fact]
    public void A_thousand_units_remember_at_a_load_of_13_percent_and_lose_at_15()
    {
        double below = Overlap(130), above = Overlap(150);
        Assert.True(below >= 0.95, $"{below} at 0.13");
        Assert.True(above < below - 0.04, $"{below} at 0.13, {above} at 0.15");
    }

    [Fact]
    public void Storkeys_rule_stores_more_than_Hebbs()
    {
        Tensor patterns = Signs(new RandomKey(1).Normal([40, 200]));
        double[] overlaps = [.. new[] { HopfieldRule.Hebb, HopfieldRule.Storkey }.Select(rule =>
        {
            HopfieldNetwork network = new(200);
            network.Store(patterns, rule);
            return (network.Recall(patterns, new RandomKey(2)) * patterns).Mean().ToDouble();
        })];
        Assert.True(overlaps[1] > 0.99 && overlaps[0] < 0.9, string.Join(", ", overlaps));
    }

    [Fact]
    public void The_continuous_network_is_that_of_numpy()
    {
        ContinuousHopfieldNetwork network = new(NamedNumbers.Of("hopfield/real", [5, 4]).Cast(DType.Float64), beta: 2.5);
        Tensor state = NamedNumbers.Of("hopfield/state", [2, 4]).Cast(DType.Float64);
        for (int step = 0; step < 3; step++)
        {
            // NamedNumbers are rounded to Float32.
            Equal(Golden["energies"]![step]!, network.Energy(state), 1e-6);
            state = network.Recall(state, steps: 1);
            Equal(Golden["steps"]![step]!, state, 1e-6);
        }
    }

    [Fact]
    public void The_continuous_network_recalls_a_thousand_patterns_from_their_halves_in_one_step()
    {
        Tensor patterns = Signs(new RandomKey(1).Normal([1000, 100])) / 10;
        ContinuousHopfieldNetwork network = new(patterns, beta: 60);
        Tensor halves = patterns * Tensor.Range(0, 100).Less(50).Cast(DType.Float32);
        Tensor recalled = network.Recall(halves, steps: 1);
        Assert.True((recalled * patterns).Sum(1).Min().ToDouble() > 0.98);
        Assert.True(network.Energy(recalled).Less(network.Energy(halves)).All().Item<bool>());
        // Hebb's rule has lost them all: a load of 10.
        HopfieldNetwork binary = new(100);
        binary.Store(patterns * 10);
        Assert.True((binary.Recall(patterns * 10, new RandomKey(2)) * patterns * 10).Mean().ToDouble() < 0.5);
    }

    [Fact]
    public void Wrong_use_is_told()
    {
        HopfieldNetwork network = new(3);
        Assert.Contains("-1 and +1", Assert.Throws<ArgumentException>(() => network.Store(Tensor.Zeros([1, 3]))).Message, StringComparison.Ordinal);
        Assert.Contains("(states, 3)", Assert.Throws<ShapeException>(() => network.Recall(Tensor.Ones([3]), new RandomKey(1))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new HopfieldNetwork(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => network.Recall(Tensor.Ones([1, 3]), new RandomKey(1), sweeps: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ContinuousHopfieldNetwork(Tensor.Ones([2, 3]), beta: 0));
        Assert.Throws<ArgumentException>(() => new ContinuousHopfieldNetwork(Tensor.Full([2, 3], double.NaN), beta: 1));
        Assert.Contains("(states, 3)", Assert.Throws<ShapeException>(() => new ContinuousHopfieldNetwork(Tensor.Ones([2, 3]), beta: 1).Recall(Tensor.Ones([2, 4]))).Message, StringComparison.Ordinal);
    }

    private static double Overlap(int patterns) => Enumerable.Range(0, 3).Average(seed =>
    {
        Tensor all = Signs(new RandomKey((ulong)seed).Normal([patterns, 1000]));
        HopfieldNetwork network = new(1000);
        network.Store(all);
        return (network.Recall(all, new RandomKey((ulong)seed).Fold(1)) * all).Mean().ToDouble();
    });

    private static Tensor Signs(Tensor x) => Tensor.Where(x.Greater(0), x.OnesLike(), -x.OnesLike());

    private static void Equal(JsonNode expected, Tensor actual, double tolerance) =>
        Assert.All(expected.AsArray().Zip(actual.ToArray<double>()), pair => Assert.Equal(pair.First!.GetValue<double>(), pair.Second, tolerance));
}
