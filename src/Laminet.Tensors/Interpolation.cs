namespace Laminet.Tensors;

/// <summary>How <see cref="Tensor.Resize"/>, <see cref="Tensor.SampleAt"/> and others make new pixels from old ones.</summary>
public enum Interpolation
{
    /// <summary>The pixel that the centre of the new one lies in.</summary>
    Nearest,

    /// <summary>Straight lines between the pixels: max(0, 1 - |d|) at the distance d.</summary>
    Bilinear,

    /// <summary>Cubic curves through the pixels, with a = -1/2. Paper: Keys 1981, "Cubic convolution interpolation". <see cref="Tensor.SampleAt"/> has a = -3/4, as PyTorch.</summary>
    Bicubic,

    /// <summary>sinc(d) sinc(d / 3) up to the distance 3.</summary>
    Lanczos3,

    /// <summary>sinc(d) sinc(d / 5) up to the distance 5.</summary>
    Lanczos5,

    /// <summary>1 for -1/2 &lt; d &lt;= 1/2: the mean of the old pixels that lie under the new one, where antialiased.</summary>
    Box,
}

/// <summary>The weights of the interpolations, for code that resizes images of its own.</summary>
public static class InterpolationWeights
{
    /// <summary>The distance, in pixels, from which on the weight is 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such interpolation, or it has no weights (<see cref="Interpolation.Nearest"/>).</exception>
    public static double Radius(this Interpolation interpolation) => interpolation switch
    {
        Interpolation.Box => 0.5,
        Interpolation.Bilinear => 1,
        Interpolation.Bicubic => 2,
        Interpolation.Lanczos3 => 3,
        Interpolation.Lanczos5 => 5,
        _ => throw Unknown(interpolation),
    };

    /// <summary>How much an old pixel counts at a distance from the new one, before the weights are divided by their sum.</summary>
    /// <param name="interpolation">How the weights fall with the distance.</param>
    /// <param name="distance">The place of the old pixel less that of the new one, in pixels.</param>
    /// <inheritdoc cref="Radius" path="/exception"/>
    public static double Weight(this Interpolation interpolation, double distance) => interpolation switch
    {
        Interpolation.Box => distance is > -0.5 and <= 0.5 ? 1 : 0,
        Interpolation.Bilinear => Math.Max(0, 1 - Math.Abs(distance)),
        Interpolation.Bicubic => Cubic(Math.Abs(distance)),
        Interpolation.Lanczos3 => Lanczos(Math.Abs(distance), 3),
        Interpolation.Lanczos5 => Lanczos(Math.Abs(distance), 5),
        _ => throw Unknown(interpolation),
    };

    private static ArgumentOutOfRangeException Unknown(Interpolation interpolation) => new(nameof(interpolation),
        $"Received the interpolation {interpolation}; expected one of {string.Join(", ", Enum.GetNames<Interpolation>())}.");

    private static double Cubic(double x) => x switch
    {
        < 1 => (((1.5 * x) - 2.5) * x * x) + 1,
        < 2 => (((((-0.5 * x) + 2.5) * x) - 4) * x) + 2,
        _ => 0,
    };

    private static double Lanczos(double x, int radius) => x switch
    {
        0 => 1,
        _ when x > radius => 0,
        _ => radius * Math.Sin(Math.PI * x) * Math.Sin(Math.PI * x / radius) / (Math.PI * Math.PI * x * x),
    };
}
