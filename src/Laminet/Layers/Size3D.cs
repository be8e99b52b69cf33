namespace Laminet.Layers;

/// <summary>Depth, height and width: <c>3</c> and <c>(3, 3, 3)</c> are the same.</summary>
/// <param name="Depth">Along the planes.</param>
/// <param name="Height">Along the rows.</param>
/// <param name="Width">Along the columns.</param>
public readonly record struct Size3D(int Depth, int Height, int Width) : ISpatialSize<Size3D>
{
    /// <inheritdoc/>
    public IReadOnlyList<int> Lengths => [Depth, Height, Width];

    /// <summary>A cube.</summary>
    public static implicit operator Size3D(int side) => new(side, side, side);

    /// <summary>Depth, height and width.</summary>
    public static implicit operator Size3D((int Depth, int Height, int Width) lengths) => new(lengths.Depth, lengths.Height, lengths.Width);

    /// <inheritdoc/>
    public static Size3D Cube(int side) => new(side, side, side);

    /// <summary>What the engine's operations take.</summary>
    internal (int Depth, int Height, int Width) Triple => (Depth, Height, Width);
}
