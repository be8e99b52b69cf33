using System.Numerics;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>A rotation of two rows: x = c x + s y, y = c y - s x.</summary>
internal readonly record struct PlaneRotation<T>(int X, int Y, T Cosine, T Sine) where T : unmanaged;

/// <summary>
/// Rotations of the rows of a matrix, kept until there are many and then applied to a strip of columns at a time, which stays in the first cache. Strips go to the threads.
/// </summary>
internal unsafe struct PlaneRotations<T> : ISimdKernel<T, PlaneRotations<T>> where T : unmanaged, INumber<T>
{
    private const int Most = 16 * 1024, Least = 256, Strip = 64, SharedWork = 16 * 1024;

    private readonly PlaneRotation<T>* kept;
    private readonly T* rows;
    private readonly int capacity, columns;
    private int count, strip;

    /// <param name="memory">Room for rotations.</param>
    /// <param name="capacity">For how many.</param>
    /// <param name="rows">The matrix; null if it is not wanted.</param>
    /// <param name="columns">How long its rows are.</param>
    public PlaneRotations(PlaneRotation<T>* memory, int capacity, T* rows, int columns)
    {
        kept = memory;
        this.rows = rows;
        (this.capacity, this.columns) = (capacity, columns);
    }

    /// <summary>For how many rotations room pays, for a matrix of this order.</summary>
    public static int Room(int order) => (int)Math.Clamp((long)order * order, Least, Most);

    public void Add(int x, int y, T cosine, T sine)
    {
        if (rows == null)
            return;
        if (count == capacity)
            Apply();
        kept[count++] = new(x, y, cosine, sine);
    }

    /// <summary>Applies what is kept.</summary>
    public void Apply()
    {
        int strips = Rounding.DivideUp(columns, Strip);
        if ((long)count * columns < SharedWork)
        {
            for (int i = 0; i < strips; i++)
                RunStrip(ref this, i);
        }
        else
        {
            Workers.For(strips, ref this, &RunStrip);
        }

        count = 0;
    }

    private static void RunStrip(ref PlaneRotations<T> rotations, int strip)
    {
        PlaneRotations<T> copy = rotations;
        copy.strip = strip;
        Simd.Dispatch<PlaneRotations<T>, T, PlaneRotations<T>>(ref copy);
    }

    public static void Run<TSimd, TVector>(ref PlaneRotations<T> rotations)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        int first = rotations.strip * Strip, length = Math.Min(Strip, rotations.columns - first), whole = length / TSimd.Count * TSimd.Count;
        T* rows = rotations.rows + first;
        for (int i = 0; i < rotations.count; i++)
        {
            PlaneRotation<T> rotation = rotations.kept[i];
            T* x = rows + ((nint)rotation.X * rotations.columns), y = rows + ((nint)rotation.Y * rotations.columns);
            Turn<TSimd, TVector>(x, y, 0, whole, rotation.Cosine, rotation.Sine);
            Turn<SimdScalar<T>, T>(x, y, whole, length, rotation.Cosine, rotation.Sine);
        }
    }

    private static void Turn<TSimd, TVector>(T* x, T* y, int start, int end, T cosine, T sine)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        TVector c = TSimd.Broadcast(cosine), s = TSimd.Broadcast(sine), minus = TSimd.Broadcast(-sine);
        for (int i = start; i < end; i += TSimd.Count)
        {
            TVector a = TSimd.Load(x + i), b = TSimd.Load(y + i);
            TSimd.Store(TSimd.MultiplyAdd(c, a, TSimd.Multiply(s, b)), x + i);
            TSimd.Store(TSimd.MultiplyAdd(c, b, TSimd.Multiply(minus, a)), y + i);
        }
    }
}
