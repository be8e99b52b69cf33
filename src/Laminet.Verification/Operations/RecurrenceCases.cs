namespace Laminet.Verification.Operations;

/// <summary>Recurrences against plain loops, with and without masks, in both directions.</summary>
internal static class RecurrenceCases
{
    // Batch, time, units: around the widths of vectors and tiles, one of each, and none.
    private static readonly int[][] Sizes = [[2, 3, 3], [1, 1, 1], [5, 2, 17], [0, 3, 2], [3, 0, 2], [13, 4, 8]];

    public static IEnumerable<OpCase> Rows() =>
        from size in Sizes
        from reverse in (bool[])[false, true]
        from masked in (bool[])[false, true]
        from row in Rows(size[0], size[1], size[2], reverse, masked)
        select row;

    private static IEnumerable<OpCase> Rows(int batch, int time, int units, bool reverse, bool masked)
    {
        string at = $"({batch},{time},{units}){(reverse ? " reverse" : "")}{(masked ? " masked" : "")}";
        Grid state = Grid.Random([batch, units], 1, -1, 1), cell = Grid.Random([batch, units], 2, -1, 1);
        Grid[] mask = masked ? [Grid.From([batch, time], index => (index[0] + (2 * index[1])) % 3 == 1 ? 0 : 1) with { Type = DType.Bool }] : [];
        Tensor? Mask(Tensor[] inputs) => masked ? inputs[^1] : null;
        Grid? MaskOf(Grid[] grids) => masked ? grids[^1] : null;

        yield return new OpCase($"SimpleRecurrence{at}", [X(1), U(1), state, .. mask],
            inputs => inputs[0].SimpleRecurrence(inputs[1], inputs[2], Mask(inputs), reverse) is var all ? [all.Outputs, all.State] : [],
            grids => Loop(grids[0], [grids[2]], MaskOf(grids), reverse, (b, t, states) =>
                [[.. Each(units, unit => Math.Tanh(grids[0][b, t, unit] + Product(grids[1], states[0], unit)))]]))
        { Tolerance = 8 };
        yield return new OpCase($"LongShortTermMemory{at}", [X(4), U(4), state, cell, .. mask],
            inputs => inputs[0].LongShortTermMemory(inputs[1], inputs[2], inputs[3], Mask(inputs), reverse) is var all ? [all.Outputs, all.State, all.Cell] : [],
            grids => Loop(grids[0], [grids[2], grids[3]], MaskOf(grids), reverse, (b, t, states) =>
            {
                double Sum(int gate, int unit) => grids[0][b, t, (gate * units) + unit] + Product(grids[1], states[0], (gate * units) + unit);
                double[] next = [.. Each(units, unit => (Sigmoid(Sum(1, unit)) * states[1][unit]) + (Sigmoid(Sum(0, unit)) * Math.Tanh(Sum(2, unit))))];
                return [[.. Each(units, unit => Sigmoid(Sum(3, unit)) * Math.Tanh(next[unit]))], next];
            }))
        { Tolerance = 8 };
        yield return new OpCase($"GatedRecurrence{at}", [X(3), U(3), Grid.Random([3 * units], 5, -1, 1), state, .. mask],
            inputs => inputs[0].GatedRecurrence(inputs[1], inputs[2], inputs[3], Mask(inputs), reverse) is var all ? [all.Outputs, all.State] : [],
            grids => Loop(grids[0], [grids[3]], MaskOf(grids), reverse, (b, t, states) =>
            {
                double Input(int gate, int unit) => grids[0][b, t, (gate * units) + unit];
                double Recurrent(int gate, int unit) => Product(grids[1], states[0], (gate * units) + unit) + grids[2][(gate * units) + unit];
                return
                [
                    [.. Each(units, unit =>
                    {
                        double z = Sigmoid(Input(0, unit) + Recurrent(0, unit)), r = Sigmoid(Input(1, unit) + Recurrent(1, unit));
                        return (z * states[0][unit]) + ((1 - z) * Math.Tanh(Input(2, unit) + (r * Recurrent(2, unit))));
                    })],
                ];
            }))
        { Tolerance = 8 };

        Grid X(int gates) => Grid.Random([batch, time, gates * units], 3);
        Grid U(int gates) => Grid.Random([units, gates * units], 4, -1, 1);
    }

    // h after each step, and the states after the one that came last.
    private static Grid[] Loop(Grid x, Grid[] first, Grid? mask, bool reverse, Func<int, int, double[][], double[][]> step)
    {
        (int batch, int time, int units) = (x.Shape[0], x.Shape[1], first[0].Shape[1]);
        Grid outputs = Grid.From([batch, time, units], _ => 0);
        Grid[] last = [.. first.Select(grid => grid with { Values = [.. grid.Values] })];
        for (int b = 0; b < batch; b++)
        {
            double[][] states = [.. first.Select(grid => grid.Values[(b * units)..((b + 1) * units)])];
            for (int turn = 0; turn < time; turn++)
            {
                int t = reverse ? time - 1 - turn : turn;
                double[][] next = step(b, t, states);
                if (mask is null || mask[b, t] != 0)
                    states = next;
                states[0].CopyTo(outputs.Values, ((b * time) + t) * units);
            }

            for (int state = 0; state < states.Length; state++)
                states[state].CopyTo(last[state].Values, b * units);
        }

        return [outputs, .. last];
    }

    private static double Product(Grid weights, double[] state, int column) => Each(state.Length, unit => state[unit] * weights[unit, column]).Sum();

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static IEnumerable<double> Each(int count, Func<int, double> number) => Enumerable.Range(0, count).Select(number);
}
