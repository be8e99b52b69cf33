namespace Laminet.Metrics;

/// <summary>The F1 score: the harmonic mean of precision and recall, 2 P R / (P + R). Keras: <c>F1Score</c>; scikit-learn: <c>f1_score</c>.</summary>
/// <remarks>
/// Targets and predictions are (..., classes), one-hot or with several classes at a time. Keras takes the number of classes from the first batch; here it is a setting, so that the state has its
/// shape from the start. A class without positive predictions and targets has the score 0. In <c>Compile</c> use an average: a training reports single numbers.
/// </remarks>
/// <param name="numClasses">How many classes.</param>
/// <param name="average">How the classes' scores become one.</param>
/// <param name="threshold">Predictions above it are positive, from 0 to 1; null for the largest of each row.</param>
/// <param name="name">The name shown in logs.</param>
public sealed class F1Score(int numClasses, Averaging average = Averaging.None, double? threshold = null, string? name = null)
    : FScore(name ?? "f1_score", numClasses, average, beta: 1, threshold);
