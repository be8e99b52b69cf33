using Laminet.Tensors.Blocks;
using Laminet.Tensors.Kernels;

namespace Laminet.Verification.Operations;

/// <summary>Recurrences and their reverse passes, of sizes around those of vectors and tiles.</summary>
internal static class RecurrenceTable
{
    public static IEnumerable<BlockCase> Rows() =>
        from size in ((int Batch, int Time, int Units)[])[(2, 3, 3), (1, 2, 18)]
        from kind in Enum.GetValues<RecurrenceKind>()
        from reverse in (bool[])[false, true]
        from masked in (bool[])[false, true]
        from row in Rows(kind, size.Batch, size.Time, size.Units, reverse, masked)
        select row;

    private static IEnumerable<BlockCase> Rows(RecurrenceKind kind, int batch, int time, int units, bool reverse, bool masked)
    {
        string at = $"{kind}({batch},{time},{units}){(reverse ? "reverse" : "")}{(masked ? "masked" : "")}";
        int gates = RecurrenceSizes.Gates(kind), states = RecurrenceSizes.States(kind), seed = 0;
        Grid Next(params int[] shape) => Grid.Random(shape, ++seed, -1, 1);
        Grid[] Firsts() => [.. Enumerable.Range(0, states).Select(_ => Next(batch, units))];
        Grid[] mask = masked ? [Grid.From([batch, time], index => (index[0] + (2 * index[1])) % 3 == 1 ? 0 : 1) with { Type = DType.Bool }] : [];

        Grid[] bias = kind == RecurrenceKind.Gated ? [Next(3 * units)] : [];
        Grid[] forward = [Next(batch, time, gates * units), Next(units, gates * units), .. bias, .. Firsts()];
        foreach (bool keeps in (bool[])[false, true])
            yield return new($"Recurrence{at}{keeps}", new Recurrence(kind, reverse, masked, keeps), [.. forward, .. mask], [.. Enumerable.Range(0, forward.Length)]);

        foreach (bool gives in (bool[])[false, true])
        {
            Grid[] kept = [.. RecurrenceSizes.Kept(kind).Select(width => Next(batch, time, width * units))];
            Grid[] backward = [Next(units, gates * units), .. Firsts(), Next(batch, time, units), .. kept, .. Firsts(), .. gives ? [Next(batch, time, units)] : (Grid[])[]];
            yield return new($"RecurrenceGradient{at}{gives}", new RecurrenceGradient(kind, reverse, masked, gives), [.. backward, .. mask], [.. Enumerable.Range(0, backward.Length)]);
        }
    }
}
