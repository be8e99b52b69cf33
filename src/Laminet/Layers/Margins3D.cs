namespace Laminet.Layers;

/// <summary>Cells at the sides of volumes: <c>1</c>, <c>(1, 1, 1)</c> and <c>((1, 1), (1, 1), (1, 1))</c> are the same.</summary>
/// <param name="Depth">Before and behind.</param>
/// <param name="Height">Above and below.</param>
/// <param name="Width">On the left and on the right.</param>
public readonly record struct Margins3D((int Before, int After) Depth, (int Before, int After) Height, (int Before, int After) Width) : IMargins
{
    /// <inheritdoc/>
    public IReadOnlyList<(int Before, int After)> Pairs => [Depth, Height, Width];

    /// <summary>The same on all sides.</summary>
    public static implicit operator Margins3D(int cells) => (cells, cells, cells);

    /// <summary>For each axis the same before and after.</summary>
    public static implicit operator Margins3D((int Depth, int Height, int Width) cells) =>
        new((cells.Depth, cells.Depth), (cells.Height, cells.Height), (cells.Width, cells.Width));

    /// <summary>Each side.</summary>
    public static implicit operator Margins3D(((int Before, int After) Depth, (int Before, int After) Height, (int Before, int After) Width) cells) =>
        new(cells.Depth, cells.Height, cells.Width);
}
