using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Runtime;
using Laminet.Verification.Operations;

namespace Laminet.Tensors.Tests;

/// <summary>The number of threads changes no bit.</summary>
[Collection("Engine settings")]
public class EngineSettingsTests
{
    public static TheoryData<string> Names => [.. OpCases.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void One_and_two_threads_give_the_same_bits(string name)
    {
        OpCase row = OpCases.ByName(name);
        List<byte[]> alone = WithThreads(1, row), together = WithThreads(2, row);
        Assert.Equal(alone.Count, together.Count);
        for (int i = 0; i < alone.Count; i++)
            Assert.True(alone[i].AsSpan().SequenceEqual(together[i]), $"{name}: result {i} differs with two threads");
    }

    // The value in every type, and the float32 gradients.
    private static List<byte[]> WithThreads(int count, OpCase row)
    {
        int before = Workers.Count;
        Workers.Count = count;
        try
        {
            List<byte[]> results = [.. row.Types.Select(type => Bytes(row.Function(row.Tensors(type))))];
            if (row.Differentiable.Length > 0 && row.Types.Contains(DType.Float32))
            {
                Tensor[] inputs = row.Tensors(DType.Float32);
                GradientTape tape = new();
                foreach (int input in row.Differentiable)
                    inputs[input] = tape.Watch(inputs[input]);
                results.AddRange(tape.Gradients(row.Function(inputs).Square().Sum(), Unconnected.Zeros).Select(Bytes));
            }

            return results;
        }
        finally
        {
            Workers.Count = before;
        }
    }

    private static byte[] Bytes(Tensor tensor)
    {
        using MemoryStream stream = new();
        tensor.Write(stream);
        return stream.ToArray();
    }

    [Fact]
    public void Draws_are_those_of_any_number_of_threads()
    {
        Tensor[] Drawn() => [new RandomKey(3).Poisson([100_000], Tensor.Scalar(20.0)), new RandomKey(3).Binomial([100_000], Tensor.Scalar(90.0), Tensor.Scalar(0.4)), new RandomKey(3).RandInt([100_000], -5, 1 << 20)];
        int threads = Engine.Threads;
        Tensor[] many = Drawn();
        try
        {
            Engine.Threads = 1;
            Assert.All(many.Zip(Drawn()), pair => Assert.True(pair.First.Equal(pair.Second).All().Item<bool>()));
        }
        finally
        {
            Engine.Threads = threads;
        }
    }
}
