using Laminet.Tensors;

namespace Laminet.Zoo.Tasks;

/// <summary>
/// How good drawn images are by a classifier's word: exp(mean over images of KL(p(class | image) || p(class))), where p(class) is the mean over images. It is 1 if all images look alike, and the number of classes if each is clearly of one class
/// and all classes are drawn alike often. (Salimans et al., "Improved techniques for training GANs", NeurIPS 2016, the inception score, with a classifier of the data at hand.)
/// </summary>
public static class ClassifierScore
{
    /// <summary>The score.</summary>
    /// <param name="probabilities">(images, classes): what the classifier gives for each image.</param>
    /// <exception cref="ShapeException">It is no matrix with at least one row.</exception>
    /// <exception cref="ArgumentException">A row is not a distribution: a number is negative or not finite, or the sum is off 1 by more than 0.001.</exception>
    public static double Of(Tensor probabilities)
    {
        ArgumentNullException.ThrowIfNull(probabilities);
        if (probabilities.Rank != 2 || probabilities.Shape.ElementCount == 0)
            throw new ShapeException($"{nameof(ClassifierScore)}: received probabilities of shape {probabilities.Shape}; expected (images, classes) with at least one of each.");
        Tensor p = probabilities.Cast(DType.Float64);
        // A number that is not finite makes the comparison false.
        if (!((p.Sum(1) - 1).Abs().Max().ToDouble() <= 1e-3 && p.Min().ToDouble() >= 0))
            throw new ArgumentException($"{nameof(ClassifierScore)}: received rows that are no distributions; expected numbers from 0 that sum to 1 in each row. Give the classifier a softmax.", nameof(probabilities));
        // 0 log 0 is 0.
        Tensor tiny = Tensor.Scalar(1e-300);
        Tensor all = p.Mean(0, keepDims: true);
        return Math.Exp((p * (p.Maximum(tiny).Log() - all.Maximum(tiny).Log())).Sum(1).Mean().ToDouble());
    }

    /// <summary>The share of images that are most probably of each class, (classes).</summary>
    /// <param name="probabilities">(images, classes).</param>
    public static double[] Shares(Tensor probabilities)
    {
        ArgumentNullException.ThrowIfNull(probabilities);
        double[] shares = new double[probabilities.Shape[1]];
        foreach (int label in probabilities.ArgMax().Cast(DType.Int32).ToArray<int>())
            shares[label] += 1.0 / probabilities.Shape[0];
        return shares;
    }
}
