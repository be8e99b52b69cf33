using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Compilation;
namespace Laminet.Tensors.Tests;

/// <summary>What the table of operations does not say of sorting and indexing: NaN, ties, signed zeros, sizes that depend on numbers, errors.</summary>
public class SortingTests
{
    [Fact]
    public void NaN_comes_last_and_equal_elements_keep_their_order()
    {
        foreach (DType type in (DType[])[DType.Float32, DType.Float64, DType.Float16, DType.BFloat16])
        {
            Tensor x = Tensor.From([0, double.NaN, 2, double.NaN, double.NegativeInfinity, 1, -0.0, 1, double.PositiveInfinity, 0]).Cast(type);
            Assert.Equal([double.NegativeInfinity, 0, -0.0, 0, 1, 1, 2, double.PositiveInfinity, double.NaN, double.NaN], x.Sort().Cast(DType.Float64).ToArray<double>());
            Assert.Equal([4, 0, 6, 9, 5, 7, 2, 8, 1, 3], x.ArgSort().ToArray<int>());
            Assert.Equal([1, 3, 8, 2, 5, 7, 0, 6, 9, 4], x.ArgSort(descending: true).ToArray<int>());
            Assert.Equal(x.TopK(10).Indices.ToArray<int>(), x.ArgSort(descending: true).ToArray<int>());
        }
    }

    [Fact]
    public void Integers_are_sorted_over_their_whole_range()
    {
        Assert.Equal([long.MinValue, -1, 0, 1, long.MaxValue], Tensor.From(1L, long.MaxValue, -1, long.MinValue, 0).Sort().ToArray<long>());
        Assert.Equal([int.MinValue, -1, 0, int.MaxValue], Tensor.From(0, int.MaxValue, int.MinValue, -1).Sort().ToArray<int>());
        Assert.Equal([0, 1, uint.MaxValue], Tensor.From([uint.MaxValue, 0u, 1u]).Sort().ToArray<uint>());
        Assert.Equal([ulong.MaxValue, 1, 0], Tensor.From([0ul, ulong.MaxValue, 1ul]).Sort(descending: true).ToArray<ulong>());
        Assert.Equal([-128, 0, 127], Tensor.From([(sbyte)127, (sbyte)-128, (sbyte)0]).Sort().ToArray<sbyte>());
        Assert.Contains("Sort: received Bool", Assert.Throws<DTypeException>(() => Tensor.From(true, false).Sort()).Message);
    }

    // Long rows are sorted by digits, short ones by comparing; many equal elements.
    [Theory]
    [InlineData(500)]
    [InlineData(5000)]
    [InlineData(100_000)]
    public void Long_rows_are_sorted_as_by_the_runtime(int length)
    {
        Random random = new(5);
        double[] numbers = [.. Enumerable.Range(0, 2 * length).Select(_ => Math.Round(random.NextDouble() * 2000) - 1000)];
        foreach (DType type in (DType[])[DType.Float32, DType.Float64, DType.Int32, DType.Int64, DType.Int16])
        {
            Tensor x = Tensor.From(numbers, [2, length]).Cast(type);
            double[] sorted = x.Sort().Cast(DType.Float64).ToArray<double>();
            int[] order = x.ArgSort().ToArray<int>();
            for (int row = 0; row < 2; row++)
            {
                (double Value, int Index)[] expected = [.. numbers.Skip(row * length).Take(length).Select((value, index) => (value, index)).OrderBy(pair => pair.value)];
                Assert.True(expected.Select(pair => pair.Value).SequenceEqual(sorted.Skip(row * length).Take(length)), $"{type}");
                Assert.True(expected.Select(pair => pair.Index).SequenceEqual(order.Skip(row * length).Take(length)), $"{type}");
            }
        }
    }

    [Fact]
    public void The_last_of_several_values_stays_and_gets_the_gradient()
    {
        Tensor x = Tensor.From(1.0, 2, 3), places = Tensor.From(0, 2, 0), values = Tensor.From(5.0, 6, 7);
        Assert.Equal([7, 2, 6], x.PutAlong(places, values).ToArray<double>());
        Tensor weights = Tensor.From(1.0, 10, 100);
        Assert.Equal([0, 100, 1], Gradient.Of(v => (x.PutAlong(places, v) * weights).Sum())(values).ToArray<double>());
        Assert.Equal([0, 10, 0], Gradient.Of(v => (v.PutAlong(places, values) * weights).Sum())(x).ToArray<double>());
    }

    // The product's derivative by a factor is that of the others, also where one is 0; equal extremes share.
    [Fact]
    public void Products_with_zeros_and_equal_extremes_have_their_gradients()
    {
        Tensor x = Tensor.From(2.0, 3), places = Tensor.From(0, 0, 1);
        Tensor Gradients(double[] values, ScatterMode mode) => Gradient.Of(v => x.PutAlong(places, v, mode: mode).Sum())(Tensor.From(values));
        Assert.Equal([0, 10, 3], Gradients([5, 0, 4], ScatterMode.Multiply).ToArray<double>());
        Assert.Equal([0, 0, 3], Gradients([0, 0, 4], ScatterMode.Multiply).ToArray<double>());
        Assert.Equal([1 / 3.0, 1 / 3.0, 0], Gradients([2, 2, 1], ScatterMode.Maximum).ToArray<double>());
        Assert.Equal([1, 0, 0], Gradients([1, 2, 4], ScatterMode.Minimum).ToArray<double>());
    }

