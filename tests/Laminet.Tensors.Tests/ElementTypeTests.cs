using Laminet.Tensors.Compilation;
using Laminet.Verification.Operations;

namespace Laminet.Tensors.Tests;

/// <summary>What is easily wrong about numbers that are not Float32.</summary>
public class ElementTypeTests
{
    private const long BeyondDouble = (1L << 53) + 1;

    [Fact]
    public void Sums_of_integers_have_64_bits()
    {
        Equal(Tensor.Scalar(300UL), Tensor.From<byte>(200, 100).Sum());
        Equal(Tensor.Scalar(78_400UL), Tensor.Full([28, 28], 100, DType.UInt8).Sum());
        Equal(Tensor.From(3L * int.MaxValue, 3L * int.MinValue), Tensor.From(new[,] { { int.MaxValue, int.MaxValue, int.MaxValue }, { int.MinValue, int.MinValue, int.MinValue } }).Sum(1));
        Equal(Tensor.Scalar(3L * short.MinValue), Tensor.Full([3], short.MinValue, DType.Int16).Sum());
        Equal(Tensor.Scalar(100_000L), Tensor.Full([100_000], 1, DType.Int8).Sum());
        Equal(Tensor.Scalar(3UL * uint.MaxValue), Tensor.Full([3], uint.MaxValue, DType.UInt32).Sum());
        Equal(Tensor.Scalar(2L), Tensor.From(true, false, true).Sum());
        Equal(Tensor.Scalar(BeyondDouble), Tensor.From(BeyondDouble - 7, 7).Sum());
        Equal(Tensor.Scalar(100_000L * 100_000 * 10), Tensor.From(100_000, 100_000, 10).Product());
    }

    [Fact]
    public void Sums_of_integers_have_64_bits_when_they_are_fused()
    {
        CompiledFunction sum = Function.Compile(inputs => [(inputs[0] + inputs[0]).Sum(), inputs[0].Max(), (inputs[0] + 1).Min(0)]);
        Tensor bytes = Tensor.Full([3, 2], 100, DType.UInt8);
        Bundle<Tensor> results = sum.Call(bytes);
        Equal(Tensor.Scalar(1200UL), results[0]);
        Equal(Tensor.Scalar<byte>(100), results[1]);
        Equal(Tensor.From<byte>(101, 101), results[2]);
    }

    [Fact]
    public void The_mean_of_integers_is_Float32()
    {
        Equal(Tensor.Scalar(1.5f), Tensor.From(1, 2).Mean());
        Equal(Tensor.Scalar(150f), Tensor.From<byte>(200, 100).Mean());
        Equal(Tensor.Scalar(0.75f), Tensor.From(true, true, false, true).Mean());
        Equal(Tensor.Scalar(2500f), Tensor.From<byte>(200, 100).Variance());
    }

    // A tensor of one number does not go through the code for vectors.
    [Fact]
    public void One_number_gives_what_it_gives_among_many()
    {
        double[] reals = [double.NaN, double.PositiveInfinity, double.NegativeInfinity, -0.0, 0, 0.99, 2.5, -2.5, -1, 127.5, 300, -40_000, 70_000, 3e9, -3e9, 1e19, -1e19, 2e19, 1e39, 1e300, double.Epsilon];
        Tensor[] sources =
        [
            .. Enum.GetValues<DType>().Select(type => Tensor.From(reals).Cast(type)),
            Tensor.From([.. Enumerable.Range(0, 30).Select(i => i % 2 == 0 ? BeyondDouble + i : long.MinValue + i)]),
            Tensor.From([.. Enumerable.Range(0, 30).Select(i => ulong.MaxValue - (ulong)i)]),
        ];
        foreach (Tensor source in sources)
        {
            foreach (DType to in Enum.GetValues<DType>())
                Alike(x => x.Cast(to), source, $"{source.DType} to {to}");
            if (source.DType == DType.Bool)
                continue;
            Tensor other = source.Slice(7, source.Length), first = source.Slice(0, other.Length);
            Alike(x => x.At(0) + x.At(1), Tensor.Stack([first, other]), $"sum of {source.DType}");
            Alike(x => x.At(0) - x.At(1), Tensor.Stack([first, other]), $"difference of {source.DType}");
            Alike(x => x.At(0) * x.At(1), Tensor.Stack([first, other]), $"product of {source.DType}");
            if (!source.DType.IsFloat())
                continue;
            Alike(x => x.At(0) / x.At(1), Tensor.Stack([first, other]), $"quotient of {source.DType}");
            Alike(x => x.Sqrt(), source, $"root of {source.DType}");
        }

        // The numbers along the last axis together, and each alone.
        static void Alike(Func<Tensor, Tensor> function, Tensor numbers, string what)
        {
            Tensor together = function(numbers);
            for (int i = 0; i < together.Length; i++)
                Bits.Equal(together.Slice(i, i + 1), function(numbers.Slice(i, i + 1, axis: -1)), $"{what}, number {i}");
        }
    }

