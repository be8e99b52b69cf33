using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// A fixed number of bounding boxes for each image, in training and otherwise: further ones are left out, missing ones are filled up: y(i) = x(i), or the fill value beyond the
/// last box. Other tensors stay. Keras: <c>MaxNumBoundingBoxes</c>.
/// </summary>
/// <param name="maxNumber">How many boxes.</param>
/// <param name="fillValue">The number in boxes and labels that are not there.</param>
public sealed class MaxNumBoundingBoxes(int maxNumber, int fillValue = -1) : Layer
{
    public int MaxNumber { get; } = Setting.Require(maxNumber, maxNumber >= 1, "1 or more");
    public int FillValue { get; } = fillValue;

    protected override Tensor Forward(Tensor input, CallContext context) => input;

    protected override Bundle<Tensor> Forward(Bundle<Tensor> inputs, CallContext context)
    {
        if (inputs.Names is not { } names)
            return inputs.Count == 1 ? inputs : throw new ShapeException($"received {inputs.Count} inputs without names; expected a bundle with the names that ImageLayer describes.");
        return Bundle.Named(names, [.. names.Zip(inputs, (name, tensor) => name is "bounding_boxes" or "bounding_box_labels" ? Filled(tensor) : tensor)]);
    }

    private Tensor Filled(Tensor boxes)
    {
        if (boxes.Rank < 2)
            throw new ShapeException($"received bounding boxes of shape {boxes.Shape}; expected (batch, boxes, ...).");
        Tensor first = boxes.Slice(0, MaxNumber, axis: 1);
        return first.Pad([(0, 0), (0, MaxNumber - first.Shape[1]), .. Enumerable.Repeat((0, 0), boxes.Rank - 2)], FillValue);
    }
}
