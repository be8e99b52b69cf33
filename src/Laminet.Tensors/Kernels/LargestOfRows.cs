using System.Numerics;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>
/// The k largest elements of each row, in order. A heap holds the best k so far with the worst of them on top, so an element that is not
/// among them costs one comparison: n log k at worst, about n for random rows and small k.
/// </summary>
internal static unsafe class LargestOfRows
{
    private const int TaskElements = 16 * 1024;

    /// <summary>Writes values and indices of the k largest, the largest first; null for what is not wanted.</summary>
    public static void Choose<T>(T* x, int rows, int length, int k, T* values, int* indices) where T : unmanaged, INumber<T>
    {
        ChoiceCall<T> call = new() { X = x, Rows = rows, Length = length, K = k, Values = values, Indices = indices, RowsPerTask = Math.Max(1, TaskElements / length) };
        Workers.For(Rounding.DivideUp(rows, call.RowsPerTask), &call, &RunTask<T>);
    }

    private static void RunTask<T>(void* state, int task) where T : unmanaged, INumber<T>
    {
        ref ChoiceCall<T> call = ref *(ChoiceCall<T>*)state;
        int k = call.K, end = Math.Min(call.Rows, (task + 1) * call.RowsPerTask);
        using Scratch<int> scratch = Scratch.Rent<int>(call.Indices == null ? k : 0);
        for (int row = task * call.RowsPerTask; row < end; row++)
        {
            T* x = call.X + ((nint)row * call.Length);
            int* chosen = call.Indices == null ? scratch.Pointer : call.Indices + ((nint)row * k);
            Row(x, call.Length, chosen, k);
            for (int i = 0; call.Values != null && i < k; i++)
                call.Values[((nint)row * k) + i] = x[chosen[i]];
        }
    }

    private static void Row<T>(T* x, int length, int* heap, int k) where T : unmanaged, INumber<T>
    {
        for (int i = 0; i < k; i++)
            heap[i] = i;
        for (int node = (k / 2) - 1; node >= 0; node--)
            Sink(x, heap, k, node);
        for (int i = k; i < length; i++)
        {
            if (!Precedes(x, i, heap[0]))
                continue;
            heap[0] = i;
            Sink(x, heap, k, 0);
        }

        // The worst goes to the end of what is left, again and again.
        for (int left = k - 1; left > 0; left--)
        {
            (heap[0], heap[left]) = (heap[left], heap[0]);
            Sink(x, heap, left, 0);
        }
    }

    // Puts a node below those of its children that are worse.
    private static void Sink<T>(T* x, int* heap, int count, int node) where T : unmanaged, INumber<T>
    {
        int moved = heap[node];
        for (int child = (2 * node) + 1; child < count; child = (2 * node) + 1)
        {
            if (child + 1 < count && Precedes(x, heap[child], heap[child + 1]))
                child++;
            if (Precedes(x, heap[child], moved))
                break;
            heap[node] = heap[child];
            node = child;
        }

        heap[node] = moved;
    }

    // NaN is above all; of equal elements the first comes first.
    private static bool Precedes<T>(T* x, int i, int j) where T : unmanaged, INumber<T>
    {
        (T left, T right) = (x[i], x[j]);
        return left > right || (left == right ? i < j : T.IsNaN(left) && (!T.IsNaN(right) || i < j));
    }

    private struct ChoiceCall<T> where T : unmanaged
    {
        public T* X, Values;
        public int* Indices;
        public int Rows, Length, K, RowsPerTask;
    }
}
