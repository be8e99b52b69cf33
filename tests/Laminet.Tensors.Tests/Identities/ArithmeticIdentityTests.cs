using CsCheck;
using Laminet.Tensors.Compilation;

namespace Laminet.Tensors.Tests.Identities;

/// <summary>NumPy's identities of arithmetic, reductions and choosing; see <see cref="MovementIdentityTests"/>.</summary>
public class ArithmeticIdentityTests
{
    [Fact]
    public void Broadcasting_is_a_view_of_the_common_shape() => Draw.Broadcast(Draw.Arithmetic).Hold(each =>
    {
        (Tensor x, Tensor y) = (each.Item1.Tensor(), each.Item2.Tensor());
        var shape = Shape.Broadcast(x.Shape, y.Shape);
        return (x * y, x.BroadcastTo(shape) * y.BroadcastTo(shape));
    });

    [Fact]
    public void Sums_and_products_do_not_know_left_from_right() => Draw.Broadcast(Draw.Arithmetic).Hold(each =>
    {
        (Tensor x, Tensor y) = (each.Item1.Tensor(), each.Item2.Tensor());
        Draw.Same(x * y, y * x);
        Draw.Same(x.Maximum(y), y.Maximum(x));
        return (x + y, y + x);
    });

    [Fact]
    public void Types_promote_alike_from_both_sides_and_to_one_that_holds_both() => (
        from x in Draw.Tensor(Draw.All)
        from other in Gen.OneOf(Draw.All)
        select (x, other)).Hold(each =>
        {
            DType common = DTypes.Promote(each.x.Type, each.other);
            Assert.Equal(common, DTypes.Promote(each.other, each.x.Type));
            Assert.Equal(common, DTypes.Promote(common, each.other));
            return (each.x.Tensor().Cast(common).Cast(each.x.Type), each.x.Tensor());
        });

    [Fact]
    public void Axes_are_summed_in_any_order() => (
        from along in Draw.Along(Draw.Exact, ends: true)
        from second in Gen.Int[0, along.Item1.Shape.Length - 1]
        where second != along.Item2
        select (X: along.Item1, First: along.Item2, Second: second)).Hold(each =>
        {
            Tensor x = each.X.Tensor(), once = x.Sum([each.First, each.Second], keepDims: true);
            Draw.Same(x.Sum(each.First, keepDims: true).Sum(each.Second, keepDims: true), once);
            return (x.Sum(each.Second, keepDims: true).Sum(each.First, keepDims: true), once);
        });

    [Fact]
    public void A_sum_is_that_of_its_parts() => (
        from along in Draw.Along(Draw.Exact, ends: true)
        from cut in Gen.Int[0, along.Item1.Shape[along.Item2]]
        select (X: along.Item1, Axis: along.Item2, Cut: cut)).Hold(each =>
        {
            (Tensor x, int axis) = (each.X.Tensor(), each.Axis);
            return (x.Sum(axis), x.Slice(0, each.Cut, axis: axis).Sum(axis) + x.Slice(each.Cut, axis: axis).Sum(axis));
        });

    [Fact]
    public void The_largest_is_at_its_place_and_the_smallest_of_opposites() => Draw.Along(Draw.Arithmetic, 1, ends: true).Hold(each =>
    {
        (Tensor x, int axis) = (each.Item1.Tensor(), each.Item2);
        // The smallest integer has no opposite.
        if (each.Item1.Type.IsSigned() && each.Item1.Values.All(value => value > -128))
            Draw.Same(-(-x).Min(axis), x.Max(axis));
        Draw.Same(x.TakeAlong(x.ArgMin(axis, keepDims: true), axis), x.Min(axis, keepDims: true));
        return (x.TakeAlong(x.ArgMax(axis, keepDims: true), axis), x.Max(axis, keepDims: true));
    });

    [Fact]
    public void A_product_of_matrices_is_its_sum_over_the_common_axis() => (
        from batch in Gen.Int[1, 2]
        from sizes in Gen.Int[0, 5].Array[3]
        from type in Gen.OneOf(DType.Float32, DType.Float64)
        from x in Draw.Of(Gen.Const(type), [batch, sizes[0], sizes[1]])
        from y in Draw.Of(Gen.Const(type), [batch, sizes[1], sizes[2]])
        select (x, y)).Hold(each =>
        {
            (Tensor x, Tensor y) = (each.x.Tensor(), each.y.Tensor());
            Tensor product = x.MatMul(y);
            Draw.Same(product, (x.ExpandDims(-1) * y.ExpandDims(1)).Sum(2));
            Draw.Same(product, y.SwapAxes(1, 2).MatMul(x.SwapAxes(1, 2)).SwapAxes(1, 2));
            Draw.Same(product, x.SwapAxes(1, 2).MatMul(y.SwapAxes(1, 2), transposeThis: true, transposeOther: true));
            return (product, Tensor.Einsum("bij,bjk->bik", x, y));
        });

