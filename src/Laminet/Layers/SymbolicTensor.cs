using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// The place of a tensor in a functional model: which layer gives it, from which others. It has a shape, with the batch still open,
/// and no numbers.
/// </summary>
public sealed class SymbolicTensor
{
    internal SymbolicTensor(SymbolicCall call, int place, PartialShape shapeWithBatch, DType dtype) =>
        (Call, Place, PartialShape, DType) = (call, place, shapeWithBatch, dtype);

    /// <summary>The shape of one example, without the batch.</summary>
    /// <exception cref="ShapeException">A length is unknown; see <see cref="PartialShape"/>.</exception>
    public Shape Shape => Example.ToShape();

    /// <summary>The shape with the batch first; null where a length is unknown, as the batch's always is.</summary>
    public PartialShape PartialShape { get; }

    /// <summary>The element type.</summary>
    public DType DType { get; }

    /// <summary>The call that gives it.</summary>
    internal SymbolicCall Call { get; }

    /// <summary>Which of the call's outputs it is.</summary>
    internal int Place { get; }

    /// <summary>The shape of one example.</summary>
    internal PartialShape Example => BatchShape.Example(PartialShape);

    /// <summary>The output of an input layer: lets <c>SymbolicTensor x = new Input([784])</c> be written.</summary>
    public static implicit operator SymbolicTensor(Input input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.Output;
    }

    /// <summary>Shape and type for a batch of a size, and a length for the axes of unknown length.</summary>
    /// <exception cref="ArgumentException">A length is unknown and none is given.</exception>
    internal TensorSpec SpecFor(int batch, int? length) => new(
        [batch, .. Example.Filled(length ?? (Example.IsKnown ? 0 : throw new ArgumentException(
            $"The model has an axis of unknown length, {PartialShape}. Say for which length: pass length.", nameof(length))))], DType);

    /// <summary>The shape with the batch as Keras writes it, <c>(None, 28, 28, 1)</c>.</summary>
    public override string ToString() => PartialShape.ToString();
}
