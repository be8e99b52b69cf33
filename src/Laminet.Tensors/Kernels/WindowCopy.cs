using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>Copies into a part of a tensor: runs of elements, each of which lies there without gaps.</summary>
internal static unsafe class WindowCopy
{
    private const int TaskElements = 16 * 1024;

    // A call for so few elements would cost more than their copy.
    private const int ShortRun = 16;

    /// <param name="source">What is copied, of the length of all runs.</param>
    /// <param name="lengths">Its shape.</param>
    /// <param name="window">Where the first run goes.</param>
    /// <param name="strides">The window's strides along the outer axes; the others are in a run.</param>
    /// <param name="run">Elements of a run.</param>
    public static void Run<T>(StridedReader source, ReadOnlySpan<int> lengths, T* window, ReadOnlySpan<int> strides, int run) where T : unmanaged
    {
        WindowCall call = new() { Source = source, Window = (byte*)window, Axes = strides.Length, Run = run, Rows = 1, RowsPerTask = Math.Max(1, TaskElements / run) };
        for (int axis = 0; axis < strides.Length; axis++)
        {
            (call.Lengths[axis], call.Strides[axis]) = (lengths[axis], strides[axis]);
            call.Rows *= lengths[axis];
        }

        Workers.For(Rounding.DivideUp(call.Rows, call.RowsPerTask), &call, &RunTask<T>);
    }

    private static void RunTask<T>(void* state, int task) where T : unmanaged
    {
        ref WindowCall call = ref *(WindowCall*)state;
        int row = task * call.RowsPerTask, end = Math.Min(call.Rows, row + call.RowsPerTask), last = call.Axes - 1, run = call.Run;
        int* index = stackalloc int[Shape.MaxRank];
        T* target = (T*)call.Window;
        for (int axis = last, remainder = row; axis >= 0; axis--)
        {
            (remainder, index[axis]) = Math.DivRem(remainder, call.Lengths[axis]);
            target += (nint)index[axis] * call.Strides[axis];
        }

        while (true)
        {
            Copy(ref call, row, target);
            if (++row == end)
                return;
            // To the next place, like an odometer.
            for (int axis = last; ; axis--)
            {
                target += call.Strides[axis];
                if (++index[axis] < call.Lengths[axis])
                    break;
                target -= (nint)call.Lengths[axis] * call.Strides[axis];
                index[axis] = 0;
            }
        }
    }

    private static void Copy<T>(ref WindowCall call, int row, T* target) where T : unmanaged
    {
        int run = call.Run, start = row * run;
        if (!call.Source.IsContiguous)
        {
            call.Source.Copy(start, new Span<T>(target, run));
            return;
        }

        T* source = (T*)call.Source.At(start);
        if (run > ShortRun)
        {
            new ReadOnlySpan<T>(source, run).CopyTo(new Span<T>(target, run));
            return;
        }

        for (int i = 0; i < run; i++)
            target[i] = source[i];
    }

    private struct WindowCall
    {
        public StridedReader Source;
        public byte* Window;
        public int Axes, Run, Rows, RowsPerTask;
        public fixed int Lengths[Shape.MaxRank], Strides[Shape.MaxRank];
    }
}
