using Laminet.Tensors;

namespace Laminet.Transfer.Language;

/// <summary>How a matrix stands in a file.</summary>
internal enum Placing
{
    /// <summary>As ours, but for the shape: vectors, tables, and the (in, out) of ONNX and of GPT-2's Conv1D.</summary>
    AsItIs,

    /// <summary>PyTorch's (out, in).</summary>
    Transposed,

    /// <summary>The first, second or third part of the last axis: GPT-2's queries, keys and values in one.</summary>
    First,

    /// <inheritdoc cref="First"/>
    Second,

    /// <inheritdoc cref="First"/>
    Third,
}

/// <summary>Where a weight stands in a file.</summary>
/// <param name="Ours">Its path in our model, without the block.</param>
/// <param name="Theirs">Its names in files, in the order in which they are tried, with {i} for the number of the block.</param>
/// <param name="Placing">How it stands there.</param>
internal sealed record NamedWeight(string Ours, string[] Theirs, Placing Placing = Placing.AsItIs)
{
    public NamedWeight(string ours, string theirs, Placing placing = Placing.AsItIs) : this(ours, [theirs], placing)
    {
    }

    /// <summary>The shape in the file, for the shape in the model.</summary>
    public Shape Source(Shape target)
    {
        // What a product sums over stands first; only of the attention's output are those two axes.
        int summed = Ours.EndsWith("attention_output/kernel", StringComparison.Ordinal) ? 2 : 1;
        bool isMatrix = target.Rank > 1 && Ours.EndsWith("kernel", StringComparison.Ordinal);
        Shape flat = isMatrix ? [Product(target.Take(summed)), Product(target.Skip(summed))] : Ours.EndsWith("bias", StringComparison.Ordinal) ? [target.ElementCount] : target;
        return Placing switch
        {
            Placing.Transposed => [.. flat.Reverse()],
            >= Placing.First => flat.With(-1, 3 * flat[-1]),
            _ => flat,
        };
    }

    /// <summary>The numbers as the model has them.</summary>
    public Tensor Converted(Tensor tensor, Shape target)
    {
        if (Placing == Placing.Transposed)
            tensor = tensor.Transpose();
        else if (Placing >= Placing.First)
            tensor = tensor.Split(3)[Placing - Placing.First];
        return tensor.Contiguous().Reshape(target);
    }

    private static int Product(IEnumerable<int> lengths) => lengths.Aggregate(1, (product, length) => product * length);
}
