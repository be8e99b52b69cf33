namespace Laminet.Tensors.Kernels;

/// <content>The largest elements of rows.</content>
internal static unsafe partial class CheckedKernels
{
    /// <summary>The k largest elements of each row along the last axis, and their indices; null for what is not wanted.</summary>
    public static void TopK(Tensor x, int k, Tensor? values, Tensor? indices)
    {
        int length = x.Shape[-1], rows = length == 0 ? 0 : x.Length / length;
        Require(x.DType is not (DType.Bool or DType.Float16 or DType.BFloat16), "type of elements to choose from");
        Require(k > 0 && k <= length, "number of elements to choose");
        Require(x.IsContiguous && values is not { IsContiguous: false } && indices is not { IsContiguous: false }, "strides of rows");
        Require(values is null || (values.DType == x.DType && values.Length == (long)rows * k), "size of chosen elements");
        Require(indices is null || (indices.DType == DType.Int32 && indices.Length == (long)rows * k), "size of chosen indices");
        switch (x.DType)
        {
            case DType.Float32: TopK<float>(x, rows, k, values, indices); break;
            case DType.Float64: TopK<double>(x, rows, k, values, indices); break;
            case DType.Int32: TopK<int>(x, rows, k, values, indices); break;
            case DType.Int64: TopK<long>(x, rows, k, values, indices); break;
            case DType.Int8: TopK<sbyte>(x, rows, k, values, indices); break;
            case DType.Int16: TopK<short>(x, rows, k, values, indices); break;
            case DType.UInt8: TopK<byte>(x, rows, k, values, indices); break;
            case DType.UInt16: TopK<ushort>(x, rows, k, values, indices); break;
            case DType.UInt32: TopK<uint>(x, rows, k, values, indices); break;
            default: TopK<ulong>(x, rows, k, values, indices); break;
        }

        GC.KeepAlive(x);
        KeepAlive(values, indices);
    }

    private static void TopK<T>(Tensor x, int rows, int k, Tensor? values, Tensor? indices) where T : unmanaged, System.Numerics.INumber<T> =>
        LargestOfRows.Choose(P<T>(x), rows, x.Shape[-1], k, Wanted<T>(values), Wanted<int>(indices));
}
