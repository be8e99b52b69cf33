namespace Laminet.Metrics.Detection;

/// <summary>An object that is in an image.</summary>
/// <param name="Box">Where it is.</param>
/// <param name="Class">The number of its class.</param>
/// <param name="IsDifficult">Whether it need not be found: a detection of it counts neither for nor against the detector, as in VOC.</param>
public readonly record struct TrueBox(Box Box, int Class, bool IsDifficult = false);
