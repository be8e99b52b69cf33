using System.Numerics;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Laminet.Tensors.Kernels;

/// <summary>A function of each element that is computed from the element and from another function of it that <see cref="TensorPrimitives"/> knows.</summary>
internal interface IVectorFunction
{
    /// <summary>The other function, of a short stretch; it may be written over its argument.</summary>
    static abstract void Prepare<T>(ReadOnlySpan<T> x, Span<T> result) where T : unmanaged, IFloatingPointIeee754<T>;

    /// <summary>The result from the element and from what was prepared.</summary>
    static abstract Vector<T> Of<T>(Vector<T> x, Vector<T> prepared) where T : unmanaged, IFloatingPointIeee754<T>;
}

/// <summary>The loop of an <see cref="IVectorFunction"/>: an element's bits do not depend on its neighbours or on how many follow it.</summary>
internal static class VectorMap
{
    private const int Stretch = 128;

    // Shorter ones TensorPrimitives may compute one by one, with other last bits.
    private const int Shortest = 16;

    /// <summary>Writes the function of each element; the result may lie over the argument.</summary>
    public static void Run<TFunction, T>(ReadOnlySpan<T> x, Span<T> result) where TFunction : IVectorFunction where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<T> prepared = stackalloc T[Stretch], rest = stackalloc T[Math.Max(Shortest, Vector<T>.Count)];
        for (int start = 0; start < x.Length; start += Stretch)
        {
            int length = Math.Min(Stretch, x.Length - start), whole = length - (length % Vector<T>.Count);
            ReadOnlySpan<T> elements = x.Slice(start, length);
            Span<T> results = result.Slice(start, length);
            if (length < Shortest)
            {
                rest.Clear();
                elements.CopyTo(rest);
                TFunction.Prepare(rest[..Shortest], prepared[..Shortest]);
            }
            else
            {
                TFunction.Prepare(elements, prepared[..length]);
            }

            for (int i = 0; i < whole; i += Vector<T>.Count)
                TFunction.Of(new Vector<T>(elements[i..]), new Vector<T>(prepared[i..])).CopyTo(results[i..]);
            if (whole < length)
            {
                // The rest in a whole vector, which is computed as all others are.
                rest.Clear();
                elements[whole..].CopyTo(rest);
                Vector<T> last = TFunction.Of(new Vector<T>(rest), new Vector<T>(prepared[whole..]));
                last.CopyTo(rest);
                rest[..(length - whole)].CopyTo(results[whole..]);
            }
        }
    }

    /// <summary>A number in every place of a vector.</summary>
    public static Vector<T> Number<T>(double number) where T : unmanaged, IFloatingPointIeee754<T> => new(T.CreateTruncating(number));

    /// <summary>A polynomial by Horner's rule, the highest power first.</summary>
    public static Vector<T> Polynomial<T>(Vector<T> x, params ReadOnlySpan<double> coefficients) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Vector<T> sum = Number<T>(coefficients[0]);
        foreach (double coefficient in coefficients[1..])
            sum = (sum * x) + Number<T>(coefficient);
        return sum;
    }
}
