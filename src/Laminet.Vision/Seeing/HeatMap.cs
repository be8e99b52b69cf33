using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Vision.Seeing;

/// <summary>Maps of numbers as colours over an image.</summary>
public static class HeatMap
{
    // matplotlib's viridis (CC0) at nine places.
    private static readonly (byte Red, byte Green, byte Blue)[] Colours =
        [(68, 1, 84), (71, 44, 122), (59, 81, 139), (44, 113, 142), (33, 144, 141), (39, 173, 129), (92, 200, 99), (170, 220, 50), (253, 231, 37)];

    /// <summary>Attributions of channels as one map: the greatest absolute value of a pixel's channels.</summary>
    /// <param name="attribution">(height, width, channels), as <see cref="Saliency"/> gives it.</param>
    /// <returns>(height, width), 0 or more.</returns>
    /// <exception cref="ShapeException">The shape is another one.</exception>
    public static Tensor OfAttribution(Tensor attribution)
    {
        ArgumentNullException.ThrowIfNull(attribution);
        return attribution.Rank == 3 && attribution.Shape.ElementCount > 0 ? attribution.Abs().Max(-1)
            : throw new ShapeException($"{nameof(HeatMap)}: received the shape {attribution.Shape}; expected attributions (height, width, channels).");
    }

    /// <summary>A map over an image: from dark blue (0 or less) through green to yellow (the greatest number).</summary>
    /// <param name="image">(height, width, channels) of 1 or 3 channels: UInt8, or floating point from 0 to 255.</param>
    /// <param name="map">(height, width).</param>
    /// <param name="opacity">How much of the map is seen, 0 to 1.</param>
    /// <returns>UInt8 (height, width, 3).</returns>
    /// <exception cref="ShapeException">They do not fit.</exception>
    /// <exception cref="ArgumentException">The map holds NaN or infinity, or the opacity is out of range.</exception>
    public static Tensor Over(Tensor image, Tensor map, double opacity = 0.5)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(map);
        Setting.Require(opacity, opacity is >= 0 and <= 1, "0 to 1");
        if (image.Rank != 3 || image.Shape[2] is not (1 or 3) || map.Rank != 2 || image.Shape.ElementCount == 0 || map.Shape[0] != image.Shape[0] || map.Shape[1] != image.Shape[1])
        {
            throw new ShapeException($"{nameof(HeatMap)}: received an image of shape {image.Shape} and a map of shape {map.Shape}; expected (height, width, 1 or 3) and (height, width). "
                + $"{nameof(OfAttribution)} makes a map of attributions; Image.Resize changes sizes.");
        }

        double[] numbers = map.Cast(DType.Float64).ToArray<double>();
        if (!numbers.All(double.IsFinite))
            throw new ArgumentException($"{nameof(HeatMap)}: the map holds NaN or infinity; expected finite numbers.", nameof(map));
        double greatest = Math.Max(numbers.Max(), double.Epsilon);
        float[] colours = new float[numbers.Length * 3];
        for (int i = 0; i < numbers.Length; i++)
        {
            double place = Math.Max(0, numbers[i] / greatest) * (Colours.Length - 1);
            int below = Math.Min((int)place, Colours.Length - 2);
            ((byte, byte, byte) from, (byte, byte, byte) to) = (Colours[below], Colours[below + 1]);
            colours[3 * i] = Between(from.Item1, to.Item1);
            colours[(3 * i) + 1] = Between(from.Item2, to.Item2);
            colours[(3 * i) + 2] = Between(from.Item3, to.Item3);

            float Between(byte first, byte second) => (float)(first + ((place - below) * (second - first)));
        }

        Tensor heat = Tensor.From(colours, [map.Shape[0], map.Shape[1], 3]);
        Tensor photo = image.Cast(DType.Float32).Clip(0.0, byte.MaxValue);
        return ((photo * (1 - opacity)) + (heat * opacity)).Round().Clip(0.0, byte.MaxValue).Cast(DType.UInt8);
    }
}
