using Laminet.Data;
using Laminet.Tensors;

namespace Laminet.Training;

/// <summary>
/// Which tensors a batch has, by number and names: how a batch becomes the inputs of a compiled step, and again a batch within it. Batches
/// of one form share a program.
/// </summary>
internal readonly struct BatchForm : IEquatable<BatchForm>
{
    private readonly int inputs, targets, weights;
    private readonly IReadOnlyList<string>? inputNames, targetNames, weightNames;

    public BatchForm(Bundle<Tensor> x, Bundle<Tensor>? y, Bundle<Tensor>? sampleWeight)
    {
        (inputs, inputNames) = (x.Count, x.Names);
        (targets, targetNames) = (y?.Count ?? 0, y?.Names);
        (weights, weightNames) = (sampleWeight?.Count ?? 0, sampleWeight?.Names);
    }

    /// <summary>The form of batches of one input, and one target and weight where they are there.</summary>
    public BatchForm(bool hasTarget, bool hasWeight) => (inputs, targets, weights) = (1, hasTarget ? 1 : 0, hasWeight ? 1 : 0);

    /// <summary>The form of batches of which the tensors' number is known, and no weights.</summary>
    public BatchForm(int inputs, IReadOnlyList<string>? inputNames, int targets, IReadOnlyList<string>? targetNames) =>
        (this.inputs, this.inputNames, this.targets, this.targetNames) = (inputs, inputNames, targets, targetNames);

    /// <summary>The inputs' names, where they have any.</summary>
    public IReadOnlyList<string>? InputNames => inputNames;

    /// <summary>How many tensors there are.</summary>
    public int Count => inputs + targets + weights;

    /// <summary>A batch's tensors in one line: inputs, targets, weights.</summary>
    public static Tensor[] Flatten(Bundle<Tensor> x, Bundle<Tensor>? y, Bundle<Tensor>? sampleWeight) => Flatten(x, y, sampleWeight, []).ToArray();

    /// <summary>The same, in memory of the caller's where it is large enough: a step is to allocate nothing.</summary>
    public static ReadOnlySpan<Tensor> Flatten(Bundle<Tensor> x, Bundle<Tensor>? y, Bundle<Tensor>? sampleWeight, Span<Tensor> memory)
    {
        int count = x.Count + (y?.Count ?? 0) + (sampleWeight?.Count ?? 0), place = 0;
        Span<Tensor> flat = count <= memory.Length ? memory[..count] : new Tensor[count];
        Append(x, flat, ref place);
        Append(y, flat, ref place);
        Append(sampleWeight, flat, ref place);
        return flat;

        // Without an enumerator, which would be allocated for each.
        static void Append(Bundle<Tensor>? tensors, Span<Tensor> flat, ref int place)
        {
            for (int i = 0; i < (tensors?.Count ?? 0); i++)
                flat[place++] = tensors![i];
        }
    }

    /// <summary>A batch of tensors in one line.</summary>
    public Batch Batch(IReadOnlyList<Tensor> flat)
    {
        int x = inputs, y = targets, w = weights;
        return new Batch(
            Bundle.Named(inputNames, [.. flat.Take(x)]), y == 0 ? null : Bundle.Named(targetNames, [.. flat.Skip(x).Take(y)]), w == 0 ? null : Bundle.Named(weightNames, [.. flat.Skip(x + y).Take(w)]));
    }

    public bool Equals(BatchForm other) => inputs == other.inputs && targets == other.targets && weights == other.weights
        && SameNames(inputNames, other.inputNames) && SameNames(targetNames, other.targetNames) && SameNames(weightNames, other.weightNames);

    public override bool Equals(object? obj) => obj is BatchForm other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(inputs, targets, weights);

    // Without an enumerator: it is asked before every step.
    private static bool SameNames(IReadOnlyList<string>? left, IReadOnlyList<string>? right)
    {
        if (ReferenceEquals(left, right))
            return true;
        if (left is null || right is null)
            return false;
        for (int i = 0; i < left.Count; i++)
        {
            if (left[i] != right[i])
                return false;
        }

        return true;
    }
}
