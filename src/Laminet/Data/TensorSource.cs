using Laminet.Tensors;

namespace Laminet.Data;

/// <summary>Examples that lie in tensors. Many of them are read at once.</summary>
internal sealed class TensorSource : ExampleSource
{
    private readonly Batch examples;

    public TensorSource(Batch examples)
    {
        RequireExamples(examples);
        // Gather would copy a transposed or broadcast tensor anew for every batch.
        this.examples = examples.Select(tensor => tensor.Detach().Contiguous());
    }

    public override int Count => examples.Count;

    /// <exception cref="ShapeException">There are no examples.</exception>
    public static void RequireExamples(Batch examples)
    {
        ArgumentNullException.ThrowIfNull(examples);
        if (examples.Count == 0)
            throw new ShapeException($"Received no examples: X has shape {examples.Inputs[0].Shape}. A dataset needs at least one; check whether a filter removed everything.");
    }

    public override Batch Read(int position) => Read(position, 1);

    /// <summary>Neighbouring examples: a view.</summary>
    public Batch Read(int start, int count) => examples.Select(tensor => tensor.Slice(start, start + count));

    /// <summary>Examples in any order, in one pass over the rows.</summary>
    public Batch Read(ReadOnlySpan<int> positions)
    {
        Tensor indices = Tensor.From(positions, [positions.Length]);
        return examples.Select(tensor => tensor.Gather(indices));
    }
}
