using Laminet.Tensors;

namespace Laminet.Formats.Weights.Mapping;

/// <summary>How a weight of this library is made from tensors of a file.</summary>
/// <param name="Text">What a report says of it; empty if nothing is changed.</param>
/// <param name="Source">The shape that the tensors of the file must have, from that of the weight.</param>
/// <param name="Convert">Makes the weight from them; the shape is that of the weight.</param>
internal sealed record Conversion(string Text, Func<Shape, Shape> Source, Func<IReadOnlyList<Tensor>, Shape, Tensor> Convert)
{
    /// <summary>As it is.</summary>
    public static Conversion None { get; } = new("", shape => shape, (tensors, _) => tensors[0]);

    /// <summary>(out, in) to (in, out).</summary>
    public static Conversion Transposed { get; } = new("(out, in) to (in, out)", shape => [shape[1], shape[0]], (tensors, _) => tensors[0].Transpose());

    /// <summary>(out, in, spatial...) to (spatial..., in, out); for one axis, two or three. A transposed convolution has (in, out, ...) in PyTorch and (..., out, in) here: the same.</summary>
    public static Conversion Kernel { get; } = new(
        "(out, in, ...) to (..., in, out)", shape => [shape[^1], shape[^2], .. shape.SkipLast(2)], (tensors, shape) => tensors[0].Transpose([.. Enumerable.Range(2, shape.Rank - 2), 1, 0]));

    /// <summary>(channels * multiplier, 1, spatial...) to (spatial..., channels, multiplier).</summary>
    public static Conversion Depthwise { get; } = new(
        "(channels, 1, ...) to (..., channels, multiplier)", shape => [checked(shape[^1] * shape[^2]), 1, .. shape.SkipLast(2)],
        (tensors, shape) => tensors[0].Transpose([.. Enumerable.Range(2, shape.Rank - 2), 1, 0]).Reshape(shape));

    /// <summary>(channels) to (1, ..., channels).</summary>
    public static Conversion Channels { get; } = new("(channels) to (1, ..., channels)", shape => [shape[^1]], (tensors, shape) => tensors[0].Reshape(shape));

    /// <summary>Two biases, which are always added to one another.</summary>
    public static Conversion Sum { get; } = new("the sum of both", shape => shape, (tensors, _) => tensors[0] + tensors[1]);

    /// <summary>Gates r, z, n one below the other to columns z, r, h.</summary>
    public static Conversion GatesOfGru { get; } = new(
        "gates r, z, n to z, r, h, transposed", shape => [shape[1], shape[0]], (tensors, _) => Tensor.Concatenate(Swapped(tensors[0].Split(3, axis: 0)), axis: 0).Transpose());

    /// <summary>The biases of gates r, z, n for input and state to two rows z, r, h.</summary>
    public static Conversion BiasesOfGru { get; } = new(
        "gates r, z, n to z, r, h, two rows", shape => [shape[1]], (tensors, _) => Tensor.Stack([.. tensors.Select(bias => Tensor.Concatenate(Swapped(bias.Split(3))))]));

    /// <summary>Numbers for a flattened map, which PyTorch counts channel by channel and this library cell by cell.</summary>
    /// <param name="map">The map, channels last.</param>
    /// <param name="inner">How the numbers of one cell and channel are converted.</param>
    public static Conversion Flattened(Shape map, Conversion inner) => new(
        inner.Text + (inner.Text.Length > 0 ? ", " : "") + $"flattened map {map}, channels first to last", inner.Source, (tensors, shape) =>
        {
            // After the inner conversion the first axis is that of the flattened map, channels first.
            Tensor plain = inner.Convert(tensors, shape);
            return plain.Reshape([map[^1], .. map.SkipLast(1), .. shape.Skip(1)])
                .Transpose([.. Enumerable.Range(1, map.Rank - 1), 0, .. Enumerable.Range(map.Rank, shape.Rank - 1)]).Reshape(shape);
        });

    /// <summary>One of the three products that an attention of PyTorch keeps in one: (3 features, features) to (features, heads, width).</summary>
    public static Conversion Projection(int part) => new(
        $"part {part + 1} of 3, transposed", shape => [checked(3 * shape[1] * shape[2]), shape[0]], (tensors, shape) => tensors[0].Split(3, axis: 0)[part].Transpose().Reshape(shape));

    /// <summary>Its bias: (3 features) to (heads, width).</summary>
    public static Conversion ProjectionBias(int part) => new(
        $"part {part + 1} of 3", shape => [checked(3 * shape.ElementCount)], (tensors, shape) => tensors[0].Split(3)[part].Reshape(shape));

    /// <summary>(features, heads * width) to (heads, width, features).</summary>
    public static Conversion Output { get; } = new("transposed", shape => [shape[2], checked(shape[0] * shape[1])], (tensors, shape) => tensors[0].Transpose().Reshape(shape));

    // The first two of three change places.
    private static Tensor[] Swapped(Tensor[] gates) => [gates[1], gates[0], gates[2]];
}
