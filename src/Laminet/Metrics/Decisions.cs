using Laminet.Configuration;
using Laminet.Losses;
using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>Yes or no predictions, at one threshold or at several, beside what is right. A prediction above the threshold is yes; a target other than 0 is yes.</summary>
internal readonly struct Decisions
{
    private readonly Tensor actual, predicted, weights;
    private readonly bool several;

    private Decisions(Tensor actual, Tensor predicted, Tensor weights, bool several) =>
        (this.actual, this.predicted, this.weights, this.several) = (actual, predicted, weights, several);

    /// <summary>The weight of right yes predictions, for each threshold; a scalar for one threshold.</summary>
    public Tensor TruePositives => WeightOf(actual.And(predicted));

    public Tensor FalsePositives => WeightOf(predicted.And(actual.Not()));

    public Tensor FalseNegatives => WeightOf(actual.And(predicted.Not()));

    public Tensor TrueNegatives => WeightOf(actual.Or(predicted).Not());

    /// <summary>Decides.</summary>
    /// <param name="who">The metric, named in errors.</param>
    /// <param name="yTrue">The targets.</param>
    /// <param name="yPred">The predictions, of the same shape.</param>
    /// <param name="sampleWeight">The weights; null for 1.</param>
    /// <param name="thresholds">One or several.</param>
    /// <param name="topK">How many of the largest predictions of a row can be yes; null for all.</param>
    /// <param name="classId">The one class that counts, an index of the last axis; null for all.</param>
    public static Decisions Of(string who, Tensor yTrue, Tensor yPred, Tensor? sampleWeight, Numbers thresholds, int? topK, int? classId)
    {
        Tensor actual = Targets.SameShape(who, yTrue, yPred).NotEqual(0);
        // In double precision: a threshold such as 0.3 is another number in Float32.
        Tensor scores = yPred.Cast(DType.Float64);
        if (topK is { } k)
        {
            int classes = Targets.Classes(who, yPred);
            if (k > classes)
                throw new ShapeException($"{who}: received topK = {k} for predictions of shape {yPred.Shape}; a row has {classes} classes.");
            Tensor isChosen = scores.TopK(k).Indices.OneHot(classes, DType.Bool).Any(-2);
            scores = Tensor.Where(isChosen, scores, Tensor.Scalar(double.NegativeInfinity));
        }

        (actual, scores) = (OfClass(who, actual, classId), OfClass(who, scores, classId));
        Tensor weights = SampleWeights.For(who, sampleWeight, scores.Shape) ?? Tensor.Scalar(1.0);
        bool several = thresholds.Count > 1;
        Tensor predicted = several
            ? scores.ExpandDims(0).Greater(thresholds.ToTensor(DType.Float64).Reshape([thresholds.Count, .. Enumerable.Repeat(1, scores.Rank)]))
            : scores.Greater(thresholds[0]);
        return new(actual, predicted, weights, several);
    }

    /// <summary>The numbers of one class, (...) of (..., classes).</summary>
    public static Tensor OfClass(string who, Tensor numbers, int? classId)
    {
        if (classId is not { } id)
            return numbers;
        return numbers.Rank > 0 && (uint)id < (uint)numbers.Shape[-1]
            ? numbers.At(id, -1)
            : throw new ShapeException($"{who}: received classId = {id} for predictions of shape {numbers.Shape}; expected an index of the last axis.");
    }

    private Tensor WeightOf(Tensor elements)
    {
        Tensor counted = Tensor.Where(elements, weights, Tensor.Scalar(0.0));
        return several ? counted.Reshape([counted.Shape[0], counted.Length / counted.Shape[0]]).Sum(-1) : counted.Sum();
    }
}
