using Laminet.Tensors;

namespace Laminet.Vision.Tests.Images;

/// <summary>Images made by formulas.</summary>
internal static class Pattern
{
    /// <summary>High frequencies everywhere; the same as in make_images_golden.py.</summary>
    public static Tensor Rough(int height, int width, int channels) => Of(height, width, channels, (y, x, c) => (x * x * 7) + (y * y * 13) + (x * y * 5) + (c * 61));

    /// <summary>Like a photograph: slow changes.</summary>
    public static Tensor Smooth(int height, int width, int channels = 3, int phase = 0) =>
        Of(height, width, channels, (y, x, c) => (int)(127.5 + (60 * Math.Sin((x + phase) / 30.0)) + (60 * Math.Cos((y + (c * 5)) / 23.0))));

    private static Tensor Of(int height, int width, int channels, Func<int, int, int, int> value)
    {
        byte[] pixels = new byte[height * width * channels];
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)value(i / channels / width, i / channels % width, i % channels);
        return Tensor.From(pixels, [height, width, channels]);
    }
}
