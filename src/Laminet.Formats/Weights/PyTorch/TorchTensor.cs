using Laminet.Tensors;

namespace Laminet.Formats.Weights.PyTorch;

/// <summary>A tensor as a pickle describes it: a view of a storage.</summary>
/// <param name="Storage">The storage.</param>
/// <param name="Offset">The first element.</param>
/// <param name="Lengths">The lengths of its axes.</param>
/// <param name="Strides">How many elements apart neighbours along each axis lie.</param>
/// <param name="DType">The type of its elements.</param>
internal sealed record TorchTensor(TorchStorage Storage, long Offset, long[] Lengths, long[] Strides, DType DType)
{
    /// <summary>Whether the elements lie one after the other in row-major order.</summary>
    public bool IsContiguous
    {
        get
        {
            long expected = 1;
            for (int axis = Lengths.Length - 1; axis >= 0; axis--)
            {
                if (Lengths[axis] != 1 && Strides[axis] != expected)
                    return false;
                expected *= Lengths[axis];
            }

            return true;
        }
    }

    /// <summary>How many elements of the storage lie between the first that is used and the last, both included.</summary>
    /// <exception cref="OverflowException">More than there can be.</exception>
    public long Span
    {
        get
        {
            long last = 0;
            for (int axis = 0; axis < Lengths.Length; axis++)
            {
                if (Lengths[axis] == 0)
                    return 0;
                last = checked(last + ((Lengths[axis] - 1) * Strides[axis]));
            }

            return checked(last + 1);
        }
    }
}
