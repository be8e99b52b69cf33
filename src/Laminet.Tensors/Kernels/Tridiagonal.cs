using System.Numerics;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>A symmetric matrix to a tridiagonal one, Qᵀ A Q = T, by reflections from both sides (Golub and Van Loan, 8.3.1).</summary>
internal static unsafe class Tridiagonal
{
    private const int RowsPerTask = 64;

    /// <summary>Destroys a, both triangles of which are read. Writes the diagonal (n), the elements beside it (n - 1), and the reflections whose product is Q: vectors (n - 1, n) and factors.</summary>
    public static Reflectors<T> Reduce<T>(T* a, int n, T* diagonal, T* beside, T* vectors, T* factors) where T : unmanaged, IFloatingPointIeee754<T>
    {
        using Scratch<T> memory = Scratch.Rent<T>(n);
        T* w = memory.Pointer;
        int count = Math.Max(0, n - 1);
        new Span<T>(vectors, count * n).Clear();
        for (int k = 0; k < count; k++)
        {
            int rest = n - k - 1;
            T* row = a + ((nint)k * n) + k, corner = row + n + 1, vector = vectors + ((nint)k * n) + k + 1;
            diagonal[k] = row[0];
            Lines.Copy(row + 1, vector, rest);
            (T factor, beside[k]) = Reflectors<T>.Make(vector, rest);
            factors[k] = factor;
            if (factor == T.Zero)
                continue;
            Step<T> step = new() { Corner = corner, Stride = n, Vector = vector, Other = w, Factor = factor, Order = rest };
            int tasks = Rounding.DivideUp(rest, RowsPerTask);
            Share(tasks, ref step, &Products);
            // w = p - (tau/2) (pᵀ v) v for p = tau A v: then A - v wᵀ - w vᵀ is the reflected matrix.
            Lines.AddScaled(w, -factor * Lines.Dot(w, vector, rest) / T.CreateChecked(2), vector, rest);
            Share(tasks, ref step, &Updates);
        }

        if (n > 0)
            diagonal[n - 1] = a[((nint)n * n) - 1];
        return new() { Vectors = vectors, Factors = factors, Count = count, Length = n, Offset = 1 };
    }

    private static void Share<T>(int tasks, ref Step<T> step, delegate*<ref Step<T>, int, void> body) where T : unmanaged
    {
        if (tasks > 2)
        {
            Workers.For(tasks, ref step, body);
            return;
        }

        for (int task = 0; task < tasks; task++)
            body(ref step, task);
    }

    private static void Products<T>(ref Step<T> step, int task) where T : unmanaged, INumber<T>
    {
        for (int i = task * RowsPerTask; i < Math.Min(step.Order, (task + 1) * RowsPerTask); i++)
            step.Other[i] = step.Factor * Lines.Dot(step.Corner + ((nint)i * step.Stride), step.Vector, step.Order);
    }

    private static void Updates<T>(ref Step<T> step, int task) where T : unmanaged, INumber<T>
    {
        for (int i = task * RowsPerTask; i < Math.Min(step.Order, (task + 1) * RowsPerTask); i++)
        {
            T* row = step.Corner + ((nint)i * step.Stride);
            Lines.AddScaled(row, -step.Vector[i], step.Other, step.Order);
            Lines.AddScaled(row, -step.Other[i], step.Vector, step.Order);
        }
    }

    private struct Step<T> where T : unmanaged
    {
        public T* Corner, Vector, Other;
        public nint Stride;
        public T Factor;
        public int Order;
    }
}
