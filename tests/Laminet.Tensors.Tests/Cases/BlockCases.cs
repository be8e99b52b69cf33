namespace Laminet.Tensors.Tests.Cases;

internal static class BlockCases
{
    public static IEnumerable<OpCase> Rows() =>
        from place in new (int[] Shape, int Axis)[] { ([7], -1), ([3, 5], 1), ([3, 5], 0), ([2, 3, 4], -2), ([3, 1], -1), ([0, 3], -1), ([33, 1031], 1) }
        from logarithm in new[] { false, true }
        select new OpCase(
            $"{(logarithm ? "LogSoftmax" : "Softmax")}{OpCases.Text(place.Shape)}/{place.Axis}",
            [Grid.Random(place.Shape, 3, -4, 4)],
            inputs => logarithm ? inputs[0].LogSoftmax(place.Axis) : inputs[0].Softmax(place.Axis),
            grids =>
            {
                int axis = place.Axis < 0 ? place.Axis + place.Shape.Length : place.Axis;
                Grid sums = grids[0].Reduce([axis], true, values => values.Sum(Math.Exp));
                return Grid.Map(x => logarithm ? x[0] - Math.Log(x[1]) : Math.Exp(x[0]) / x[1], grids[0], sums);
            });
}
