using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Compilation;
using Laminet.Tensors.Kernels;
using Laminet.Tensors.Tests.Compilation;
using Laminet.Verification.Operations;

namespace Laminet.Tensors.Tests;

/// <summary>The two types of 16 bits: stored so, computed in Float32, rounded after each operation.</summary>
public class HalfTests
{
    public static TheoryData<DType> Types => [DType.Float16, DType.BFloat16];

    [Fact]
    public void BFloat16_rounds_to_the_nearest_and_then_to_the_even()
    {
        (double Given, float Rounded)[] cases =
        [
            (0.2691408770292272, 0.26953125f), (1 + Math.Pow(2, -8), 1f), (1 + (3 * Math.Pow(2, -8)), 1.015625f), (-1 - Math.Pow(2, -8), -1f), (1e39, float.PositiveInfinity),
            (float.MaxValue, float.PositiveInfinity), (double.Epsilon, 0f), (double.NegativeInfinity, float.NegativeInfinity),
        ];
        foreach ((double given, float rounded) in cases)
        {
            Assert.Equal(rounded, (float)(BFloat16)given);
            Assert.Equal(rounded, (float)Tensor.Full([1], given, DType.BFloat16).Item<BFloat16>());
            Assert.Equal(Enumerable.Repeat(rounded, 37), Tensor.Full([37], given, DType.Float64).Cast(DType.BFloat16).Cast(DType.Float32).ToArray<float>());
        }

        Assert.Equal(22f, (float)(Tensor.Scalar((BFloat16)3.140625f) * 7).Item<BFloat16>());
    }

