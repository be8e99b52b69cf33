using Laminet.Configuration;
using Laminet.Losses;
using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>
/// The coefficient of determination: 1 - sum(w (y - p)²) / sum(w (y - mean(y))²), the share of the targets' variance that predictions explain. 1 is best; the mean of the
/// targets gives 0. Keras: <c>R2Score</c>; scikit-learn: <c>r2_score</c>.
/// </summary>
/// <remarks>
/// Targets that are all equal have no variance: the score is 1 if the predictions equal them and 0 otherwise, as in scikit-learn. The variance is gathered batch by batch around the mean
/// (Chan et al., "Updating formulae and a pairwise algorithm for computing sample variances", 1979), so targets far from 0 lose no digits.
/// </remarks>
public sealed class R2Score : Metric
{
    private readonly Variable weight, mean, variation, residual, samples;

    /// <summary>Creates the metric.</summary>
    /// <param name="classAggregation">How the scores of several outputs become one.</param>
    /// <param name="numRegressors">The number p of inputs of the model, for the adjusted score 1 - (1 - R²)(n - 1) / (n - p - 1) of n examples; 0 for the plain score, which is also given where n is too small.</param>
    /// <param name="name">The name shown in logs.</param>
    /// <param name="numOutputs">How many numbers an example has. Keras takes it from the first batch; here it is a setting, so that the state has its shape from the start.</param>
    public R2Score(ClassAggregation classAggregation = ClassAggregation.UniformAverage, int numRegressors = 0, string? name = null, int numOutputs = 1)
        : base(name ?? "r2_score")
    {
        ClassAggregation = classAggregation;
        NumRegressors = Setting.Require(numRegressors, numRegressors >= 0, "0 or more");
        NumOutputs = Setting.Require(numOutputs, numOutputs >= 1, "1 or more");
        weight = AddVariable("count", [numOutputs]);
        mean = AddVariable("mean", [numOutputs]);
        variation = AddVariable("variation", [numOutputs]);
        residual = AddVariable("residual", [numOutputs]);
        samples = AddVariable("num_samples");
    }

    public ClassAggregation ClassAggregation { get; }
    public int NumRegressors { get; }
    public int NumOutputs { get; }

    /// <inheritdoc/>
    public override Tensor Result()
    {
        Tensor total = variation.Value, error = residual.Value, hasVariance = total.Greater(0), gathered = weight.Value.Greater(0);
        Tensor constant = Tensor.Where(error.Equal(0).And(gathered), Tensor.Scalar(1.0), Tensor.Scalar(0.0));
        Tensor scores = Tensor.Where(hasVariance, 1 - Ratio(error, total), constant), all = total.Sum();
        Tensor score = ClassAggregation switch
        {
            ClassAggregation.UniformAverage => scores.Mean(),
            ClassAggregation.VarianceWeightedAverage => Tensor.Where(all.Equal(0), scores.Mean(), Ratio((scores * total).Sum(), all)),
            _ => scores,
        };
        if (NumRegressors == 0)
            return score;
        Tensor freedom = samples.Value - (NumRegressors + 1);
        return Tensor.Where(freedom.Greater(0), 1 - Ratio((1 - score) * (samples.Value - 1), freedom), score);
    }

    /// <inheritdoc/>
    protected override void Accumulate(Tensor yTrue, Tensor yPred, Tensor? sampleWeight)
    {
        ArgumentNullException.ThrowIfNull(yPred);
        int outputs = yPred.Rank < 2 ? 1 : yPred.Shape[-1];
        if (outputs != NumOutputs)
            throw new ShapeException($"{nameof(R2Score)}: received predictions of shape {yPred.Shape}; expected {NumOutputs} numbers an example, as numOutputs says.");
        Shape rows = [yPred.Length / outputs, outputs];
        Tensor weights = (SampleWeights.For(nameof(R2Score), sampleWeight, yPred.Shape) ?? Tensor.Scalar(1.0)).BroadcastTo(yPred.Shape).Reshape(rows);
        Tensor isLeftOut = weights.Equal(0), nothing = Tensor.Scalar(0.0);
        Tensor target = Of(Targets.SameShape(nameof(R2Score), yTrue, yPred)), prediction = Of(yPred);
        Tensor more = weights.Sum(0), center = Ratio((target * weights).Sum(0), more), before = weight.Value, all = before + more, apart = center - mean.Value;
        Add(residual, ((target - prediction).Square() * weights).Sum(0));
        Add(variation, ((target - center).Square() * weights).Sum(0) + (apart.Square() * before * Ratio(more, all)));
        Add(mean, apart * Ratio(more, all));
        Add(weight, more);
        Add(samples, isLeftOut.All(-1).Not().Cast(DType.Float64).Sum());

        Tensor Of(Tensor numbers) => Tensor.Where(isLeftOut, nothing, numbers.Cast(DType.Float64).Reshape(rows));
    }
}
