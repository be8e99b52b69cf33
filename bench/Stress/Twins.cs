using Laminet.Initializers;
using Laminet.Layers;
using Laminet.Tensors;

namespace Laminet.Bench.Stress;

/// <summary>
/// Two weights of many numbers, all of which a training step changes by the same amount, as long as the loss is the distance to a far target:
/// an output whose numbers differ was computed from the weights of two steps, or from a weight that was half written.
/// </summary>
internal sealed class Twins : Layer
{
    /// <summary>Numbers in each weight.</summary>
    public const int Length = 512;

    /// <summary>What a step takes off every number, with <see cref="Rate"/>: a power of two, so that sums of steps are exact.</summary>
    public const float Step = 1f / 16;

    /// <summary>The gradient by each number is 1 / (2 Length).</summary>
    public const double Rate = 2 * Length * Step;

    public Variable First { get; private set; } = null!;

    public Variable Second { get; private set; } = null!;

    protected override void Build(Shape input)
    {
        First = AddWeight("first", [Length], new Zeros());
        Second = AddWeight("second", [Length], new Zeros());
    }

    protected override Tensor Forward(Tensor input, CallContext context) => Tensor.Concatenate([input * First.Value, input * Second.Value]);
}
