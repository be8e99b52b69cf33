namespace Laminet.Metrics.Detection;

/// <summary>A rectangle with its sides along the axes, in pixels or any other unit; x to the right, y down. Sides are edges: a box of one pixel has a width of 1.</summary>
/// <param name="Left">The smaller x.</param>
/// <param name="Top">The smaller y.</param>
/// <param name="Right">The larger x.</param>
/// <param name="Bottom">The larger y.</param>
public readonly record struct Box(double Left, double Top, double Right, double Bottom)
{
    /// <summary>Right - left; not below 0.</summary>
    public double Width => Math.Max(0, Right - Left);

    /// <summary>Bottom - top; not below 0.</summary>
    public double Height => Math.Max(0, Bottom - Top);

    /// <summary>Width times height.</summary>
    public double Area => Width * Height;

    /// <summary>The middle.</summary>
    public (double X, double Y) Center => ((Left + Right) / 2, (Top + Bottom) / 2);

    /// <summary>The box of this middle and size.</summary>
    public static Box Around((double X, double Y) center, double width, double height) =>
        new(center.X - (width / 2), center.Y - (height / 2), center.X + (width / 2), center.Y + (height / 2));

    /// <summary>Intersection over union, the area of what both share by that of what either covers: 0 to 1; 0 for two boxes without area.</summary>
    public double IoU(Box other)
    {
        double shared = Shared(other), union = Area + other.Area - shared;
        return union > 0 ? shared / union : 0;
    }

    /// <summary>
    /// Generalised intersection over union: IoU - (enclosing - union) / enclosing, with the area of the smallest box around both; -1 to 1. Boxes that are apart have a number below 0, the less the farther apart.
    /// Two boxes without area and without distance give 0. (Rezatofighi et al., "Generalized intersection over union", CVPR 2019.)
    /// </summary>
    public double GeneralizedIoU(Box other)
    {
        double union = Area + other.Area - Shared(other);
        double enclosing = (Math.Max(Right, other.Right) - Math.Min(Left, other.Left)) * (Math.Max(Bottom, other.Bottom) - Math.Min(Top, other.Top));
        return enclosing > 0 ? IoU(other) - ((enclosing - union) / enclosing) : 0;
    }

    private double Shared(Box other) => new Box(Math.Max(Left, other.Left), Math.Max(Top, other.Top), Math.Min(Right, other.Right), Math.Min(Bottom, other.Bottom)).Area;
}
