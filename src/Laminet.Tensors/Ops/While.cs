using Laminet.Tensors.Compilation;

namespace Laminet.Tensors.Ops;

/// <summary>
/// A loop as long as a condition holds. Inputs: the state, the condition's captures, the body's captures. Outputs: the state at the end.
/// </summary>
/// <param name="Condition">Gives a truth value for the state.</param>
/// <param name="Body">Gives the next state.</param>
/// <param name="Carries">How many tensors the state has.</param>
/// <param name="ConditionCaptures">How many of the inputs are captures of the condition.</param>
public sealed record While(Region Condition, Region Body, int Carries, int ConditionCaptures) : Primitive
{
    private static readonly TensorSpec Truth = new(Shape.Scalar, DType.Bool);

    internal override bool MayThrow => Body.MayThrow || Condition.MayThrow;

    internal override long ScratchBytes(ReadOnlySpan<bool> wanted) =>
        Body.Bytes + Condition.Bytes + LoopCarries.Bytes(Body, wanted) + Lifetimes.Aligned(LoopCarries.BytesOf(Truth));

    internal override bool MayOverwrite(int input, int output = 0) => input == output && input < Carries && Body.IsInPlace(input);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorSpec> InferAll(ReadOnlySpan<TensorSpec> inputs) => [.. State()];

    /// <inheritdoc/>
    protected override void Run(in KernelArguments arguments)
    {
        using Lock.Scope scope = Body.Gate.EnterScope();
        try
        {
            Body.Place(arguments.Space);
            Condition.Place(arguments.Space with { Start = arguments.Space.Start + Body.Bytes });
            long start = arguments.Space.Start + Body.Bytes + Condition.Bytes;
            LoopCarries carries = new(Body, Carries, arguments, arguments.Space.Storage!, ref start);
            Place truth = LoopCarries.Take(arguments.Space.Storage!, ref start, Truth);
            Condition.BindOutput(0, truth);
            for (int i = Carries; i < arguments.Count; i++)
            {
                if (i < Carries + ConditionCaptures)
                    Condition.BindParameter(i, Place.Of(arguments.InputTensor(i)));
                else
                    Body.BindParameter(i - ConditionCaptures, Place.Of(arguments.InputTensor(i)));
            }

            Condition.RunKept();
            Body.RunKept();
            int turn = 0;
            while (Holds(carries, turn, truth))
            {
                carries.Bind(turn, endsHome: turn % 2 == 0);
                Body.Run();
                turn++;
            }

            carries.Finish(turn, liesHome: turn % 2 == 1);
        }
        finally
        {
            Body.Release();
            Condition.Release();
        }
    }

    /// <inheritdoc/>
    protected override Tensor?[] Gradients(in GradientArguments arguments) => throw new NotSupportedException(
        "While: a loop of unknown length has no gradient, since the memory for its intermediates is not known beforehand. Use Flow.Scan over the maximum number of iterations, with a mask "
        + "(Tensor.Where) for those that do not count, or Detach the inputs.");

    private IEnumerable<TensorSpec> State() => Body.Graph.Outputs.Select(output => output.Spec);

    private bool Holds(LoopCarries carries, int turn, Place truth)
    {
        carries.BindTo(Condition, turn, liesHome: turn % 2 == 1);
        Condition.Run();
        return truth.Storage.Span<bool>(truth.Start, 1)[0];
    }
}
