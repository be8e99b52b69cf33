using System.Runtime.CompilerServices;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors;

/// <content>Parts of a tensor in C#'s own notation.</content>
public sealed partial class Tensor
{
    /// <summary>
    /// A part of the tensor as a view, without copying: <c>x[0]</c>, <c>x[^1]</c>, <c>x[1..5]</c>, <c>x[.., ^1]</c>, <c>x[0, .., 1..3]</c>. A position drops
    /// its axis, a range keeps it, <c>..</c> selects the whole axis. Axes after the last index are kept. The gradient flows to the selected part and is 0 elsewhere.
    /// Keras: <c>get_item</c>; PyTorch: <c>select</c>, <c>narrow</c>.
    /// </summary>
    /// <remarks>For steps and for axes by number use <see cref="Slice"/> and <see cref="At"/>; for a position that is a tensor, <see cref="SliceAt"/>; for many
    /// positions, <see cref="Gather"/>.</remarks>
    /// <param name="indices">One for each axis from the first on.</param>
    /// <exception cref="ArgumentOutOfRangeException">An axis has no such position, or a range reaches beyond it; the message names axis and length.</exception>
    /// <exception cref="ShapeException">There are more indices than axes.</exception>
    [IndexerName("Part")]
    public Tensor this[params ReadOnlySpan<AxisIndex> indices]
    {
        get
        {
            if (indices.Length > Rank)
            {
                throw new ShapeException($"Received {indices.Length} indices [{string.Join(", ", indices.ToArray())}] for the shape {Shape}; expected at most "
                    + $"{Rank}, one for each axis.");
            }

            Tensor part = this;
            List<int> kept = [];
            for (int axis = 0; axis < indices.Length; axis++)
            {
                (int first, int count) = indices[axis].Of(Shape, axis);
                if (count != Shape[axis])
                    part = new Slice(axis, first, 1, count).Apply(part);
                if (!indices[axis].IsPosition)
                    kept.Add(count);
            }

            Shape shape = [.. kept, .. Shape[indices.Length..]];
            return shape == part.Shape ? part : new Reshape(shape).Apply(part);
        }
    }

    /// <summary>
    /// The entries where a mask is true, one after the other, as in NumPy. A mask of the first axis selects rows, a mask of the tensor's shape selects
    /// single numbers. (n, ...) and a mask (n,) with k true entries give (k, ...).
    /// </summary>
    /// <remarks>The length of the result depends on the numbers of the mask, so they must be known. In a compiled function, where shapes are fixed, use
    /// <see cref="Where"/> or a product with the mask instead.</remarks>
    /// <param name="mask">Truth values, of the shape of the first axes.</param>
    /// <exception cref="DTypeException">The mask is not of Bool.</exception>
    /// <exception cref="ShapeException">The mask's shape is not that of the first axes.</exception>
    /// <exception cref="InvalidOperationException">The mask's numbers are not known yet, as in a function that is being compiled.</exception>
    [IndexerName("Part")]
    public Tensor this[Tensor mask]
    {
        get
        {
            ArgumentNullException.ThrowIfNull(mask);
            if (mask.DType != DType.Bool)
            {
                throw new DTypeException($"Received an index that is a tensor of {mask.Spec}; expected a mask of Bool. For the entries at given positions use Gather, "
                    + "or for a position that is a tensor SliceAt.");
            }

            if (mask.Rank == 0 || mask.Rank > Rank || mask.Shape != Shape[..mask.Rank])
                throw new ShapeException($"Received a mask of shape {mask.Shape} for the shape {Shape}; expected the lengths of its first axes, such as {(Rank == 0 ? Shape : Shape[..1])}.");
            if (mask.IsShapeOnly || mask.Operation is not null)
            {
                throw new InvalidOperationException($"x[mask]: how many entries of the mask {mask.Shape} are true is not known while a function is compiled or a layer is built, "
                    + "so the result has no shape yet. Use Tensor.Where, multiply by the mask, or select outside the function (for a model: RunEagerly = true).");
            }

            bool[] isTaken = mask.ToArray<bool>();
            int[] positions = [.. Enumerable.Range(0, isTaken.Length).Where(position => isTaken[position])];
            Tensor entries = mask.Rank == 1 ? this : new Reshape([mask.Length, .. Shape[mask.Rank..]]).Apply(this);
            return entries.Gather(From(positions));
        }
    }
}
