namespace Laminet.Metrics.Detection;

/// <summary>An object that a detector found.</summary>
/// <param name="Box">Where it is.</param>
/// <param name="Class">The number of its class.</param>
/// <param name="Score">How sure the detector is; the larger, the surer.</param>
public readonly record struct FoundBox(Box Box, int Class, double Score);
