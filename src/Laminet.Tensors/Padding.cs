namespace Laminet.Tensors;

/// <summary>The padding of a sequence, an image or a volume for convolution and pooling.</summary>
public readonly record struct Padding
{
    private readonly Kind kind;
    private readonly (int Before, int After) depth, height, width;

    private Padding(Kind kind, (int Before, int After) depth = default, (int Before, int After) height = default, (int Before, int After) width = default) =>
        (this.kind, this.depth, this.height, this.width) = (kind, depth, height, width);

    private enum Kind
    {
        Valid,
        Same,
        Causal,
        Explicit,
    }

    /// <summary>No padding: the window stays inside the image, and the output is smaller. The default.</summary>
    public static Padding Valid => default;

    /// <summary>
    /// Padding with zeros, so that the output has ceil(input / stride) positions. If the number of cells is odd, the extra cell is at the end (below, right), as in Keras.
    /// </summary>
    public static Padding Same => new(Kind.Same);

    /// <summary>
    /// Padding with zeros before the first position alone, dilation * (window - 1) of them: a position sees itself and what came before it, never what comes
    /// after. For sequences. Paper: van den Oord et al. 2016, "WaveNet: a generative model for raw audio".
    /// </summary>
    public static Padding Causal => new(Kind.Causal);

    /// <summary>The padding that Keras calls <c>"valid"</c>, <c>"same"</c> or <c>"causal"</c>, as in <c>new Conv2D(32, 3, padding: "same")</c>.</summary>
    /// <exception cref="ArgumentException">It is another name.</exception>
    public static implicit operator Padding(string name) => FromName(name);

    /// <inheritdoc cref="op_Implicit(string)"/>
    public static Padding FromName(string name) => name switch
    {
        "valid" => Valid,
        "same" => Same,
        "causal" => Causal,
        _ => throw new ArgumentException($"There is no padding named '{name}'; expected \"valid\", \"same\" or, for sequences, \"causal\", or cells as Padding.Explicit gives them.", nameof(name)),
    };

    /// <summary>Padding of a sequence with given numbers of cells before and after.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative.</exception>
    public static Padding Explicit((int Before, int After) length) => Explicit(default, default, length);

    /// <summary>Padding of an image with given numbers of cells before and after, along height and width.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative.</exception>
    public static Padding Explicit((int Before, int After) height, (int Before, int After) width) => Explicit(default, height, width);

    /// <summary>Padding of a volume with given numbers of cells before and after, along depth, height and width.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative.</exception>
    public static Padding Explicit((int Before, int After) depth, (int Before, int After) height, (int Before, int After) width)
    {
        if (Math.Min(Math.Min(depth.Before, depth.After), Math.Min(Math.Min(height.Before, height.After), Math.Min(width.Before, width.After))) < 0)
            throw new ArgumentOutOfRangeException(nameof(height), $"Received the paddings {depth}, {height} and {width} of depth, height and width; expected numbers of zero or more.");
        return new(Kind.Explicit, depth, height, width);
    }

    /// <summary>Padding with the same number of cells on every side of a sequence, an image or a volume.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public static Padding Explicit(int cells) => Explicit((cells, cells), (cells, cells), (cells, cells));

    /// <summary>
    /// The cells on each side of depth, height and width; null for a padding that depends on the input. An image has no depth, and of a sequence the length
    /// counts as the width.
    /// </summary>
    public ((int Before, int After) Depth, (int Before, int After) Height, (int Before, int After) Width)? ExplicitCells =>
        kind == Kind.Explicit ? (depth, height, width) : null;

    /// <summary>The cells before and after on one spatial axis (0 height, 1 width, 2 depth).</summary>
    internal (int Before, int After) Of(int axis, int length, int window, int stride, int dilation)
    {
        switch (kind)
        {
            case Kind.Valid:
                return (0, 0);
            case Kind.Explicit:
                return axis switch { 0 => height, 1 => width, _ => depth };
            case Kind.Causal:
                return (checked((window - 1) * dilation), 0);
            default:
                int positions = (length + stride - 1) / stride;
                int total = Math.Max(0, ((positions - 1) * stride) + ((window - 1) * dilation) + 1 - length);
                return (total / 2, total - (total / 2));
        }
    }

    /// <summary><c>valid</c>, <c>same</c>, <c>causal</c>, or the cells.</summary>
    public override string ToString() => kind switch
    {
        Kind.Valid => "valid",
        Kind.Same => "same",
        Kind.Causal => "causal",
        _ when depth == default => $"({height}, {width})",
        _ => $"({depth}, {height}, {width})",
    };
}
