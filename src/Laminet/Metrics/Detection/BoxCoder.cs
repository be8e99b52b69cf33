namespace Laminet.Metrics.Detection;

/// <summary>
/// Boxes as offsets from anchors, the form in which detectors with anchors predict them: (x - xa) / wa, (y - ya) / ha, ln(w / wa), ln(h / ha) of middles and sizes, each divided by a variance.
/// (Girshick et al., "Rich feature hierarchies", CVPR 2014; variances as in Liu et al., "SSD", ECCV 2016, for which they are 0.1, 0.1, 0.2, 0.2.)
/// </summary>
/// <param name="centerVariance">What the offsets of the middle are divided by; above 0.</param>
/// <param name="sizeVariance">What the logarithms of the size are divided by; above 0.</param>
public sealed class BoxCoder(double centerVariance = 1, double sizeVariance = 1)
{
    /// <summary>What the offsets of the middle are divided by.</summary>
    public double CenterVariance { get; } = Configuration.Setting.Require(centerVariance, centerVariance > 0, "a number above 0");

    /// <summary>What the logarithms of the size are divided by.</summary>
    public double SizeVariance { get; } = Configuration.Setting.Require(sizeVariance, sizeVariance > 0, "a number above 0");

    /// <summary>The offsets of a box from an anchor.</summary>
    /// <exception cref="ArgumentException">The box or the anchor has no area, so it has no logarithm.</exception>
    public (double X, double Y, double Width, double Height) Encode(Box box, Box anchor)
    {
        Require(box, nameof(box));
        Require(anchor, nameof(anchor));
        return (
            (box.Center.X - anchor.Center.X) / anchor.Width / CenterVariance, (box.Center.Y - anchor.Center.Y) / anchor.Height / CenterVariance,
            Math.Log(box.Width / anchor.Width) / SizeVariance, Math.Log(box.Height / anchor.Height) / SizeVariance);
    }

    /// <summary>The box of offsets from an anchor.</summary>
    public Box Decode((double X, double Y, double Width, double Height) offsets, Box anchor) => Box.Around(
        (anchor.Center.X + (offsets.X * CenterVariance * anchor.Width), anchor.Center.Y + (offsets.Y * CenterVariance * anchor.Height)),
        anchor.Width * Math.Exp(offsets.Width * SizeVariance), anchor.Height * Math.Exp(offsets.Height * SizeVariance));

    private static void Require(Box box, string name)
    {
        if (!(box.Width > 0 && box.Height > 0))
            throw new ArgumentException($"Received {box}; expected a box of a width and a height above 0.", name);
    }
}