    [Fact]
    public void Truth_values_are_written_and_not_combined()
    {
        Tensor x = Tensor.From([true, true, false]), places = Tensor.From(0, 2);
        Assert.Equal([false, true, true], x.PutAlong(places, Tensor.From([false, true])).ToArray<bool>());
        Assert.Equal([false, true, true], x.ScatterUpdate(places.ExpandDims(1), Tensor.From([false, true])).ToArray<bool>());
        Assert.Equal([false, true, true], Tensors.Compilation.Function.Compile(y => y.PutAlong(places, Tensor.From([false, true])))(x).ToArray<bool>());
        Assert.Contains("truth values have no arithmetic", Assert.Throws<DTypeException>(() => x.PutAlong(places, Tensor.From([false, true]), mode: ScatterMode.Add)).Message);
        Assert.Throws<DTypeException>(() => x.PutAlong(places, Tensor.From(1, 0)));
    }

    [Fact]
    public void Errors_name_the_first_bad_index_and_its_place()
    {
        Tensor x = Tensor.Zeros([3, 4]);
        Assert.Contains("TakeAlong: received index 4 at [1, 0]; axis 1 of (3, 4) has positions -4 to 3.",
            Assert.Throws<ArgumentOutOfRangeException>(() => x.TakeAlong(Tensor.From([0, 1, 4, -9, 0, 0], [3, 2]))).Message);
        Assert.Contains("PutAlong: received index -5 at [0, 1]; axis 0 of (3, 4) has positions -3 to 2.",
            Assert.Throws<ArgumentOutOfRangeException>(() => x.PutAlong(Tensor.From([0, -5, 4, 0], [1, 4]), Tensor.Zeros([1, 4]), 0)).Message);
        Assert.Contains("GatherND: received coordinate 4 at [1, 1]; axis 1 of (3, 4) has positions -4 to 3.",
            Assert.Throws<ArgumentOutOfRangeException>(() => x.GatherND(Tensor.From(new[,] { { 2, 3 }, { 0, 4 } }))).Message);
        Assert.Contains("all axes but axis 1 must be equal", Assert.Throws<ShapeException>(() => x.TakeAlong(Tensor.From([0, 1], [1, 2]))).Message);
        Assert.Contains("received values of shape (3, 2) for indices of shape (3, 1); expected the same shape.",
            Assert.Throws<ShapeException>(() => x.PutAlong(Tensor.Zeros([3, 1], DType.Int32), Tensor.Zeros([3, 2]))).Message);
        Assert.Contains("expected (..., k) with k at most 2", Assert.Throws<ShapeException>(() => x.GatherND(Tensor.Zeros([5, 3], DType.Int32))).Message);
        Assert.Contains("ScatterUpdate: received entries of shape (5, 3) at coordinates of shape (5, 1) in (3, 4); expected the shape (5, 4).",
            Assert.Throws<ShapeException>(() => x.ScatterUpdate(Tensor.Zeros([5, 1], DType.Int32), Tensor.Zeros([5, 3]))).Message);
        Assert.Contains("TakeAlong: received indices of Float32", Assert.Throws<DTypeException>(() => x.TakeAlong(x)).Message);
        Assert.Contains("BinCount: received the length -1; expected 0 or more.", Assert.Throws<ArgumentOutOfRangeException>(() => Tensor.From(1, 2).BinCount(size: -1)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => Tensor.From(1, -2).BinCount());
        Assert.Throws<ArgumentOutOfRangeException>(() => Tensor.From(1, 5).BinCount(size: 5));
    }

    [Fact]
    public void Sizes_that_depend_on_numbers_are_counted_outside_compiled_functions_alone()
    {
        Tensor x = Tensor.From(new[,] { { 0f, 3 }, { 4, 0 } });
        Assert.Equal([0, 1, 1, 0], x.NonZero().ToArray<int>());
        Assert.Equal([3, 4], x.MaskedSelect(x.NotEqual(0)).ToArray<float>());
        Assert.Equal([0, 2, 0, 1], Tensor.From(1, 3, 1).BinCount().ToArray<int>());
        Assert.Equal(6, Tensor.From(1, 3, 1).BinCount(minLength: 6).Length);
        Assert.Equal([0, 1, 1, 0], Gradient.Of(y => y.MaskedSelect(x.NotEqual(0)).Sum())(x).ToArray<float>());
        foreach (Func<Tensor, Tensor> function in (Func<Tensor, Tensor>[])[y => y.NonZero(), y => y.MaskedSelect(y.NotEqual(0)), y => y.Cast(DType.Int32).BinCount()])
        {
            InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => Function.Compile(function)(x));
            Assert.Contains("depends on the numbers of this tensor of shape (2, 2), which are not known while a function is compiled or a layer is built. State the result's size", error.Message);
        }

        Assert.Equal([3, 4, 0], Function.Compile((Tensor y) => y.MaskedSelect(y.NotEqual(0), size: 3))(x).ToArray<float>());
        Assert.Equal([0, 1], Function.Compile((Tensor y) => y.NonZero(size: 1))(x).ToArray<int>());
        Assert.Equal([2, 0, 0, 1, 1], Function.Compile((Tensor y) => y.Cast(DType.Int32).BinCount(size: 5))(x).ToArray<int>());
    }

    [Fact]
    public void Searching_puts_NaN_behind_all()
    {
        Tensor sorted = Tensor.From(1.0, 2, 2, double.NaN);
        Assert.Equal([0, 1, 3, 3], sorted.SearchSorted(Tensor.From(1.0, 1.5, 3, double.NaN)).ToArray<int>());
        Assert.Equal([1, 3, 3, 4], sorted.SearchSorted(Tensor.From(1.0, 2, 3, double.NaN), right: true).ToArray<int>());
        Assert.Contains("expected a vector", Assert.Throws<ShapeException>(() => Tensor.Zeros([2, 2], DType.Float64).SearchSorted(sorted)).Message);
    }
}
