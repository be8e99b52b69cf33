using System.Numerics;
using System.Runtime.CompilerServices;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>Draws from a key: element i is a function of the key and i alone. One block of Philox gives four numbers, two of Float64.</summary>
internal static unsafe class RandomNumbers
{
    private const int TileBlocks = 256;
    private const int TaskTiles = 32;
    private const int TileLength = 4 * TileBlocks;

    /// <summary>Numbers from each of several keys, one after the other.</summary>
    public static void Fill<T>(RandomKind kind, ulong* keys, int count, T* y, int length) where T : unmanaged, IFloatingPointIeee754<T>
    {
        RandomCall<T> call = new() { Kind = kind, Keys = keys, Y = y, Length = length, TasksOfKey = Rounding.DivideUp(length, TaskTiles * TileLength) };
        Workers.For(count * call.TasksOfKey, &call, &Draw<T>);
    }

    /// <summary>y = x scale where a uniform number of Float32 is below <paramref name="kept"/>, else 0.</summary>
    public static void Dropout<T>(ulong key, float kept, T scale, T* x, T* y, int length) where T : unmanaged, IFloatingPointIeee754<T>
    {
        // The number is m / 2^24 with a whole m, so that the bound may be compared with m: scaling by 2^24 is exact.
        int bound = (int)Math.Ceiling((double)kept * (1 << 24));
        RandomCall<T> call = new() { Key = key, X = x, Y = y, Length = length, Bound = bound, Scale = scale };
        Workers.For(Rounding.DivideUp(length, TaskTiles * TileLength), &call, &Drop<T>);
    }

    [SkipLocalsInit]
    private static void Draw<T>(void* state, int task) where T : unmanaged, IFloatingPointIeee754<T>
    {
        RandomCall<T> call = *(RandomCall<T>*)state;
        T* numbers = stackalloc T[TileLength];
        (int key, task) = Math.DivRem(task, call.TasksOfKey);
        T* y = call.Y + ((long)key * call.Length);
        int first = task * TaskTiles * TileLength, length = Math.Min(TaskTiles * TileLength, call.Length - first);
        // Counted from the task's beginning: its end may lie beyond the largest number there is.
        for (int done = 0; done < length; done += TileLength)
        {
            int start = first + done, count = Math.Min(TileLength, length - done);
            RandomBlocks<T>.Draw(call.Kind, call.Keys[key], (ulong)start / 4, numbers, Rounding.DivideUp(count, 4));
            new ReadOnlySpan<T>(numbers, count).CopyTo(new Span<T>(y + start, count));
        }
    }

    [SkipLocalsInit]
    private static void Drop<T>(void* state, int task) where T : unmanaged, IFloatingPointIeee754<T>
    {
        RandomCall<T> call = *(RandomCall<T>*)state;
        uint* words = stackalloc uint[TileLength];
        int first = task * TaskTiles * TileLength, length = Math.Min(TaskTiles * TileLength, call.Length - first);
        for (int done = 0; done < length; done += TileLength)
        {
            int start = first + done, count = Math.Min(TileLength, length - done);
            RandomWords.Fill(call.Key, (ulong)start / 4, 0, words, Rounding.DivideUp(count, 4));
            Keep(words, call.Bound, call.Scale, call.X + start, call.Y + start, count);
        }
    }

    private static void Keep<T>(uint* words, int bound, T scale, T* x, T* y, int count) where T : unmanaged, IFloatingPointIeee754<T>
    {
        int i = 0, width = Vector<int>.Count;
        Vector<int> bounds = new(bound);
        Vector<T> scales = new(scale);
        for (; i <= count - width; i += width)
        {
            Vector<int> keep = Vector.LessThan(Vector.AsVectorInt32(Vector.Load(words + i) >>> 8), bounds);
            if (typeof(T) == typeof(float))
            {
                Vector.ConditionalSelect(keep.As<int, T>(), Vector.Load(x + i) * scales, Vector<T>.Zero).Store(y + i);
                continue;
            }

            Vector.Widen(keep, out Vector<long> lower, out Vector<long> upper);
            Vector.ConditionalSelect(lower.As<long, T>(), Vector.Load(x + i) * scales, Vector<T>.Zero).Store(y + i);
            int second = i + Vector<T>.Count;
            Vector.ConditionalSelect(upper.As<long, T>(), Vector.Load(x + second) * scales, Vector<T>.Zero).Store(y + second);
        }

        for (; i < count; i++)
            y[i] = (int)(words[i] >> 8) < bound ? x[i] * scale : T.Zero;
    }
}

internal unsafe struct RandomCall<T> where T : unmanaged
{
    public RandomKind Kind;
    public ulong Key;

    public ulong* Keys;

    public T* X, Y;
    public int Length, TasksOfKey, Bound;
    public T Scale;
}
