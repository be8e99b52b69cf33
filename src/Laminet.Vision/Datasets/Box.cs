namespace Laminet.Vision.Datasets;

/// <summary>A rectangle in pixels of the upright image. Sides lie between pixels: the first pixel alone is (0, 0, 1, 1).</summary>
/// <param name="Left">The smallest x.</param>
/// <param name="Top">The smallest y.</param>
/// <param name="Right">The largest x; above <paramref name="Left"/>.</param>
/// <param name="Bottom">The largest y; above <paramref name="Top"/>.</param>
public readonly record struct Box(float Left, float Top, float Right, float Bottom);
