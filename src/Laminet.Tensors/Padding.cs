namespace Laminet.Tensors;

/// <summary>The padding of an image for convolution and pooling.</summary>
public readonly record struct Padding
{
    private readonly Kind kind;
    private readonly (int Before, int After) height;
    private readonly (int Before, int After) width;

    private Padding(Kind kind, (int Before, int After) height, (int Before, int After) width) =>
        (this.kind, this.height, this.width) = (kind, height, width);

    private enum Kind
    {
        Valid,
        Same,
        Explicit,
    }

    /// <summary>No padding: the window stays inside the image, and the output is smaller. The default.</summary>
    public static Padding Valid => default;

    /// <summary>
    /// Padding with zeros, so that the output has ceil(input / stride) positions. If the number of cells is odd, the extra cell is at the end (below, right), as in Keras.
    /// </summary>
    public static Padding Same => new(Kind.Same, default, default);

    /// <summary>The padding of a name, as in Keras: <c>"valid"</c> or <c>"same"</c>, as in <c>new Conv2D(32, 3, padding: "same")</c>.</summary>
    /// <exception cref="ArgumentException">It is another name.</exception>
    public static implicit operator Padding(string name) => FromName(name);

    /// <inheritdoc cref="op_Implicit(string)"/>
    public static Padding FromName(string name) => name switch
    {
        "valid" => Valid,
        "same" => Same,
        _ => throw new ArgumentException($"There is no padding named '{name}'; expected \"valid\" or \"same\", or cells as Padding.Explicit gives them.", nameof(name)),
    };

    /// <summary>Padding with given numbers of cells before and after, along height and width.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A width is negative.</exception>
    public static Padding Explicit((int Before, int After) height, (int Before, int After) width)
    {
        if (height.Before < 0 || height.After < 0 || width.Before < 0 || width.After < 0)
            throw new ArgumentOutOfRangeException(nameof(height), $"Received the paddings {height} and {width}; expected numbers of zero or more.");
        return new(Kind.Explicit, height, width);
    }

    /// <summary>The cells on each side of height and width; null for <see cref="Valid"/> and <see cref="Same"/>.</summary>
    public ((int Before, int After) Height, (int Before, int After) Width)? ExplicitCells =>
        kind == Kind.Explicit ? (height, width) : null;

    /// <summary>Padding with the same number of cells on every side.</summary>
    public static Padding Explicit(int cells) => Explicit((cells, cells), (cells, cells));

    /// <summary>The cells before and after on one spatial axis (0 height, 1 width).</summary>
    internal (int Before, int After) Of(int axis, int length, int window, int stride, int dilation)
    {
        switch (kind)
        {
            case Kind.Valid:
                return (0, 0);
            case Kind.Explicit:
                return axis == 0 ? height : width;
            default:
                int positions = (length + stride - 1) / stride;
                int total = Math.Max(0, ((positions - 1) * stride) + ((window - 1) * dilation) + 1 - length);
                return (total / 2, total - (total / 2));
        }
    }

    /// <summary><c>valid</c>, <c>same</c>, or the widths.</summary>
    public override string ToString() => kind switch
    {
        Kind.Valid => "valid",
        Kind.Same => "same",
        _ => $"(({height.Before}, {height.After}), ({width.Before}, {width.After}))",
    };
}
