using Laminet.Metrics.Detection;

namespace Laminet.Vision.Datasets;

/// <summary>A thing in an image.</summary>
/// <param name="Class">The name of its class.</param>
/// <param name="Box">Where it is.</param>
/// <param name="IsDifficult">Whether the annotator marked it as hard to recognize; the VOC evaluation does not count such things.</param>
public sealed record LabelledBox(string Class, Box Box, bool IsDifficult = false);
