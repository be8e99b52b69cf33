using CsCheck;

namespace Laminet.Tensors.Tests.Identities;

/// <summary>NumPy's identities of shapes and views, for every element type and for tensors stored in several ways. A failure names the smallest tensor for which one does not hold, and the seed that finds it again.</summary>
public class MovementIdentityTests
{
    [Fact]
    public void A_transpose_is_undone_by_the_inverse_order() => (
        from x in Draw.Tensor(Draw.All)
        from order in Draw.Order(x.Shape.Length)
        select (x, order)).Hold(each => (each.x.Tensor().Transpose(each.order).Transpose([.. Enumerable.Range(0, each.order.Length).Select(axis => Array.IndexOf(each.order, axis))]), each.x.Tensor()),
            each => $"{each.x}, axes {string.Join(", ", each.order)}");

    [Fact]
    public void A_transposed_place_is_the_place_transposed() => (
        from x in Draw.Tensor(Draw.All, 2, 2)
        select x).Hold(x => (x.Tensor().Transpose().Reshape(-1), Gathered(x, [.. from column in Enumerable.Range(0, x.Shape[1]) from row in Enumerable.Range(0, x.Shape[0]) select (row * x.Shape[1]) + column])));

    [Fact]
    public void Any_way_of_storing_has_one_flat_order() =>
        Draw.Tensor(Draw.All).Hold(x => (x.Tensor().Reshape(-1), Tensor.From(x.Values, [x.Values.Length]).Cast(x.Type)));

    [Fact]
    public void A_reshape_is_undone_by_the_shape_before() => Draw.Tensor(Draw.All, leastLength: 1).Hold(x => (x.Tensor().Reshape(-1, x.Shape.LastOrDefault(1)).Reshape(Shape.Create(x.Shape)), x.Tensor()));

    [Fact]
    public void Moving_an_axis_swaps_it_past_each_between() => (
        from along in Draw.Along(Draw.All)
        from to in Gen.Int[0, along.Item1.Shape.Length - 1]
        select (X: along.Item1, From: along.Item2, To: to)).Hold(each =>
        {
            Tensor swapped = each.X.Tensor();
            for (int i = each.From; i != each.To; i += Math.Sign(each.To - each.From))
                swapped = swapped.SwapAxes(i, i + Math.Sign(each.To - each.From));
            return (each.X.Tensor().MoveAxis(each.From, each.To), swapped);
        });

    [Fact]
    public void A_slice_takes_the_places_that_it_counts() => (
        from along in Draw.Along(Draw.All, 1)
        from slice in Slices(along.Item1.Shape[along.Item2])
        select (X: along.Item1, Axis: along.Item2, Slice: slice)).Hold(each => (Cut(each.X.Tensor(), each.Slice, each.Axis), each.X.Tensor().Gather(Places(each.Slice, each.X.Shape[each.Axis]), each.Axis)));

    [Fact]
    public void A_slice_of_a_slice_takes_its_places_of_the_places() => (
        from along in Draw.Along(Draw.All, 1)
        from first in Slices(along.Item1.Shape[along.Item2])
        let places = Counted(first, along.Item1.Shape[along.Item2]).ToArray()
        where places.Length > 0
        from second in Slices(places.Length)
        select (X: along.Item1, Axis: along.Item2, First: first, Second: second, Places: places)).Hold(
            each => (Cut(Cut(each.X.Tensor(), each.First, each.Axis), each.Second, each.Axis), each.X.Tensor().Gather(Tensor.From([.. Counted(each.Second, each.Places.Length).Select(i => each.Places[i])]), each.Axis)),
            each => $"{each.X}, axis {each.Axis}, {each.First} and {each.Second}");

    [Fact]
    public void Parts_put_together_are_the_whole() => (
        from along in Draw.Along(Draw.All)
        from cut in Gen.Int[0, along.Item1.Shape[along.Item2]]
        select (X: along.Item1, Axis: along.Item2, Cut: cut)).Hold(each => (Tensor.Concatenate(each.X.Tensor().Split([each.Cut, each.X.Shape[each.Axis] - each.Cut], each.Axis), each.Axis), each.X.Tensor()));

    [Fact]
    public void What_was_taken_apart_is_stacked_again() => Draw.Along(Draw.All, 1).Hold(each => (Tensor.Stack(each.Item1.Tensor().Unstack(each.Item2), each.Item2), each.Item1.Tensor()));

