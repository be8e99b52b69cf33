using Laminet.Tensors;

namespace Laminet.Data;

/// <summary>Some examples, stacked along the first axis: what a training step receives.</summary>
/// <param name="X">The inputs, shape <c>(examples, ...)</c>.</param>
/// <param name="Y">The targets, shape <c>(examples, ...)</c>; null where there are none (prediction, autoencoders).</param>
/// <param name="SampleWeight">How much each example counts in the loss, shape <c>(examples,)</c> or more axes; null counts all alike.</param>
/// <exception cref="ShapeException">The tensors have different numbers of examples, or no axis for them.</exception>
public sealed record Batch(Tensor X, Tensor? Y = null, Tensor? SampleWeight = null)
{
    /// <summary>The inputs, shape <c>(examples, ...)</c>.</summary>
    public Tensor X { get; } = WithExamples(X, nameof(X));

    /// <summary>The targets, shape <c>(examples, ...)</c>, or null.</summary>
    public Tensor? Y { get; } = SameExamples(X, Y, nameof(Y));

    /// <summary>How much each example counts in the loss, or null.</summary>
    public Tensor? SampleWeight { get; } = SameExamples(X, SampleWeight, nameof(SampleWeight));

    /// <summary>How many examples there are.</summary>
    public int Count => X.Shape[0];

    /// <summary>The same examples with other inputs, as a <see cref="Dataset.Map(Func{Batch, Batch}, int)"/> often wants.</summary>
    public Batch WithX(Tensor x) => new(x, Y, SampleWeight);

    /// <summary>Checks what a batch of these tensors would check, without one.</summary>
    internal static void Require(Tensor x, Tensor? y = null, Tensor? sampleWeight = null)
    {
        WithExamples(x, nameof(X));
        SameExamples(x, y, nameof(Y));
        SameExamples(x, sampleWeight, nameof(SampleWeight));
    }

    /// <summary>Applies one operation to all three tensors.</summary>
    internal Batch Select(Func<Tensor, Tensor> operation) =>
        new(operation(X), Y is null ? null : operation(Y), SampleWeight is null ? null : operation(SampleWeight));

    /// <summary>The examples of several batches in one.</summary>
    internal static Batch Concatenate(IReadOnlyList<Batch> parts)
    {
        return parts.Count == 1
            ? parts[0]
            : new Batch(
                Tensor.Concatenate([.. parts.Select(part => part.X)], axis: 0),
                Optional(part => part.Y, nameof(Y)),
                Optional(part => part.SampleWeight, nameof(SampleWeight)));

        Tensor? Optional(Func<Batch, Tensor?> choose, string name)
        {
            Tensor[] present = [.. parts.Select(choose).OfType<Tensor>()];
            if (present.Length != 0 && present.Length != parts.Count)
            {
                throw new ShapeException($"Received {parts.Count} examples of which {present.Length} have {name}; "
                    + "either all examples of a batch have it or none. Give it for every example.");
            }

            return present.Length == 0 ? null : Tensor.Concatenate(present, axis: 0);
        }
    }

    private static Tensor WithExamples(Tensor tensor, string name)
    {
        ArgumentNullException.ThrowIfNull(tensor, name);
        return tensor.Rank > 0
            ? tensor
            : throw new ShapeException($"Received {name} of shape (); its first axis must count the examples. ExpandDims(0) makes a batch of one.");
    }

    private static Tensor? SameExamples(Tensor x, Tensor? other, string name)
    {
        if (other is null)
            return null;
        WithExamples(other, name);
        return other.Shape[0] == x.Shape[0]
            ? other
            : throw new ShapeException($"Received X with {x.Shape[0]} examples (shape {x.Shape}) and {name} with {other.Shape[0]} (shape {other.Shape}); "
                + "axis 0 counts the examples and must be equal. Look whether one of them was cut or filtered alone.");
    }
}
