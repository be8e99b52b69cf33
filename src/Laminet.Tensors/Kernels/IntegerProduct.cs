using System.Numerics;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>Matrix products of integers: a plain loop over rows, with sums of 64 bits of which the output's type keeps the lower ones.</summary>
internal static unsafe class IntegerProduct
{
    public static void Run(MatrixStack left, MatrixStack right, Tensor output)
    {
        Inputs body = new(left, right, output);
        DTypes.Number(left.Tensor.DType, ref body);
    }

    private static void Run<TInput, TOutput>(MatrixStack left, MatrixStack right, Tensor output)
        where TInput : unmanaged, INumber<TInput>
        where TOutput : unmanaged, INumber<TOutput>
    {
        int rows = left.Rows, columns = right.Columns, inner = left.Columns;
        if (output.Length == 0)
            return;
        TInput* a = Start<TInput>(left.Tensor), b = Start<TInput>(right.Tensor);
        TOutput* result = Start<TOutput>(output);
        using Scratch<long> sums = Scratch.Rent<long>(columns);
        Span<long> row = new(sums.Pointer, columns);
        for (int product = 0; product < output.Length / (rows * columns); product++)
        {
            TInput* first = a + left.PlaceOf(product, output.Shape), second = b + right.PlaceOf(product, output.Shape);
            for (int i = 0; i < rows; i++)
            {
                row.Clear();
                for (int k = 0; k < inner; k++)
                {
                    long factor = long.CreateTruncating(first[((nint)i * left.RowStride) + ((nint)k * left.ColumnStride)]);
                    for (int j = 0; j < columns; j++)
                        row[j] += factor * long.CreateTruncating(second[((nint)k * right.RowStride) + ((nint)j * right.ColumnStride)]);
                }

                foreach (long sum in row)
                    *result++ = TOutput.CreateTruncating(sum);
            }
        }
    }

    private static T* Start<T>(Tensor tensor) where T : unmanaged => (T*)tensor.Storage.Pointer + tensor.Offset;

    private readonly ref struct Inputs(MatrixStack left, MatrixStack right, Tensor output) : INumberBody
    {
        private readonly MatrixStack left = left;
        private readonly MatrixStack right = right;

        public void Run<T>() where T : unmanaged, INumber<T>
        {
            Outputs<T> body = new(left, right, output);
            DTypes.Number(output.DType, ref body);
        }
    }

    private readonly ref struct Outputs<TInput>(MatrixStack left, MatrixStack right, Tensor output) : INumberBody
        where TInput : unmanaged, INumber<TInput>
    {
        private readonly MatrixStack left = left;
        private readonly MatrixStack right = right;

        public void Run<T>() where T : unmanaged, INumber<T> => IntegerProduct.Run<TInput, T>(left, right, output);
    }
}
