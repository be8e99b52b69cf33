using Laminet.Tensors.Ops;

namespace Laminet.Tensors;

/// <content>Arrays and images read at other places.</content>
public sealed partial class Tensor
{
    /// <summary>
    /// The array at given places: (n, ...) coordinates, one for each of its n axes, give an array (...). The index of an element is its coordinate; between elements the 2^n neighbours are weighted. Gradients flow to the array and,
    /// between elements, to the coordinates. Keras: <c>ops.image.map_coordinates</c>; SciPy: <c>ndimage.map_coordinates</c> with order 0 or 1. For images and coordinates of all their pixels <see cref="SampleAt"/> is faster.
    /// </summary>
    /// <param name="coordinates">The places.</param>
    /// <param name="interpolation"><see cref="Interpolation.Bilinear"/> (linear in all axes), for floating-point types, or <see cref="Interpolation.Nearest"/>, for all types; halves are rounded away from 0.</param>
    /// <param name="fillMode">What lies beyond the edges.</param>
    /// <param name="fillValue">The number beyond the edges with <see cref="FillMode.Constant"/>.</param>
    /// <exception cref="ShapeException">The first axis of the coordinates is not n long, or the array is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Another interpolation.</exception>
    /// <exception cref="DTypeException">Linear interpolation of numbers that are not floating-point ones, or coordinates that are not.</exception>
    public Tensor MapCoordinates(Tensor coordinates, Interpolation interpolation = Interpolation.Bilinear, FillMode fillMode = FillMode.Constant, double fillValue = 0)
    {
        ArgumentNullException.ThrowIfNull(coordinates);
        Check.Float("MapCoordinates", coordinates.Spec);
        if (interpolation is not (Interpolation.Bilinear or Interpolation.Nearest))
            throw new ArgumentOutOfRangeException(nameof(interpolation), $"MapCoordinates: received the interpolation {interpolation}; expected Bilinear or Nearest.");
        if (interpolation == Interpolation.Bilinear)
            Check.Float("MapCoordinates", Spec);
        if (Rank == 0 || Length == 0 || coordinates.Rank < 1 || coordinates.Shape[0] != Rank)
            throw new ShapeException($"MapCoordinates: received coordinates of shape {coordinates.Shape} for an array of shape {Shape}; expected ({Rank}, ...) and an array that is not empty.");
        Tensor[] places = [.. Enumerable.Range(0, Rank).Select(axis => coordinates.At(axis).Cast(interpolation == Interpolation.Bilinear ? DType : coordinates.DType))];
        if (interpolation == Interpolation.Nearest)
            return AtWhole([.. places.Select(place => place.Sign() * (place.Abs() + 0.5).Floor())], fillMode, fillValue);
        Tensor[] lower = [.. places.Select(place => place.Detach().Floor())];
        Tensor? sum = null;
        for (int corner = 0; corner < 1 << Rank; corner++)
        {
            Tensor? weight = null;
            Tensor[] at = new Tensor[Rank];
            for (int axis = 0; axis < Rank; axis++)
            {
                bool isUpper = (corner >> axis & 1) == 1;
                Tensor part = places[axis] - lower[axis];
                part = isUpper ? part : 1 - part;
                weight = weight is null ? part : weight * part;
                at[axis] = isUpper ? lower[axis] + 1 : lower[axis];
            }

            Tensor term = AtWhole(at, fillMode, fillValue) * weight!;
            sum = sum is null ? term : sum + term;
        }

        return sum!;
    }

    // The elements at whole coordinates.
    private Tensor AtWhole(Tensor[] coordinates, FillMode fillMode, double fillValue)
    {
        Tensor? place = null, isInside = null;
        for (int axis = 0; axis < Rank; axis++)
        {
            int length = Shape[axis];
            Tensor index = coordinates[axis].Cast(DType.Int64);
            if (fillMode == FillMode.Constant)
            {
                Tensor fits = index.GreaterEqual(0).And(index.Less(length));
                isInside = isInside is null ? fits : isInside.And(fits);
            }

            index = fillMode switch
            {
                FillMode.Wrap => index.Mod(length),
                FillMode.Reflect => index.Mod(2 * length) is var within ? within.Minimum(((2L * length) - 1) - within) : index,
                FillMode.Mirror => index.Mod(Math.Max(1, 2 * (length - 1))) is var within ? within.Minimum(Math.Max(1, 2L * (length - 1)) - within) : index,
                _ => index.Clip(0, length - 1),
            };
            place = place is null ? index : (place * length) + index;
        }

        Tensor values = Reshape([Length]).Gather(place!);
        return isInside is null ? values : Where(isInside, values, Scalar(fillValue, DType));
    }
}
