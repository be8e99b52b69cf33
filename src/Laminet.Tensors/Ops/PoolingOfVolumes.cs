using Laminet.Tensors.Ops;

namespace Laminet.Tensors;

/// <content>
/// Pooling of volumes (batch, depth, height, width, channels). Windows are boxes, so it is pooling over the planes and then over the depth. Floating point only.
/// </content>
public sealed partial class Tensor
{
    /// <summary>The largest number in each window over a volume; see <see cref="MaxPool"/>. PyTorch: <c>nn.functional.max_pool3d</c>, with channels first; ONNX: <c>MaxPool</c>.</summary>
    /// <param name="size">Depth, height and width of the window.</param>
    /// <param name="strides">Steps; the window's size by default.</param>
    /// <param name="padding">The border; none by default.</param>
    /// <param name="dilation">Distance between the window's cells; 1 by default.</param>
    /// <param name="ceil">Whether a last window that is cut short at the end counts too, if it begins before the padding there.</param>
    /// <exception cref="ShapeException">The window does not fit.</exception>
    public Tensor MaxPool3D(
        (int Depth, int Height, int Width) size, (int Depth, int Height, int Width)? strides = null, Padding padding = default,
        (int Depth, int Height, int Width)? dilation = null, bool ceil = false)
    {
        (int Depth, int Height, int Width) steps = strides ?? size, spacing = dilation ?? (1, 1, 1);
        return OverPlanesAndDepth("MaxPool3D",
            planes => planes.MaxPool((size.Height, size.Width), (steps.Height, steps.Width), padding, (spacing.Height, spacing.Width), ceil),
            columns => columns.MaxPool((size.Depth, 1), (steps.Depth, 1), OfDepth(padding, size.Depth, steps.Depth, spacing.Depth), (spacing.Depth, 1), ceil));
    }

    /// <summary>The mean of each window over a volume; see <see cref="AveragePool"/>. PyTorch: <c>nn.functional.avg_pool3d</c>, with channels first; ONNX: <c>AveragePool</c>.</summary>
    /// <param name="size">Depth, height and width of the window.</param>
    /// <param name="strides">Steps; the window's size by default.</param>
    /// <param name="padding">The border; none by default.</param>
    /// <param name="countPadding">Whether padding cells count as zeros in the mean; Keras leaves them out.</param>
    /// <param name="dilation">Distance between the window's cells; 1 by default.</param>
    /// <param name="ceil">Whether a last window that is cut short at the end counts too, if it begins before the padding there.</param>
    /// <exception cref="ShapeException">The window does not fit.</exception>
    public Tensor AveragePool3D(
        (int Depth, int Height, int Width) size, (int Depth, int Height, int Width)? strides = null, Padding padding = default, bool countPadding = false,
        (int Depth, int Height, int Width)? dilation = null, bool ceil = false)
    {
        (int Depth, int Height, int Width) steps = strides ?? size, spacing = dilation ?? (1, 1, 1);
        return OverPlanesAndDepth("AveragePool3D",
            planes => planes.AveragePool((size.Height, size.Width), (steps.Height, steps.Width), padding, countPadding, (spacing.Height, spacing.Width), ceil),
            columns => columns.AveragePool((size.Depth, 1), (steps.Depth, 1), OfDepth(padding, size.Depth, steps.Depth, spacing.Depth), countPadding, (spacing.Depth, 1), ceil));
    }

    /// <summary>The largest number in each of a given number of windows over a volume; see <see cref="AdaptiveMaxPool"/>. PyTorch: <c>nn.functional.adaptive_max_pool3d</c>.</summary>
    /// <param name="outputs">How many windows there are along depth, height and width.</param>
    /// <exception cref="ShapeException">A number is below 1, or the volume is empty.</exception>
    public Tensor AdaptiveMaxPool3D((int Depth, int Height, int Width) outputs) => OverPlanesAndDepth("AdaptiveMaxPool3D",
        planes => planes.AdaptiveMaxPool((outputs.Height, outputs.Width)), columns => columns.AdaptiveMaxPool((outputs.Depth, 1)));

    /// <summary>The mean of each of a given number of windows over a volume; see <see cref="AdaptiveAveragePool"/>. PyTorch: <c>nn.functional.adaptive_avg_pool3d</c>.</summary>
    /// <param name="outputs">How many windows there are along depth, height and width.</param>
    /// <exception cref="ShapeException">A number is below 1, or the volume is empty.</exception>
    public Tensor AdaptiveAveragePool3D((int Depth, int Height, int Width) outputs) => OverPlanesAndDepth("AdaptiveAveragePool3D",
        planes => planes.AdaptiveAveragePool((outputs.Height, outputs.Width)), columns => columns.AdaptiveAveragePool((outputs.Depth, 1)));

    // All planes as a batch of images, then each column of cells as an image one cell wide with a channel for each place in a plane.
    private Tensor OverPlanesAndDepth(string operation, Func<Tensor, Tensor> overPlanes, Func<Tensor, Tensor> overDepth)
    {
        Window.RequireVolumes(operation, Shape);
        (int batch, int depth) = (Shape[0], Shape[1]);
        Tensor planes = overPlanes(Reshape(batch * depth, Shape[2], Shape[3], Shape[4]));
        (int height, int width, int channels) = (planes.Shape[1], planes.Shape[2], planes.Shape[3]);
        Tensor columns = overDepth(planes.Reshape(batch, depth, 1, height * width * channels));
        return columns.Reshape(batch, columns.Shape[1], height, width, channels);
    }

    private Padding OfDepth(Padding padding, int size, int stride, int dilation) => Padding.Explicit(padding.Of(2, Shape[1], size, stride, dilation), default);
}
