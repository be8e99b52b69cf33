using System.Text.Json.Nodes;
using Laminet.Initializers;
using Laminet.Saving;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// Normalises each channel by its mean and deviation, then scales and shifts: y = gamma (x - mean) / sqrt(variance + epsilon) + beta.
/// In training mean and variance are the batch's, and moving averages of them are kept; otherwise, and when the layer is frozen,
/// the moving averages are used. Four numbers a channel, two of them trainable.
/// (Ioffe and Szegedy, "Batch normalization", ICML 2015. Defaults as in Keras.)
/// </summary>
public sealed class BatchNormalization : Layer
{
    private Variable? gamma;
    private Variable? beta;
    private Variable? movingMean;
    private Variable? movingVariance;

    /// <summary>Creates the layer.</summary>
    /// <param name="axis">The axis of channels; the last by default.</param>
    /// <param name="momentum">The share of the old moving average that stays at each step.</param>
    /// <param name="epsilon">Added to the variance against division by zero.</param>
    /// <param name="center">Whether beta is there.</param>
    /// <param name="scale">Whether gamma is there.</param>
    public BatchNormalization(int axis = -1, double momentum = 0.99, double epsilon = 1e-3, bool center = true, bool scale = true)
    {
        if (!(momentum >= 0 && momentum <= 1))
            throw new ArgumentOutOfRangeException(nameof(momentum), $"BatchNormalization: received the momentum {momentum}; expected 0 to 1.");
        if (!(epsilon > 0))
            throw new ArgumentOutOfRangeException(nameof(epsilon), $"BatchNormalization: received epsilon {epsilon}; expected a number above 0.");
        (Axis, Momentum, Epsilon, Center, Scale) = (axis, momentum, epsilon, center, scale);
    }

    /// <summary>The axis of channels.</summary>
    public int Axis { get; }

    /// <summary>The share of the old moving average that stays at each step.</summary>
    public double Momentum { get; }

    /// <summary>Added to the variance.</summary>
    public double Epsilon { get; }

    /// <summary>Whether beta is there.</summary>
    public bool Center { get; }

    /// <summary>Whether gamma is there.</summary>
    public bool Scale { get; }

    internal override bool DependsOnBatch => Trainable;

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["axis"] = Axis;
        config["momentum"] = Momentum;
        config["epsilon"] = Epsilon;
        config["center"] = Center;
        config["scale"] = Scale;
        return config;
    }

    internal static BatchNormalization FromConfig(JsonObject config) => new(
        config.Get("axis", -1), config.Get("momentum", 0.99), config.Get("epsilon", 1e-3), config.Get("center", true), config.Get("scale", true))
    {
        DType = ConfigValues.ReadEnum(config, "dtype", DType.Float32),
    };

    /// <inheritdoc/>
    protected override void Build(Shape input)
    {
        Shape channels = [input[Axis]];
        if (Scale)
            gamma = AddWeight("gamma", channels, new Ones());
        if (Center)
            beta = AddWeight("beta", channels, new Zeros());
        movingMean = AddWeight("moving_mean", channels, new Zeros(), trainable: false);
        movingVariance = AddWeight("moving_variance", channels, new Ones(), trainable: false);
    }

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(context);
        int channelAxis = input.Shape.Axis(Axis);
        if (channelAxis == input.Rank - 1)
            return Normalized(input, context);
        // Channels elsewhere change places with the last axis: in what order the others come makes no difference.
        int[] swapped = [.. Enumerable.Range(0, input.Rank)];
        (swapped[channelAxis], swapped[^1]) = (swapped[^1], swapped[channelAxis]);
        return Normalized(input.Transpose(swapped), context).Transpose(swapped);
    }

    private Tensor Normalized(Tensor input, CallContext context)
    {
        if (!context.Training || !Trainable)
            return input.Normalize(movingMean!.Value, movingVariance!.Value, gamma?.Value, beta?.Value, Epsilon);
        Tensor result = input.BatchNormalize(out Tensor mean, out Tensor variance, gamma?.Value, beta?.Value, Epsilon);
        Average(movingMean!, mean);
        Average(movingVariance!, variance);
        return result;
    }

    private void Average(Variable moving, Tensor current) => moving.Assign((moving.Value * Momentum) + (current.Detach() * (1 - Momentum)));
}
