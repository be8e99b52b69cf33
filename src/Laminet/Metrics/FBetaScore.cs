using Laminet.Configuration;

namespace Laminet.Metrics;

/// <summary>
/// The F-beta score of precision P and recall R: (1 + b²) P R / (b² P + R). Van Rijsbergen, "Information retrieval", 1979. Keras: <c>FBetaScore</c>; scikit-learn:
/// <c>fbeta_score</c>.
/// </summary>
/// <remarks>
/// Targets and predictions are (..., classes), one-hot or with several classes at a time. Keras takes the number of classes from the first batch; here it is a setting, so that the state has its
/// shape from the start. A class without positive predictions and targets has the score 0. In <c>Compile</c> use an average: a training reports single numbers.
/// </remarks>
/// <param name="numClasses">How many classes.</param>
/// <param name="average">How the classes' scores become one.</param>
/// <param name="beta">How much more recall counts than precision; above 0.</param>
/// <param name="threshold">Predictions above it are positive, from 0 to 1; null for the largest of each row.</param>
/// <param name="name">The name shown in logs.</param>
public sealed class FBetaScore(int numClasses, Averaging average = Averaging.None, double beta = 1, double? threshold = null, string? name = null)
    : FScore(name ?? "fbeta_score", numClasses, average, Setting.Require(beta, beta > 0, "a number above 0"), threshold)
{
    public double Beta { get; } = beta;
}
