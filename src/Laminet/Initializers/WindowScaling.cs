namespace Laminet.Initializers;

/// <summary>What a window is divided by.</summary>
public enum WindowScaling
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The root of the sum of its squares, so that squares of spectra are densities of power.</summary>
    Density,

    /// <summary>The sum of its absolute values, so that a spectrum shows amplitudes.</summary>
    Spectrum,
}
