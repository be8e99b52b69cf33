using System.Numerics;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>x / (1 + exp(-x)) in place, for results that are still in the cache. An element's bits do not depend on its neighbours.</summary>
/// <remarks>T is <see cref="float"/>: <see cref="CheckedKernels"/> lets no other type ask for it. Who calls is generic.</remarks>
internal static unsafe class Swish
{
    /// <summary>Of the columns of some rows.</summary>
    /// <param name="rows">Where each row begins.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="column">The first column.</param>
    /// <param name="columns">How many columns.</param>
    public static void Rows<T>(T** rows, int count, nint column, int columns) where T : unmanaged, INumber<T>
    {
        Logistic.SwishCall call = new() { Rows = (float**)rows, Count = count, Column = column, Columns = columns };
        Simd.Dispatch<Logistic.SwishRows, float, Logistic.SwishCall>(ref call);
    }

    /// <summary>Of one row.</summary>
    public static void Row<T>(T* row, int length) where T : unmanaged, INumber<T> => Rows(&row, 1, 0, length);

    /// <summary>Of a whole result, by all threads.</summary>
    public static void All<T>(T* result, int length) where T : unmanaged, INumber<T>
    {
        Whole whole = new() { Result = (float*)result, Length = length };
        Workers.For(Stretches.Tasks(length), ref whole, &Task);
    }

    private static void Task(ref Whole whole, int task)
    {
        int start = task * Stretches.TaskLength;
        Row(whole.Result + start, Math.Min(Stretches.TaskLength, whole.Length - start));
    }

    private struct Whole
    {
        public float* Result;
        public int Length;
    }
}
