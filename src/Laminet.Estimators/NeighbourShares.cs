using Laminet.Tensors;

namespace Laminet.Estimators;

/// <summary>
/// How near examples are to each other, as t-SNE sees it: p(j|i) ~ exp(-b_i |x_i - x_j|²) over the nearest examples of each, with b_i such that the perplexity, e to the entropy, is the one asked for; then
/// p_ij = (p(j|i) + p(i|j)) / 2n. The rows of a sparse symmetric matrix.
/// </summary>
internal sealed class NeighbourShares
{
    private const int RowsAtATime = 512, Halvings = 200;
    private const double Tolerance = 1e-10;

    private NeighbourShares(int[] starts, int[] others, double[] shares) => (Starts, Others, Shares) = (starts, others, shares);

    /// <summary>Where the neighbours of each example begin; one more at the end.</summary>
    public int[] Starts { get; }

    /// <summary>The neighbours.</summary>
    public int[] Others { get; }

    /// <summary>p_ij for each of them. All add up to 1.</summary>
    public double[] Shares { get; }

    public static NeighbourShares Of(Tensor x, double perplexity)
    {
        int examples = x.Shape[0], near = Math.Min(examples - 1, (int)((3 * perplexity) + 1));
        Dictionary<int, double>[] rows = [.. Enumerable.Range(0, examples).Select(_ => new Dictionary<int, double>())];
        Tensor norms = x.Square().Sum(1);
        for (int first = 0; first < examples; first += RowsAtATime)
        {
            int count = Math.Min(RowsAtATime, examples - first);
            Tensor some = x.Slice(first, first + count);
            double[] squares = (norms.Slice(first, first + count).Reshape([count, 1]) + norms - (some.MatMul(x, transposeOther: true) * 2)).Maximum(Tensor.Scalar(0.0)).ToArray<double>();
            (int[] Others, double[] Shares)[] found = new (int[], double[])[count];
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = Engine.Threads }, row => found[row] = Nearest(squares.AsSpan(row * examples, examples), first + row, near, perplexity));
            foreach ((int row, (int[] others, double[] shares)) in found.Index())
            {
                foreach ((int other, double share) in others.Zip(shares))
                {
                    double half = share / (2.0 * examples);
                    rows[first + row][other] = rows[first + row].GetValueOrDefault(other) + half;
                    rows[other][first + row] = rows[other].GetValueOrDefault(first + row) + half;
                }
            }
        }

        int[] starts = new int[examples + 1];
        for (int row = 0; row < examples; row++)
            starts[row + 1] = starts[row] + rows[row].Count;
        // In a fixed order: sums must not depend on that of a dictionary.
        KeyValuePair<int, double>[] all = [.. rows.SelectMany(row => row.OrderBy(pair => pair.Key))];
        return new NeighbourShares(starts, [.. all.Select(pair => pair.Key)], [.. all.Select(pair => pair.Value)]);
    }

    private static (int[] Others, double[] Shares) Nearest(ReadOnlySpan<double> squares, int own, int near, double perplexity)
    {
        int[] others = [.. Enumerable.Range(0, squares.Length).Where(other => other != own)];
        double[] distances = new double[others.Length];
        for (int i = 0; i < others.Length; i++)
            distances[i] = squares[others[i]];
        Array.Sort(distances, others);
        double[] nearest = distances[..near];
        // Shifted by the least, which changes no share and keeps exp from vanishing everywhere.
        double least = nearest[0], wanted = Math.Log(perplexity), low = 0, high = double.PositiveInfinity;
        double[] shares = new double[near];
        double scale = nearest.Average() - least;
        double precision = scale > 0 ? 1 / scale : 1;
        for (int step = 0; step < Halvings; step++)
        {
            double sum = 0, weighted = 0;
            for (int i = 0; i < near; i++)
            {
                shares[i] = Math.Exp(-precision * (nearest[i] - least));
                sum += shares[i];
                weighted += shares[i] * (nearest[i] - least);
            }

            foreach (ref double share in shares.AsSpan())
                share /= sum;
            double entropy = Math.Log(sum) + (precision * weighted / sum);
            if (Math.Abs(entropy - wanted) < Tolerance)
                break;
            (low, high) = entropy > wanted ? (precision, high) : (low, precision);
            double next = double.IsInfinity(high) ? precision * 2 : (low + high) / 2;
            // Equal distances have one entropy, whatever the precision.
            if (next == precision || double.IsInfinity(next))
                break;
            precision = next;
        }

        return (others[..near], shares);
    }
}
