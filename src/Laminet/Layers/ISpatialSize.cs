namespace Laminet.Layers;

/// <summary>How long a window, or how large a step, is along each spatial axis: <see cref="Size1D"/> of sequences, <see cref="Size2D"/> of images, <see cref="Size3D"/> of volumes.</summary>
/// <typeparam name="TSelf">The type itself.</typeparam>
public interface ISpatialSize<TSelf> where TSelf : struct, ISpatialSize<TSelf>
{
    /// <summary>The lengths in the order of the axes.</summary>
    IReadOnlyList<int> Lengths { get; }

    /// <summary>The same length along every axis.</summary>
    static abstract TSelf Cube(int side);
}
