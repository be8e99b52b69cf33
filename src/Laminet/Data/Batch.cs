using Laminet.Tensors;

namespace Laminet.Data;

/// <summary>
/// The examples of one training step, stacked along the first axis. Inputs, targets and weights are each one tensor or several,
/// with names if the inputs and outputs of the model have names.
/// </summary>
public sealed class Batch
{
    /// <summary>Creates a batch.</summary>
    /// <param name="x">The inputs, each of shape <c>(examples, ...)</c>.</param>
    /// <param name="y">The targets, each of shape <c>(examples, ...)</c>; null where there are none (prediction, autoencoders).</param>
    /// <param name="sampleWeight">
    /// The weight of each example in the loss, of shape <c>(examples,)</c> or with more axes: one tensor for all outputs, or one for each. With null
    /// all examples have the same weight.
    /// </param>
    /// <exception cref="ShapeException">The tensors have different numbers of examples, or no axis for them.</exception>
    public Batch(Bundle<Tensor> x, Bundle<Tensor>? y = null, Bundle<Tensor>? sampleWeight = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Count == 0)
            throw new ShapeException("Received a batch without inputs; expected at least one tensor.");
        RequireExamples(x, x, nameof(X));
        RequireExamples(x, y ?? [], nameof(Y));
        RequireExamples(x, sampleWeight ?? [], nameof(SampleWeight));
        (Inputs, Targets, SampleWeights) = (x, y, sampleWeight);
    }

    /// <summary>All inputs.</summary>
    public Bundle<Tensor> Inputs { get; }

    /// <summary>All targets, or null.</summary>
    public Bundle<Tensor>? Targets { get; }

    /// <summary>The weight of each example in the loss, for all outputs or for each; or null.</summary>
    public Bundle<Tensor>? SampleWeights { get; }

    /// <summary>The input of a batch with one input.</summary>
    /// <exception cref="InvalidOperationException">There are several.</exception>
    public Tensor X => OnlyOf(Inputs, nameof(X), nameof(Inputs))!;

    /// <summary>The targets of a batch for one output, or null.</summary>
    /// <exception cref="InvalidOperationException">There are several.</exception>
    public Tensor? Y => OnlyOf(Targets, nameof(Y), nameof(Targets));

    /// <summary>The weight of each example in the loss of one output, or null.</summary>
    /// <exception cref="InvalidOperationException">There are several.</exception>
    public Tensor? SampleWeight => OnlyOf(SampleWeights, nameof(SampleWeight), nameof(SampleWeights));

    /// <summary>How many examples there are.</summary>
    public int Count => Inputs[0].Shape[0];

    /// <summary>A pair of inputs and targets, as Fit takes it for validation.</summary>
    public static implicit operator Batch((Bundle<Tensor> X, Bundle<Tensor> Y) examples) => new(examples.X, examples.Y);

    /// <summary>Inputs, targets and weights, as Fit takes them for validation.</summary>
    public static implicit operator Batch((Bundle<Tensor> X, Bundle<Tensor> Y, Bundle<Tensor> SampleWeight) examples) => new(examples.X, examples.Y, examples.SampleWeight);

    /// <summary>The same examples with other inputs; often used in <see cref="Dataset.Map(Func{Batch, Batch}, int)"/>.</summary>
    public Batch WithX(Bundle<Tensor> x) => new(x, Targets, SampleWeights);

    /// <summary>Checks that a tensor has as many examples as the first input.</summary>
    /// <exception cref="ShapeException">It has another number, or no axis for them.</exception>
    internal static void RequireExamples(Tensor x, Tensor tensor, string name)
    {
        ArgumentNullException.ThrowIfNull(tensor, name);
        if (tensor.Rank == 0)
            throw new ShapeException($"Received {name} of shape (); its first axis must count the examples. ExpandDims(0) makes a batch of one.");
        if (tensor.Shape[0] != x.Shape[0])
        {
            throw new ShapeException($"Received X with {x.Shape[0]} examples (shape {x.Shape}) and {name} with {tensor.Shape[0]} (shape {tensor.Shape}); "
                + "axis 0 counts the examples and must be equal. Check whether only one of them was cut or filtered.");
        }
    }

    /// <summary>Applies one operation to all tensors.</summary>
    internal Batch Select(Func<Tensor, Tensor> operation) => new(Inputs.Map(operation), Targets?.Map(operation), SampleWeights?.Map(operation));

    /// <summary>The examples of several batches in one.</summary>
    internal static Batch Concatenate(IReadOnlyList<Batch> parts)
    {
        return parts.Count == 1 ? parts[0] : Join(parts, Stacked);

        static Tensor Stacked(IReadOnlyList<Tensor> tensors) => tensors.FirstOrDefault(tensor => !tensor.Shape.Dimensions[1..].SequenceEqual(tensors[0].Shape.Dimensions[1..])) is { } other
            ? throw new ShapeException($"Received examples of shapes {new Shape(tensors[0].Shape.Dimensions[1..])} and {new Shape(other.Shape.Dimensions[1..])}; the examples of a batch must have one shape. "
                + "For sequences of different lengths use PaddedBatch instead of Batch.")
            : Tensor.Concatenate(tensors, axis: 0);
    }

    /// <summary>The examples of several batches in one, by a way to join the tensors of one place.</summary>
    internal static Batch Join(IReadOnlyList<Batch> parts, Func<IReadOnlyList<Tensor>, Tensor> join)
    {
        return new Batch(Joined(part => part.Inputs, nameof(X))!, Joined(part => part.Targets, nameof(Y)), Joined(part => part.SampleWeights, nameof(SampleWeight)));

        Bundle<Tensor>? Joined(Func<Batch, Bundle<Tensor>?> choose, string name)
        {
            Bundle<Tensor>[] present = [.. parts.Select(choose).OfType<Bundle<Tensor>>()];
            if (present.Length != 0 && present.Length != parts.Count)
            {
                throw new ShapeException($"Received {parts.Count} examples of which {present.Length} have {name}; "
                    + "either all examples of a batch must have it or none. Give it for every example.");
            }

            if (present.Length == 0)
                return null;
            Bundle<Tensor> first = present[0];
            return Array.Find(present, other => other.Count != first.Count || !(other.Names ?? []).SequenceEqual(first.Names ?? [])) is { } different
                ? throw new ShapeException($"Received examples whose {name} differs in its tensors: {first} and {different}. Give every example the same, in the same order.")
                : Bundle.Named(first.Names, [.. Enumerable.Range(0, first.Count).Select(place => join([.. present.Select(one => one[place])]))]);
        }
    }

    private static void RequireExamples(Bundle<Tensor> x, Bundle<Tensor> tensors, string name)
    {
        for (int place = 0; place < tensors.Count; place++)
            RequireExamples(x[0], tensors[place], tensors.Names is { } names ? $"{name}[\"{names[place]}\"]" : tensors.Count == 1 ? name : $"{name}[{place}]");
    }

    private static Tensor? OnlyOf(Bundle<Tensor>? tensors, string one, string all) => tensors is null ? null : tensors.Count == 1 ? tensors[0] : throw new InvalidOperationException(
        $"The batch has {tensors.Count} tensors {all}{(tensors.Names is { } names ? $" ({string.Join(", ", names)})" : "")}; {one} is for a single tensor. Use {all}, by index or name.");
}
