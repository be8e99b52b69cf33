using System.Numerics;
using System.Runtime.CompilerServices;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>Products of one shape whose operands begin at places of their own; the results follow each other.</summary>
internal unsafe struct ProductBatch<T> where T : unmanaged, INumber<T>
{
    /// <summary>Multiply-adds that a task is worth.</summary>
    private const long TaskWork = 64 * 1024;

    public T* A, B, C;
    public nint ARowStride, AColumnStride, BRowStride, BColumnStride;
    public int M, N, K, Count;

    /// <summary>Where the operands of each product begin, counted from A and B.</summary>
    public nint* APlaces, BPlaces;

    /// <summary>Its addend lies like all results together.</summary>
    public Epilogue<T> Epilogue;

    private int perTask;

    public void Run()
    {
        if (Count <= 0 || M <= 0 || N <= 0)
            return;
        // One thread a product as long as there are enough of them: inside a region a product runs on its own thread.
        long work = Math.Max(1, (long)M * N * Math.Max(K, 1));
        bool isShared = Count >= 2 * Workers.Count && work * Count >= TaskWork;
        perTask = isShared ? (int)Math.Clamp(TaskWork / work, 1, Math.Max(1, Count / (4 * Workers.Count))) : 1;
        void* state = Unsafe.AsPointer(ref this);
        if (isShared)
        {
            Workers.For(Rounding.DivideUp(Count, perTask), state, &RunTask);
            return;
        }
        for (int i = 0; i < Count; i++)
            RunTask(state, i);
    }

    private static void RunTask(void* state, int task)
    {
        ProductBatch<T>* batch = (ProductBatch<T>*)state;
        for (int i = task * batch->perTask; i < Math.Min(batch->Count, (task + 1) * batch->perTask); i++)
        {
            nint place = (nint)i * batch->M * batch->N;
            Epilogue<T> epilogue = batch->Epilogue;
            if (epilogue.Addend != null)
                epilogue.Addend += place;
            MatrixMultiply.Run(
                batch->A + batch->APlaces[i], batch->ARowStride, batch->AColumnStride,
                batch->B + batch->BPlaces[i], batch->BRowStride, batch->BColumnStride,
                batch->C + place, batch->N, batch->M, batch->N, batch->K, epilogue);
        }
    }
}
