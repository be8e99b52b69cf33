using System.Globalization;
using Laminet.Tensors;

namespace Laminet.Estimators;

/// <summary>Checks of data, (examples, features), and what several steps do with it.</summary>
internal static class Examples
{
    public static void Require(string who, Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Rank != 2 || x.Shape[0] == 0 || x.Shape[1] == 0)
            throw new ShapeException($"{who}: received x of shape {x.Shape}; expected (examples, features), at least one of each. Reshape one feature to (n, 1), one example to (1, n).");
        if (!x.DType.IsFloat())
            throw new DTypeException($"{who}: received x of {x.Spec}; expected Float32 or Float64. Cast it.");
        if (!x.IsFinite().All().Item<bool>())
            throw new ArgumentException($"{who}: x contains NaN or infinity. Remove those examples, or replace the missing numbers.", nameof(x));
    }

    /// <summary>As many targets as examples.</summary>
    public static void RequireSame(string who, Tensor x, Tensor y)
    {
        ArgumentNullException.ThrowIfNull(y);
        if (y.Rank is < 1 or > 2 || y.Shape[0] != x.Shape[0])
            throw new ShapeException($"{who}: received x of shape {x.Shape} and y of shape {y.Shape}; expected a target for each of the {x.Shape[0]} examples, (n,) or (n, outputs).");
    }

    /// <summary>No example is so long that its square overflows.</summary>
    public static void RequireSquares(string who, Tensor x)
    {
        if (!x.Square().Sum().IsFinite().Item<bool>())
            throw TooLarge(who, x);
    }

    /// <summary>For numbers that overflow when they are multiplied.</summary>
    public static ArgumentException TooLarge(string who, Tensor x) => new(string.Create(CultureInfo.InvariantCulture,
        $"{who}: x has numbers as large as {x.Abs().Max().ToDouble():G3}, whose products overflow {x.DType}. Scale x, for instance with {nameof(StandardScaler)}."), nameof(x));

    /// <summary>1 where a scale is zero, or so small that rounding alone explains it: a constant column is not scaled.</summary>
    public static Tensor NoZeros(Tensor scale, Tensor rounding) => Tensor.Where(scale.Greater(rounding), scale, Tensor.Scalar(1.0));

    /// <summary>Some of the examples.</summary>
    public static Tensor At(Tensor all, int[] places) => all.Gather(Tensor.From(places), 0);
}
