using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// The place of a tensor in a functional model: which layer gives it, from which others. It has a shape, with the batch still open,
/// and no numbers.
/// </summary>
public sealed class SymbolicTensor
{
    /// <summary>The batch that stands for "any" while shapes are worked out.</summary>
    internal const int PlaceholderBatch = 2;

    internal SymbolicTensor(TensorSpec spec, Layer layer, IReadOnlyList<SymbolicTensor> inputs)
    {
        if (spec.Shape.Rank == 0 || spec.Shape[0] != PlaceholderBatch)
        {
            throw new ShapeException($"Layer {layer.Name ?? layer.GetType().Name}: its output does not keep the batch as first axis "
                + $"(for a batch of {PlaceholderBatch} it gave {spec.Shape}).");
        }

        Spec = spec;
        Layer = layer;
        Inputs = inputs;
    }

    /// <summary>The shape of one example, without the batch.</summary>
    public Shape Shape => new(Spec.Shape.Dimensions[1..]);

    /// <summary>The element type.</summary>
    public DType DType => Spec.DType;

    internal TensorSpec Spec { get; }

    internal Layer Layer { get; }

    internal IReadOnlyList<SymbolicTensor> Inputs { get; }

    /// <summary>The output of an input layer: lets <c>SymbolicTensor x = new Input([784])</c> be written.</summary>
    public static implicit operator SymbolicTensor(Input input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.Output;
    }

    /// <summary>The shape with the batch as Keras writes it, <c>(None, 28, 28, 1)</c>.</summary>
    public override string ToString() => Text(Spec.Shape);

    internal static string Text(Shape shapeWithBatch) =>
        $"({string.Join(", ", shapeWithBatch.Skip(1).Select(length => length.ToString(System.Globalization.CultureInfo.InvariantCulture)).Prepend("None"))})";
}
