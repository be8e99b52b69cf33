using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// Several inputs one after the other along an axis, the channels by default, y = [x1, x2, ...]: how an Inception module joins its branches. (Szegedy et al., "Going deeper
/// with convolutions", CVPR 2015.) Keras: <c>Concatenate</c>.
/// </summary>
/// <param name="axis">The axis, the batch counted as 0; the last by default.</param>
public sealed class Concatenate(int axis = -1) : Merge
{
    public int Axis { get; } = axis;

    private protected override Tensor Join(Bundle<Tensor> inputs) => Tensor.Concatenate(inputs, Axis);

    protected override Tensor? ComputeMask(Bundle<Tensor> inputs, IReadOnlyList<Tensor?> masks)
    {
        if (masks.All(mask => mask is null))
            return null;
        int axis = inputs[0].Shape.Axis(Axis), rank = masks.OfType<Tensor>().First().Rank;
        Tensor[] all = [.. masks.Select((mask, i) => mask ?? Tensor.Full([.. inputs[i].Shape.Take(rank)], 1, DType.Bool))];
        // Along the features a step counts where it counts in one of the inputs, as in Keras.
        return axis < rank ? Tensor.Concatenate(all, axis) : all.Aggregate((one, other) => one.Or(other));
    }
}
