using Laminet.Tensors;

namespace Laminet.Losses;

/// <summary>
/// Reads labels from the logits of a network that was trained with <see cref="CTC"/>: equal neighbours are one label, and blanks read as nothing. Keras: <c>ops.ctc_decode</c>.
/// </summary>
public static class CtcDecoding
{
    /// <summary>The labels of the most probable class of each step. Fast, and near the most probable labels for a network that is sure.</summary>
    /// <param name="logits">(batch, steps, classes).</param>
    /// <param name="lengths">How many steps of each sequence count, (batch,), integers; null for all.</param>
    /// <param name="mergeRepeated">Whether equal neighbours are one label.</param>
    /// <param name="blank">The class that reads as nothing.</param>
    /// <returns>Labels (1, batch, steps), Int32, filled up with -1, and scores (batch, 1): minus the sum of the largest logits.</returns>
    /// <exception cref="ShapeException">The logits or lengths have another shape.</exception>
    public static (Tensor Labels, Tensor Scores) Greedy(Tensor logits, Tensor? lengths = null, bool mergeRepeated = true, int blank = 0)
    {
        (int batch, int steps, int classes, int[] counts) = Checked(logits, lengths, blank);
        double[] numbers = logits.Cast(DType.Float64).ToArray<double>(), scores = new double[batch];
        int[] labels = Filled(batch * steps);
        for (int example = 0; example < batch; example++)
        {
            int place = example * steps, before = blank;
            for (int step = 0; step < counts[example]; step++)
            {
                ReadOnlySpan<double> row = numbers.AsSpan(((example * steps) + step) * classes, classes);
                int best = 0;
                for (int label = 1; label < classes; label++)
                    best = row[label] > row[best] ? label : best;
                scores[example] -= row[best];
                if (best != blank && !(mergeRepeated && best == before))
                    labels[place++] = best;
                before = best;
            }
        }

        return (Tensor.From(labels, [1, batch, steps]), Tensor.From(scores, [batch, 1]).Cast(logits.DType));
    }

    /// <summary>
    /// The most probable labels, with the probabilities of all ways to read them added up; at each step the best beginnings are kept. Graves, "Sequence transduction with recurrent
    /// neural networks", 2012.
    /// </summary>
    /// <param name="logits">(batch, steps, classes).</param>
    /// <param name="lengths">How many steps of each sequence count, (batch,), integers; null for all.</param>
    /// <param name="beamWidth">How many beginnings are kept; with all of them the result is exact.</param>
    /// <param name="topPaths">How many readings are returned, the best first; at most <paramref name="beamWidth"/>.</param>
    /// <param name="blank">The class that reads as nothing.</param>
    /// <returns>Labels (topPaths, batch, steps), Int32, filled up with -1, and scores (batch, topPaths): the logarithm of their probability, minus infinity where there are no more readings.</returns>
    /// <exception cref="ShapeException">The logits or lengths have another shape.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A width is below 1, or more paths are asked for than are kept.</exception>
    public static (Tensor Labels, Tensor Scores) BeamSearch(Tensor logits, Tensor? lengths = null, int beamWidth = 100, int topPaths = 1, int blank = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(beamWidth, 1);
        if (topPaths < 1 || topPaths > beamWidth)
            throw new ArgumentOutOfRangeException(nameof(topPaths), $"CtcDecoding: received topPaths = {topPaths}; expected 1 to the beam's width, {beamWidth}.");
        (int batch, int steps, int classes, int[] counts) = Checked(logits, lengths, blank);
        double[] numbers = logits.Cast(DType.Float64).LogSoftmax().ToArray<double>(), scores = new double[batch * topPaths];
        int[] labels = Filled(topPaths * batch * steps);
        Array.Fill(scores, double.NegativeInfinity);
        for (int example = 0; example < batch; example++)
        {
            CtcBeam beam = new(beamWidth, classes, blank);
            for (int step = 0; step < counts[example]; step++)
                beam.Advance(numbers.AsSpan(((example * steps) + step) * classes, classes));
            foreach ((int path, (double score, int[] read)) in beam.Best().Take(topPaths).Index())
            {
                scores[(example * topPaths) + path] = score;
                read.CopyTo(labels, ((path * batch) + example) * steps);
            }
        }

        return (Tensor.From(labels, [topPaths, batch, steps]), Tensor.From(scores, [batch, topPaths]).Cast(logits.DType));
    }

    private static (int Batch, int Steps, int Classes, int[] Counts) Checked(Tensor logits, Tensor? lengths, int blank)
    {
        ArgumentNullException.ThrowIfNull(logits);
        if (logits.Rank != 3 || lengths is not null && lengths.Shape != logits.Shape[..1])
        {
            throw new ShapeException($"CtcDecoding: received logits of shape {logits.Shape}{(lengths is null ? "" : $" and lengths of shape {lengths.Shape}")}; "
                + "expected (batch, steps, classes) and lengths (batch,).");
        }

        (int batch, int steps, int classes) = (logits.Shape[0], logits.Shape[1], logits.Shape[2]);
        if ((uint)blank >= (uint)classes)
            throw new ArgumentOutOfRangeException(nameof(blank), $"CtcDecoding: the blank is {blank}; there are {classes} classes, 0 to {classes - 1}.");
        int[] counts = lengths is null ? [.. Enumerable.Repeat(steps, batch)] : lengths.Cast(DType.Int32).ToArray<int>();
        int wrong = Array.FindIndex(counts, count => count < 0 || count > steps);
        return wrong < 0
            ? (batch, steps, classes, counts)
            : throw new ArgumentOutOfRangeException(nameof(lengths), $"CtcDecoding: the length at index {wrong} is {counts[wrong]}; the logits have {steps} steps.");
    }

    private static int[] Filled(int count)
    {
        int[] labels = new int[count];
        Array.Fill(labels, -1);
        return labels;
    }
}
