namespace Laminet.Tensors;

/// <summary>What the numbers of a frame are multiplied with before a Fourier transform, so that its ends fade.</summary>
public enum SignalWindow
{
    /// <summary>1 everywhere.</summary>
    None,

    /// <summary>0.5 - 0.5 cos(2 pi j/n).</summary>
    Hann,

    /// <summary>0.54 - 0.46 cos(2 pi j/n).</summary>
    Hamming,

    /// <summary>0.42 - 0.5 cos(2 pi j/n) + 0.08 cos(4 pi j/n).</summary>
    Blackman,

    /// <summary>1 - |2 j/n - 1|: a triangle.</summary>
    Bartlett,
}
