using Laminet.Tensors.Compilation;

namespace Laminet.Tensors.Ops;

/// <summary>
/// A loop over the first axis of sequences. Inputs: carries, sequences, captures. Outputs: the carries after the last turn, then what each turn
/// gives, stacked along a first axis; of those the last are residuals for the gradient.
/// </summary>
/// <param name="Body">Its parameters are the carries, one entry of each sequence, the captures; its outputs the next carries and the turn's outputs.</param>
/// <param name="Carries">How many values are handed on.</param>
/// <param name="Sequences">How many sequences there are.</param>
/// <param name="Length">How many turns.</param>
/// <param name="Reverse">Whether the last entry comes first.</param>
/// <param name="Rule">What the gradient needs; null where none is taken.</param>
public sealed record Scan(Region Body, int Carries, int Sequences, int Length, bool Reverse, ScanGradient? Rule = null) : Primitive
{
    internal override bool MayThrow => Body.MayThrow;

    internal override long ScratchBytes(ReadOnlySpan<bool> wanted) =>
        Body.Bytes + LoopCarries.Bytes(Body, wanted[..Carries]) + Regions.OutputBytes(Body, wanted, Carries);

    // Only where nothing is copied: a carry that changes places would be written over before it is read.
    internal override bool MayOverwrite(int input, int output = 0) => input == output && input < Carries && Length > 0 && Body.IsInPlace(input);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorSpec> InferAll(ReadOnlySpan<TensorSpec> inputs) =>
        [.. Carried(), .. Given().Select(spec => spec with { Shape = new Shape([Length, .. spec.Shape.Dimensions]) })];

    internal override double Work(ReadOnlySpan<TensorSpec> inputs, TensorSpec output) => (double)Length
        * Body.Graph.Operations.Where(operation => operation is { Kind: OperationKind.Computed, OutputCount: 1, IsView: false })
            .Sum(operation => operation.Primitive!.Work([.. operation.Inputs.Select(input => input.Spec)], operation.Spec));

    /// <inheritdoc/>
    protected override void Run(in KernelArguments arguments)
    {
        using Lock.Scope scope = Body.Gate.EnterScope();
        try
        {
            Body.Place(arguments.Space);
            long start = arguments.Space.Start + Body.Bytes;
            LoopCarries carries = new(Body, Carries, arguments, arguments.Space.Storage!, ref start);
            Place[] given = GivenPlaces(arguments, ref start);
            for (int i = Carries + Sequences; i < arguments.Count; i++)
                Body.BindParameter(i, Place.Of(arguments.InputTensor(i)));
            if (Length > 0)
                Body.RunKept();
            for (int turn = 0; turn < Length; turn++)
            {
                // Every other turn writes to the outputs, the last among them.
                carries.Bind(turn, endsHome: (Length - turn) % 2 == 1);
                Bind(Reverse ? Length - 1 - turn : turn, given, arguments);
                Body.Run();
            }

            carries.Finish(Length, liesHome: true);
        }
        finally
        {
            Body.Release();
        }
    }

    /// <inheritdoc/>
    protected override Primitive ForGradient(ReadOnlySpan<bool> watched)
    {
        ScanGradient rule = ScanGradient.Of(this, watched);
        return this with { Body = rule.Forward, Rule = rule };
    }

    /// <inheritdoc/>
    protected override Tensor?[] Gradients(in GradientArguments arguments) => Rule!.Backward(this, arguments);

    private IEnumerable<TensorSpec> Carried() => Body.Graph.Outputs.Take(Carries).Select(output => output.Spec);

    private IEnumerable<TensorSpec> Given() => Body.Graph.Outputs.Skip(Carries).Select(output => output.Spec);

    // Where the first entry of each stacked output lies; one that is not wanted is written to the loop's memory.
    private Place[] GivenPlaces(in KernelArguments arguments, ref long start)
    {
        Place[] places = new Place[arguments.OutputCount - Carries];
        for (int i = 0; i < places.Length; i++)
        {
            places[i] = arguments.HasOutput(Carries + i)
                ? Place.Of(arguments.OutputTensorAt(Carries + i))
                : LoopCarries.Take(arguments.Space.Storage!, ref start, Body.Graph.Outputs[Carries + i].Spec);
        }

        return places;
    }

    private void Bind(int entry, Place[] given, in KernelArguments arguments)
    {
        for (int i = Carries; i < Carries + Sequences; i++)
        {
            Tensor sequence = arguments.InputTensor(i);
            Body.BindParameter(i, Place.Of(sequence).Moved(entry * (sequence.Length / Length)));
        }

        for (int i = 0; i < given.Length; i++)
        {
            int elements = arguments.HasOutput(Carries + i) ? Body.Graph.Outputs[Carries + i].Spec.Shape.ElementCount : 0;
            Body.BindOutput(Carries + i, given[i].Moved(entry * elements));
        }
    }
}
