namespace Laminet.Layers;

/// <summary>What a spectrogram shows of each complex number of a spectrum.</summary>
public enum SpectrogramMode
{
    /// <summary>The logarithm of the absolute value, at least that of 1e-7.</summary>
    Log,

    /// <summary>The absolute value.</summary>
    Magnitude,

    /// <summary>The power: the square of the absolute value, twice that between the first and the last bin.</summary>
    Psd,

    /// <summary>The real part.</summary>
    Real,

    /// <summary>The imaginary part.</summary>
    Imag,

    /// <summary>The real parts, then the imaginary parts.</summary>
    Stft,

    /// <summary>The angle in radians, -pi to pi. Where the imaginary part is 0, as in the first bin, it is 0 or one of -pi and pi.</summary>
    Angle,
}
