using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>Work on one matrix of many.</summary>
internal interface IMatrixWork
{
    /// <summary>0, or why the matrix has no result. Called on several threads at the same time.</summary>
    int Run(int matrix);
}

/// <summary>Matrices one after the other, or shared among the threads. How does not change a bit, since what is done to a matrix does not depend on it.</summary>
internal static unsafe class MatrixBatch
{
    private const long TaskWork = 64 * 1024;

    /// <summary>The first matrix without a result, and why; null if there is none.</summary>
    /// <param name="count">How many matrices.</param>
    /// <param name="operations">About how many operations a matrix takes.</param>
    /// <param name="work">What is done to each.</param>
    public static (int Matrix, int Status)? Run<TWork>(int count, double operations, TWork work) where TWork : struct, IMatrixWork
    {
        using Scratch<int> memory = Scratch.Rent<int>(count);
        Tasks<TWork> tasks = new(count, (int)Math.Clamp(TaskWork / Math.Max(1, operations), 1, Math.Max(1, count / (4 * Workers.Count))), memory.Pointer, work);
        int number = Rounding.DivideUp(count, tasks.Length);
        // A few large matrices: the threads share the products within each.
        if (count >= 2 * Workers.Count && count * operations >= TaskWork)
        {
            Workers.For(number, ref tasks);
        }
        else
        {
            for (int task = 0; task < number; task++)
                tasks.Run(task);
        }

        for (int matrix = 0; matrix < count; matrix++)
        {
            if (memory.Pointer[matrix] != 0)
                return (matrix, memory.Pointer[matrix]);
        }

        return null;
    }

    private readonly struct Tasks<TWork>(int count, int length, int* statuses, TWork work) : IWork where TWork : struct, IMatrixWork
    {
        public int Length => length;

        public void Run(int task)
        {
            for (int matrix = task * length; matrix < Math.Min(count, (task + 1) * length); matrix++)
                statuses[matrix] = work.Run(matrix);
        }
    }
}
