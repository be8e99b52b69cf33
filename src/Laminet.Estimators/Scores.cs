using Laminet.Tensors;

namespace Laminet.Estimators;

/// <summary>The numbers behind <see cref="Scorers"/>.</summary>
internal static class Scores
{
    public static double Accuracy(Tensor actual, Tensor predicted)
    {
        Examples.RequireSame("Score", predicted, actual);
        Tensor equal = actual.Cast(DType.Float64).Reshape(predicted.Shape).Equal(predicted.Cast(DType.Float64));
        return (equal.Rank == 1 ? equal : equal.All(1)).Cast(DType.Float64).Mean().ToDouble();
    }

    public static double R2(Tensor actual, Tensor predicted)
    {
        Examples.RequireSame("Score", predicted, actual);
        int outputs = predicted.Rank == 1 ? 1 : predicted.Shape[1];
        Tensor p = predicted.Cast(DType.Float64).Reshape([-1, outputs]), y = actual.Cast(DType.Float64).Reshape(p.Shape);
        double[] errors = (y - p).Square().Sum(0).ToArray<double>(), variations = (y - y.Mean(0)).Square().Sum(0).ToArray<double>();
        // Of constant targets scikit-learn says 1 if they are met, else 0.
        return errors.Zip(variations, (error, variation) => variation > 0 ? 1 - (error / variation) : error == 0 ? 1 : 0).Average();
    }
}
