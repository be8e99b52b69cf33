namespace Laminet.Tensors;

/// <summary>How <see cref="Tensor.Resize"/> makes new pixels from old ones.</summary>
public enum Interpolation
{
    /// <summary>The pixel that the centre of the new one lies in.</summary>
    Nearest,

    /// <summary>Straight lines between the pixels: max(0, 1 - |d|) at the distance d.</summary>
    Bilinear,

    /// <summary>Cubic curves through the pixels, with a = -1/2. Paper: Keys 1981, "Cubic convolution interpolation".</summary>
    Bicubic,

    /// <summary>sinc(d) sinc(d / 3) up to the distance 3.</summary>
    Lanczos3,

    /// <summary>sinc(d) sinc(d / 5) up to the distance 5.</summary>
    Lanczos5,
}
