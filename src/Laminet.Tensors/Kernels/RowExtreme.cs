using System.Numerics;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Laminet.Tensors.Kernels;

/// <summary>Where a row's first largest or smallest number stands: two passes with vectors, which costs less than one without.</summary>
internal static class RowExtreme
{
    /// <summary>The place of the first; NaN counts as largest and as smallest. The row holds at least one number.</summary>
    public static int PlaceOf<T>(ReadOnlySpan<T> row, bool largest) where T : unmanaged, INumber<T>
    {
        T extreme = largest ? TensorPrimitives.Max(row) : TensorPrimitives.Min(row);
        int place = 0;
        if (T.IsNaN(extreme))
        {
            while (!T.IsNaN(row[place]))
                place++;
            return place;
        }

        // By equality: of 0 and -0 the first counts.
        Vector<T> wanted = new(extreme);
        while (place <= row.Length - Vector<T>.Count && !Vector.EqualsAny(new Vector<T>(row[place..]), wanted))
            place += Vector<T>.Count;
        while (row[place] != extreme)
            place++;
        return place;
    }
}
