using System.Numerics;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>The reverse pass of a <see cref="RecurrenceForward{TStep, T}"/>, its tasks cut in the same way.</summary>
internal readonly unsafe struct RecurrenceBackward<TStep, T> : ISimdKernel<T, RecurrenceCall<T>>
    where TStep : IRecurrenceStep<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static void Run(RecurrenceCall<T> call)
    {
        int depth = call.Gates * call.Units;
        call.RowsPerTask = Math.Max(1, Rounding.DivideUp(call.Rows, Workers.Count));
        // The transposed weights.
        using Scratch<T> panels = Scratch.Rent<T>(RecurrenceProduct<T>.PackedLength(depth, call.Units, call.RowsPerTask));
        RecurrenceProduct<T>.Pack(call.Recurrent, 1, depth, depth, call.Units, call.RowsPerTask, panels.Pointer);
        call.Panels = panels.Pointer;
        Workers.For(Rounding.DivideUp(call.Rows, call.RowsPerTask), &call, &RunTask);
    }

    public static void Run<TSimd, TVector>(ref RecurrenceCall<T> call)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        int rows = call.LastRow - call.FirstRow, units = call.Units, columns = call.Gates * units;
        nint first = (nint)call.FirstRow * units, count = (nint)rows * units;
        // The gradients by the states, then those by h U + b of the step.
        using Scratch<T> memory = Scratch.Rent<T>((2 * count) + (count * call.Gates) + (2 * units) + columns);
        T* byStates = memory.Pointer, byCells = byStates + count, byProducts = byCells + count;
        Copy(call.FirstState + first, byStates, count);
        if (call.FirstCell != null)
            Copy(call.FirstCell + first, byCells, count);
        using RecurrenceProduct<T> product = new(call.Panels, columns, units, rows, call.RowsPerTask);
        RecurrenceRow<T> row = new() { Units = units, Scratch = byProducts + (count * call.Gates) };
        // In a compiled function an output that nothing reads has no memory.
        T* unread = row.Scratch + (2 * units);
        for (int turn = call.Time - 1; turn >= 0; turn--)
        {
            int step = call.Reverse ? call.Time - 1 - turn : turn, before = call.Reverse ? step + 1 : step - 1;
            for (int i = 0; i < rows; i++)
            {
                int example = call.FirstRow + i;
                row.ByState = byStates + ((nint)i * units);
                row.ByCell = byCells + ((nint)i * units);
                row.BySums = call.Sums == null ? unread : call.Sums + call.At(example, step, columns);
                row.ByProduct = byProducts + ((nint)i * columns);
                if (call.ByOutputs != null)
                    Add<TSimd, TVector>(call.ByOutputs + call.At(example, step, units), row.ByState, units);
                if (call.Counts(example, step))
                {
                    row.Kept = call.Kept + call.At(example, step, 4 * units);
                    row.Output = call.Outputs + call.At(example, step, units);
                    row.State = turn == 0 ? call.StartState + ((nint)example * units) : call.Outputs + call.At(example, before, units);
                    if (call.Cells != null)
                    {
                        row.NextCell = call.Cells + call.At(example, step, units);
                        row.Cell = turn == 0 ? call.StartCell + ((nint)example * units) : call.Cells + call.At(example, before, units);
                    }

                    TStep.Backward<TSimd, TVector>(row);
                }
                else
                {
                    new Span<T>(row.BySums, columns).Clear();
                    new Span<T>(row.ByProduct, columns).Clear();
                }

                if (call.ProductSums != null)
                    Copy(row.ByProduct, call.ProductSums + call.At(example, step, columns), columns);
            }

            product.Run(byProducts, columns, byStates, units, bias: null, adds: true);
        }

        if (call.LastState != null)
            Copy(byStates, call.LastState + first, count);
        if (call.LastCell != null)
            Copy(byCells, call.LastCell + first, count);
    }

    private static void RunTask(void* state, int task)
    {
        RecurrenceCall<T> call = *(RecurrenceCall<T>*)state;
        call.FirstRow = task * call.RowsPerTask;
        call.LastRow = Math.Min(call.Rows, call.FirstRow + call.RowsPerTask);
        Simd.Dispatch<RecurrenceBackward<TStep, T>, T, RecurrenceCall<T>>(ref call);
    }

    private static void Add<TSimd, TVector>(T* addend, T* sum, int count)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        int i = 0;
        for (; i <= count - TSimd.Count; i += TSimd.Count)
            TSimd.Store(TSimd.Add(TSimd.Load(sum + i), TSimd.Load(addend + i)), sum + i);
        for (; i < count; i++)
            sum[i] += addend[i];
    }

    private static void Copy(T* from, T* to, nint count) => Buffer.MemoryCopy(from, to, count * sizeof(T), count * sizeof(T));
}
