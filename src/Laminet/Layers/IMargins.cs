namespace Laminet.Layers;

/// <summary>How many cells are added or cut before and after each spatial axis: <see cref="Margins1D"/>, <see cref="Margins2D"/>, <see cref="Margins3D"/>.</summary>
public interface IMargins
{
    /// <summary>The cells before and after, in the order of the axes.</summary>
    IReadOnlyList<(int Before, int After)> Pairs { get; }
}
