namespace Laminet.Verification.Operations;

internal static class SequenceLossCases
{
    public static IEnumerable<OpCase> Rows()
    {
        foreach ((int steps, int classes, double[] rows) in new (int, int, double[])[]
        {
            (5, 3, [1, 2, 2, 0, 0, 0, 1, 1]), (4, 4, [3, 1, 2, 2]), (1, 2, [0, 1]), (3, 1, [0, 0]), (2, 3, []),
        })
        {
            int longest = rows.Length == 8 ? 2 : rows.Length == 4 ? 4 / 2 : rows.Length == 2 ? 1 : 0, batch = rows.Length == 0 ? 3 : rows.Length / longest;
            yield return Row($"{steps}x{classes}:[{string.Join(",", rows.Select(label => (int)label))}]", [batch, steps, classes], new Grid([batch, longest], rows, DType.Int32), Enumerated);
        }

        // More states than a stretch of the kernel's rows, repeated labels and rows that end early.
        double[] many = [.. Enumerable.Range(0, 3 * 41).Select(place => place % 41 < 41 - (place / 41 * 17) ? 1 + (place * place / 3 % 5) : 0)];
        yield return Row("61x6:long", [3, 61, 6], new Grid([3, 41], many, DType.Int32), Added);
        yield return new OpCase("CheckedSequences", [new Grid([2, 3], [1, 2, 0, 4, 0, 0], DType.Int32)], inputs => new Tensors.Blocks.CheckedSequences(5, "test").Apply(inputs[0]), grids => grids[0])
        { OutputType = DType.Int32 };
    }

    private static OpCase Row(string name, int[] shape, Grid labels, Func<Grid, Grid, int, double> probability) => new(
        $"CtcLoss{name}", [Grid.Random(shape, 21), labels], inputs => inputs[0].CtcLoss(inputs[1]),
        grids => Grid.From([shape[0]], index => -Math.Log(probability(grids[0], grids[1], index[0]))))
    { Tolerance = 8 };

    // All ways of classes, and those that read as the labels.
    private static double Enumerated(Grid logits, Grid labels, int example)
    {
        (int steps, int classes) = (logits.Shape[1], logits.Shape[2]);
        int[] wanted = [.. Enumerable.Range(0, labels.Shape[1]).Select(place => (int)labels[example, place]).Where(label => label != 0)];
        double sum = 0;
        for (int way = 0; way < (int)Math.Pow(classes, steps); way++)
        {
            int rest = way, before = 0;
            double probability = 1;
            List<int> read = [];
            for (int step = 0; step < steps; step++, rest /= classes)
            {
                int label = rest % classes;
                probability *= Share(logits, example, step, label);
                if (label != 0 && label != before)
                    read.Add(label);
                before = label;
            }

            if (read.SequenceEqual(wanted))
                sum += probability;
        }

        return sum;
    }

    // The probability that the first steps read as the first labels and end with a blank, or with the last of them.
    private static double Added(Grid logits, Grid labels, int example)
    {
        int steps = logits.Shape[1];
        int[] wanted = [.. Enumerable.Range(0, labels.Shape[1]).Select(place => (int)labels[example, place]).Where(label => label != 0)];
        double[] blank = new double[wanted.Length + 1], label = new double[wanted.Length + 1];
        blank[0] = 1;
        for (int step = 0; step < steps; step++)
        {
            for (int count = wanted.Length; count >= 0; count--)
            {
                double before = count == 0 ? 0 : blank[count - 1] + (count > 1 && wanted[count - 1] == wanted[count - 2] ? 0 : label[count - 1]);
                double ended = blank[count] + label[count];
                label[count] = count == 0 ? 0 : (label[count] + before) * Share(logits, example, step, wanted[count - 1]);
                blank[count] = ended * Share(logits, example, step, 0);
            }
        }

        return blank[^1] + label[^1];
    }

    private static double Share(Grid logits, int example, int step, int label) =>
        Math.Exp(logits[example, step, label]) / Enumerable.Range(0, logits.Shape[2]).Sum(other => Math.Exp(logits[example, step, other]));
}