    [Fact]
    public void Sorted_numbers_are_those_at_the_sorted_places_in_order() => Draw.Along(Draw.Arithmetic, ends: true).Hold(each =>
    {
        (Tensor x, int axis) = (each.Item1.Tensor(), each.Item2);
        Tensor sorted = x.Sort(axis), order = x.ArgSort(axis);
        Assert.DoesNotContain(0.0, Draw.Doubles(sorted.Slice(1, axis: axis).GreaterEqual(sorted.Slice(0, Math.Max(sorted.Shape[axis] - 1, 0), axis: axis))));
        // Each place once: sorted, the places are all there are.
        Draw.Same(order.Sort(axis), (order * 0) + Tensor.Range(0, x.Shape[axis]).Reshape(Shape.Create([.. Enumerable.Range(0, x.Rank).Select(i => i == axis ? x.Shape[axis] : 1)])));
        Draw.Same(x.Sort(axis, descending: true), sorted.Flip(axis));
        return (x.TakeAlong(order, axis), sorted);
    });

    [Fact]
    public void The_largest_k_are_the_first_of_those_sorted_downwards() => (
        from along in Draw.Along(Draw.Arithmetic, 1, ends: true)
        from k in Gen.Int[1, along.Item1.Shape[along.Item2]]
        select (X: along.Item1, Axis: along.Item2, K: k)).Hold(each =>
        {
            (Tensor x, int axis) = (each.X.Tensor(), each.Axis);
            (Tensor values, Tensor places) = x.TopK(each.K, axis);
            Draw.Same(x.TakeAlong(places, axis), values);
            return (values, x.Sort(axis, descending: true).Slice(0, each.K, axis: axis));
        });

    [Fact]
    public void Differences_of_running_sums_are_the_numbers() => Draw.Along(Draw.Exact, 1, ends: true).Hold(each =>
    {
        (Tensor x, int axis) = (each.Item1.Tensor(), each.Item2);
        Tensor sums = x.CumSum(axis);
        Draw.Same(sums.Slice(-1, axis: axis), x.Sum(axis, keepDims: true).Cast(sums.DType));
        return (sums.Diff(1, axis), x.Slice(1, axis: axis).Cast(sums.DType));
    });

    [Fact]
    public void A_mask_and_its_opposite_share_the_numbers() => (
        from pair in Draw.Pair(Draw.Arithmetic, ends: true)
        from mask in Draw.Of(Gen.Const(DType.Bool), pair.Item1.Shape)
        select (X: pair.Item1, Y: pair.Item2, Mask: mask)).Hold(each =>
        {
            (Tensor x, Tensor y, Tensor mask) = (each.X.Tensor(), each.Y.Tensor(), each.Mask.Tensor());
            Draw.Same(Tensor.Where(mask, x, y), Tensor.Where(mask.Not(), y, x));
            return (Tensor.Where(mask, x, y) + Tensor.Where(mask, y, x), x + y);
        });

    [Fact]
    public void What_a_mask_selects_is_at_the_places_that_are_not_zero() => (
        from x in Draw.Tensor(Draw.All, 1)
        from mask in Draw.Of(Gen.Const(DType.Bool), x.Shape)
        select (x, mask)).Hold(each =>
        {
            (Tensor x, Tensor mask) = (each.x.Tensor(), each.mask.Tensor());
            Assert.Equal((int)mask.CountNonZero().ToDouble(), mask.NonZero().Shape[0]);
            Draw.Same(x.MaskedSelect(mask), x[mask]);
            return (x.MaskedSelect(mask), x.GatherND(mask.NonZero()));
        });

