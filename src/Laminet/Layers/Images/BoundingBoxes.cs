using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>Bounding boxes, (batch, boxes, 4), from one form to another and within images.</summary>
internal static class BoundingBoxes
{
    /// <summary>What stands in place of a box that is not there.</summary>
    public const double Missing = -1;

    /// <summary>Left, top, right, bottom in pixels.</summary>
    public static Tensor ToCorners(Tensor boxes, BoundingBoxFormat format, int height, int width)
    {
        (Tensor first, Tensor second, Tensor third, Tensor fourth) = Parts(boxes);
        (Tensor left, Tensor top, Tensor right, Tensor bottom) = Absolute(format) switch
        {
            BoundingBoxFormat.Xyxy => (first, second, third, fourth),
            BoundingBoxFormat.Yxyx => (second, first, fourth, third),
            BoundingBoxFormat.Xywh => (first, second, first + third, second + fourth),
            BoundingBoxFormat.CenterXywh => (first - (third / 2), second - (fourth / 2), first + (third / 2), second + (fourth / 2)),
            _ => (second - (fourth / 2), first - (third / 2), second + (fourth / 2), first + (third / 2)),
        };
        return format == Absolute(format)
            ? Tensor.Concatenate([left, top, right, bottom])
            : Tensor.Concatenate([left * width, top * height, right * width, bottom * height]);
    }

    /// <summary>The form of boxes given by left, top, right, bottom in pixels.</summary>
    public static Tensor FromCorners(Tensor corners, BoundingBoxFormat format, int height, int width)
    {
        (Tensor left, Tensor top, Tensor right, Tensor bottom) = Parts(corners);
        if (format != Absolute(format))
            (left, top, right, bottom) = (left / width, top / height, right / width, bottom / height);
        return Tensor.Concatenate(Absolute(format) switch
        {
            BoundingBoxFormat.Xyxy => [left, top, right, bottom],
            BoundingBoxFormat.Yxyx => [top, left, bottom, right],
            BoundingBoxFormat.Xywh => [left, top, right - left, bottom - top],
            BoundingBoxFormat.CenterXywh => [(left + right) / 2, (top + bottom) / 2, right - left, bottom - top],
            _ => [(top + bottom) / 2, (left + right) / 2, bottom - top, right - left],
        });
    }

    /// <summary>The parts of boxes within an image.</summary>
    public static Tensor Clipped(Tensor corners, int height, int width)
    {
        (Tensor left, Tensor top, Tensor right, Tensor bottom) = Parts(corners);
        return Tensor.Concatenate([left.Clip(0, width), top.Clip(0, height), right.Clip(0, width), bottom.Clip(0, height)]);
    }

    /// <summary>True for boxes that a detector could not see, (batch, boxes, 1): less than a pixel wide or high, or no numbers.</summary>
    public static Tensor AreTiny(Tensor corners)
    {
        (Tensor left, Tensor top, Tensor right, Tensor bottom) = Parts(corners);
        return (right - left).Minimum(bottom - top).GreaterEqual(1).Not();
    }

    /// <summary>The four columns, each (batch, boxes, 1).</summary>
    public static (Tensor First, Tensor Second, Tensor Third, Tensor Fourth) Parts(Tensor boxes) =>
        (boxes.Slice(0, 1, axis: -1), boxes.Slice(1, 2, axis: -1), boxes.Slice(2, 3, axis: -1), boxes.Slice(3, 4, axis: -1));

    private static BoundingBoxFormat Absolute(BoundingBoxFormat format) => format switch
    {
        BoundingBoxFormat.RelXyxy => BoundingBoxFormat.Xyxy,
        BoundingBoxFormat.RelYxyx => BoundingBoxFormat.Yxyx,
        BoundingBoxFormat.RelXywh => BoundingBoxFormat.Xywh,
        BoundingBoxFormat.RelCenterXywh => BoundingBoxFormat.CenterXywh,
        _ => format,
    };
}
