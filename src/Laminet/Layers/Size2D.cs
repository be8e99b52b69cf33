namespace Laminet.Layers;

/// <summary>Height and width: <c>3</c> and <c>(3, 3)</c> are the same.</summary>
/// <param name="Height">Along the rows.</param>
/// <param name="Width">Along the columns.</param>
public readonly record struct Size2D(int Height, int Width) : ISpatialSize<Size2D>
{
    /// <inheritdoc/>
    public IReadOnlyList<int> Lengths => [Height, Width];

    /// <summary>A square.</summary>
    public static implicit operator Size2D(int side) => new(side, side);

    /// <summary>Height and width.</summary>
    public static implicit operator Size2D((int Height, int Width) pair) => new(pair.Height, pair.Width);

    /// <inheritdoc/>
    public static Size2D Cube(int side) => new(side, side);

    /// <summary>The pair the engine's operations take.</summary>
    internal (int Height, int Width) Pair => (Height, Width);
}
