using System.Runtime.InteropServices;
using Laminet.Tensors.Kernels;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Tests;

[Collection("Engine settings")]
public class RandomTests
{
    private static readonly RandomKey Key = new(20240229);

    [Fact]
    public unsafe void Blocks_in_vectors_are_the_blocks_one_by_one()
    {
        SimdLevel before = Simd.Level;
        try
        {
            foreach (SimdLevel level in Enum.GetValues<SimdLevel>())
            {
                Simd.Level = level;
                // Also where the counter's lower half overflows into its upper half.
                foreach ((ulong key, ulong first, ulong high) in ((ulong, ulong, ulong)[])[
                    (0, 0, 0), (0x299f31d0a4093822, 0xFFFF_FFF3, 6), (ulong.MaxValue, ulong.MaxValue - 5, 0x0370734413198a2e)])
                {
                    foreach (int blocks in (int[])[0, 1, 2, 7, 8, 9, 37])
                    {
                        uint[] words = new uint[(4 * blocks) + 1];
                        words[4 * blocks] = 77;
                        fixed (uint* start = words)
                            RandomWords.Fill(key, first, high, start, blocks);
                        for (int i = 0; i < blocks; i++)
                            Assert.Equal(Philox.Block(key, first + (ulong)i, high), (words[4 * i], words[(4 * i) + 1], words[(4 * i) + 2], words[(4 * i) + 3]));
                        Assert.Equal(77u, words[4 * blocks]);
                    }
                }
            }
        }
        finally
        {
            Simd.Level = before;
        }
    }

    [Fact]
    public void Uniform_numbers_are_the_upper_bits_of_the_words()
    {
        float[] narrow = Key.Uniform([5003]).ToArray<float>();
        double[] wide = Key.Uniform([5003], dtype: DType.Float64).ToArray<double>();
        for (int i = 0; i < narrow.Length; i += 4)
        {
            (uint a, uint b, uint c, uint d) = Philox.Block(Key.Seed, (ulong)i / 4);
            (uint e, uint f, uint g, uint h) = Philox.Block(Key.Seed, (ulong)i / 4, 2);
            uint[] words = [a, b, c, d], pairs = [a, b, c, d, e, f, g, h];
            for (int j = 0; j < Math.Min(4, narrow.Length - i); j++)
            {
                Assert.Equal((words[j] >> 8) / (float)(1 << 24), narrow[i + j]);
                Assert.Equal(((((ulong)pairs[(2 * j) + 1] << 32) | pairs[2 * j]) >> 11) / (double)(1UL << 53), wide[i + j]);
            }
        }
    }

    [Fact]
    public void Normal_numbers_are_made_of_pairs_of_uniform_ones()
    {
        double[] uniform = Key.Uniform([5003], dtype: DType.Float64).ToArray<double>();
        double[] normal = Key.Normal([5003], dtype: DType.Float64).ToArray<double>();
        for (int i = 0; i + 1 < normal.Length; i += 2)
        {
            double radius = Math.Sqrt(-2 * Math.Log(1 - uniform[i]));
            (double sine, double cosine) = double.SinCosPi(uniform[i + 1] * 2);
            Assert.Equal((radius * cosine, radius * sine), (normal[i], normal[i + 1]));
        }
    }

