using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <content>Products of numbers of 16 bits.</content>
internal static unsafe partial class CheckedKernels
{
    /// <summary>Whether <see cref="MultiplyHalves"/> takes a product: one row of BFloat16 and one matrix with contiguous rows, as it stands or transposed.</summary>
    public static bool TakesHalves(MatrixStack left, MatrixStack right) =>
        BitConverter.IsLittleEndian && left.Tensor.DType == DType.BFloat16 && left.Tensor.Length == left.Columns && left.Rows == 1 && left.ColumnStride == 1
        && right.Tensor.Length == (long)right.Rows * right.Columns && (right.ColumnStride == 1 || right.RowStride == 1);

    /// <summary>output = left·right, summed in Float32 and rounded once.</summary>
    public static void MultiplyHalves(MatrixStack left, MatrixStack right, Tensor output)
    {
        RequireProduct(left, right, output);
        Require(TakesHalves(left, right) && output.DType == DType.BFloat16, "operands of a product of 16 bits");
        bool byRows = right.ColumnStride != 1;
        int depth = left.Columns, columns = right.Columns;
        using Scratch<float> memory = Scratch.Rent<float>((nint)depth + columns);
        HalfNumbers.Widen(DType.BFloat16, new ReadOnlySpan<ushort>(P<ushort>(left.Tensor), depth), new Span<float>(memory.Pointer, depth));
        new HalfVectorProduct
        {
            Factors = memory.Pointer,
            Matrix = P<ushort>(right.Tensor),
            ByRows = byRows,
            RowStride = byRows ? right.ColumnStride : right.RowStride,
            Rows = byRows ? columns : depth,
            Columns = byRows ? depth : columns,
            Result = memory.Pointer + depth,
        }.Run();
        HalfNumbers.Narrow(DType.BFloat16, new ReadOnlySpan<float>(memory.Pointer + depth, columns), new Span<ushort>(P<ushort>(output), columns));
        KeepAlive(left.Tensor, right.Tensor, output);
    }
}
