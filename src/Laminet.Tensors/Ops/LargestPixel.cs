using System.Numerics;

namespace Laminet.Tensors.Ops;

/// <summary>For each channel the pixel that is largest times its weight, of those taken so far: the product, the place (-1 for a 0 that is no pixel's) and the weight. NaN is larger than all.</summary>
internal ref struct LargestPixel<T>(ReadOnlySpan<T> numbers, Span<T> best, Span<int> found, Span<T> weights) where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly ReadOnlySpan<T> numbers = numbers;
    private readonly Span<T> best = best, weights = weights;
    private readonly Span<int> found = found;
    private bool hasAny;

    /// <summary>Takes the pixel whose first channel is at a place.</summary>
    public void Take(int from, T weight)
    {
        if (weight == T.Zero)
        {
            TakeZero();
            return;
        }

        ReadOnlySpan<T> pixel = numbers.Slice(from, best.Length);
        int c = 0;
        // Places have the width of Float32.
        if (typeof(T) == typeof(float) && hasAny)
        {
            Vector<int> place = Vector.CreateSequence(from, 1);
            for (; c <= best.Length - Vector<T>.Count; c += Vector<T>.Count, place += new Vector<int>(Vector<int>.Count))
            {
                Vector<T> product = new Vector<T>(pixel[c..]) * weight, old = new(best[c..]);
                Vector<int> isLarger = Vector.AsVectorInt32(Vector.GreaterThan(product, old) | Vector.AndNot(Vector.Equals(old, old), Vector.Equals(product, product)));
                Vector.ConditionalSelect(isLarger.As<int, T>(), product, old).CopyTo(best[c..]);
                Vector.ConditionalSelect(isLarger, place, new Vector<int>(found[c..])).CopyTo(found[c..]);
                Vector.ConditionalSelect(isLarger.As<int, T>(), new Vector<T>(weight), new Vector<T>(weights[c..])).CopyTo(weights[c..]);
            }
        }

        for (; c < best.Length; c++)
        {
            T product = pixel[c] * weight;
            if (!hasAny || product > best[c] || (T.IsNaN(product) && !T.IsNaN(best[c])))
                (best[c], found[c], weights[c]) = (product, from + c, weight);
        }

        hasAny = true;
    }

    /// <summary>Takes what is no pixel, or has no weight.</summary>
    public void TakeZero()
    {
        for (int c = 0; c < best.Length; c++)
        {
            if (!hasAny || T.Zero > best[c])
                (best[c], found[c], weights[c]) = (T.Zero, -1, T.Zero);
        }

        hasAny = true;
    }
}
