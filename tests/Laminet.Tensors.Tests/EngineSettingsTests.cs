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
}
