using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// In training, sets a share of the features to zero, each at all places, and scales the rest by 1 / (1 - rate). Neighbouring places know of each other, so dropping
/// numbers one by one would hide little. (Tompson et al., "Efficient object localization using convolutional networks", CVPR 2015.)
/// </summary>
public abstract class SpatialDropout : Layer
{
    private readonly int rank;

    private protected SpatialDropout(double rate, int rank) => (Rate, this.rank) = (Setting.Require(rate, rate is >= 0 and <= 1, "0 to 1"), rank);

    /// <summary>The share of features that are set to zero.</summary>
    public double Rate { get; }

    /// <inheritdoc/>
    protected override bool SupportsMasking => true;

    /// <inheritdoc/>
    protected sealed override Tensor Forward(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(context);
        if (input.Rank != rank + 2)
            throw new ShapeException($"received an input of shape {input.Shape}; expected {rank + 2} axes: the batch, {rank} of places, the features.");
        if (!context.Training || Rate == 0)
            return input;
        if (Rate == 1)
            return input.ZerosLike();
        Shape features = [input.Shape[0], .. Enumerable.Repeat(1, rank), input.Shape[-1]];
        return input * Tensor.Ones(features, input.DType).Dropout(context.NextKey(), Rate);
    }
}
