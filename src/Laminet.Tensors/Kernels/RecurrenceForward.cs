using System.Numerics;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>
/// A recurrence over sequences. Each task runs its rows through all steps, so that threads need not wait for one another at each step, and its states stay in the
/// first-level cache. A row's numbers do not depend on the rows that it shares a task with.
/// </summary>
internal readonly unsafe struct RecurrenceForward<TStep, T> : ISimdKernel<T, RecurrenceCall<T>>
    where TStep : IRecurrenceStep<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static void Run(RecurrenceCall<T> call)
    {
        int columns = call.Gates * call.Units;
        call.RowsPerTask = Math.Max(1, Rounding.DivideUp(call.Rows, Workers.Count));
        using Scratch<T> panels = Scratch.Rent<T>(RecurrenceProduct<T>.PackedLength(call.Units, columns, call.RowsPerTask));
        RecurrenceProduct<T>.Pack(call.Recurrent, columns, 1, call.Units, columns, call.RowsPerTask, panels.Pointer);
        call.Panels = panels.Pointer;
        Workers.For(Rounding.DivideUp(call.Rows, call.RowsPerTask), &call, &RunTask);
    }

    public static void Run<TSimd, TVector>(ref RecurrenceCall<T> call)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        int rows = call.LastRow - call.FirstRow, units = call.Units, columns = call.Gates * units;
        // Working memory: states, products, then for one row the next states, the gates if the caller does not keep them, and temporaries.
        using Scratch<T> memory = Scratch.Rent<T>(((nint)rows * (2 + call.Gates) * units) + (8 * units));
        T* states = memory.Pointer, cells = states + ((nint)rows * units), products = cells + ((nint)rows * units), one = products + ((nint)rows * columns);
        Copy(call.FirstState + ((nint)call.FirstRow * units), states, (nint)rows * units);
        if (call.FirstCell != null)
            Copy(call.FirstCell + ((nint)call.FirstRow * units), cells, (nint)rows * units);
        using RecurrenceProduct<T> product = new(call.Panels, units, columns, rows, call.RowsPerTask);
        RecurrenceRow<T> row = new() { Units = units, NextState = one, NextCell = one + units, Scratch = one + (2 * units) };
        for (int turn = 0; turn < call.Time; turn++)
        {
            int step = call.Reverse ? call.Time - 1 - turn : turn;
            product.Run(states, units, products, columns, call.Bias, adds: false);
            for (int i = 0; i < rows; i++)
            {
                int example = call.FirstRow + i;
                row.Input = call.Sums + call.At(example, step, columns);
                row.Product = products + ((nint)i * columns);
                row.State = states + ((nint)i * units);
                row.Cell = cells + ((nint)i * units);
                row.Kept = call.Kept == null ? one + (4 * units) : call.Kept + call.At(example, step, 4 * units);
                TStep.Forward<TSimd, TVector>(row);
                if (call.Counts(example, step))
                {
                    Copy(row.NextState, row.State, units);
                    if (call.FirstCell != null)
                        Copy(row.NextCell, row.Cell, units);
                }

                if (call.Outputs != null)
                    Copy(row.State, call.Outputs + call.At(example, step, units), units);
                if (call.Cells != null)
                    Copy(row.Cell, call.Cells + call.At(example, step, units), units);
            }
        }

        if (call.LastState != null)
            Copy(states, call.LastState + ((nint)call.FirstRow * units), (nint)rows * units);
        if (call.LastCell != null)
            Copy(cells, call.LastCell + ((nint)call.FirstRow * units), (nint)rows * units);
    }

    private static void RunTask(void* state, int task)
    {
        RecurrenceCall<T> call = *(RecurrenceCall<T>*)state;
        call.FirstRow = task * call.RowsPerTask;
        call.LastRow = Math.Min(call.Rows, call.FirstRow + call.RowsPerTask);
        Simd.Dispatch<RecurrenceForward<TStep, T>, T, RecurrenceCall<T>>(ref call);
    }

    private static void Copy(T* from, T* to, nint count) => Buffer.MemoryCopy(from, to, count * sizeof(T), count * sizeof(T));
}
