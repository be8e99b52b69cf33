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

    internal override long ScratchBytes(ReadOnlySpan<bool> wanted) => Math.Max(Then.Bytes, Otherwise.Bytes) + Regions.OutputBytes(Then, wanted);

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
        int otherwise = 1 + Then.Graph.Parameters.Count;
        return Regions.Gradients(arguments, (inputs, upstreams, chosen) => Flow.If(
            inputs[0],
            () => Regions.Pullback(Then, inputs, 1..otherwise, upstreams, chosen),
            () => Regions.Pullback(Otherwise, inputs, otherwise.., upstreams, chosen)));
    }
}

/// <summary>
/// A graph as one operation, whose gradient computes the graph again instead of keeping what it computed. Inputs: the graph's parameters.
/// </summary>
/// <param name="Body">The graph.</param>
public sealed record Call(Region Body) : Primitive
{
    internal override bool MayThrow => Body.MayThrow;

    internal override long ScratchBytes(ReadOnlySpan<bool> wanted) => Body.Bytes + Regions.OutputBytes(Body, wanted);

    /// <inheritdoc/>
    public override IReadOnlyList<TensorSpec> InferAll(ReadOnlySpan<TensorSpec> inputs) => [.. Body.Graph.Outputs.Select(output => output.Spec)];

    /// <inheritdoc/>
    protected override void Run(in KernelArguments arguments) => Regions.RunOnce(Body, arguments, 0, arguments.Count);

    /// <inheritdoc/>
    protected override Tensor?[] Gradients(in GradientArguments arguments) => Regions.Gradients(arguments, (inputs, upstreams, chosen) =>
        Regions.Apply(() => Regions.Pullback(Body, inputs, .., upstreams, chosen)));
}

/// <summary>What operations that run a graph once share.</summary>
internal static class Regions
{
    /// <summary>The bytes that results need which nothing reads, from an output on.</summary>
    public static long OutputBytes(Region region, ReadOnlySpan<bool> wanted, int first = 0)
    {
        long bytes = 0;
        for (int i = first; i < wanted.Length; i++)
            bytes += wanted[i] ? 0 : Lifetimes.Aligned(LoopCarries.BytesOf(region.Graph.Outputs[i].Spec));
        return bytes;
    }

    /// <summary>The gradients by the floating-point inputs that are asked for; null for the others.</summary>
    /// <param name="arguments">What the reverse rule received.</param>
    /// <param name="compute">Receives the inputs, the upstream gradients and which inputs are chosen; gives a gradient for each of these.</param>
    public static Tensor?[] Gradients(in GradientArguments arguments, Func<Tensor[], Tensor?[], IReadOnlyList<int>, Bundle<Tensor>> compute)
    {
        Tensor[] inputs = arguments.Inputs.ToArray();
        List<int> chosen = [];
        for (int i = 0; i < inputs.Length; i++)
        {
            if (arguments.Wants(i) && inputs[i].DType.IsFloat())
                chosen.Add(i);
        }

        Bundle<Tensor> results = compute(inputs, arguments.Upstreams.ToArray(), chosen);
        Tensor?[] gradients = new Tensor?[inputs.Length];
        foreach ((int place, int input) in chosen.Index())
            gradients[input] = results[place];
        return gradients;
    }

    /// <summary>A region's gradients by some inputs of the operation that runs it; zeros by those that it does not read.</summary>
    /// <param name="region">The region.</param>
    /// <param name="inputs">The operation's inputs.</param>
    /// <param name="parameters">Which of them are the region's parameters.</param>
    /// <param name="upstreams">The gradients by the results.</param>
    /// <param name="chosen">By which inputs.</param>
    public static Bundle<Tensor> Pullback(Region region, Tensor[] inputs, Range parameters, Tensor?[] upstreams, IReadOnlyList<int> chosen)
    {
        (int first, int count) = parameters.GetOffsetAndLength(inputs.Length);
        Tensor?[] own = Autodiff.Gradient.Pullback(all => region.Graph.Call(all), inputs[parameters], upstreams, i => chosen.Contains(first + i));
        return Bundle.Named(null, [.. chosen.Select(i => (i >= first && i < first + count ? own[i - first] : null) ?? inputs[i].ZerosLike())]);
    }

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
