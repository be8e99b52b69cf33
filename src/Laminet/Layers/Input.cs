using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>Where a model's data comes in: the shape of one example, without the batch. Keras: <c>Input</c>.</summary>
public sealed class Input : Layer
{
    private readonly PartialShape shapeWithBatch;

    /// <summary>Creates an input for examples of this shape, for instance <c>[28, 28, 1]</c>, or <c>[null, 64]</c> for sequences of any length.</summary>
    /// <param name="shape">The shape of one example.</param>
    /// <param name="dataType">The element type the model is fed with.</param>
    public Input(PartialShape shape, DType dataType = DType.Float32)
    {
        ArgumentNullException.ThrowIfNull(shape);
        Shape = shape;
        DataType = dataType;
        shapeWithBatch = BatchShape.Of(shape);
        Enter(SymbolicCall.OfInput(this, shape, dataType));
    }

    /// <summary>The shape of one example.</summary>
    public PartialShape Shape { get; }

    /// <summary>The element type the model is fed with.</summary>
    public DType DataType { get; }

    /// <inheritdoc/>
    protected override bool SupportsMasking => true;

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(context);
        if (!shapeWithBatch.Fits(input.Shape))
        {
            throw new ShapeException($"received data of shape {input.Shape}; expected {shapeWithBatch}, where None is {(Shape.IsKnown ? "the batch" : "the batch or any length")}. "
                + (Shape.Fits(input.Shape) ? "A single example needs a batch axis: ExpandDims(0)." : "Reshape the data or change the model's Input."));
        }

        if (context.TakesFloats && input.DType.IsFloat() && !DataType.IsFloat())
            return input;
        if (!DataType.IsFloat() && input.DType != DataType && !(input.DType == DType.UInt8 && DataType is DType.Int32 or DType.Int64)
            && !(input.DType == DType.Int32 && DataType == DType.Int64))
        {
            throw new DTypeException($"received data of {input.DType}; this Input takes {DataType}, and casting would lose what the numbers say. "
                + $"Cast them yourself if they are in range (for pixels: 0 to 255), or build the model with new Input(shape, DType.{input.DType}).");
        }

        // Images come as bytes; casting here keeps data sets small.
        return input.Cast(DataType);
    }
}