    [Fact]
    public void Two_flips_are_none_and_one_is_the_places_backwards() => Draw.Along(Draw.All).Hold(each =>
    {
        (Tensor x, int axis) = (each.Item1.Tensor(), each.Item2);
        Draw.Same(x.Flip(axis).Flip(axis), x);
        return (x.Flip(axis), x.Gather(Tensor.From([.. Enumerable.Range(0, x.Shape[axis]).Reverse()]), axis));
    });

    [Fact]
    public void A_roll_is_undone_by_the_opposite_and_goes_round() => (
        from along in Draw.Along(Draw.All, 1)
        from shift in Gen.Int[-9, 9]
        select (X: along.Item1, Axis: along.Item2, Shift: shift)).Hold(each =>
        {
            (Tensor x, int axis) = (each.X.Tensor(), each.Axis);
            Draw.Same(x.Roll(each.Shift, axis).Roll(-each.Shift, axis), x);
            return (x.Roll(each.Shift, axis), x.Roll(each.Shift + x.Shape[axis], axis));
        });

    [Fact]
    public void A_border_is_cut_off_again() => (
        from along in Draw.Along(Draw.All)
        from before in Gen.Int[0, 3]
        from after in Gen.Int[0, 3]
        select (X: along.Item1, Axis: along.Item2, Before: before, After: after)).Hold(each =>
        {
            (Tensor x, int axis) = (each.X.Tensor(), each.Axis);
            Tensor padded = x.Pad([.. Enumerable.Range(0, x.Rank).Select(i => i == axis ? (each.Before, each.After) : (0, 0))], 1L);
            return (padded.Slice(each.Before, each.Before + x.Shape[axis], axis: axis), x);
        });

    [Fact]
    public void Tiles_are_copies_side_by_side() => (
        from along in Draw.Along(Draw.All)
        from copies in Gen.Int[1, 3]
        select (X: along.Item1, Axis: along.Item2, Copies: copies)).Hold(each => (
            each.X.Tensor().Tile([.. each.X.Shape.Select((_, i) => i == each.Axis ? each.Copies : 1)]), Tensor.Concatenate([.. Enumerable.Repeat(each.X.Tensor(), each.Copies)], each.Axis)));

    [Fact]
    public void Repeated_places_are_a_gather_of_them() => (
        from along in Draw.Along(Draw.All)
        from copies in Gen.Int[1, 3]
        select (X: along.Item1, Axis: along.Item2, Copies: copies)).Hold(each => (
            each.X.Tensor().Repeat(each.Copies, each.Axis), each.X.Tensor().Gather(Tensor.From([.. Enumerable.Range(0, each.X.Shape[each.Axis] * each.Copies).Select(i => i / each.Copies)]), each.Axis)));

    [Fact]
    public void Four_quarter_turns_are_none() => Draw.Tensor(Draw.All, 2).Hold(x => (x.Tensor().Rot90().Rot90().Rot90().Rot90(), x.Tensor()));

    // Bytes are not seen as truth values, of which only 0 and 1 are some.
    [Fact]
    public void Bytes_seen_as_another_type_come_back() => Draw.Tensor(Draw.Arithmetic, 1).Hold(x => (x.Tensor().View(DType.UInt8).View(x.Type), x.Tensor()));

    private static Tensor Gathered(Numbers x, int[] places) => Tensor.From([.. places.Select(place => x.Values[place])], [places.Length]).Cast(x.Type);

    private static Gen<(int Start, int? Stop, int Step)> Slices(int length) =>
        from start in Gen.Int[0, length - 1]
        from stop in Gen.Int[0, length]
        from isOpen in Gen.Bool
        from step in Gen.OneOf(1, 2, 3, -1, -2, -3)
        select (start, isOpen ? (int?)null : stop, step);

    private static Tensor Cut(Tensor x, (int Start, int? Stop, int Step) slice, int axis) => x.Slice(slice.Start, slice.Stop, slice.Step, axis);

    private static Tensor Places((int Start, int? Stop, int Step) slice, int length) => Tensor.From([.. Counted(slice, length)]);

    private static IEnumerable<int> Counted((int Start, int? Stop, int Step) slice, int length)
    {
        for (int i = slice.Start; slice.Step > 0 ? i < (slice.Stop ?? length) : i > (slice.Stop ?? -1); i += slice.Step)
            yield return i;
    }
}
