using System.Globalization;

namespace Laminet.Tensors.Tests.Identities;

/// <summary>How a tensor's numbers lie in its buffer; the tensor is the same.</summary>
internal enum Stored
{
    InOrder,
    Transposed,
    Backwards,
    EverySecond,
}

/// <summary>A tensor as it is drawn and shown: small whole numbers, so that sums are exact in every type of four bytes or more; or the ends of an integer type among them.</summary>
internal sealed record Numbers(DType Type, int[] Shape, long[] Values, Stored Stored)
{
    public Tensor Tensor()
    {
        Tensor plain = Tensors.Tensor.From(Values, Tensors.Shape.Create(Shape)).Cast(Type);
        return Stored switch
        {
            // Copied so, and then seen in the order it had.
            Stored.Transposed when Shape.Length > 1 => plain.Transpose().Contiguous().Transpose(),
            Stored.Backwards when Shape.Length > 0 => plain.Slice(-1, step: -1).Contiguous().Slice(-1, step: -1),
            Stored.EverySecond when Shape.Length > 0 => plain.Repeat(2, Shape.Length - 1).Slice(0, step: 2, axis: Shape.Length - 1),
            _ => plain,
        };
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Type} ({string.Join(", ", Shape)}) [{string.Join(", ", Values)}] {Stored}");
}