    [Fact]
    public void A_quotient_and_its_remainder_give_the_number_back() => (
        from pair in Draw.Pair(Draw.Arithmetic, ends: true)
        let x = pair.Item1
        let y = pair.Item2
        select (x, y with { Values = [.. y.Values.Select(value => value == 0 ? 1 : value)] })).Hold(each =>
        {
            (Tensor x, Tensor y) = (each.x.Tensor(), each.Item2.Tensor());
            Tensor rest = x.Mod(y);
            // Python's remainder has the sign of the divisor, C's that of the number; both are smaller than the divisor.
            Assert.DoesNotContain(1.0, Draw.Doubles((rest.Cast(DType.Float64) * y.Cast(DType.Float64)).Less(0)));
            Assert.DoesNotContain(1.0, Draw.Doubles((x.FMod(y).Cast(DType.Float64) * x.Cast(DType.Float64)).Less(0)));
            Draw.Same(x.FMod(y).Mod(y), rest);
            return ((x.FloorDivide(y) * y) + rest, x);
        });

    [Fact]
    public void Of_two_numbers_one_is_less_or_they_are_equal_or_it_is_greater() => Draw.Broadcast(Draw.Arithmetic).Hold(each =>
    {
        (Tensor x, Tensor y) = (each.Item1.Tensor(), each.Item2.Tensor());
        Draw.Same(x.Less(y), x.GreaterEqual(y).Not());
        Draw.Same(x.Less(y).Or(x.Greater(y)), x.NotEqual(y));
        return (x.Less(y), y.Greater(x));
    });

    [Fact]
    public void Bits_follow_De_Morgan_and_their_two_complement() => Draw.Pair(Draw.Integers, ends: true).Hold(each =>
    {
        (Tensor x, Tensor y) = (each.Item1.Tensor(), each.Item2.Tensor());
        Draw.Same(x.BitwiseXor(y), x.BitwiseOr(y) - x.BitwiseAnd(y));
        Draw.Same(x.LeftShift(1), x + x);
        return (x.BitwiseAnd(y).BitwiseNot(), x.BitwiseNot().BitwiseOr(y.BitwiseNot()));
    });

    [Fact]
    public void Each_number_once_gives_all_back() => Draw.Tensor(Draw.Arithmetic, ends: true).Hold(x =>
    {
        (Tensor values, Tensor first, Tensor inverse, Tensor counts) = x.Tensor().Unique();
        Draw.Same(values, values.Sort());
        Draw.Same(x.Tensor().Reshape(-1).Gather(first), values);
        Assert.Equal(x.Values.Length, Draw.Doubles(counts).Sum());
        return (values.Gather(inverse), x.Tensor());
    });

    [Fact]
    public void What_is_written_along_an_axis_is_read_there() => (
        from along in Draw.Along(Draw.All, 1)
        from keys in Gen.Int[0, 1000].Array[along.Item1.Values.Length]
        select (X: along.Item1, Axis: along.Item2, Keys: keys)).Hold(
        each =>
        {
            (Tensor x, int axis) = (each.X.Tensor(), each.Axis);
            Tensor places = Tensor.From(each.Keys, x.Shape).ArgSort(axis);
            return (x.ZerosLike().PutAlong(places, x, axis).TakeAlong(places, axis), x);
        },
        each => $"{each.X}, axis {each.Axis}, keys {string.Join(", ", each.Keys)}");

    [Fact]
    public void Adding_up_at_places_is_the_transpose_of_reading_there() => (
        from along in Draw.Along([DType.Float64], 1)
        from places in Gen.Int[0, along.Item1.Shape[along.Item2] - 1].Array[0, 5]
        from weights in Draw.Of(Gen.Const(DType.Float64), [.. along.Item1.Shape.Select((length, i) => i == along.Item2 ? places.Length : length)])
        select (X: along.Item1, Axis: along.Item2, Places: places, Weights: weights)).Hold(
        each =>
        {
            (Tensor x, Tensor weights, Tensor places) = (each.X.Tensor(), each.Weights.Tensor(), Tensor.From(each.Places));
            return ((x.Gather(places, each.Axis) * weights).Sum(), (weights.ScatterAdd(places, x.Shape[each.Axis], each.Axis) * x).Sum());
        },
        each => $"{each.X}, axis {each.Axis}, places {string.Join(", ", each.Places)}, {each.Weights}");

    [Fact]
    public void A_compiled_function_gives_the_numbers_of_its_lines() => Draw.Broadcast(Draw.Exact).Hold(each =>
    {
        (Tensor x, Tensor y) = (each.Item1.Tensor(), each.Item2.Tensor());
        Tensor Chain(Tensor a) => ((a + y) * y).Maximum(a - y).Reshape(-1).Sum(0, keepDims: true) + a;
        return (Function.Compile(Chain)(x), Chain(x));
    });
}
