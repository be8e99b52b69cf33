namespace Laminet.Initializers;

/// <summary>A part of a complex number.</summary>
public enum ComplexSide
{
    /// <summary>The real part.</summary>
    Real,

    /// <summary>The imaginary part.</summary>
    Imag,
}
