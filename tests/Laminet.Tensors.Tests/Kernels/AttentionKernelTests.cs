using Laminet.Tensors.Blocks;

namespace Laminet.Tensors.Tests.Kernels;

/// <summary>Attention, gelu and the exponential that both have, at every vector width and with several threads, against other operations in Float64.</summary>
[Collection("Engine settings")]
public class AttentionKernelTests
{
    /// <summary>Batch, queries, keys, heads, key heads, d, dv; around the tiles, the vectors and the number of keys from which scores lie in rows.</summary>
    public static TheoryData<int[], int[]?, bool> Shapes => new()
    {
        { [2, 32, 32, 3, 3, 32, 32], null, false }, { [2, 8, 1, 2, 1, 3, 1], null, false }, { [1, 33, 33, 2, 2, 40, 7], null, true }, { [3, 100, 17, 2, 1, 5, 20], null, true },
        { [1, 97, 64, 2, 2, 16, 48], [1, 2, 97, 64], false }, { [2, 20, 63, 4, 2, 6, 50], [2, 1, 1, 63], true }, { [2, 12, 12, 2, 2, 8, 8], [2, 1, 12, 12], true },
        { [2, 10, 20, 2, 1, 3, 3], [1, 2, 10, 1], false }, { [1, 7, 40, 2, 2, 9, 9], null, true }, { [1, 30, 65, 2, 1, 9, 9], null, true }, { [1, 30, 131, 2, 1, 9, 9], [1, 1, 30, 131], true },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Attention_is_that_of_its_operations(int[] sizes, int[]? mask, bool causal)
    {
        Tensor queries = Normal(1, sizes[0], sizes[1], sizes[3], sizes[5]), keys = Normal(2, sizes[0], sizes[2], sizes[4], sizes[5]), values = Normal(3, sizes[0], sizes[2], sizes[4], sizes[6]);
        // Some queries of short rows are left without keys.
        Tensor[] masks = mask is null ? [] : [Normal(4, mask).Greater(0.3)];
        double[] expected = new DotProductAttention(causal, 0.6, 0, mask is not null).Body([Wide(queries), Wide(keys), Wide(values), .. masks]).ToArray<double>();
        EngineSettings.AtEveryLevel(
            () => queries.DotProductAttention(keys, values, mask is null ? null : masks[0], causal, 0.6).ToArray<float>(), expected, EngineSettings.Tolerance<float>(), "attention");
        EngineSettings.AtEveryLevel(
            () => Wide(queries).DotProductAttention(Wide(keys), Wide(values), mask is null ? null : masks[0], causal, 0.6).ToArray<double>(), expected, EngineSettings.Tolerance<double>(), "attention in Float64");
    }

    [Fact]
    public void Infinite_and_huge_scores_count_as_the_softmax_has_them()
    {
        Tensor keys = Normal(1, 1, 20, 1, 2), values = Normal(2, 1, 20, 1, 3);
        float[] numbers = [.. Enumerable.Repeat(1f, 20)];
        (numbers[3], numbers[5], numbers[7]) = (1e30f, -1e30f, float.NaN);
        Tensor queries = Tensor.From(numbers, [1, 10, 1, 2]);
        float[] result = queries.DotProductAttention(keys, values).ToArray<float>();
        // The seventh number belongs to the fourth query, and spoils no other.
        for (int i = 0; i < result.Length; i++)
            Assert.Equal(i / 3 == 3, float.IsNaN(result[i]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(1000)]
    public void Gelu_is_that_of_the_error_function(int length)
    {
        Tensor x = Normal(1, length) * 4;
        double[] expected = (Wide(x) * ((Wide(x) * Math.Sqrt(0.5)).Erf() + 1) * 0.5).ToArray<double>();
        EngineSettings.AtEveryLevel(() => x.Gelu().ToArray<float>(), expected, 1e-6, "gelu");
        EngineSettings.AtEveryLevel(() => Wide(x).Gelu().ToArray<double>(), expected, EngineSettings.Tolerance<double>(), "gelu in Float64");
    }

    [Fact]
    public void Gelu_of_what_is_not_usual()
    {
        foreach (DType type in (DType[])[DType.Float32, DType.Float64])
        {
            double[] result = Tensor.From([double.NaN, double.PositiveInfinity, -1e30, 1e30, 0, -40], [6]).Cast(type).Gelu().Cast(DType.Float64).ToArray<double>();
            Assert.Equal(double.NaN, result[0]);
            Assert.Equal(double.PositiveInfinity, result[1]);
            Assert.Equal([0, 1, 0, 0], [Math.Abs(result[2]), Math.Round(result[3] / 1e30, 6), result[4], Math.Abs(result[5])]);
        }
    }

    /// <summary>Of a cache of halves the kernel widens the positions in use, and gives the bits that it gives for a widened cache.</summary>
    [Theory]
    [InlineData(DType.BFloat16)]
    [InlineData(DType.Float16)]
    public void Attention_to_a_cache_of_halves_is_that_of_Float32_rounded(DType type)
    {
        foreach ((int heads, int keyHeads, int queries, int longest, int length, int d, int dv) in (ReadOnlySpan<(int, int, int, int, int, int, int)>)
            [(4, 4, 1, 200, 130, 24, 24), (4, 2, 3, 70, 65, 7, 33), (2, 2, 1, 5, 0, 8, 8), (6, 1, 2, 40, 40, 16, 5)])
        {
            Tensor query = Normal(1, 2, queries, heads, d).Transpose(0, 2, 1, 3).Cast(type), cache = Normal(2, 2, keyHeads, longest, d + dv).Cast(type);
            Tensor mask = Normal(3, 2, 1, queries, longest).Greater(-0.5), count = Tensor.Scalar(length);
            foreach (bool causal in (bool[])[false, true])
            {
                Tensor Of(Tensor q, Tensor both) => q.CachedAttention(both.Slice(0, d, axis: 3), both.Slice(d, d + dv, axis: 3), count, mask, causal);
                Assert.Equal(Of(query.Cast(DType.Float32), cache.Cast(DType.Float32)).Cast(type).Cast(DType.Float32).ToArray<float>(), Of(query, cache).Cast(DType.Float32).ToArray<float>());
            }
        }
    }

    private static Tensor Normal(ulong key, params int[] shape) => new RandomKey(key).Normal(shape);

    private static Tensor Wide(Tensor x) => x.Cast(DType.Float64);
}
