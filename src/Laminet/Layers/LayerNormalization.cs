using Laminet.Configuration;
using Laminet.Constraints;
using Laminet.Initializers;
using Laminet.Regularizers;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// Normalises each example by its own mean and variance over some axes: y = gamma (x - mean) / sqrt(variance + epsilon) + beta. Training and inference are alike, and other
/// examples have no influence. Input and output have one shape; gamma and beta have the shape of the axes. (Ba, Kiros and Hinton, "Layer normalization", 2016.) Keras:
/// <c>LayerNormalization</c>; PyTorch: <c>nn.LayerNorm</c>.
/// </summary>
/// <param name="axis">The axis or axes to normalise over; the last by default.</param>
/// <param name="epsilon">Added to the variance against division by zero.</param>
/// <param name="center">Whether beta is there.</param>
/// <param name="scale">Whether gamma is there.</param>
/// <param name="betaInitializer">First values of beta; zeros by default.</param>
/// <param name="gammaInitializer">First values of gamma; ones by default.</param>
/// <param name="betaRegularizer">A penalty on beta.</param>
/// <param name="gammaRegularizer">A penalty on gamma.</param>
/// <param name="betaConstraint">A rule that beta keeps in training.</param>
/// <param name="gammaConstraint">A rule that gamma keeps in training.</param>
public sealed class LayerNormalization(
    Axes? axis = null, double epsilon = 1e-3, bool center = true, bool scale = true, Initializer? betaInitializer = null, Initializer? gammaInitializer = null,
    Regularizer? betaRegularizer = null, Regularizer? gammaRegularizer = null, Constraint? betaConstraint = null, Constraint? gammaConstraint = null) : Layer
{
    private Variable? gamma, beta;

    public Axes Axis { get; } = axis ?? -1;
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
        Shape along = Axis.LengthsIn(input);
        gamma = Scale ? AddWeight("gamma", along, GammaInitializer, regularizer: GammaRegularizer, constraint: GammaConstraint) : null;
        beta = Center ? AddWeight("beta", along, BetaInitializer, regularizer: BetaRegularizer, constraint: BetaConstraint) : null;
    }

    protected override Tensor Forward(Tensor input, CallContext context) => input.LayerNormalize(gamma?.Value, beta?.Value, Epsilon, Axis);
}
