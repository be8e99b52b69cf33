using System.Numerics;
using Laminet.Tensors;

namespace Laminet.Vision.Images;

/// <summary>Images of 16 bits a channel, from the numbers of their file to a tensor.</summary>
internal static class SixteenBits
{
    /// <summary>One number of 8 bits is as many of 16: 65535 / 255.</summary>
    public const int PerEight = 257;

    private const int Red = 0, Green = 1, Blue = 2, Opacity = 3;

    /// <summary>Each number rounded to 8 bits, not upright.</summary>
    public static Pixels ToEight(PngSamples samples)
    {
        Pixels pixels = new(samples.Height, samples.Width, 4, samples.HasAlpha);
        Span<byte> bytes = pixels.All;
        for (int i = 0; i < bytes.Length; i++)
            bytes[i] = (byte)((samples.Channel(i / 4, i % 4) + (PerEight / 2)) / PerEight);
        return pixels;
    }

    /// <summary>The image as UInt16, or as Float32 from 0 to 255. In another size it is computed in floating point.</summary>
    public static Tensor Placed(PngSamples samples, int orientation, Placement placement, ImageReading reading)
    {
        (int Height, int Width) upright = Orientations.Size(orientation, samples.Height, samples.Width);
        int channels = reading.Channels;
        bool isKept = !placement.IsScaled(upright.Height, upright.Width) && placement.Canvas == upright;
        if (isKept && reading.DType == DType.UInt16)
            return Tensor.From(Numbers<ushort>(samples, orientation, reading.Color), [upright.Height, upright.Width, channels]);
        float[] numbers = Numbers<float>(samples, orientation, reading.Color);
        if (!isKept)
        {
            bool isWeighted = channels == 4 && reading.Interpolation != Interpolation.Nearest && placement.Scaled != (placement.Part.Height, placement.Part.Width) && Premultiply(numbers);
            Tensor placed = Image.Place(Tensor.From(numbers, [upright.Height, upright.Width, channels]), placement, reading.Interpolation, reading.Fill * PerEight);
            numbers = placed.ToArray<float>();
            if (channels == 4)
                FinishOpacity(numbers, placement, isWeighted);
        }

        // Some weights are negative, so a new number can lie outside.
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = Math.Clamp(numbers[i], 0, ushort.MaxValue);
        Tensor image = Tensor.From(numbers, [placement.Canvas.Height, placement.Canvas.Width, channels]);
        return reading.DType == DType.UInt16 ? image.Round().Cast(DType.UInt16) : image / PerEight;
    }

    // Upright, the channels of a pixel together.
    private static T[] Numbers<T>(PngSamples samples, int orientation, ImageColor color) where T : INumberBase<T>
    {
        int channels = color switch { ImageColor.Rgb => 3, ImageColor.Rgba => 4, _ => 1 };
        T[] numbers = new T[samples.Height * samples.Width * channels];
        Orientations.Map map = new(orientation, samples.Height, samples.Width);
        for (int pixel = 0; pixel < samples.Height * samples.Width; pixel++)
        {
            Span<T> to = numbers.AsSpan(map.Of(pixel / samples.Width, pixel % samples.Width) * channels, channels);
            if (color == ImageColor.Grey)
            {
                double luma = (0.299 * samples.Channel(pixel, Red)) + (0.587 * samples.Channel(pixel, Green)) + (0.114 * samples.Channel(pixel, Blue));
                to[0] = typeof(T) == typeof(ushort) ? T.CreateTruncating(Math.Round(luma)) : T.CreateTruncating(luma);
                continue;
            }

            for (int channel = 0; channel < channels; channel++)
                to[channel] = T.CreateTruncating(samples.Channel(pixel, channel));
        }

        return numbers;
    }

    // False if all pixels are opaque and nothing changed.
    private static bool Premultiply(Span<float> numbers)
    {
        bool isSeeThrough = false;
        for (int p = 0; p < numbers.Length; p += 4)
        {
            float opacity = numbers[p + Opacity] / ushort.MaxValue;
            isSeeThrough |= opacity < 1;
            for (int channel = 0; channel < Opacity; channel++)
                numbers[p + channel] *= opacity;
        }

        return isSeeThrough;
    }

    // Takes the opacity out of the colours again, and makes the margins opaque.
    private static void FinishOpacity(Span<float> numbers, Placement placement, bool isWeighted)
    {
        int width = placement.Canvas.Width;
        for (int p = 0; p < numbers.Length; p += 4)
        {
            ref float opacity = ref numbers[p + Opacity];
            if (!placement.IsInside(p / 4 / width, p / 4 % width))
                opacity = ushort.MaxValue;
            else if (isWeighted)
            {
                float scale = opacity > 0 ? ushort.MaxValue / Math.Min(opacity, ushort.MaxValue) : 0;
                for (int channel = 0; channel < Opacity; channel++)
                    numbers[p + channel] *= scale;
            }
        }
    }
}
