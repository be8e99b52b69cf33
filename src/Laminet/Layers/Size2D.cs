namespace Laminet.Layers;

/// <summary>Height and width: <c>3</c> and <c>(3, 3)</c> are the same.</summary>
/// <param name="Height">Along the rows.</param>
/// <param name="Width">Along the columns.</param>
public readonly record struct Size2D(int Height, int Width)
{
    /// <summary>A square.</summary>
    public static implicit operator Size2D(int side) => new(side, side);

    /// <summary>Height and width.</summary>
    public static implicit operator Size2D((int Height, int Width) pair) => new(pair.Height, pair.Width);

    /// <summary>The pair the engine's operations take.</summary>
    internal (int Height, int Width) Pair => (Height, Width);

    /// <summary>Checks that both are at least 1.</summary>
    internal static Size2D Positive(Size2D size, string name) => size.Height >= 1 && size.Width >= 1
        ? size
        : throw new ArgumentOutOfRangeException(name, $"Received {name} ({size.Height}, {size.Width}); both must be 1 or more.");
}
