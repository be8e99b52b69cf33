using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Zoo.Models;

/// <summary>
/// A network of radial basis functions: Gaussian units around centres of the data, and a softmax. The outputs are learned by gradient, not by least squares, so that centres and widths can be learned with them
/// and the outputs are probabilities; freeze the <see cref="RadialBasis"/> layer to learn the outputs alone, which has one optimum.
/// Broomhead, Lowe, 1988; Moody, Darken, 1989: centres by k-means, widths by their neighbours.
/// </summary>
public static class RadialBasisNetwork
{
    /// <summary>Builds the network around centres.</summary>
    /// <param name="centers">(units, features), in numbers from 0 to 1, as the examples have after <paramref name="inputShape"/> is flattened and divided by 255. For instance the centres of k-means.</param>
    /// <param name="inputShape">The shape of an example; bytes or numbers from 0 to 255.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="widths">The widths, (units,); null for <see cref="NeighbourWidths"/>.</param>
    /// <param name="seed">The seed of the outputs' weights; null to draw a new one.</param>
    /// <exception cref="ShapeException">The centres or widths do not fit.</exception>
    public static Sequential Create(Tensor centers, Shape inputShape, int classes = 10, Tensor? widths = null, ulong? seed = null)
    {
        Require(centers);
        if (centers.Shape[1] != inputShape.ElementCount)
            throw new ShapeException($"{nameof(RadialBasisNetwork)}: received centers of shape {centers.Shape} for examples of shape {inputShape}; expected (units, {inputShape.ElementCount}).");
        widths ??= NeighbourWidths(centers, Math.Clamp(centers.Shape[0] - 1, 1, 2));
        if (!widths.Shape.SequenceEqual([centers.Shape[0]]) || !(widths.Greater(0).All().Item<bool>() && widths.IsFinite().All().Item<bool>()))
            throw new ShapeException($"{nameof(RadialBasisNetwork)}: received widths of shape {widths.Shape}; expected numbers above 0 of shape ({centers.Shape[0]},), one for each center.");
        RadialBasis units = new(centers.Shape[0]) { Name = "units" };
        Sequential model = new(seed, new Input(inputShape, DType.UInt8), new Rescaling(1.0 / 255), new Flatten(), units, new Dense(classes, "softmax")) { Name = "rbf" };
        units.Centers.Assign(centers.Cast(units.DType));
        units.Widths.Assign(widths.Cast(units.DType));
        return model;
    }

    /// <summary>The root mean square of the distances of each centre from its nearest others, (centres,): units overlap with their neighbours, whether these are near or far. (Moody, Darken, 1989.)</summary>
    /// <param name="centers">(units, features), at least two that differ.</param>
    /// <param name="neighbours">How many others.</param>
    public static Tensor NeighbourWidths(Tensor centers, int neighbours = 2)
    {
        Tensor squares = Squares(centers);
        if (neighbours < 1 || neighbours >= centers.Shape[0])
            throw new ArgumentOutOfRangeException(nameof(neighbours), $"{nameof(NeighbourWidths)}: received {neighbours} neighbours for {centers.Shape[0]} centers; expected 1 to {centers.Shape[0] - 1}.");
        // The nearest of all is the centre itself.
        Tensor nearest = -(-squares).TopK(neighbours + 1).Values;
        Tensor widths = nearest.Slice(1, neighbours + 1, axis: 1).Mean(1).Sqrt();
        // Centres in one place have the mean distance of all.
        Tensor usual = widths.Max().ToDouble() > 0 ? widths.Mean() : squares.Mean().Sqrt();
        return Tensor.Where(widths.Greater(0), widths, usual).Cast(centers.DType);
    }

    /// <summary>One width for all: d / √(2M), with d the greatest distance between two of the M centres. (Lowe, 1989; Haykin, Neural Networks, 1994.) In many dimensions it is too narrow.</summary>
    /// <param name="centers">(units, features), at least two that differ.</param>
    public static double GreatestDistanceWidth(Tensor centers) => Math.Sqrt(Squares(centers).Max().ToDouble() / (2.0 * centers.Shape[0]));

    // The squared distances of centres from each other, with the exact zero on the diagonal.
    private static Tensor Squares(Tensor centers)
    {
        Require(centers);
        Tensor points = centers.Cast(DType.Float64), squares = points.SquaredDistances(points);
        squares *= 1 - Tensor.Range(0, centers.Shape[0]).OneHot(centers.Shape[0]).Cast(DType.Float64);
        return squares.Max().ToDouble() > 0 ? squares
            : throw new ArgumentException($"{nameof(RadialBasisNetwork)}: received {centers.Shape[0]} centers in one place; expected at least two that differ, for a width. Give the widths.", nameof(centers));
    }

    private static void Require(Tensor centers)
    {
        ArgumentNullException.ThrowIfNull(centers);
        if (centers.Rank != 2 || centers.Shape.ElementCount == 0 || !centers.DType.IsFloat())
            throw new ShapeException($"{nameof(RadialBasisNetwork)}: received centers of {centers.Spec}; expected floating-point numbers of shape (units, features), at least one of each.");
        if (!centers.IsFinite().All().Item<bool>())
            throw new ArgumentException($"{nameof(RadialBasisNetwork)}: the centers contain NaN or infinity; expected finite numbers.", nameof(centers));
    }
}
