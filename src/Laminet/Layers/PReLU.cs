using Laminet.Constraints;
using Laminet.Initializers;
using Laminet.Regularizers;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// The parametric rectified linear unit: y = x above 0, else y = alpha x, where alpha is learned: one number for each element of an example; elements along shared axes have
/// one together. (He et al., "Delving deep into rectifiers: surpassing human-level performance on ImageNet classification", ICCV 2015.) Keras: <c>PReLU</c>; PyTorch:
/// <c>nn.PReLU</c>.
/// </summary>
/// <param name="alphaInitializer">First values of alpha; zeros by default.</param>
/// <param name="alphaRegularizer">A penalty on alpha.</param>
/// <param name="alphaConstraint">A rule that alpha keeps in training.</param>
/// <param name="sharedAxes">The axes along which all elements share a number, the batch counted as 0: [1, 2] gives one to each channel of images.</param>
public sealed class PReLU(
    Initializer? alphaInitializer = null, Regularizer? alphaRegularizer = null, Constraint? alphaConstraint = null, IReadOnlyList<int>? sharedAxes = null) : Layer
{
    private Variable? alpha;

    public Initializer AlphaInitializer { get; } = alphaInitializer ?? new Zeros();
    public Regularizer? AlphaRegularizer { get; } = alphaRegularizer;
    public Constraint? AlphaConstraint { get; } = alphaConstraint;
    public IReadOnlyList<int>? SharedAxes { get; } = sharedAxes;
    protected override bool SupportsMasking => true;

    protected override void Build(Shape input)
    {
        int[] lengths = [.. input.Skip(1)];
        foreach (int axis in SharedAxes ?? [])
        {
            int place = input.Axis(axis);
            if (place == 0)
                throw new ShapeException($"received the shared axes [{string.Join(", ", SharedAxes!)}]; expected axes of an example, 1 to {input.Rank - 1}. Axis 0 is the batch, which always shares.");
            lengths[place - 1] = 1;
        }

        alpha = AddWeight("alpha", [.. lengths], AlphaInitializer, regularizer: AlphaRegularizer, constraint: AlphaConstraint);
    }

    protected override Tensor Forward(Tensor input, CallContext context) => Tensor.Where(input.Greater(0), input, alpha!.Value * input);
}
