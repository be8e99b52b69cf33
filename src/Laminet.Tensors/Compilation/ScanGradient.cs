using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors.Compilation;

/// <summary>
/// The reverse rule of a loop. The reverse rule of the body is traced once and cut in two. The backward half reads the entries of
/// sequences and the captures again, recomputes values that take one pass over memory, and reads the rest (results of products, convolutions
/// and reductions, and the state) from the forward loop, which stores it stacked along time. The backward loop runs in the other direction. It carries the
/// gradient by the state, and a sum for each capture. (JAX's <c>scan</c> does the same with its policy <c>dots_saveable</c>.)
/// </summary>
public sealed class ScanGradient : IEquatable<ScanGradient>
{
    private readonly Graph reverse;
    private readonly int[] carried, given, sequences, captures;

    // Parameters of the reverse graph: the body's, one for each residual, gradients by the floating-point carries and outputs.
    private readonly int residuals, bodyParameters;

    private ScanGradient(Scan scan, ReadOnlySpan<bool> watched)
    {
        Graph body = scan.Body.Graph;
        bool[] isWatched = watched.ToArray();
        int[] places = [.. Enumerable.Range(0, body.Parameters.Count)];
        bool IsFloat(int parameter) => body.Parameters[parameter].Spec.DType.IsFloat();
        carried = [.. places.Take(scan.Carries).Where(IsFloat)];
        sequences = [.. places.Skip(scan.Carries).Take(scan.Sequences).Where(place => IsFloat(place) && isWatched[place])];
        captures = [.. places.Skip(scan.Carries + scan.Sequences).Where(place => IsFloat(place) && isWatched[place])];
        given = [.. Enumerable.Range(scan.Carries, body.Outputs.Count - scan.Carries).Where(output => body.Outputs[output].Spec.DType.IsFloat())];
        bodyParameters = places.Length;

        Graph whole = Whole(body);
        Operation[] gradients = [.. whole.Outputs.Skip(body.Outputs.Count)];
        Residuals kept = new(whole, [.. whole.Parameters.Skip(bodyParameters)], [.. whole.Parameters.Take(scan.Carries)], gradients);
        residuals = kept.Operations.Count;
        Forward = new Region(new Graph(
            [.. whole.Parameters.Take(bodyParameters)], [.. whole.Outputs.Take(body.Outputs.Count), .. kept.Operations], [], [])
        {
            Carries = scan.Carries,
            FixedParameters = whole.Parameters.Take(bodyParameters).Skip(scan.Carries + scan.Sequences).ToHashSet(),
        });
        reverse = kept.Cut(bodyParameters);
    }

    /// <summary>The body that keeps what the backward loop reads: its last outputs.</summary>
    internal Region Forward { get; }

    internal static ScanGradient Of(Scan scan, ReadOnlySpan<bool> watched) => new(scan, watched);

    /// <summary>The gradients by the loop's inputs.</summary>
    internal Tensor?[] Backward(Scan scan, in GradientArguments arguments)
    {
        Graph body = scan.Body.Graph;
        Tensor[] inputs = arguments.Inputs.ToArray(), outputs = arguments.Outputs.ToArray();
        Tensor?[] upstreams = arguments.Upstreams.ToArray();
        int firstResidual = outputs.Length - residuals;
        if (upstreams.Skip(firstResidual).Any(upstream => upstream is not null))
        {
            // A gradient of the gradient: what arrives at the residuals goes through the forward loop once more, with them as its results.
            bool[] wanted = new bool[inputs.Length];
            for (int i = 0; i < wanted.Length; i++)
                wanted[i] = arguments.Wants(i);
            Scan again = scan with { Rule = null };
            return Gradient.Pullback(all => again.ApplyAll(all), inputs, upstreams, i => wanted[i]);
        }

        Bundle<Tensor> start = Bundle.Named(null, [.. carried.Select(Arrived), .. captures.Select(place => inputs[place].ZerosLike())]);
        // The gradients of outputs, the residuals, the sequences.
        Bundle<Tensor> entries = Bundle.Named(null, [.. given.Select(Arrived), .. outputs[firstResidual..], .. inputs[scan.Carries..(scan.Carries + scan.Sequences)]]);
        (Bundle<Tensor> end, Bundle<Tensor> steps) = Flow.Scan(Turn, start, entries, reverse: !scan.Reverse, length: scan.Length);

        Tensor?[] gradients = new Tensor?[inputs.Length];
        for (int i = 0; i < carried.Length; i++)
            gradients[carried[i]] = end[i];
        for (int i = 0; i < captures.Length; i++)
            gradients[captures[i]] = end[carried.Length + i];
        for (int i = 0; i < sequences.Length; i++)
            gradients[sequences[i]] = steps[i];
        return gradients;

        Tensor Arrived(int output) => upstreams[output] ?? outputs[output].WithoutHistory().ZerosLike();

        (Bundle<Tensor>, Bundle<Tensor>) Turn(Bundle<Tensor> state, Bundle<Tensor> entry)
        {
            // Carries are not read: what the reverse half needs of them is a residual.
            Tensor[] parameters =
            [
                .. Enumerable.Range(0, scan.Carries).Select(place => Tensor.Scalar(0, body.Parameters[place].Spec.DType).BroadcastTo(body.Parameters[place].Spec.Shape)),
                .. entry.Skip(given.Length + residuals), .. inputs[(scan.Carries + scan.Sequences)..],
                .. entry.Skip(given.Length).Take(residuals), .. state.Take(carried.Length), .. entry.Take(given.Length),
            ];
            Tensor[] partials = reverse.Call(parameters);
            IEnumerable<Tensor> sums = Enumerable.Range(0, captures.Length)
                .Select(i => state[carried.Length + i] + partials[carried.Length + sequences.Length + i]);
            return (Bundle.Named(null, [.. partials.Take(carried.Length), .. sums]), Bundle.Named(null, [.. partials.Skip(carried.Length).Take(sequences.Length)]));
        }
    }

    /// <inheritdoc/>
    public bool Equals(ScanGradient? other) => ReferenceEquals(this, other);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => ReferenceEquals(this, obj);

    /// <inheritdoc/>
    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

    // The body and its reverse rule in one graph. Parameters: the body's, then a gradient for each floating-point carry and output. Outputs:
    // the body's, then the gradients by carries, sequences and captures.
    private Graph Whole(Graph body)
    {
        TensorSpec[] upstreams = [.. carried.Concat(given).Select(output => body.Outputs[output].Spec)];
        TracedBody traced = Tracer.TraceBody([.. body.Parameters.Select(parameter => parameter.Spec), .. upstreams], [], parameters =>
        {
            Tensor[] inputs = [.. parameters.Take(bodyParameters)];
            Tensor?[] arrived = new Tensor?[body.Outputs.Count];
            foreach ((int place, int output) in carried.Concat(given).Index())
                arrived[output] = parameters[bodyParameters + place];
            HashSet<int> wanted = [.. carried, .. sequences, .. captures];
            Tensor[] outputs = [];
            Tensor?[] partials = Gradient.Pullback(all => outputs = body.Call(all), inputs, arrived, wanted.Contains);
            if (outputs.Length == 0)
                outputs = body.Call(inputs);
            return [.. outputs.Select(output => output.WithoutHistory()), .. carried.Concat(sequences).Concat(captures).Select(input => partials[input] ?? inputs[input].ZerosLike())];
        }, copiesConstants: true);
        return traced.Captures.Count == 0 ? traced.Graph : throw new InvalidOperationException("The body of a loop uses something from outside that it did not capture.");
    }
}
