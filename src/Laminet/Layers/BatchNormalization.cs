using Laminet.Configuration;
using Laminet.Initializers;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// Normalises each channel by its mean and deviation, then scales and shifts: y = gamma (x - mean) / sqrt(variance + epsilon) + beta.
/// In training mean and variance are the batch's, and moving averages of them are kept; otherwise, and when the layer is frozen,
/// the moving averages are used. With a mask, steps that do not count are left out of mean and variance. Four numbers a channel, two of them trainable.
/// (Ioffe and Szegedy, "Batch normalization", ICML 2015. Defaults as in Keras.)
/// </summary>
/// <remarks>In training a batch needs more than one value a channel: of one, the variance is 0 and the output beta. Fit warns.</remarks>
/// <param name="axis">The axis of channels; the last by default.</param>
/// <param name="momentum">The share of the old moving average that stays at each step.</param>
/// <param name="epsilon">Added to the variance against division by zero.</param>
/// <param name="center">Whether beta is there.</param>
/// <param name="scale">Whether gamma is there.</param>
public sealed class BatchNormalization(int axis = -1, double momentum = 0.99, double epsilon = 1e-3, bool center = true, bool scale = true) : Layer
{
    private Variable? gamma, beta, movingMean, movingVariance;

    public int Axis { get; } = axis;
    public double Momentum { get; } = Setting.Require(momentum, momentum is >= 0 and <= 1, "0 to 1");
    public double Epsilon { get; } = Setting.Require(epsilon, epsilon > 0, "a number above 0");
    public bool Center { get; } = center;
    public bool Scale { get; } = scale;

    internal override bool DependsOnBatch => Trainable;

    protected override bool SupportsMasking => true;

    /// <summary>True if a batch of one example has one value a channel, which has no variance.</summary>
    internal bool HasOneValueAnExample { get; private set; }

    protected override void Build(Shape input)
    {
        Shape channels = [input[Axis]];
        HasOneValueAnExample = input[1..].ElementCount == input[Axis];
        gamma = Scale ? AddWeight("gamma", channels, new Ones()) : null;
        beta = Center ? AddWeight("beta", channels, new Zeros()) : null;
        movingMean = AddWeight("moving_mean", channels, new Zeros(), trainable: false);
        movingVariance = AddWeight("moving_variance", channels, new Ones(), trainable: false);
    }

    protected override Tensor Forward(Tensor input, CallContext context)
    {
        int channelAxis = input.Shape.Axis(Axis);
        Tensor? mask = context.MaskOf(input);
        if (channelAxis == input.Rank - 1)
            return Normalized(input, mask, context);
        if (mask is not null)
            throw new ShapeException($"received a mask, and channels on axis {channelAxis} of {input.Shape}; with a mask the channels must be the last axis.");
        // Channels elsewhere change places with the last axis: in what order the others come makes no difference.
        int[] swapped = [.. Enumerable.Range(0, input.Rank)];
        (swapped[channelAxis], swapped[^1]) = (swapped[^1], swapped[channelAxis]);
        return Normalized(input.Transpose(swapped), null, context).Transpose(swapped);
    }

    private Tensor Normalized(Tensor input, Tensor? mask, CallContext context)
    {
        if (!context.Training || !Trainable)
            return input.Normalize(movingMean!.Value, movingVariance!.Value, gamma?.Value, beta?.Value, Epsilon);
        Tensor mean, variance, result;
        if (mask is null)
        {
            result = input.BatchNormalize(out mean, out variance, gamma?.Value, beta?.Value, Epsilon);
        }
        else
        {
            (mean, variance) = Moments(input, mask);
            result = input.Normalize(mean, variance, gamma?.Value, beta?.Value, Epsilon);
        }

        Average(movingMean!, mean);
        Average(movingVariance!, variance);
        return result;
    }

    // Over the steps that count.
    private static (Tensor Mean, Tensor Variance) Moments(Tensor input, Tensor mask)
    {
        int[] axes = [.. Enumerable.Range(0, input.Rank - 1)];
        Tensor counts = mask.Cast(input.DType).Reshape([.. mask.Shape, .. Enumerable.Repeat(1, input.Rank - mask.Rank)]).BroadcastTo(input.Shape);
        Tensor count = counts.Sum(axes).Maximum(Tensor.Scalar(1, input.DType));
        Tensor mean = (input * counts).Sum(axes) / count;
        return (mean, ((input - mean).Square() * counts).Sum(axes) / count);
    }

    private void Average(Variable moving, Tensor current) => moving.Assign((moving.Value * Momentum) + (current.Detach() * (1 - Momentum)));
}
