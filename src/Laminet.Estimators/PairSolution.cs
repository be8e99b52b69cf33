namespace Laminet.Estimators;

/// <summary>What the solver of an <see cref="SVC"/> found for two classes.</summary>
/// <param name="Smaller">The class whose decisions are below 0.</param>
/// <param name="Greater">The class whose decisions are above 0.</param>
/// <param name="Steps">How many steps it took.</param>
/// <param name="Objective">The dual objective Σ α - ½ Σ yα yα K.</param>
/// <param name="DualityGap">By how much ½|w|² + C Σ max(0, 1 - y f) is above it: 0 at the optimum, which lies between the two.</param>
public sealed record PairSolution(double Smaller, double Greater, int Steps, double Objective, double DualityGap);
