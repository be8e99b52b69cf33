using System.Numerics;

namespace Laminet.Tensors.Kernels;

/// <summary>C = A·B, with an epilogue, for operands of any strides.</summary>
/// <remarks>
/// The reduction is cut into blocks by the shape alone and each element of C is summed in order, so how rows and columns are
/// shared among threads never changes a bit.
/// </remarks>
internal static unsafe class MatrixMultiply
{
    /// <summary>Below this many multiply-adds a second thread costs more than it brings.</summary>
    private const long SharedWork = 64 * 1024;

    /// <summary>
    /// C[m, n] = A[m, k]·B[k, n], then the <paramref name="epilogue"/>, whose addend has C's strides. Strides count elements; those of a
    /// B that lies in panels, as <see cref="KernelPanels"/> says, mean nothing.
    /// </summary>
    public static void Run<T>(
        T* a, nint aRowStride, nint aColumnStride,
        T* b, nint bRowStride, nint bColumnStride,
        T* c, nint cRowStride,
        int m, int n, int k, Epilogue<T> epilogue = default, bool isPacked = false)
        where T : unmanaged, INumber<T>
    {
        if (m <= 0 || n <= 0)
            return;
        if (!isPacked && n == 1 && aColumnStride == 1 && bRowStride == 1)
        {
            new MatrixVector<T>
            {
                Matrix = a,
                RowStride = aRowStride,
                Rows = m,
                Depth = k,
                Vector = b,
                Result = c,
                ResultStride = cRowStride,
                Epilogue = epilogue,
            }.Run();
            return;
        }
        if (!isPacked && m == 1 && aColumnStride == 1 && bRowStride == 1)
        {
            new MatrixVector<T>
            {
                Matrix = b,
                RowStride = bColumnStride,
                Rows = n,
                Depth = k,
                Vector = a,
                Result = c,
                ResultStride = 1,
                Epilogue = epilogue,
                BiasStride = 1,
            }.Run();
            return;
        }
        if (!isPacked && n == 1 && m > 1 && cRowStride == 1 && epilogue.Bias == null && epilogue.Scale == null)
        {
            // A column is a row of the transposed product, and rows are what tiles are wide in.
            Run(b, bColumnStride, bRowStride, a, aColumnStride, aRowStride, c, m, 1, m, k, epilogue);
            return;
        }
        if (!isPacked && m == 1 && bColumnStride == 1 && (long)n * k >= SharedWork)
        {
            new VectorMatrix<T>
            {
                Vector = a,
                Step = aColumnStride,
                Matrix = b,
                RowStride = bRowStride,
                Depth = k,
                Columns = n,
                Result = c,
                Epilogue = epilogue,
            }.Run();
            return;
        }
        var product = new MatrixProduct<T>
        {
            A = a,
            ARowStride = aRowStride,
            AColumnStride = aColumnStride,
            B = b,
            BRowStride = bRowStride,
            BColumnStride = bColumnStride,
            C = c,
            CRowStride = cRowStride,
            M = m,
            N = n,
            K = Math.Max(k, 0),
            Epilogue = epilogue,
            IsPacked = isPacked,
        };
        product.Run(shared: (long)m * n * k >= SharedWork);
    }
}
