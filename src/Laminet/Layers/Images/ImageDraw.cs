using System.Globalization;
using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>The images of a call and the random numbers of their change. Numbers are drawn one after the other, for each example from its own key.</summary>
internal sealed class ImageDraw
{
    private readonly RandomKey key;
    private readonly RandomKeys? keys;
    private ulong draws;

    public ImageDraw(Shape images, DType dtype, CallContext context, bool isSingle)
    {
        (Images, DType, Training) = (images, dtype, context.Training);
        if (!Training)
            return;
        key = context.NextKey();
        keys = isSingle ? RandomKeys.Of(key) : RandomKeys.Split(key, Count);
    }

    /// <summary>The shape of the images: (batch, height, width, channels).</summary>
    public Shape Images { get; }

    public int Count => Images[0];

    public int Height => Images[1];

    public int Width => Images[2];

    public bool Training { get; }

    /// <summary>The type that the layer computes in.</summary>
    public DType DType { get; }

    /// <summary>The type of what is drawn: no half.</summary>
    public DType Type => TypeFor(DType);

    /// <summary>The keys of the next draw.</summary>
    public RandomKeys NextKeys() => keys!.Fold(draws++);

    public static DType TypeFor(DType dtype) => dtype == DType.Float64 ? DType.Float64 : DType.Float32;

    /// <summary>One uniform number for each example, (batch, 1).</summary>
    public Tensor Uniform((double Low, double High) range) => NextKeys().Uniform([1], range.Low, range.High, Type);

    /// <summary>Whole numbers 0 to below a bound, (batch, 1), in the type of what is drawn.</summary>
    public Tensor Whole(int below) => Uniform((0, below)).Floor().Minimum(Tensor.Scalar(below - 1, Type));

    /// <summary>1 or -1, (batch, 1).</summary>
    public Tensor Sign() => Tensor.Where(Uniform((0, 1)).Less(0.5), Tensor.Scalar(-1, Type), Tensor.Scalar(1, Type));

    /// <summary>True with a probability that is itself drawn from a range, (batch, 1).</summary>
    public Tensor Happens((double Low, double High) probability) => Uniform((0, 1)).Less(Uniform(probability));

    /// <summary>Another example for each, all of them in random order: Int32 (batch).</summary>
    public Tensor Partners() => key.Uniform([Count]).ArgSort();

    /// <summary>Numbers (batch, 1) as (batch, 1, 1, 1), in the layer's type, to compute with images.</summary>
    public Tensor ForImages(Tensor numbers) => (numbers.DType == DType.Bool ? numbers : numbers.Cast(DType)).Reshape([Count, 1, 1, 1]);
}

/// <summary>Ranges of random settings: one number or two.</summary>
internal static class DrawRange
{
    /// <summary>Returns a setting that is one number or two within bounds.</summary>
    public static Numbers Require(Numbers setting, double least, double most, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(setting))] string name = "") =>
        Setting.Require(setting, setting.Count is 1 or 2 && setting.All(number => number >= least && number <= most), string.Create(CultureInfo.InvariantCulture, $"one number or two, from {least} to {most}"), name);

    /// <summary>Two numbers, sorted; from one, the numbers up to it, to both sides of 0 where negative ones are allowed.</summary>
    public static (double Low, double High) Of(Numbers setting, bool bothSides = false) => setting.Count == 2
        ? (Math.Min(setting[0], setting[1]), Math.Max(setting[0], setting[1]))
        : (bothSides ? -Math.Abs(setting[0]) : 0, Math.Abs(setting[0]));

    /// <summary>Returns the lowest and the highest value of a pixel: 0 and 255 by default.</summary>
    public static Numbers RequireValues(Numbers? valueRange) => valueRange is not { } given
        ? [0, 255]
        : Setting.Require(given, given.Count == 2 && given[0] < given[1] && double.IsFinite(given[0]) && double.IsFinite(given[1]), "two finite numbers, the lowest and the highest value of a pixel, as in [0, 255]", nameof(valueRange));

    /// <summary>Returns an interpolation with which images are moved.</summary>
    public static Interpolation Require(Interpolation interpolation) =>
        Setting.Require(interpolation, interpolation is Interpolation.Bilinear or Interpolation.Nearest, "Bilinear or Nearest");
}