    [Fact]
    public void The_smallest_integer_has_itself_as_absolute_value()
    {
        Equal(Tensor.From(int.MinValue, 5), Tensor.From(int.MinValue, -5).Abs());
        Equal(Tensor.From(long.MinValue, 5), Tensor.From(long.MinValue, -5).Abs());
        Equal(Tensor.From<sbyte>(-128, 5), Tensor.From<sbyte>(-128, -5).Abs());
        Equal(Tensor.From<short>(short.MinValue, 5), Tensor.From<short>(short.MinValue, -5).Abs());
    }

    [Fact]
    public void Opposites_of_unsigned_integers_go_round()
    {
        Equal(Tensor.From<byte>(0, 255, 1), -Tensor.From<byte>(0, 1, 255));
        Equal(Tensor.From<ushort>(65535), -Tensor.From<ushort>(1));
        Equal(Tensor.From(ulong.MaxValue - 1), -Tensor.From(2UL));
    }

    [Fact]
    public void Whole_numbers_keep_their_64_bits()
    {
        Equal(Tensor.From(BeyondDouble), Tensor.Full([1], 9007199254740993, DType.Int64));
        Equal(Tensor.Scalar(ulong.MaxValue), Tensor.Scalar(ulong.MaxValue, DType.UInt64));
        Equal(Tensor.Scalar(long.MaxValue), Tensor.Scalar(long.MaxValue, DType.Int64));
        Tensor x = Tensor.From(0L, 1);
        Equal(Tensor.From(BeyondDouble, BeyondDouble + 1), x + BeyondDouble);
        Equal(Tensor.From(BeyondDouble, BeyondDouble - 1), BeyondDouble - x);
        Equal(Tensor.From(0, BeyondDouble), x * BeyondDouble);
        Equal(Tensor.From(BeyondDouble, BeyondDouble), x.Clip(BeyondDouble, long.MaxValue));
        Equal(Tensor.From(0L, 1, BeyondDouble), x.Pad([(0, 1)], BeyondDouble));
        Tensor y = Tensor.From(BeyondDouble - 1, BeyondDouble, BeyondDouble + 1);
        Equal(Tensor.From(false, true, false), y.Equal(BeyondDouble));
        Equal(Tensor.From(true, false, false), y.Less(BeyondDouble));
        Equal(Tensor.From(false, true, true), y.GreaterEqual(BeyondDouble));
        Assert.Contains("9007199254740993", y.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Compiled_constants_keep_their_64_bits()
    {
        CompiledFunction function = Function.Compile(inputs => [inputs[0] + BeyondDouble, inputs[0] + (BeyondDouble - 1)]);
        Bundle<Tensor> results = function.Call(Tensor.From(0UL));
        Equal(Tensor.From((ulong)BeyondDouble), results[0]);
        Equal(Tensor.From((ulong)BeyondDouble - 1), results[1]);
    }

    [Fact]
    public void Integer_division_rounds_down_in_every_signed_type()
    {
        foreach (DType type in (DType[])[DType.Int8, DType.Int16, DType.Int32, DType.Int64, DType.Float32, DType.Float64, DType.Float16, DType.BFloat16])
        {
            Tensor quotients = Numbers(-1, -7, 7, -7, 7).FloorDivide(Numbers(2, 2, -2, -2, 2)), remainders = Numbers(-7, 7, -7).Mod(Numbers(3, -3, -3));
            Equal(Numbers(-1, -4, -4, 3, 3), quotients);
            Equal(Numbers(2, -2, -1), remainders);

            Tensor Numbers(params int[] values) => Tensor.From(values).Cast(type);
        }
    }

    [Fact]
    public void Integer_division_at_the_ends_raises_nothing()
    {
        Equal(Tensor.From(int.MinValue, 0), Tensor.From(int.MinValue, 5).FloorDivide(Tensor.From(-1, 0)));
        Equal(Tensor.From(0, 0), Tensor.From(int.MinValue, 5).Mod(Tensor.From(-1, 0)));
        Equal(Tensor.From<byte>(0, 1), Tensor.From<byte>(7, 255).FloorDivide(255));
        Equal(Tensor.From(long.MinValue), Tensor.From(long.MinValue).FloorDivide(-1));
    }

    // Python's // and %.
    [Fact]
    public void Division_of_fractions_is_Pythons()
    {
        Tensor x = Tensor.From(1.0, -7.5, 7.5, 5.0, 1.0), y = Tensor.From(0.1, 2.0, -2.0, -5.0, -0.1);
        Equal(Tensor.From(9.0, -4.0, -4.0, -1.0, -10.0), x.FloorDivide(y));
        Equal(Tensor.From(0.09999999999999995, 0.5, -0.5, -0.0, -5.551115123125783e-17), x.Mod(y));
        Equal(Tensor.From(double.PositiveInfinity, double.NegativeInfinity), Tensor.From(1.0, -1.0).FloorDivide(0.0));
        Assert.True(double.IsNaN(Tensor.From(1.0).Mod(0.0).Item<double>()));
    }

    [Fact]
    public void Halves_round_to_the_even_integer() =>
        Equal(Tensor.From(-4f, 2, 0, 2, -0f), Tensor.From(-4.5f, 2.5f, 0.5f, 1.5f, -0.5f).Round());

    [Theory]
    [InlineData(1)]
    [InlineData(37)]
    public void Casts_to_integers_saturate_and_NaN_is_0(int repeated)
    {
        foreach (DType from in (DType[])[DType.Float32, DType.Float64, DType.Float16, DType.BFloat16])
        {
            Tensor x = Tensor.From(Repeat([float.NaN, float.PositiveInfinity, float.NegativeInfinity, -1.75f, 2.75f])).Cast(from);
            Equal(Tensor.From(Repeat([0, int.MaxValue, int.MinValue, -1, 2])), x.Cast(DType.Int32));
            Equal(Tensor.From(Repeat<long>([0, long.MaxValue, long.MinValue, -1, 2])), x.Cast(DType.Int64));
            Equal(Tensor.From(Repeat<sbyte>([0, sbyte.MaxValue, sbyte.MinValue, -1, 2])), x.Cast(DType.Int8));
            Equal(Tensor.From(Repeat<short>([0, short.MaxValue, short.MinValue, -1, 2])), x.Cast(DType.Int16));
            Equal(Tensor.From(Repeat<byte>([0, byte.MaxValue, 0, 0, 2])), x.Cast(DType.UInt8));
            Equal(Tensor.From(Repeat<ushort>([0, ushort.MaxValue, 0, 0, 2])), x.Cast(DType.UInt16));
            Equal(Tensor.From(Repeat<uint>([0, uint.MaxValue, 0, 0, 2])), x.Cast(DType.UInt32));
            Equal(Tensor.From(Repeat<ulong>([0, ulong.MaxValue, 0, 0, 2])), x.Cast(DType.UInt64));
        }

        Equal(Tensor.From(Repeat<byte>([255, 0, 7])), Tensor.From(Repeat([300, -1, 7])).Cast(DType.UInt8));
        Equal(Tensor.From(Repeat<long>([long.MaxValue, 5])), Tensor.From(Repeat<ulong>([ulong.MaxValue, 5])).Cast(DType.Int64));

        T[] Repeat<T>(T[] values) => [.. Enumerable.Repeat(values, repeated).SelectMany(each => each)];
    }

    [Fact]
    public void Products_of_integers_wrap_as_their_type_but_those_of_Int8_are_Int32()
    {
        Tensor bytes = Tensor.Full([2, 200], 100, DType.Int8);
        Equal(Tensor.Full([2, 2], 2_000_000, DType.Int32), bytes.MatMul(bytes, transposeOther: true));
        Equal(Tensor.Full([2, 2], 2_000_000 % 256, DType.UInt8), bytes.Cast(DType.UInt8).MatMul(bytes.Cast(DType.UInt8), transposeOther: true));
        Equal(Tensor.From(BeyondDouble * 3), Tensor.From(new[,] { { BeyondDouble, 1 } }).MatMul(Tensor.From(3L, 0)));
    }

    [Fact]
    public void A_compiled_product_of_integers_takes_a_bias()
    {
        CompiledFunction function = Function.Compile(inputs => [inputs[0].MatMul(inputs[1]) + inputs[2]]);
        Equal(Tensor.From(new[,] { { 18, 20 } }), function.Call(Tensor.From(new[,] { { 1, 2 } }), Tensor.From(new[,] { { 3, 4 }, { 5, 6 } }), Tensor.From(5, 4))[0]);
    }

    [Fact]
    public void Every_type_is_printed()
    {
        foreach (DType type in Enum.GetValues<DType>())
            Assert.Equal(type == DType.Bool ? "Bool (2,) [true, false]" : $"{type} (2,) [1, 0]", Tensor.From(1, 0).Cast(type).ToString());
    }

    [Fact]
    public void Every_type_is_read_as_numbers()
    {
        foreach (DType type in Enum.GetValues<DType>())
        {
            double[] numbers = new double[3];
            Tensor.From(1, 0, 1).Cast(type).CopyToDoubles(numbers);
            Assert.Equal([1, 0, 1], numbers);
            Assert.Equal(1, Tensor.Ones([], type).ToDouble());
        }
    }

    [Fact]
    public void Every_integer_type_is_an_index()
    {
        foreach (DType type in OpCase.Integers)
        {
            Equal(Tensor.From(3f, 1), Tensor.From(1f, 2, 3).Gather(Tensor.From(2, 0).Cast(type)));
            Equal(Tensor.From(new[,] { { 0f, 1, 0 } }), Tensor.From(1).Cast(type).OneHot(3));
        }
    }

    internal static void Equal(Tensor expected, Tensor actual) => Bits.Equal(expected, actual, "");
}
