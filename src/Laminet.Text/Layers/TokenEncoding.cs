using Laminet.Tensors;

namespace Laminet.Text.Layers;

/// <summary>Numbers of tokens as vectors.</summary>
internal static class TokenEncoding
{
    /// <param name="ids">Numbers, Int32; one below 0 stands for nothing.</param>
    /// <param name="output">The form.</param>
    /// <param name="depth">The length of the vectors.</param>
    /// <param name="weights">What each count is multiplied with: of the shape of the numbers, or of the vectors.</param>
    public static Tensor Apply(Tensor ids, LookupOutput output, int depth, Tensor? weights = null)
    {
        switch (output)
        {
            case LookupOutput.Int:
                return ids;
            case LookupOutput.OneHot:
                Tensor vectors = ids.OneHot(depth);
                return ids.Rank > 0 && ids.Shape[-1] == 1 ? vectors.Squeeze(-2) : vectors;
            case LookupOutput.MultiHot:
                return Rows(ids).OneHot(depth).Max(-2);
            case LookupOutput.Count:
                Tensor ones = Rows(ids).OneHot(depth);
                return (weights is null ? ones : ones * Rows(weights).ExpandDims(-1)).Sum(-2);
            default:
                return Rows(ids).OneHot(depth).Sum(-2) * weights!;
        }
    }

    public static bool IsInteger(Tensor tensor) => tensor.DType is DType.Int8 or DType.Int16 or DType.Int32 or DType.Int64 or DType.UInt8 or DType.UInt16 or DType.UInt32 or DType.UInt64;

    private static Tensor Rows(Tensor ids) => ids.Rank == 0 ? ids.ExpandDims(0) : ids;
}