    [Fact]
    public void Dropout_keeps_what_Bernoulli_keeps_and_says_which_rates_there_are()
    {
        Tensor x = Key.Normal([70_001]);
        Tensor expected = Tensor.Where(Key.Bernoulli(x.Shape, 1 - 0.3), x * (1 / (1 - 0.3)), Tensor.Scalar(0f));
        Assert.Equal(expected.ToArray<float>(), x.Dropout(Key, 0.3).ToArray<float>());
        Assert.StartsWith("Dropout: received the rate 1; expected at least 0 and below 1.",
            Assert.Throws<ArgumentOutOfRangeException>(() => x.Dropout(Key, 1)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    public void Moments_are_those_of_the_distribution(DType type)
    {
        const int count = 400_003;
        Moments(Key.Uniform([count], dtype: type), 0.5, 1 / 12.0, 0, -1.2);
        Moments(Key.Uniform([count], -3, 5, type), 1, 64 / 12.0, 0, -1.2);
        Moments(Key.Normal([count], dtype: type), 0, 1, 0, 0);
        Moments(Key.Normal([count], 2, 3, type), 2, 9, 0, 0);
        // Of the normal distribution cut at two deviations.
        Moments(Key.TruncatedNormal([count], dtype: type), 0, 0.773741, 0, -0.634);
    }

    private static void Moments(Tensor draw, double mean, double variance, double skewness, double excess)
    {
        double[] values = draw.Cast(DType.Float64).ToArray<double>();
        double deviation = Math.Sqrt(variance), error = 5 / Math.Sqrt(values.Length);
        Assert.InRange((values.Average() - mean) / deviation, -error, error);
        Assert.InRange(values.Average(value => Math.Pow((value - mean) / deviation, 2)) - 1, -1.5 * error, 1.5 * error);
        Assert.InRange(values.Average(value => Math.Pow((value - mean) / deviation, 3)) - skewness, -4 * error, 4 * error);
        Assert.InRange(values.Average(value => Math.Pow((value - mean) / deviation, 4)) - 3 - excess, -10 * error, 10 * error);
        // Neighbours, and numbers one block of four apart, have nothing to do with each other.
        foreach (int lag in (int[])[1, 2, 3, 4])
        {
            double covariance = 0;
            for (int i = lag; i < values.Length; i++)
                covariance += (values[i] - mean) * (values[i - lag] - mean) / variance;
            Assert.InRange(covariance / values.Length, -error, error);
        }
    }

    [Theory]
    [InlineData(DType.Float32, 0.0, 1.0)]
    [InlineData(DType.Float64, 0.0, 1.0)]
    [InlineData(DType.Float32, -2.5, 7.0)]
    // So coarse a spacing of floats that scaling would round up to the maximum.
    [InlineData(DType.Float32, 1_000_000.0, 1_000_001.0)]
    [InlineData(DType.Float64, 1e15, 1.000000000000001e15)]
    public void Uniform_stays_in_its_range(DType type, double minimum, double maximum)
    {
        double[] values = Key.Uniform([200_000], minimum, maximum, type).Cast(DType.Float64).ToArray<double>();
        Assert.All(values, value => Assert.True(value >= minimum && value < maximum, $"{value}"));
    }

    [Fact]
    public void Uniform_is_uniform()
    {
        int[] counts = new int[256];
        foreach (float value in Key.Uniform([256_000]).ToArray<float>())
            counts[(int)(value * 256)]++;
        double chiSquare = counts.Sum(count => (count - 1000.0) * (count - 1000) / 1000);
        // 255 degrees of freedom: mean 255, deviation 22.6.
        Assert.InRange(chiSquare, 165, 345);
    }

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    public void Truncated_lies_within_two_deviations(DType type)
    {
        double[] values = Key.TruncatedNormal([200_001], 5, 0.5, type).Cast(DType.Float64).ToArray<double>();
        Assert.All(values, value => Assert.InRange(value, 4 - 1e-6, 6 + 1e-6));
    }

    [Fact]
    public void A_permutation_has_each_position_once()
    {
        foreach (int length in (int[])[0, 1, 2, 3, 10, 1000, 100_000])
        {
            int[] order = Key.Permutation(length).ToArray<int>();
            Array.Sort(order);
            Assert.Equal(Enumerable.Range(0, length), order);
        }
    }

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    public void Bits_depend_neither_on_threads_nor_on_the_length(DType type)
    {
        Func<RandomKey, int, Tensor>[] draws =
        [
            (key, length) => key.Uniform([length], dtype: type), (key, length) => key.Normal([length], dtype: type),
            (key, length) => key.TruncatedNormal([length], dtype: type),
        ];
        int before = Workers.Count;
        try
        {
            foreach (Func<RandomKey, int, Tensor> draw in draws)
            {
                Workers.Count = 1;
                byte[] alone = Bytes(draw(Key, 100_001));
                Workers.Count = 2;
                Assert.Equal(alone, Bytes(draw(Key, 100_001)));
                foreach (int length in (int[])[1, 2, 3, 4, 5, 31, 33_000, 70_002])
                    Assert.True(alone.AsSpan(0, length * type.Size()).SequenceEqual(Bytes(draw(Key, length))), $"the first {length}");
            }
        }
        finally
        {
            Workers.Count = before;
        }

        static byte[] Bytes(Tensor tensor) => tensor.DType == DType.Float32
            ? MemoryMarshal.AsBytes<float>(tensor.ToArray<float>()).ToArray()
            : MemoryMarshal.AsBytes<double>(tensor.ToArray<double>()).ToArray();
    }

    [Fact]
    public void Keys_and_their_folds_give_different_streams()
    {
        RandomKey[] keys = [Key, new(1), new(2), .. Enumerable.Range(0, 100).Select(number => Key.Fold((ulong)number)), Key.Fold(1).Fold(2), Key.Fold(2).Fold(1)];
        Assert.Equal(keys.Length, keys.Distinct().Count());
        double[][] streams = [.. keys.Select(key => key.Normal([2000], dtype: DType.Float64).ToArray<double>())];
        for (int i = 0; i < streams.Length; i++)
        {
            for (int j = 0; j < i; j++)
                Assert.InRange(streams[i].Zip(streams[j], (x, y) => x * y).Average(), -0.13, 0.13);
        }

        Assert.Equal(Key.Fold(7), Key.Fold(7));
        Assert.Equal(new RandomKey(5).Normal([9]).ToArray<float>(), new RandomKey(5).Normal([9]).ToArray<float>());
    }

    [Fact]
    public void A_permutation_and_a_draw_of_one_key_are_unrelated()
    {
        // Draws and shuffles count blocks in different places.
        int[] order = Key.Permutation(1000).ToArray<int>();
        float[] uniform = Key.Uniform([1000]).ToArray<float>();
        double correlation = order.Zip(uniform, (position, value) => (position - 499.5) / 288.7 * (value - 0.5) / 0.2887).Average();
        Assert.InRange(correlation, -0.13, 0.13);
    }
}
