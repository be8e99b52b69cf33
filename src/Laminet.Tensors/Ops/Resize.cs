using System.Globalization;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors;

/// <content>Images in another size.</content>
public sealed partial class Tensor
{
    /// <summary>
    /// Images (batch, height, width, channels) with another number of rows and columns. Pixels are squares, so that pixel i of n lies at (i + 1/2) / n of the
    /// side (half-pixel centres, as in Keras, and in PyTorch with align_corners=False). A new pixel is the mean of the old ones, weighted by their distance along
    /// each axis; the weights of pixels outside the image are left out. Floating point only, except for nearest pixels, which are copied.
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

    /// <summary>
    /// Arrays scaled and moved along some axes: what is at x comes to x scale + translation, where the pixel i reaches from i to i + 1. A new pixel is the mean of the old ones, weighted by their distance along each axis; beyond the
    /// old image it is 0. Keras: <c>ops.image.scale_and_translate</c>; JAX: <c>image.scale_and_translate</c>. Floating point only.
    /// </summary>
    /// <param name="shape">The shape of the result. Other axes keep their length.</param>
    /// <param name="scale">The factor for each of the axes.</param>
    /// <param name="translation">How far each is moved, in new pixels.</param>
    /// <param name="axes">The axes.</param>
    /// <param name="interpolation">How the weights fall with the distance; not <see cref="Interpolation.Nearest"/>.</param>
    /// <param name="antialias">Whether, in a smaller image, a new pixel is the mean of all old ones under it.</param>
    /// <exception cref="ArgumentException">There are not as many factors and translations as axes, a factor is not positive, or another interpolation.</exception>
    /// <exception cref="ShapeException">The shape has another rank, or an axis that is not scaled another length.</exception>
    public Tensor ScaleAndTranslate(
        Shape shape, IReadOnlyList<double> scale, IReadOnlyList<double> translation, IReadOnlyList<int> axes, Interpolation interpolation = Interpolation.Bilinear, bool antialias = true)
    {
        ArgumentNullException.ThrowIfNull(scale);
        ArgumentNullException.ThrowIfNull(translation);
        Check.Float("ScaleAndTranslate", Spec);
        ArgumentNullException.ThrowIfNull(axes);
        int[] moved = [.. axes.Select(axis => Shape.Axis(axis))];
        if (scale.Count != moved.Length || translation.Count != moved.Length || !scale.All(factor => factor > 0) || interpolation == Interpolation.Nearest)
            throw new ArgumentException($"ScaleAndTranslate: received {scale.Count} factors, the smallest {scale.DefaultIfEmpty(1).Min().ToString(CultureInfo.InvariantCulture)}, {translation.Count} translations and {interpolation} for {moved.Length} axes; expected as many positive factors and translations as axes, and an interpolation by weights.");
        if (shape.Rank != Rank || Enumerable.Range(0, Rank).Any(axis => shape[axis] != Shape[axis] && !moved.Contains(axis)) || moved.Distinct().Count() < moved.Length)
            throw new ShapeException($"ScaleAndTranslate: received the shape {shape} for an array of shape {Shape}; expected one that differs along the axes [{string.Join(", ", moved)}] only, each named once.");
        Tensor x = this;
        for (int i = 0; i < moved.Length; i++)
            x = new Resample(moved[i], Shape[moved[i]], shape[moved[i]], 1 / scale[i], translation[i], interpolation, antialias).Apply(x);
        return x;
    }

    private Tensor Resized(int axis, int length, Interpolation interpolation, bool antialias)
    {
        int old = Shape[axis];
        if (length == old)
            return this;
        if (interpolation == Interpolation.Nearest)
            return Gather(From([.. Enumerable.Range(0, length).Select(i => ResizeWeights.Nearest(i, old, length))]), axis);
        return new Resample(axis, old, length, (double)old / length, 0, interpolation, antialias).Apply(this);
    }
}
