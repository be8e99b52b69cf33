using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// A layer that joins inputs element by element. As in Keras, lengths of 1 broadcast, and an input of fewer axes gets axes of length 1 after the batch.
/// </summary>
public abstract class ElementwiseMerge : Merge
{
    private protected ElementwiseMerge()
    {
    }

    private protected sealed override Tensor Join(Bundle<Tensor> inputs)
    {
        int rank = inputs.Max(input => input.Rank);
        Tensor[] alike = [.. inputs.Select(input => input.Rank == rank ? input : Widened(input, rank))];
        for (int axis = 0; axis < rank; axis++)
        {
            if (alike.Select(input => input.Shape[axis]).Where(length => length != 1).Distinct().Count() > 1)
            {
                throw new ShapeException($"received inputs of shapes {string.Join(" and ", inputs.Select(input => input.Shape))}; they must be equal, but for lengths of 1. "
                    + "Match them with a Conv2D of kernel size 1, a Dense or a Reshape.");
            }
        }

        return Finish(alike.Aggregate(Combine), alike.Length);
    }

    /// <summary>Joins two inputs, the first of which may be joined of others.</summary>
    private protected abstract Tensor Combine(Tensor joined, Tensor next);

    /// <summary>What is left to do with all joined.</summary>
    private protected virtual Tensor Finish(Tensor joined, int count) => joined;

    private static Tensor Widened(Tensor input, int rank) =>
        input.Rank == 0 ? input : input.Reshape([input.Shape[0], .. Enumerable.Repeat(1, rank - input.Rank), .. input.Shape.Skip(1)]);
}
