using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Vision.Seeing;

/// <summary>The class of each pixel, as colours and outlines over an image: what a network for segmentation sees.</summary>
/// <example><code>
/// Tensor photo = Image.Read("photo.jpg", new ImageReading { Size = (192, 256) });
/// Tensor classes = model.Predict(photo.ExpandDims(0)).At(0).ArgMax();
/// Tensor seen = ClassMap.Over(photo, classes);
/// Image.Write("road.png", ClassMap.Outlined(seen, classes.Equal(3), (255, 0, 0)));
/// </code></example>
public static class ClassMap
{
    /// <summary>The colours of Pascal VOC, which other data sets take over: 0 is black, 1 maroon, 2 green, 3 olive, and no two of 256 are equal.</summary>
    /// <param name="classes">How many, 1 to 256.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is out of range.</exception>
    public static IReadOnlyList<(byte Red, byte Green, byte Blue)> Colors(int classes)
    {
        Setting.Require(classes, classes is >= 1 and <= 256, "1 to 256");
        return [.. Enumerable.Range(0, classes).Select(number => (Channel(number), Channel(number >> 1), Channel(number >> 2)))];

        // Every third bit of the number, the lowest first, from the highest bit of the colour downwards.
        static byte Channel(int bits)
        {
            int value = 0;
            for (int place = 7; bits != 0; place--, bits >>= 3)
                value |= (bits & 1) << place;
            return (byte)value;
        }
    }

    /// <summary>Draws the colour of each pixel's class over an image. A pixel whose class has no colour, such as 255 for unlabelled, stays as it is.</summary>
    /// <param name="image">(height, width, channels) of 1 or 3 channels: UInt8, or floating point from 0 to 255.</param>
    /// <param name="classes">The class numbers, whole numbers (height, width).</param>
    /// <param name="colors">The colour of each class; null for <see cref="Colors"/>, where only 255 and negative numbers have none.</param>
    /// <param name="opacity">How much of the colours is seen, 0 to 1.</param>
    /// <returns>UInt8 (height, width, 3).</returns>
    /// <exception cref="ShapeException">They do not fit.</exception>
    /// <exception cref="DTypeException">The classes are no whole numbers.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The opacity is out of range.</exception>
    public static Tensor Over(Tensor image, Tensor classes, IReadOnlyList<(byte Red, byte Green, byte Blue)>? colors = null, double opacity = 0.5)
    {
        Require(image, classes, nameof(Over));
        Setting.Require(opacity, opacity is >= 0 and <= 1, "0 to 1");
        if (classes.DType.IsFloat() || classes.DType == DType.Bool)
            throw new DTypeException($"{nameof(ClassMap)}.{nameof(Over)}: received classes of {classes.DType}; expected whole numbers. Of scores (height, width, classes) ArgMax() makes them.");
        colors ??= Colors(byte.MaxValue);
        float[] pixels = Colored(image);
        int[] numbers = classes.Cast(DType.Int32).ToArray<int>();
        for (int i = 0; i < numbers.Length; i++)
        {
            if ((uint)numbers[i] < (uint)colors.Count)
                Blend(pixels, i, colors[numbers[i]], opacity);
        }

        return Finished(pixels, image.Shape);
    }

    /// <summary>Draws the border of a region over an image: the pixels of the region that are fewer than <paramref name="width"/> steps, up, down, left or right, from one beside it. The image's edges are no border.</summary>
    /// <param name="image">(height, width, channels) of 1 or 3 channels: UInt8, or floating point from 0 to 255.</param>
    /// <param name="region">Bool (height, width): true in the region.</param>
    /// <param name="color">The colour of the border.</param>
    /// <param name="width">The width of the border in pixels, 1 or more.</param>
    /// <returns>UInt8 (height, width, 3).</returns>
    /// <exception cref="ShapeException">They do not fit.</exception>
    /// <exception cref="DTypeException">The region is not Bool.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The width is out of range.</exception>
    public static Tensor Outlined(Tensor image, Tensor region, (byte Red, byte Green, byte Blue) color, int width = 1)
    {
        Require(image, region, nameof(Outlined));
        Setting.Require(width, width >= 1, "1 or more");
        if (region.DType != DType.Bool)
            throw new DTypeException($"{nameof(ClassMap)}.{nameof(Outlined)}: received a region of {region.DType}; expected Bool, such as classes.Equal(3).");
        float[] pixels = Colored(image);
        bool[] isInside = region.ToArray<bool>();
        (int rows, int columns) = (region.Shape[0], region.Shape[1]);
        bool hasBorder = true;
        for (int step = 0; step < width && hasBorder; step++)
        {
            bool[] before = [.. isInside];
            hasBorder = false;
            for (int i = 0; i < before.Length; i++)
            {
                (int y, int x) = (i / columns, i % columns);
                if (!before[i] || ((y == 0 || before[i - columns]) && (y == rows - 1 || before[i + columns]) && (x == 0 || before[i - 1]) && (x == columns - 1 || before[i + 1])))
                    continue;
                isInside[i] = false;
                hasBorder = true;
                Blend(pixels, i, color, 1);
            }
        }

        return Finished(pixels, image.Shape);
    }

    private static void Require(Tensor image, Tensor map, string operation)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(map);
        if (image.Rank != 3 || image.Shape[2] is not (1 or 3) || map.Rank != 2 || image.Shape.ElementCount == 0 || map.Shape[0] != image.Shape[0] || map.Shape[1] != image.Shape[1])
        {
            throw new ShapeException($"{nameof(ClassMap)}.{operation}: received an image of shape {image.Shape} and a map of shape {map.Shape}; expected (height, width, 1 or 3) and (height, width). "
                + "Image.Resize changes sizes; of class numbers with Interpolation.Nearest.");
        }
    }

    // Three channels, 0 to 255.
    private static float[] Colored(Tensor image) => image.Cast(DType.Float32).Clip(0.0, byte.MaxValue).BroadcastTo([image.Shape[0], image.Shape[1], 3]).ToArray<float>();

    private static void Blend(float[] pixels, int pixel, (byte Red, byte Green, byte Blue) color, double opacity)
    {
        Span<float> place = pixels.AsSpan(3 * pixel, 3);
        place[0] = Mixed(place[0], color.Red);
        place[1] = Mixed(place[1], color.Green);
        place[2] = Mixed(place[2], color.Blue);

        float Mixed(float below, byte above) => (float)((below * (1 - opacity)) + (above * opacity));
    }

    private static Tensor Finished(float[] pixels, Shape image) => Tensor.From(pixels, [image[0], image[1], 3]).Round().Cast(DType.UInt8);
}
