using Laminet.Metrics.Reports;
using Laminet.Tensors;

namespace Laminet.Estimators;

/// <summary>How a fitted estimator is judged on examples: the greater the better, so errors are negative, as in scikit-learn.</summary>
/// <param name="estimator">The fitted estimator.</param>
/// <param name="x">(examples, features).</param>
/// <param name="y">Their targets.</param>
public delegate double Scorer(Estimator estimator, Tensor x, Tensor y);

/// <summary>The usual scorers.</summary>
public static class Scorers
{
    /// <summary>The share of examples whose class (or whose classes, all of them) is right.</summary>
    public static double Accuracy(Estimator estimator, Tensor x, Tensor y) => Scores.Accuracy(y, Predicted(estimator, x));

    /// <summary>R² = 1 - sum (y - p)² / sum (y - mean y)², the mean over outputs.</summary>
    public static double R2(Estimator estimator, Tensor x, Tensor y) => Scores.R2(y, Predicted(estimator, x));

    /// <summary>-mean (y - p)².</summary>
    public static double NegMeanSquaredError(Estimator estimator, Tensor x, Tensor y) => -Errors(estimator, x, y).Square().Mean().ToDouble();

    /// <summary>-mean |y - p|.</summary>
    public static double NegMeanAbsoluteError(Estimator estimator, Tensor x, Tensor y) => -Errors(estimator, x, y).Abs().Mean().ToDouble();

    /// <summary>The area under the ROC curve of a classifier of two classes: the probability that an example of the greater class is given a greater probability than one of the other; ties count half.</summary>
    /// <exception cref="ArgumentException">The targets are not of two classes.</exception>
    public static double RocAuc(Estimator estimator, Tensor x, Tensor y)
    {
        ArgumentNullException.ThrowIfNull(estimator);
        ArgumentNullException.ThrowIfNull(y);
        double[] classes = [.. y.Cast(DType.Float64).ToArray<double>().Distinct().Order()];
        if (classes.Length != 2)
            throw new ArgumentException($"RocAuc: received targets of {classes.Length} classes; expected two.", nameof(y));
        return RocCurve.Of(y.Cast(DType.Float64).Equal(classes[1]).Reshape([-1]), estimator.PredictProbabilities(x).Slice(1, 2, axis: 1).Reshape([-1])).Area;
    }

    private static Tensor Predicted(Estimator estimator, Tensor x)
    {
        ArgumentNullException.ThrowIfNull(estimator);
        return estimator.Predict(x);
    }

    private static Tensor Errors(Estimator estimator, Tensor x, Tensor y)
    {
        Tensor predicted = Predicted(estimator, x).Cast(DType.Float64);
        ArgumentNullException.ThrowIfNull(y);
        return y.Cast(DType.Float64).Reshape(predicted.Shape) - predicted;
    }
}
