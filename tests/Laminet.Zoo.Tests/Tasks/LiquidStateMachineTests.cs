using System.Text.Json.Nodes;
using Laminet.Tensors;
using Laminet.Zoo.Tasks;
using Laminet.Zoo.Tests.Golden;

namespace Laminet.Zoo.Tests.Tasks;

public class LiquidStateMachineTests
{
    private static readonly JsonObject Golden =
        JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "liquid.json")))!.AsObject();

    [Fact]
    public void Spikes_and_traces_are_those_of_numpy()
    {
        Tensor inhibitory = Tensor.From([.. Enumerable.Range(0, 12).Select(neuron => neuron % 4 == 3 ? 1f : 0f)]);
        LiquidStateMachine liquid = new(NamedNumbers.Of("liquid/weights", [12, 12]) * 2 * (1 - (2 * inhibitory)).ExpandDims(1), (NamedNumbers.Of("liquid/into", [3, 12]) * 2) - 0.5, inhibitory)
        {
            StepsPerFrame = 4,
            TimeStep = 1.5,
            MembraneTime = 20,
            SynapseTime = (3, 7),
            Refractory = 2,
            FilterTime = 40,
        };
        (Tensor spikes, Tensor traces) = liquid.Run(NamedNumbers.Of("liquid/inputs", [2, 12, 3]) * 5);
        Assert.Equal([2, 12, 12], spikes.Shape);
        Assert.Equal(Golden["spikes"]!.AsArray().Select(count => (float)count!.GetValue<int>()), spikes.ToArray<float>());
        Assert.All(Golden["traces"]!.AsArray().Zip(traces.ToArray<float>()), pair => Assert.Equal(pair.First!.GetValue<double>(), pair.Second, 1e-4));
    }

    [Fact]
    public void A_picture_has_spikes_above_and_inputs_below()
    {
        Tensor picture = LiquidStateMachine.Picture(Tensor.From(new float[,] { { 0, 2, 1 }, { 0, 0, 2 } }), Tensor.From(new float[,] { { 0, 2 }, { -2, 9 } }));
        Assert.Equal(new Shape(3 + 4 + (2 * 2), 2 * 3, 1), picture.Shape);
        byte[] left = picture.At(0, axis: 1).Reshape([-1]).ToArray<byte>(), right = picture.At(3, axis: 1).Reshape([-1]).ToArray<byte>();
        Assert.Equal([255, 0, 127, 178, 178, 178, 178, 0, 0, 127, 127], left);
        Assert.Equal([255, 255, 0, 178, 178, 178, 178, 0, 0, 255, 255], right);
        Assert.Contains("received spikes of shape (2, 3) and inputs of shape (1, 2)", Assert.Throws<ShapeException>(() => LiquidStateMachine.Picture(Tensor.Zeros([2, 3]), Tensor.Zeros([1, 2]))).Message, StringComparison.Ordinal);
    }

    // Between an input of 1.2 and the threshold: v = 1.2 (1 - d^n) ≥ 1 after n = ln 6 / (2 / 30) = 26.9 steps, that is 27; then one of rest.
    [Fact]
    public void A_neuron_alone_spikes_when_its_potential_reaches_1()
    {
        LiquidStateMachine liquid = new(Tensor.Zeros([1, 1]), Tensor.Ones([1, 1]), Tensor.Zeros([1])) { StepsPerFrame = 1 };
        float[] spikes = liquid.Run(Tensor.Full([1, 120, 1], 1.2)).Spikes.ToArray<float>();
        Assert.Equal([26, 54, 82, 110], Enumerable.Range(0, 120).Where(step => spikes[step] == 1));
        Assert.Equal(0, liquid.Run(Tensor.Full([1, 200, 1], 0.99)).Spikes.Sum().ToDouble());
    }

    // C exp(-(D / λ)²), by pairs of neighbours.
    [Theory]
    [InlineData(2.0)]
    [InlineData(1.2)]
    public void Connections_are_as_frequent_as_their_distance_says(double lambda)
    {
        LiquidStateMachine liquid = new(4, 12, 12, 10, lambda, synapseScale: 0.7, seed: 1);
        float[] weights = liquid.Weights.ToArray<float>(), inhibitory = liquid.IsInhibitory.ToArray<float>();
        Assert.InRange(inhibitory.Average(), 0.17, 0.23);
        double[,] chances = { { 0.3, 0.2 }, { 0.4, 0.1 } };
        foreach ((int step, double square) in ((int, double)[])[(1, 1), (2, 4), (13, 2), (144, 1)])
        {
            double expected = 0, found = 0;
            for (int from = 0; from + step < 1440; from++)
            {
                if (from % 12 + step % 12 >= 12 || from / 12 % 12 + step / 12 % 12 >= 12)
                    continue;
                expected += chances[(int)inhibitory[from], (int)inhibitory[from + step]] * Math.Exp(-square / (lambda * lambda));
                found += weights[(from * 1440) + from + step] == 0 ? 0 : 1;
            }

            Assert.InRange(found, expected - (4 * Math.Sqrt(expected)), expected + (4 * Math.Sqrt(expected)));
        }

        Assert.All(Enumerable.Range(0, 1440), neuron => Assert.Equal(0, weights[neuron * 1441]));
        Assert.All(weights.Index().Where(one => one.Item != 0), one => Assert.Equal(inhibitory[one.Index / 1440] == 1, one.Item < 0));
        Assert.Equal(0.7, weights.Where(weight => weight != 0).Average(Math.Abs), 0.03);
        Assert.Equal(0, new LiquidStateMachine(4, 3, 3, 3, lambda: 0).Weights.Abs().Sum().ToDouble());
    }

    // Without connections no neuron spikes once its input has ended.
    [Fact]
    public void Connections_prolong_what_an_input_stirred()
    {
        float[] pulse = new float[30];
        pulse.AsSpan(0, 3).Fill(4);
        double[] late = [.. new[] { 0.0, 3.0 }.Select(lambda =>
            new LiquidStateMachine(1, 5, 5, 5, lambda, synapseScale: 8, inputShare: 0.5, seed: 2).Run(Tensor.From(pulse, [1, 30, 1])).Spikes.Slice(3, axis: 1).Sum().ToDouble())];
        Assert.Equal(0, late[0]);
        Assert.True(late[1] > 0, $"{late[1]} spikes");
    }

    [Fact]
    public void Wrong_use_is_told()
    {
        LiquidStateMachine liquid = new(3, 2, 2, 2);
        Assert.Equal("LiquidStateMachine: received inputs of shape (1, 5, 2); expected (examples, frames, 3), at least one of each.", Assert.Throws<ShapeException>(() => liquid.Run(Tensor.Ones([1, 5, 2]))).Message);
        Assert.Equal("LiquidStateMachine: received inputs of Float64; expected Float32. Cast them.", Assert.Throws<DTypeException>(() => liquid.Run(Tensor.Ones([1, 5, 3], DType.Float64))).Message);
        Assert.StartsWith("LiquidStateMachine: the inputs hold NaN or infinity", Assert.Throws<ArgumentException>(() => liquid.Run(Tensor.Full([1, 5, 3], double.NaN))).Message, StringComparison.Ordinal);
        Assert.Equal("Received lambda = -1; expected 0 or more, such as 2. (Parameter 'lambda')", Assert.Throws<ArgumentOutOfRangeException>(() => new LiquidStateMachine(3, 2, 2, 2, lambda: -1)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new LiquidStateMachine(3, 2, 0, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LiquidStateMachine(3, 2, 2, 2) { TimeStep = 0 });
    }
}
