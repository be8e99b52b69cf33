namespace Laminet.Tensors;

/// <content>Colours: the last axis holds red, green and blue, or hue, saturation and value, from 0 to 1.</content>
public sealed partial class Tensor
{
    /// <summary>
    /// Red, green and blue to hue, saturation and value, all from 0 to 1: V = max, S = (max - min) / max, and H the place on the circle red, green, blue, a whole turn being 1. Grey has the hue and
    /// the saturation 0. Keras: <c>ops.image.rgb_to_hsv</c>. (Smith, "Color gamut transform pairs", SIGGRAPH 1978.)
    /// </summary>
    /// <exception cref="ShapeException">The last axis is not of length 3.</exception>
    /// <exception cref="DTypeException">The numbers are not floating-point ones.</exception>
    public Tensor RgbToHsv()
    {
        (Tensor red, Tensor green, Tensor blue) = ColorParts("RgbToHsv");
        Tensor value = red.Maximum(green).Maximum(blue), range = value - red.Minimum(green).Minimum(blue), one = Scalar(1, DType);
        // Of a grey all differences are 0, and with other divisors so are hue and saturation.
        Tensor isGrey = range.Equal(0), divisor = Where(isGrey, one, range), saturation = range / Where(isGrey, one, value);
        Tensor sixths = Where(value.Equal(red), (green - blue) / divisor, Where(value.Equal(green), ((blue - red) / divisor) + 2, ((red - green) / divisor) + 4));
        Tensor hue = Where(sixths.Less(0), sixths + 6, sixths) / 6;
        return Concatenate([hue, saturation, value], axis: 0).Reshape(3, value.Length).Transpose().Reshape(Shape);
    }

    /// <summary>
    /// Hue, saturation and value to red, green and blue: the inverse of <see cref="RgbToHsv"/>. V - V S max(0, min(k, 4 - k, 1)) with k = 6 ((H + n / 6) mod 1) and n = 5, 3, 1. A hue may be any number: only its part
    /// behind the point counts. Keras: <c>ops.image.hsv_to_rgb</c>.
    /// </summary>
    /// <exception cref="ShapeException">The last axis is not of length 3.</exception>
    /// <exception cref="DTypeException">The numbers are not floating-point ones.</exception>
    public Tensor HsvToRgb()
    {
        (Tensor hue, Tensor saturation, Tensor value) = ColorParts("HsvToRgb");
        // A remainder is no vector instruction; the next whole number below is.
        Tensor turned = hue + From([5 / 6.0, 3 / 6.0, 1 / 6.0], [3, 1]).Cast(DType), k = (turned - turned.Floor()) * 6;
        return (value - (value * saturation * k.Minimum(4 - k).Clip(0, 1))).Transpose().Reshape(Shape);
    }

    /// <summary>How bright colours are: 0.2989 red + 0.5870 green + 0.1140 blue, on an axis of length 1. Keras: <c>ops.image.rgb_to_grayscale</c>.</summary>
    /// <exception cref="ShapeException">The last axis is not of length 3.</exception>
    /// <exception cref="DTypeException">The numbers are not floating-point ones.</exception>
    public Tensor RgbToGrayscale()
    {
        (Tensor red, Tensor green, Tensor blue) = ColorParts("RgbToGrayscale");
        return ((red * 0.2989) + (green * 0.5870) + (blue * 0.1140)).Reshape(Shape.With(Rank - 1, 1));
    }

    // Each in memory of its own, as vectors: operations on every third number would take many times as long.
    private (Tensor First, Tensor Second, Tensor Third) ColorParts(string operation)
    {
        Ops.Check.Float(operation, Spec);
        if (Rank == 0 || Shape[-1] != 3)
            throw new ShapeException($"{operation}: received colours of shape {Shape}; expected a last axis of length 3.");
        int pixels = Length / 3;
        Tensor apart = Reshape(pixels, 3).Transpose().Reshape([Length]);
        return (apart.Slice(0, pixels), apart.Slice(pixels, 2 * pixels), apart.Slice(2 * pixels, Length));
    }
}
