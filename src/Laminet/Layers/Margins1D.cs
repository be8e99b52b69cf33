namespace Laminet.Layers;

/// <summary>Cells at both ends of sequences: <c>1</c> and <c>(1, 1)</c> are the same.</summary>
/// <param name="Before">At the beginning.</param>
/// <param name="After">At the end.</param>
public readonly record struct Margins1D(int Before, int After) : IMargins
{
    /// <inheritdoc/>
    public IReadOnlyList<(int Before, int After)> Pairs => [(Before, After)];

    /// <summary>The same at both ends.</summary>
    public static implicit operator Margins1D(int cells) => new(cells, cells);

    /// <summary>Before and after.</summary>
    public static implicit operator Margins1D((int Before, int After) cells) => new(cells.Before, cells.After);
}
