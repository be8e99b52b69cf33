using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>The position of the first of some steps, for decoding step by step.</summary>
internal static class FirstPosition
{
    /// <summary>The position, if it is a scalar of Int32 or Int64.</summary>
    /// <exception cref="ShapeException">It is no scalar.</exception>
    /// <exception cref="DTypeException">It is of another type.</exception>
    public static Tensor Checked(Tensor position)
    {
        if (position.Rank != 0)
            throw new ShapeException($"received positions of shape {position.Shape}; expected a scalar, the position of the first step. Take it by position.At(0).");
        return position.DType is DType.Int32 or DType.Int64 ? position : throw new DTypeException($"received a position of {position.DType}; expected Int32 or Int64. Cast it first.");
    }
}