    // The matrix is not widened in memory; the sums are of Float32 in another order than those of the product of Float32.
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 70)]
    [InlineData(37, 1)]
    [InlineData(513, 300)]
    [InlineData(768, 2304)]
    public void A_row_times_a_matrix_of_16_bits_is_the_product_of_Float32_rounded_once(int depth, int columns)
    {
        Tensor row = new RandomKey(1).Uniform([1, depth], -1, 1).Cast(DType.BFloat16), matrix = new RandomKey(2).Uniform([depth, columns], -1, 1).Cast(DType.BFloat16);
        float[] expected = row.Cast(DType.Float32).MatMul(matrix.Cast(DType.Float32)).ToArray<float>();
        Tensor turned = matrix.Transpose().Contiguous();
        foreach (Tensor product in (Tensor[])[row.MatMul(matrix), row.MatMul(turned, transposeOther: true), row.MatMul(turned.Transpose())])
        {
            Assert.Equal((DType.BFloat16, new Shape(1, columns)), (product.DType, product.Shape));
            // Half a unit in the last of eight bits, and what another order of the sums makes.
            Assert.All(expected.Zip(product.Cast(DType.Float32).ToArray<float>()), pair => Assert.Equal(pair.First, pair.Second, (Math.Abs(pair.First) / 256) + (1e-5 * Math.Sqrt(depth))));
        }
    }

    /// <summary>Few rows are widened by the kernel, many by copies.</summary>
    [Theory]
    [InlineData(DType.BFloat16, 1)]
    [InlineData(DType.BFloat16, 3)]
    [InlineData(DType.Float16, 3)]
    [InlineData(DType.BFloat16, 500)]
    public void Normalised_rows_of_16_bits_are_those_of_Float32_rounded_once(DType type, int rows)
    {
        Tensor x = new RandomKey(1).Normal([rows, 77]).Cast(type), gamma = new RandomKey(2).Normal([77]).Cast(type), beta = new RandomKey(3).Normal([77]).Cast(type);
        Tensor Wide(Tensor each) => each.Cast(DType.Float32);
        Assert.Equal(Wide(Wide(x).LayerNormalize(Wide(gamma), Wide(beta)).Cast(type)).ToArray<float>(), Wide(x.LayerNormalize(gamma, beta)).ToArray<float>());
        Assert.Equal(Wide(Wide(x).RmsNormalize(Wide(gamma)).Cast(type)).ToArray<float>(), Wide(x.RmsNormalize(gamma)).ToArray<float>());
    }

    [Fact]
    public void NaN_stays_NaN_whatever_its_bits()
    {
        foreach (uint bits in (uint[])[0x7F80_0001, 0xFF80_0001, 0x7FC0_0000, 0x7FFF_FFFF, 0xFFFF_FFFF])
        {
            float value = BitConverter.UInt32BitsToSingle(bits);
            Assert.True(float.IsNaN((BFloat16)value));
            foreach (DType type in (DType[])[DType.Float16, DType.BFloat16])
                Assert.All(Tensor.From(Enumerable.Repeat(value, 37).ToArray()).Cast(type).Cast(DType.Float32).ToArray<float>(), each => Assert.True(float.IsNaN(each)));
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_number_survives_Float32(DType type)
    {
        ushort[] all = [.. Enumerable.Range(0, 1 << 16).Select(bits => (ushort)bits)];
        float[] wide = new float[all.Length];
        ushort[] back = new ushort[all.Length];
        HalfNumbers.Widen(type, all, wide);
        HalfNumbers.Narrow(type, wide, back);
        for (int i = 0; i < all.Length; i++)
        {
            float expected = type == DType.Float16 ? (float)BitConverter.UInt16BitsToHalf(all[i]) : BFloat16.FromBits(all[i]);
            Assert.Equal(BitConverter.SingleToUInt32Bits(expected), BitConverter.SingleToUInt32Bits(wide[i]));
            Assert.True(float.IsNaN(wide[i]) || all[i] == back[i]);
        }
    }

    // Between each two neighbours: the middle, and just beside it.
    [Theory]
    [MemberData(nameof(Types))]
    public void Rounding_is_that_of_one_number(DType type)
    {
        List<float> numbers = [];
        for (int bits = 0; bits < 0x7F80; bits += 7)
        {
            float number = type == DType.Float16 ? (float)BitConverter.UInt16BitsToHalf((ushort)Math.Min(bits, 0x7BFF)) : BFloat16.FromBits((ushort)bits);
            float next = type == DType.Float16 ? (float)BitConverter.UInt16BitsToHalf((ushort)Math.Min(bits + 1, 0x7BFF)) : BFloat16.FromBits((ushort)(bits + 1));
            float middle = (float)(((double)number + next) / 2);
            numbers.AddRange([middle, -middle, MathF.BitDecrement(middle), MathF.BitIncrement(middle)]);
        }

        float[] rounded = [.. numbers];
        ushort[] narrow = new ushort[rounded.Length];
        HalfNumbers.Narrow(type, rounded, narrow);
        foreach (float[] part in rounded.Chunk(1000))
            Assert.Equal(part.Select(One), Rounded(part));

        Assert.Equal(numbers.Select(number => type.HalfBits(number)), narrow);

        float One(float number) => type == DType.Float16 ? (float)(Half)number : (BFloat16)number;

        float[] Rounded(float[] part)
        {
            float[] result = [.. part];
            HalfNumbers.Round(type, result);
            return result;
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void A_chain_gives_the_bits_of_its_operations(DType type)
    {
        Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> chain = inputs =>
        {
            (Tensor x, Tensor y) = (inputs[0], inputs[1]);
            Tensor z = ((x * y) + (x - 0.1)).Exp() / (y.Abs() + 3);
            Tensor chosen = Tensor.Where(z.Greater(x), z.Sigmoid(), y * 1.3) + (x.Cast(DType.Float32) * 0.7).Cast(type);
            return [chosen, chosen.Square().Sum(), (chosen * 2).Sum(0), (chosen + 1).Sum(1), (chosen - y).Max(), (chosen * y).Mean()];
        };
        RandomKey key = new(3);
        foreach (Shape shape in (Shape[])[[1, 1], [3, 7], [33, 1031]])
        {
            Tensor x = key.Fold(1).Normal(shape, dtype: type), y = key.Fold(2).Normal([shape[0], 1], dtype: type);
            Tensor[] inputs = [x, shape[1] == 1 ? y : y + key.Fold(3).Normal(shape, dtype: type).Transpose().Contiguous().Transpose()];
            CompiledFunction compiled = Function.Compile(chain);
            IReadOnlyList<Tensor> expected = chain(inputs);
            Bundle<Tensor> actual = compiled.Call(inputs);
            for (int i = 0; i < expected.Count; i++)
                Bits.Equal(expected[i], actual[i], $"result {i} of {type} {shape}");
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Random_functions_give_the_bits_of_eager(DType type)
    {
        for (int seed = 0; seed < 60; seed++)
        {
            RandomKey key = new((ulong)seed);
            Tensor[] inputs = [key.Normal([3, 5], dtype: type), key.Fold(1).Normal([2, 4, 3, 2], dtype: type), key.Fold(2).Normal([5], dtype: type)];
            IReadOnlyList<Tensor> expected = Run(inputs);
            Bundle<Tensor> actual = Function.Compile(Run).Call(inputs);
            for (int i = 0; i < expected.Count; i++)
                Bits.Equal(expected[i], actual[i], $"seed {seed}, result {i}");

            IReadOnlyList<Tensor> Run(IReadOnlyList<Tensor> given)
            {
                RandomOperations operations = new(new Random(seed), type);
                foreach (Tensor input in given)
                    operations.Add(input);
                for (int step = 0; step < 20; step++)
                    operations.Step();
                return operations.Tensors;
            }
        }
    }

    [Fact]
    public void Reductions_round_once()
    {
        Tensor large = Tensor.Full([4], 60000, DType.Float16);
        Assert.Equal(60000f, (float)large.Mean().Item<Half>());
        Assert.Equal(60000f, (float)Function.Compile(inputs => [inputs[0].Mean()]).Call(large)[0].Item<Half>());
        Assert.Equal(0f, (float)large.Variance().Item<Half>());
        // One by one, sums in BFloat16 would stay at 256.
        Assert.Equal(4096f, (float)Tensor.Ones([4096], DType.BFloat16).Sum().Item<BFloat16>());
        Assert.Equal(2f, (float)Tensor.From((Half)1e-4f, (Half)1e4f, (Half)2).Product().Item<Half>(), 2e-3f);
        Assert.Equal(300f, (float)Tensor.Ones([300], DType.BFloat16).ScatterAdd(Tensor.Zeros([300], DType.Int32), 1).Item<BFloat16>());
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Products_add_in_Float32_and_round_once(DType type)
    {
        RandomKey key = new(5);
        Tensor x = key.Fold(1).Normal([7, 300], dtype: type), w = key.Fold(2).Normal([300, 5], dtype: type);
        ElementTypeTests.Equal(x.Cast(DType.Float32).MatMul(w.Cast(DType.Float32)).Cast(type), x.MatMul(w));
        Tensor images = key.Fold(3).Normal([2, 6, 6, 3], dtype: type), kernel = key.Fold(4).Normal([3, 3, 3, 4], dtype: type);
        ElementTypeTests.Equal(images.Cast(DType.Float32).Convolution(kernel.Cast(DType.Float32)).Cast(type), images.Convolution(kernel));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void A_kernel_in_panels_gives_the_same_bits(DType type)
    {
        Variable kernel = new(new RandomKey(9).Normal([3, 3, 4, 96], 0, 0.2, type), "kernel");
        Tensor images = new RandomKey(10).Normal([2, 8, 8, 4], dtype: type);
        CompiledFunction compiled = Function.Compile(inputs => [inputs[0].Convolution(kernel.Value).Relu()]);
        ElementTypeTests.Equal(images.Convolution(kernel.Value).Relu(), compiled.Call(images)[0]);
        Assert.Contains(compiled.Call(images)[0].Cast(DType.Float32).ToArray<float>(), value => value > 0);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void A_small_network_has_the_gradients_of_Float32(DType type)
    {
        RandomKey key = new(7);
        Tensor[] inputs =
        [
            key.Fold(1).Normal([2, 6, 6, 3], dtype: type), key.Fold(2).Normal([3, 3, 3, 4], 0, 0.2, type), key.Fold(3).Normal([16, 5], 0, 0.2, type),
        ];
        Tensor[] exact = Gradients([.. inputs.Select(input => input.Cast(DType.Float32))]), narrow = Gradients(inputs);
        double tolerance = type == DType.Float16 ? 4e-3 : 3e-2;
        for (int i = 0; i < exact.Length; i++)
        {
            Assert.Equal(type, narrow[i].DType);
            double distance = (narrow[i].Cast(DType.Float32) - exact[i]).Square().Sum().Sqrt().ToDouble() / exact[i].Square().Sum().Sqrt().ToDouble();
            Assert.InRange(distance, 0, tolerance);
        }

        static Tensor[] Gradients(Tensor[] tensors)
        {
            GradientTape tape = new();
            Tensor[] watched = [.. tensors.Select(tape.Watch)];
            Tensor maps = watched[0].Convolution(watched[1]).Relu().MaxPool((2, 2));
            Tensor losses = maps.Reshape(2, -1).MatMul(watched[2]).SparseCrossEntropy(Tensor.From(1, 3));
            return [.. tape.Gradients(losses.Mean())];
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Uniform_numbers_do_not_reach_the_maximum(DType type)
    {
        float[] numbers = new RandomKey(1).Uniform([100_000], dtype: type).Cast(DType.Float32).ToArray<float>();
        Assert.InRange(numbers.Max(), 0.99f, MathF.BitDecrement(1));
        Assert.InRange(numbers.Average(), 0.49f, 0.51f);
        Assert.InRange(new RandomKey(2).Uniform([100_000], -3, -1, type).Cast(DType.Float32).Max().ToDouble(), -1.1, Math.BitDecrement(-1.0));
    }
}
