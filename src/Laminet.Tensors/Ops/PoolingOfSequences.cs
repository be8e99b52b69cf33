using Laminet.Tensors.Ops;

namespace Laminet.Tensors;

/// <content>Pooling of sequences (batch, length, channels): that of images of height 1. Floating point only.</content>
public sealed partial class Tensor
{
    /// <summary>The largest number in each window over a sequence; see <see cref="MaxPool"/>. PyTorch: <c>nn.functional.max_pool1d</c>, with channels first; ONNX: <c>MaxPool</c>.</summary>
    /// <param name="size">The window.</param>
    /// <param name="stride">The step; the window's size by default.</param>
    /// <param name="padding">The border; none by default.</param>
    /// <param name="dilation">Distance between the window's cells.</param>
    /// <param name="ceil">Whether a last window that is cut short at the end counts too, if it begins before the padding there.</param>
    /// <exception cref="ShapeException">The window does not fit.</exception>
    public Tensor MaxPool1D(int size, int? stride = null, Padding padding = default, int dilation = 1, bool ceil = false) =>
        new MaxPool(Window.OfSequence("MaxPool1D", Shape, size, stride ?? size, dilation, padding, ceil)).Apply(ExpandDims(1)).Squeeze(1);

    /// <summary>The mean of each window over a sequence; see <see cref="AveragePool"/>. PyTorch: <c>nn.functional.avg_pool1d</c>, with channels first; ONNX: <c>AveragePool</c>.</summary>
    /// <param name="size">The window.</param>
    /// <param name="stride">The step; the window's size by default.</param>
    /// <param name="padding">The border; none by default.</param>
    /// <param name="countPadding">Whether padding cells count as zeros in the mean; Keras leaves them out.</param>
    /// <param name="dilation">Distance between the window's cells.</param>
    /// <param name="ceil">Whether a last window that is cut short at the end counts too, if it begins before the padding there.</param>
    /// <exception cref="ShapeException">The window does not fit.</exception>
    public Tensor AveragePool1D(int size, int? stride = null, Padding padding = default, bool countPadding = false, int dilation = 1, bool ceil = false) =>
        new AveragePool(Window.OfSequence("AveragePool1D", Shape, size, stride ?? size, dilation, padding, ceil), countPadding).Apply(ExpandDims(1)).Squeeze(1);

    /// <summary>The largest number in each of a given number of windows over a sequence; see <see cref="AdaptiveMaxPool"/>. PyTorch: <c>nn.functional.adaptive_max_pool1d</c>.</summary>
    /// <param name="outputs">How many windows there are.</param>
    /// <exception cref="ShapeException">The number is below 1, or the sequence is empty.</exception>
    public Tensor AdaptiveMaxPool1D(int outputs)
    {
        _ = Window.LengthOf("AdaptiveMaxPool1D", Shape);
        return ExpandDims(1).AdaptiveMaxPool((1, outputs)).Squeeze(1);
    }

    /// <summary>The mean of each of a given number of windows over a sequence; see <see cref="AdaptiveAveragePool"/>. PyTorch: <c>nn.functional.adaptive_avg_pool1d</c>.</summary>
    /// <param name="outputs">How many windows there are.</param>
    /// <exception cref="ShapeException">The number is below 1, or the sequence is empty.</exception>
    public Tensor AdaptiveAveragePool1D(int outputs)
    {
        _ = Window.LengthOf("AdaptiveAveragePool1D", Shape);
        return ExpandDims(1).AdaptiveAveragePool((1, outputs)).Squeeze(1);
    }
}
