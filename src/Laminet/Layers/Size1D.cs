namespace Laminet.Layers;

/// <summary>A length along sequences: written as a number, <c>3</c>.</summary>
/// <param name="Length">Along the sequence.</param>
public readonly record struct Size1D(int Length) : ISpatialSize<Size1D>
{
    /// <inheritdoc/>
    public IReadOnlyList<int> Lengths => [Length];

    /// <summary>A length.</summary>
    public static implicit operator Size1D(int length) => new(length);

    /// <inheritdoc/>
    public static Size1D Cube(int side) => new(side);
}
