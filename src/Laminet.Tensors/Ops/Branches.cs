using Laminet.Tensors.Compilation;

namespace Laminet.Tensors.Ops;

/// <summary>
/// One of two graphs, chosen by a truth value. Inputs: the condition, the captures of the first graph, those of the second. Outputs: those of
/// the graph that ran. The gradient chooses in the same way, and computes the chosen graph again.
/// </summary>
/// <param name="Then">The graph that runs where the condition is true.</param>
/// <param name="Otherwise">The graph that runs where it is false.</param>
public sealed record If(Region Then, Region Otherwise) : Primitive
{
    internal override bool MayThrow => Then.MayThrow || Otherwise.MayThrow;

    internal override long ScratchBytes => Math.Max(Then.Bytes, Otherwise.Bytes) + Regions.OutputBytes(Then);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorSpec> InferAll(ReadOnlySpan<TensorSpec> inputs) => inputs[0] == new TensorSpec(Shape.Scalar, DType.Bool)
        ? [.. Then.Graph.Outputs.Select(output => output.Spec)]
        : throw new DTypeException($"If: received the condition {inputs[0]}; expected a Bool scalar. Reduce it by Any or All.");

    /// <inheritdoc/>
    protected override void Run(in KernelArguments arguments)
    {
        int captures = Then.Graph.Parameters.Count;
        if (arguments.Input<bool>(0)[0])
            Regions.RunOnce(Then, arguments, 1, captures);
        else
            Regions.RunOnce(Otherwise, arguments, 1 + captures, arguments.Count - 1 - captures);
    }

    /// <inheritdoc/>
    protected override Tensor?[] Gradients(in GradientArguments arguments)
    {
        Tensor[] inputs = arguments.Inputs.ToArray();
        Tensor?[] upstreams = arguments.Upstreams.ToArray();
        bool[] wanted = new bool[inputs.Length];
        for (int i = 0; i < wanted.Length; i++)
            wanted[i] = arguments.Wants(i) && inputs[i].DType.IsFloat();
        int captures = Then.Graph.Parameters.Count;
        int[] chosen = [.. Enumerable.Range(0, inputs.Length).Where(i => wanted[i])];
        Bundle<Tensor> results = Flow.If(inputs[0], () => Side(Then, 1, captures), () => Side(Otherwise, 1 + captures, inputs.Length - 1 - captures));
        Tensor?[] gradients = new Tensor?[inputs.Length];
        for (int i = 0; i < chosen.Length; i++)
            gradients[chosen[i]] = results[i];
        return gradients;

        // The gradients by all wanted inputs where one side runs: zeros by the captures of the other.
        Bundle<Tensor> Side(Region region, int first, int count)
        {
            Tensor?[] own = Autodiff.Gradient.Pullback(
                all => region.Graph.Call(all), inputs[first..(first + count)], upstreams, i => wanted[first + i]);
            return Bundle.Named(null, [.. chosen.Select(i => (i >= first && i < first + count ? own[i - first] : null) ?? inputs[i].ZerosLike())]);
        }
    }
}

/// <summary>
/// A graph as one operation, whose gradient computes the graph again instead of keeping what it computed. Inputs: the graph's parameters.
/// </summary>
/// <param name="Body">The graph.</param>
public sealed record Call(Region Body) : Primitive
{
    internal override bool MayThrow => Body.MayThrow;

    internal override long ScratchBytes => Body.Bytes + Regions.OutputBytes(Body);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorSpec> InferAll(ReadOnlySpan<TensorSpec> inputs) => [.. Body.Graph.Outputs.Select(output => output.Spec)];

    /// <inheritdoc/>
    protected override void Run(in KernelArguments arguments) => Regions.RunOnce(Body, arguments, 0, arguments.Count);

    /// <inheritdoc/>
    protected override Tensor?[] Gradients(in GradientArguments arguments)
    {
        Tensor[] inputs = arguments.Inputs.ToArray();
        Tensor?[] upstreams = arguments.Upstreams.ToArray();
        bool[] wanted = new bool[inputs.Length];
        for (int i = 0; i < wanted.Length; i++)
            wanted[i] = arguments.Wants(i) && inputs[i].DType.IsFloat();
        int[] chosen = [.. Enumerable.Range(0, inputs.Length).Where(i => wanted[i])];
        Tensor?[] gradients = new Tensor?[inputs.Length];
        Bundle<Tensor> results = Regions.Apply(() =>
        {
            Tensor?[] own = Autodiff.Gradient.Pullback(all => Body.Graph.Call(all), inputs, upstreams, i => wanted[i]);
            return Bundle.Named(null, [.. chosen.Select(i => own[i] ?? inputs[i].ZerosLike())]);
        });
        for (int i = 0; i < chosen.Length; i++)
            gradients[chosen[i]] = results[i];
        return gradients;
    }
}

/// <summary>What operations that run a graph once share.</summary>
internal static class Regions
{
    /// <summary>The bytes that results may need which nothing reads.</summary>
    public static long OutputBytes(Region region) => region.Graph.Outputs.Sum(output => Lifetimes.Aligned(LoopCarries.BytesOf(output.Spec)));

    /// <summary>Runs a region on some of an operation's inputs, into its outputs.</summary>
    public static void RunOnce(Region region, in KernelArguments arguments, int firstInput, int inputs)
    {
        using Lock.Scope scope = region.Gate.EnterScope();
        try
        {
            region.Place(arguments.Space);
            long start = arguments.Space.Start + region.Bytes;
            for (int i = 0; i < inputs; i++)
                region.BindParameter(i, Place.Of(arguments.InputTensor(firstInput + i)));
            for (int i = 0; i < arguments.OutputCount; i++)
            {
                region.BindOutput(i, arguments.HasOutput(i)
                    ? Place.Of(arguments.OutputTensorAt(i))
                    : LoopCarries.Take(arguments.Space.Storage!, ref start, region.Graph.Outputs[i].Spec));
            }

            region.RunKept();
            region.Run();
        }
        finally
        {
            region.Release();
        }
    }

    /// <summary>Traces a function of no inputs into one operation, which reads what the function uses.</summary>
    public static Bundle<Tensor> Apply(Func<Bundle<Tensor>> function)
    {
        IReadOnlyList<string>? names = null;
        (TracedBody body, IReadOnlyList<Variable> assigned) = Flow.Traced([], _ =>
        {
            Bundle<Tensor> results = function();
            names = results.Names;
            return results;
        });
        Tensor[] outputs = new Call(new Region(body.Graph)).ApplyAll([.. assigned.Select(variable => variable.Value), .. body.Captures]);
        Flow.Assign(assigned, outputs.AsSpan(outputs.Length - assigned.Count));
        return Bundle.Named(names, outputs[..^assigned.Count]);
    }
}
