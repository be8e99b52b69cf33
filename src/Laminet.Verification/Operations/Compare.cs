namespace Laminet.Verification.Operations;

/// <summary>Holds a tensor to a reference.</summary>
internal static class Compare
{
    public static bool Near(double expected, double actual, double tolerance) =>
        expected.Equals(actual) || expected == actual || (double.IsFinite(expected) && Math.Abs(expected - actual) <= tolerance * Math.Max(1, Math.Abs(expected)));

    // A result of several operations may be rounded more often than the operation's own kernel rounds.
    public static void Close(OpCase row, DType type, Grid expected, Tensor actual, string what, int roundings = 1)
    {
        DType output = expected.Type ?? row.OutputType ?? row.OutputOf(type);
        Expect.True(actual.DType == output, $"{what}: the type is {actual.DType}, expected {output}");
        Expect.True(actual.Shape.SequenceEqual(expected.Shape), $"{what}: the shape is {actual.Shape}, expected {OpCases.Text(expected.Shape)}");
        double tolerance = roundings * row.Tolerance * Math.Max(Rounding(output), Rounding(type));
        Values(expected.Values.Select(value => Wrapped(value, output)), actual, tolerance, what);
    }

    private static double Rounding(DType type) => type switch
    {
        DType.Float64 => 2e-14,
        DType.Float32 => 4e-6,
        // Half of the last digit: 2^-11, 2^-8.
        DType.Float16 => 4.9e-4,
        DType.BFloat16 => 3.95e-3,
        _ => 0,
    };

    // As the integers of the type go round.
    private static double Wrapped(double value, DType type)
    {
        if (!type.IsInteger())
            return value;
        double count = Math.Pow(2, 8 * type.Size()), lowest = (double)DTypes.Range(type).Lowest;
        return value >= lowest && value < lowest + count ? value : value - (Math.Floor((value - lowest) / count) * count);
    }

    public static void Values(IEnumerable<double> expected, Tensor actual, double tolerance, string what)
    {
        double[] wanted = [.. expected];
        double[] values = actual.Cast(DType.Float64).ToArray<double>();
        Expect.True(wanted.Length == values.Length, $"{what}: {values.Length} elements, expected {wanted.Length}");
        for (int place = 0; place < wanted.Length; place++)
        {
            if (!Near(wanted[place], values[place], tolerance))
                throw new VerificationException(FormattableString.Invariant($"{what}: element {place} of {wanted.Length} is {values[place]:R}, expected {wanted[place]:R}; the tolerance is {tolerance:R}"));
        }
    }
}

/// <summary>Ways to hold the same numbers with gaps or in another order.</summary>
internal static class Views
{
    public const string Repeated = "repeated", Gaps = "with gaps";

    /// <summary>A name, how the values change, and the view of a contiguous tensor of those values.</summary>
    public static IEnumerable<(string Kind, Func<Grid, Grid> Values, Func<Tensor, Tensor> View)> Kinds =>
    [
        ("transposed", grid => grid, tensor => Copied(tensor.Transpose()).Transpose()),
        ("backwards", grid => grid, tensor => Copied(tensor.Flip()).Flip()),
        (Gaps, grid => grid, WithGaps),
        (Repeated, Repeat, tensor => tensor.Rank == 0 || tensor.Length == 0 ? tensor : Copied(tensor.Slice(0, 1)).BroadcastTo(tensor.Shape)),
    ];

    private static Tensor Copied(Tensor tensor) => tensor.Contiguous();

    // Each element has a neighbour that must not be read, and the view starts inside its buffer.
    private static Tensor WithGaps(Tensor tensor)
    {
        if (tensor.Rank == 0)
            return Tensor.Stack([tensor.OnesLike(), tensor]).At(1);
        Tensor doubled = Tensor.Stack([tensor.OnesLike(), tensor], axis: tensor.Rank).Reshape([.. tensor.Shape.Take(tensor.Rank - 1), 2 * tensor.Shape[-1]]);
        return doubled.Slice(1, null, 2, -1);
    }

    // The first entry along the first axis everywhere.
    private static Grid Repeat(Grid grid) => grid.Shape.Length == 0 || grid.Values.Length == 0
        ? grid
        : Grid.From(grid.Shape, index => grid[[0, .. index[1..]]]) with { Type = grid.Type };
}
