using Laminet.Configuration;
using Laminet.Constraints;
using Laminet.Initializers;
using Laminet.Regularizers;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// Normalises groups of channels of each example: y = gamma (x - mean) / sqrt(variance + epsilon) + beta, with the mean and the variance of the example's channels of one
/// group. It does not depend on the batch and is the same in training and inference. One group normalises the whole example (as layer normalisation over all axes), a group for
/// each channel is instance normalisation. Two numbers a channel. (Wu and He, "Group normalization", ECCV 2018. Defaults as in Keras.) Keras: <c>GroupNormalization</c>;
/// PyTorch: <c>nn.GroupNorm</c>.
/// </summary>
/// <param name="groups">How many groups the channels are cut into; it divides their number. -1 for as many as channels.</param>
/// <param name="axis">The axis of channels; the last by default.</param>
/// <param name="epsilon">Added to the variance against division by zero.</param>
/// <param name="center">Whether beta is there.</param>
/// <param name="scale">Whether gamma is there.</param>
/// <param name="betaInitializer">First values of beta; 0 by default.</param>
/// <param name="gammaInitializer">First values of gamma; 1 by default.</param>
/// <param name="betaRegularizer">A penalty on beta.</param>
/// <param name="gammaRegularizer">A penalty on gamma.</param>
/// <param name="betaConstraint">A rule that beta keeps.</param>
/// <param name="gammaConstraint">A rule that gamma keeps.</param>
public sealed class GroupNormalization(
    int groups = 32, int axis = -1, double epsilon = 1e-3, bool center = true, bool scale = true, Initializer? betaInitializer = null, Initializer? gammaInitializer = null,
    Regularizer? betaRegularizer = null, Regularizer? gammaRegularizer = null, Constraint? betaConstraint = null, Constraint? gammaConstraint = null) : Layer
{
    private Variable? gamma, beta;

    public int Groups { get; } = Setting.Require(groups, groups is -1 or >= 1, "1 or more, or -1 for a group for each channel");
    public int Axis { get; } = axis;
    public double Epsilon { get; } = Setting.Require(epsilon, epsilon > 0, "a number above 0");
    public bool Center { get; } = center;
    public bool Scale { get; } = scale;
    public Initializer BetaInitializer { get; } = betaInitializer ?? new Zeros();
    public Initializer GammaInitializer { get; } = gammaInitializer ?? new Ones();
    public Regularizer? BetaRegularizer { get; } = betaRegularizer;
    public Regularizer? GammaRegularizer { get; } = gammaRegularizer;
    public Constraint? BetaConstraint { get; } = betaConstraint;
    public Constraint? GammaConstraint { get; } = gammaConstraint;
    protected override bool SupportsMasking => true;

    protected override void Build(Shape input)
    {
        int channels = input[Axis];
        if (input.Rank < 2 || input.Axis(Axis) == 0)
            throw new ShapeException($"received an input of shape {input} with channels on axis {Axis}; expected (batch, ..., channels).");
        if (Groups > 0 && channels % Groups != 0)
            throw new ShapeException($"received {channels} channels for {Groups} groups; expected a multiple of it. Give groups a divisor of {channels}, or -1 for a group for each channel.");
        gamma = Scale ? AddWeight("gamma", [channels], GammaInitializer, regularizer: GammaRegularizer, constraint: GammaConstraint) : null;
        beta = Center ? AddWeight("beta", [channels], BetaInitializer, regularizer: BetaRegularizer, constraint: BetaConstraint) : null;
    }

    // In the wider of the two types, so that an input that a half does not hold is normalised before it is rounded.
    protected override Tensor Forward(Tensor input, CallContext context)
    {
        (int axis, DType type) = (input.Shape.Axis(Axis), DTypes.Promote(input.DType, DType));
        Tensor x = input.Cast(type).SwappedWithLast(axis);
        Tensor y = x.GroupNormalize(Groups == -1 ? x.Shape[-1] : Groups, gamma?.Value.Cast(type), beta?.Value.Cast(type), Epsilon);
        return y.SwappedWithLast(axis).Cast(DType);
    }
}
