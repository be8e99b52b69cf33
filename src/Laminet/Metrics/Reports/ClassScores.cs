namespace Laminet.Metrics.Reports;

/// <summary>A line of a <see cref="ClassificationReport"/>.</summary>
/// <param name="Name">The class, or the average.</param>
/// <param name="Precision">TP / (TP + FP); 0 without predictions.</param>
/// <param name="Recall">TP / (TP + FN); 0 without targets.</param>
/// <param name="F1">2 TP / (2 TP + FP + FN); 0 without either.</param>
/// <param name="Support">The number, or weight, of targets.</param>
public sealed record ClassScores(string Name, double Precision, double Recall, double F1, double Support);
