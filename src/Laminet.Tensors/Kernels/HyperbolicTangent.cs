using System.Numerics;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Laminet.Tensors.Kernels;

/// <summary>The hyperbolic tangent, for the operation and within recurrences.</summary>
internal static class HyperbolicTangent
{
    /// <summary>tanh(x). The result must not lie over the argument.</summary>
    public static void Of<T>(ReadOnlySpan<T> x, Span<T> result) where T : IFloatingPointIeee754<T>
    {
        // TensorPrimitives.Tanh goes through exp(2x) - 1 and loses a small x's digits (a float32 of 0.001 has three left of
        // seven). There the series x - x^3/3 + 2 x^5/15 - 17 x^7/315 + 62 x^9/2835 is exact to the last bits.
        TensorPrimitives.Tanh(x, result);
        T small = T.CreateChecked(typeof(T) == typeof(float) ? 0.25 : 0.02);
        int last = x.Length - Vector<T>.Count;
        for (int i = 0; i < x.Length && last >= 0; i += Vector<T>.Count)
        {
            // The last vector overlaps the one before, so that an element's bits do not depend on how many follow it.
            i = Math.Min(i, last);
            Vector<T> v = new(x[i..]), square = v * v;
            Vector<T> series = v + (v * square * (Term<T>(-1, 3) + (square * (Term<T>(2, 15) + (square * (Term<T>(-17, 315) + (square * Term<T>(62, 2835))))))));
            Vector.ConditionalSelect(Vector.LessThan(Vector.Abs(v), new Vector<T>(small)), series, new Vector<T>(result[i..])).CopyTo(result[i..]);
        }

        for (int i = 0; i < x.Length && last < 0; i++)
        {
            if (T.Abs(x[i]) < small)
                result[i] = T.Tanh(x[i]);
        }
    }

    private static Vector<T> Term<T>(double numerator, double denominator) where T : IFloatingPointIeee754<T> =>
        new(T.CreateChecked(numerator / denominator));
}
