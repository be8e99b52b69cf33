using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>
/// Sorts rows. An element becomes a key, a whole number in the same order, that goes with its index: so the order is that of the index among equals,
/// and any way of sorting is stable. Long rows are sorted digit by digit, in a time that grows with their length alone.
/// </summary>
internal static class SortedRows
{
    private const int TaskElements = 16 * 1024;

    /// <summary>The sorted rows of x and the indices that sort them; null for what is not wanted.</summary>
    public static void Sort<T>(Tensor x, int length, bool descending, Tensor? values, Tensor? indices) where T : unmanaged, INumber<T>
    {
        if (Unsafe.SizeOf<T>() <= sizeof(uint))
            Sort<T, NarrowKey>(x, length, descending, values, indices);
        else
            Sort<T, WideKey>(x, length, descending, values, indices);
    }

    private static void Sort<T, TKey>(Tensor x, int length, bool descending, Tensor? values, Tensor? indices)
        where T : unmanaged, INumber<T>
        where TKey : struct, ISortKey<TKey>
    {
        Rows<T, TKey> work = new(x, length, descending, values, indices, x.Length / length, Math.Max(1, TaskElements / length));
        Workers.For(work.Tasks, ref work);
    }

    private readonly struct Rows<T, TKey>(Tensor x, int length, bool descending, Tensor? values, Tensor? indices, int rows, int rowsPerTask) : IWork
        where T : unmanaged, INumber<T>
        where TKey : struct, ISortKey<TKey>
    {
        // Below, counting the digits costs more than comparing.
        private const int LeastByDigits = 768;

        public int Tasks => Rounding.DivideUp(rows, rowsPerTask);

        public void Run(int task)
        {
            TKey[] rented = ArrayPool<TKey>.Shared.Rent(2 * length);
            Span<TKey> keys = rented.AsSpan(0, length), room = rented.AsSpan(length, length);
            ulong flip = descending ? ulong.MaxValue : 0;
            for (int row = task * rowsPerTask; row < Math.Min(rows, (task + 1) * rowsPerTask); row++)
            {
                ReadOnlySpan<T> numbers = x.AsSpan<T>().Slice(row * length, length);
                for (int i = 0; i < length; i++)
                    keys[i] = TKey.Of(SortKeys.Of(numbers[i]) ^ flip, i);
                Span<TKey> sorted = length < LeastByDigits ? Compared(keys) : ByDigits(keys, room);
                if (indices is not null)
                {
                    Span<int> chosen = indices.AsSpan<int>().Slice(row * length, length);
                    for (int i = 0; i < length; i++)
                        chosen[i] = sorted[i].Index;
                }

                if (values is not null)
                {
                    Span<T> result = values.AsSpan<T>().Slice(row * length, length);
                    for (int i = 0; i < length; i++)
                        result[i] = numbers[sorted[i].Index];
                }
            }

            ArrayPool<TKey>.Shared.Return(rented);
        }

        private static Span<TKey> Compared(Span<TKey> keys)
        {
            keys.Sort();
            return keys;
        }

        // From the least digit on. A digit that is the same in all keys moves nothing.
        private static Span<TKey> ByDigits(Span<TKey> from, Span<TKey> to)
        {
            Span<int> starts = stackalloc int[SortKeys.Buckets];
            for (int digit = 0; digit < TKey.Digits; digit++)
            {
                starts.Clear();
                foreach (ref TKey key in from)
                    starts[key.Digit(digit)]++;
                if (starts[from[0].Digit(digit)] == from.Length)
                    continue;
                int start = 0;
                foreach (ref int bucket in starts)
                    (bucket, start) = (start, start + bucket);
                foreach (ref TKey key in from)
                    to[starts[key.Digit(digit)]++] = key;
                Span<TKey> sorted = to;
                to = from;
                from = sorted;
            }

            return from;
        }
    }
}

/// <summary>A key and an index, ordered by both.</summary>
internal interface ISortKey<TSelf> : IComparable<TSelf> where TSelf : struct
{
    /// <summary>How many digits a key has.</summary>
    static abstract int Digits { get; }

    static abstract TSelf Of(ulong key, int index);

    int Index { get; }

    /// <summary>A digit, the least is 0.</summary>
    int Digit(int place);
}

/// <summary>A key of 32 bits above the index.</summary>
internal readonly record struct NarrowKey(ulong Both) : ISortKey<NarrowKey>
{
    public static int Digits => 3;

    public int Index => (int)Both;

    public static NarrowKey Of(ulong key, int index) => new((key << 32) | (uint)index);

    public int Digit(int place) => (int)(Both >> (32 + (place * SortKeys.DigitBits))) & (SortKeys.Buckets - 1);

    public int CompareTo(NarrowKey other) => Both.CompareTo(other.Both);
}

/// <summary>A key of 64 bits and the index.</summary>
internal readonly record struct WideKey(ulong Key, int Index) : ISortKey<WideKey>
{
    public static int Digits => 6;

    public static WideKey Of(ulong key, int index) => new(key, index);

    public int Digit(int place) => (int)(Key >> (place * SortKeys.DigitBits)) & (SortKeys.Buckets - 1);

    public int CompareTo(WideKey other) => Key == other.Key ? Index.CompareTo(other.Index) : Key.CompareTo(other.Key);
}

/// <summary>Numbers as whole numbers in the same order, in the low 32 bits for types of up to 32.</summary>
internal static class SortKeys
{
    public const int DigitBits = 11, Buckets = 1 << DigitBits;

    // Without a sign, negative numbers would come last, and floating-point ones in reverse. Both zeros are one; NaN is above all.
    public static ulong Of<T>(T value) where T : unmanaged, INumber<T>
    {
        if (typeof(T) == typeof(float))
        {
            if (T.IsNaN(value))
                return uint.MaxValue;
            int bits = T.IsZero(value) ? 0 : Unsafe.BitCast<T, int>(value);
            return (uint)(bits ^ ((bits >> 31) | int.MinValue));
        }

        if (typeof(T) == typeof(double))
        {
            if (T.IsNaN(value))
                return ulong.MaxValue;
            long bits = T.IsZero(value) ? 0 : Unsafe.BitCast<T, long>(value);
            return (ulong)(bits ^ ((bits >> 63) | long.MinValue));
        }

        if (typeof(T) == typeof(ulong) || typeof(T) == typeof(uint))
            return ulong.CreateTruncating(value);
        return typeof(T) == typeof(long) ? (ulong)(long.CreateTruncating(value) ^ long.MinValue) : (uint)(int.CreateTruncating(value) ^ int.MinValue);
    }
}
