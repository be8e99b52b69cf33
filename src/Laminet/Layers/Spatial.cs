using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>What layers with spatial axes check: those between the batch and the channels.</summary>
internal static class Spatial
{
    /// <summary>Returns a size of at least 1 along each axis.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A length is smaller.</exception>
    public static TSize Positive<TSize>(TSize size, string name) where TSize : struct, ISpatialSize<TSize> => size.Lengths.All(length => length >= 1)
        ? size
        : throw new ArgumentOutOfRangeException(name, $"Received {name} ({string.Join(", ", size.Lengths)}); expected 1 or more along each axis.");

    /// <summary>Returns margins of zero or more cells.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative.</exception>
    public static TMargins NotNegative<TMargins>(TMargins margins, string name) where TMargins : struct, IMargins =>
        margins.Pairs.All(pair => pair is { Before: >= 0, After: >= 0 })
            ? margins
            : throw new ArgumentOutOfRangeException(name, $"Received {name} ({string.Join(", ", margins.Pairs)}); expected numbers of zero or more.");

    /// <summary>Returns the input's shape if it has these spatial axes.</summary>
    /// <exception cref="ShapeException">It has another rank.</exception>
    public static Shape Require(Shape input, int axes)
    {
        if (input.Rank == axes + 2)
            return input;
        (string names, string advice) = axes switch
        {
            1 => ("length", "Sequences of plain numbers need a channel axis: Reshape to (length, 1) first."),
            2 => ("height, width", "Grey images need a channel axis: Reshape to (height, width, 1) first."),
            _ => ("depth, height, width", "Grey volumes need a channel axis: Reshape to (depth, height, width, 1) first."),
        };
        throw new ShapeException($"received an input of shape {input}; expected (batch, {names}, channels). {advice}");
    }

    /// <summary>
    /// The operands of a convolution with a group for each channel, for kernels (spatial axes, channels, maps of a channel). A channel with several maps is repeated:
    /// the kernels for one map a group are the fast ones.
    /// </summary>
    public static (Tensor Input, Tensor Kernel) Depthwise(Tensor input, Tensor kernel)
    {
        (int channels, int maps) = (kernel.Shape[-2], kernel.Shape[-1]);
        if (input.Shape[-1] != channels)
        {
            throw new ShapeException($"received an input of shape {input.Shape}; expected {channels} channels, as many as the layer was built for. "
                + "Make a new layer for another number.");
        }

        Tensor repeated = maps == 1
            ? input
            : input.ExpandDims(-1).BroadcastTo([.. input.Shape, maps]).Reshape([.. input.Shape.SkipLast(1), channels * maps]);
        return (repeated, kernel.Reshape([.. kernel.Shape.SkipLast(2), 1, channels * maps]));
    }

    /// <summary>Each cell repeated along the spatial axes.</summary>
    public static Tensor Repeat(Tensor input, IReadOnlyList<int> times)
    {
        Shape shape = Require(input.Shape, times.Count);
        int[] apart = [.. Enumerable.Range(0, times.Count).SelectMany(axis => (int[])[shape[axis + 1], 1])];
        int[] repeated = [.. Enumerable.Range(0, times.Count).SelectMany(axis => (int[])[shape[axis + 1], times[axis]])];
        return input.Reshape([shape[0], .. apart, shape[-1]]).BroadcastTo([shape[0], .. repeated, shape[-1]])
            .Reshape([shape[0], .. times.Select((count, axis) => shape[axis + 1] * count), shape[-1]]);
    }
}
