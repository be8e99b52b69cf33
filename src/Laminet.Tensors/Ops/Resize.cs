using Laminet.Tensors.Ops;

namespace Laminet.Tensors;

/// <content>Images in another size.</content>
public sealed partial class Tensor
{
    /// <summary>
    /// Images (batch, height, width, channels) with another number of rows and columns. Pixels are squares, so that pixel i of n lies at (i + 1/2) / n of the
    /// side (half-pixel centres, as in Keras, and in PyTorch with align_corners=False). A new pixel is the mean of the old ones, weighted by their distance along
    /// each axis; the weights of pixels outside the image are left out. Floating point only, except for nearest pixels, which are copied; a number that is not finite spreads over its row and column.
    /// Keras: <c>resize</c>; PyTorch: <c>nn.functional.interpolate</c>; ONNX: <c>Resize</c>.
    /// </summary>
    /// <param name="size">The new height and width.</param>
    /// <param name="interpolation">How the weights fall with the distance.</param>
    /// <param name="antialias">Whether, in a smaller image, a new pixel is the mean of all old ones under it; otherwise of those near its centre alone. Nothing changes for nearest pixels or larger images.</param>
    /// <exception cref="ShapeException">These are no images, or a length is below 1.</exception>
    public Tensor Resize((int Height, int Width) size, Interpolation interpolation = Interpolation.Bilinear, bool antialias = false)
    {
        Window.RequireImages("Resize", Shape);
        if (interpolation != Interpolation.Nearest)
            Check.Float("Resize", Spec);
        if (size.Height < 1 || size.Width < 1 || Shape[1] == 0 || Shape[2] == 0)
            throw new ShapeException($"Resize: received the size ({size.Height}, {size.Width}) for images of shape {Shape}; all lengths must be 1 or more.");
        return Resized(1, size.Height, interpolation, antialias).Resized(2, size.Width, interpolation, antialias);
    }

    private Tensor Resized(int axis, int length, Interpolation interpolation, bool antialias)
    {
        int old = Shape[axis];
        if (length == old)
            return this;
        if (interpolation == Interpolation.Nearest)
            return Gather(From([.. Enumerable.Range(0, length).Select(i => ResizeWeights.Nearest(i, old, length))]), axis);
        // A matrix that makes an axis of one length from one of another.
        Tensor weights = From(ResizeWeights.Matrix(old, length, interpolation, antialias), [length, old]).Cast(DType.Size() < sizeof(float) ? DType.Float32 : DType);
        return weights.MatMul(Reshape(Shape.CountOf(..axis), old, Shape.CountOf((axis + 1)..))).Cast(DType).Reshape(Shape.With(axis, length));
    }
}
