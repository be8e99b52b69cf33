using Laminet.Tensors;

namespace Laminet.Estimators;

/// <summary>
/// The rows of a kernel matrix, of examples with all examples, of which a limited number is kept. A row that is missing is computed in one matrix product with others that will be needed soon; those that were
/// not used for the longest time make room.
/// </summary>
internal sealed class KernelRows
{
    // A product of so many rows runs at full speed.
    private const int Block = 64;

    private readonly KernelFunction kernel;
    private readonly Tensor x;
    private readonly double[]?[] rows;
    private readonly long[] used;
    private readonly int room;
    private long uses;
    private int kept;

    public KernelRows(KernelFunction kernel, Tensor x, double megabytes)
    {
        (this.kernel, this.x) = (kernel, x);
        int examples = x.Shape[0];
        (rows, used) = (new double[examples][], new long[examples]);
        room = (int)Math.Clamp(megabytes * (1 << 20) / (sizeof(double) * (double)examples), Math.Min(2 * Block, examples), examples);
    }

    /// <summary>The kernel of an example with all.</summary>
    /// <param name="example">Which.</param>
    /// <param name="urgency">How soon each example's row will be asked for, the greater the sooner.</param>
    public double[] Row(int example, Func<double[]> urgency)
    {
        if (rows[example] is null)
            Compute(example, urgency());
        used[example] = ++uses;
        return rows[example]!;
    }

    private void Compute(int example, double[] urgency)
    {
        int[] missing = [.. Enumerable.Range(0, rows.Length).Where(row => rows[row] is null && row != example)];
        Array.Sort([.. missing.Select(row => -urgency[row])], missing);
        int[] wanted = [example, .. missing.Take(Block - 1)];
        int surplus = kept + wanted.Length - room;
        if (surplus > 0)
        {
            foreach (int old in Enumerable.Range(0, rows.Length).Where(row => rows[row] is not null).OrderBy(row => used[row]).Take(surplus).ToArray())
                rows[old] = null;
            kept -= surplus;
        }

        double[] numbers = kernel.Of(Examples.At(x, wanted), x).Cast(DType.Float64).ToArray<double>();
        foreach ((int place, int row) in wanted.Index())
            (rows[row], used[row]) = (numbers.AsSpan(place * rows.Length, rows.Length).ToArray(), uses);
        kept += wanted.Length;
    }
}
