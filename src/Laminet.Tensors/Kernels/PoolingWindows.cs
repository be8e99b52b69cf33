using System.Numerics;
using System.Runtime.CompilerServices;

namespace Laminet.Tensors.Kernels;

internal readonly unsafe struct MaxPooling<T> : IPoolingWindow<T> where T : unmanaged, INumber<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TSimd, TVector>(T* image, T* pixel, T* target, nint* cells, int count, T share, bool overlaps)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged => TSimd.Store(Largest<TSimd, TVector>(image, cells, count), pixel);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Largest<TSimd, TVector>(T* image, nint* cells, int count)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        TVector largest = count > 0 ? TSimd.Load(image + cells[0]) : TSimd.Broadcast(T.CreateSaturating(double.NegativeInfinity));
        for (int cell = 1; cell < count; cell++)
            largest = TSimd.Max(largest, TSimd.Load(image + cells[cell]));
        return largest;
    }
}

internal readonly unsafe struct MaxPoolingScatter<T> : IPoolingWindow<T> where T : unmanaged, INumber<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TSimd, TVector>(T* image, T* pixel, T* target, nint* cells, int count, T share, bool overlaps)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        TVector largest = MaxPooling<T>.Largest<TSimd, TVector>(image, cells, count);
        // What the first largest cell takes is no longer there for a later one.
        TVector zero = TSimd.Broadcast(T.Zero), left = TSimd.Load(pixel);
        for (int cell = 0; cell < count; cell++)
        {
            TVector value = TSimd.Load(image + cells[cell]);
            T* place = target + cells[cell];
            TVector taken = TSimd.IfSame(value, largest, left, zero);
            left = TSimd.IfSame(value, largest, zero, left);
            TSimd.Store(overlaps ? TSimd.Add(TSimd.Load(place), taken) : taken, place);
        }
    }
}

internal readonly unsafe struct MaxPoolingGather<T> : IPoolingWindow<T> where T : unmanaged, INumber<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TSimd, TVector>(T* image, T* pixel, T* target, nint* cells, int count, T share, bool overlaps)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        TVector largest = MaxPooling<T>.Largest<TSimd, TVector>(image, cells, count);
        TVector found = TSimd.Broadcast(T.Zero);
        // Backwards, so that the first largest cell has the last word.
        for (int cell = count - 1; cell >= 0; cell--)
            found = TSimd.IfSame(TSimd.Load(image + cells[cell]), largest, TSimd.Load(target + cells[cell]), found);
        TSimd.Store(found, pixel);
    }
}

internal readonly unsafe struct AveragePooling<T> : IPoolingWindow<T> where T : unmanaged, INumber<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TSimd, TVector>(T* image, T* pixel, T* target, nint* cells, int count, T share, bool overlaps)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        TVector sum = TSimd.Broadcast(T.Zero);
        for (int cell = 0; cell < count; cell++)
            sum = TSimd.Add(sum, TSimd.Load(image + cells[cell]));
        TSimd.Store(TSimd.Multiply(sum, TSimd.Broadcast(share)), pixel);
    }
}

internal readonly unsafe struct AveragePoolingScatter<T> : IPoolingWindow<T> where T : unmanaged, INumber<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TSimd, TVector>(T* image, T* pixel, T* target, nint* cells, int count, T share, bool overlaps)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        TVector part = TSimd.Multiply(TSimd.Load(pixel), TSimd.Broadcast(share));
        for (int cell = 0; cell < count; cell++)
        {
            T* place = target + cells[cell];
            TSimd.Store(overlaps ? TSimd.Add(TSimd.Load(place), part) : part, place);
        }
    }
}
