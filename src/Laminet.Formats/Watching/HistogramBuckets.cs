namespace Laminet.Formats.Watching;

/// <summary>
/// Numbers counted in buckets of equal width between the smallest and the largest, as TensorBoard's own histograms: a row a bucket, of left edge,
/// right edge and count. A bucket has its left edge and not its right one; the last has both. Numbers that are all the same are in the last of
/// buckets without width. NaN and infinity are in none.
/// </summary>
internal static class HistogramBuckets
{
    private const int Columns = 3;

    /// <summary>The rows in one line.</summary>
    public static double[] Of(ReadOnlySpan<double> values, int count)
    {
        double[] rows = new double[count * Columns];
        double least = double.PositiveInfinity, most = double.NegativeInfinity;
        long finite = 0;
        foreach (double value in values)
        {
            if (!double.IsFinite(value))
                continue;
            (least, most) = (Math.Min(least, value), Math.Max(most, value));
            finite++;
        }

        if (finite == 0)
            return rows;
        // The range of the largest numbers is no number: they are halved.
        double scale = double.IsFinite(most - least) ? 1 : 0.5, width = ((most * scale) - (least * scale)) / count;
        for (int bucket = 0; bucket < count; bucket++)
        {
            rows[bucket * Columns] = width == 0 ? most : least + (bucket * width / scale);
            rows[(bucket * Columns) + 1] = bucket == count - 1 || width == 0 ? most : least + ((bucket + 1) * width / scale);
        }

        if (width == 0)
        {
            rows[^1] = finite;
            return rows;
        }

        foreach (double value in values)
        {
            if (double.IsFinite(value))
                rows[((int)Math.Min(((value * scale) - (least * scale)) / width, count - 1) * Columns) + 2]++;
        }

        return rows;
    }
}
