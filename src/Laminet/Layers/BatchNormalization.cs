using Laminet.Configuration;
using Laminet.Constraints;
using Laminet.Initializers;
using Laminet.Regularizers;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// Normalises each channel by its mean and deviation, then scales and shifts: y = gamma (x - mean) / sqrt(variance + epsilon) + beta. In training, mean and variance are those
/// of the batch (of the unmasked steps, if there is a mask), and moving averages of them are kept. In inference, and when the layer is frozen, the moving averages are used.
/// Four numbers a channel, two of them trainable. (Ioffe and Szegedy, "Batch normalization: accelerating deep network training by reducing internal covariate shift", ICML
/// 2015. Defaults as in Keras.) Keras: <c>BatchNormalization</c>; PyTorch: <c>nn.BatchNorm2d</c>, whose momentum is the share of the new.
/// </summary>
/// <remarks>In training a batch needs more than one value a channel: of one, the variance is 0 and the output beta. Fit warns.</remarks>
/// <param name="axis">The axis of channels; the last by default.</param>
/// <param name="momentum">The share of the old moving average that stays at each step.</param>
/// <param name="epsilon">Added to the variance against division by zero.</param>
/// <param name="center">Whether beta is there.</param>
/// <param name="scale">Whether gamma is there.</param>
/// <param name="betaInitializer">First values of beta; zeros by default.</param>
/// <param name="gammaInitializer">First values of gamma; ones by default.</param>
/// <param name="movingMeanInitializer">First values of the moving mean; zeros by default.</param>
/// <param name="movingVarianceInitializer">First values of the moving variance; ones by default.</param>
/// <param name="betaRegularizer">A penalty on beta.</param>
/// <param name="gammaRegularizer">A penalty on gamma.</param>
/// <param name="betaConstraint">A rule that beta keeps in training.</param>
/// <param name="gammaConstraint">A rule that gamma keeps in training.</param>
public sealed class BatchNormalization(
    int axis = -1, double momentum = 0.99, double epsilon = 1e-3, bool center = true, bool scale = true, Initializer? betaInitializer = null,
    Initializer? gammaInitializer = null, Initializer? movingMeanInitializer = null, Initializer? movingVarianceInitializer = null,
    Regularizer? betaRegularizer = null, Regularizer? gammaRegularizer = null, Constraint? betaConstraint = null, Constraint? gammaConstraint = null) : Layer
{
    private Variable? gamma, beta, movingMean, movingVariance;

    public int Axis { get; } = axis;
    public double Momentum { get; } = Setting.Require(momentum, momentum is >= 0 and <= 1, "0 to 1");
    public double Epsilon { get; } = Setting.Require(epsilon, epsilon > 0, "a number above 0");
    public bool Center { get; } = center;
    public bool Scale { get; } = scale;
    public Initializer BetaInitializer { get; } = betaInitializer ?? new Zeros();
    public Initializer GammaInitializer { get; } = gammaInitializer ?? new Ones();
    public Initializer MovingMeanInitializer { get; } = movingMeanInitializer ?? new Zeros();
    public Initializer MovingVarianceInitializer { get; } = movingVarianceInitializer ?? new Ones();
    public Regularizer? BetaRegularizer { get; } = betaRegularizer;
    public Regularizer? GammaRegularizer { get; } = gammaRegularizer;
    public Constraint? BetaConstraint { get; } = betaConstraint;
    public Constraint? GammaConstraint { get; } = gammaConstraint;
    internal override bool DependsOnBatch => Trainable;
    protected override bool SupportsMasking => true;

    /// <summary>True if a batch of one example has one value a channel, which has no variance.</summary>
    internal bool HasOneValueAnExample { get; private set; }

    protected override void Build(Shape input)
    {
        Shape channels = [input[Axis]];
        HasOneValueAnExample = input[1..].ElementCount == input[Axis];
        gamma = Scale ? AddWeight("gamma", channels, GammaInitializer, regularizer: GammaRegularizer, constraint: GammaConstraint) : null;
        beta = Center ? AddWeight("beta", channels, BetaInitializer, regularizer: BetaRegularizer, constraint: BetaConstraint) : null;
        movingMean = AddWeight("moving_mean", channels, MovingMeanInitializer, trainable: false);
        movingVariance = AddWeight("moving_variance", channels, MovingVarianceInitializer, trainable: false);
    }

    protected override Tensor Forward(Tensor input, CallContext context)
    {
        (int axis, Tensor? mask) = (input.Shape.Axis(Axis), context.MaskOf(input));
        if (mask is not null && axis < input.Rank - 1)
            throw new ShapeException($"received a mask, and channels on axis {axis} of {input.Shape}; with a mask the channels must be the last axis.");
        Tensor x = input.SwappedWithLast(axis);
        if (!context.Training || !Trainable)
            return x.Normalize(movingMean!.Value, movingVariance!.Value, gamma?.Value, beta?.Value, Epsilon).SwappedWithLast(axis);
        Tensor result = x.BatchNormalize(out Tensor mean, out Tensor variance, gamma?.Value, beta?.Value, Epsilon, mask: mask);
        foreach ((Variable moving, Tensor current) in ((Variable, Tensor)[])[(movingMean!, mean), (movingVariance!, variance)])
            moving.Assign((moving.Value * Momentum) + (current.Detach() * (1 - Momentum)));
        return result.SwappedWithLast(axis);
    }
}
