using Laminet.Tensors;

namespace Laminet.Vision.Images;

/// <summary>The colours of the classes in coloured masks.</summary>
internal sealed class MaskColors
{
    private readonly IReadOnlyList<(byte Red, byte Green, byte Blue)> colors;
    private readonly Dictionary<(int, int, int), int> classes = [];

    public MaskColors(IReadOnlyList<(byte Red, byte Green, byte Blue)> colors)
    {
        this.colors = [.. colors];
        for (int i = 0; i < colors.Count; i++)
        {
            if (!classes.TryAdd((colors[i].Red, colors[i].Green, colors[i].Blue), i))
                throw new ArgumentException($"Received the colour {colors[i]} for two classes, {classes[colors[i]]} and {i}. Give each class its own.", nameof(colors));
        }
    }

    public int ClassOf(int red, int green, int blue, string name) => classes.TryGetValue((red, green, blue), out int number) ? number
        : throw new ImageException($"Cannot read {name}: the mask has the colour ({red}, {green}, {blue}), which belongs to no class. Add it to colors, or repaint the mask.");

    public override string ToString() => string.Join(' ', colors);
}

/// <summary>The class of each pixel, upright.</summary>
internal sealed class Mask
{
    private readonly int[] numbers;

    private Mask(int height, int width, int[] numbers) => (Height, Width, this.numbers) = (height, width, numbers);

    public int Height { get; }

    public int Width { get; }

    public static Mask Read(string path, ImageLimits limits, MaskColors? colors) => ImageFile.Read(path, limits, bytes => Decode(bytes, path, limits, colors));

    public static Mask Decode(ReadOnlySpan<byte> bytes, string name, ImageLimits limits, MaskColors? colors)
    {
        PngSamples samples = PngSamples.Read(bytes, name, limits);
        RequireKind(samples, name, colors);
        int orientation = PngOrientation.Of(bytes);
        Orientations.Map map = new(orientation, samples.Height, samples.Width);
        int[] upright = new int[samples.Height * samples.Width];
        for (int i = 0, p = 0; i < upright.Length; i++, p += samples.Channels)
            upright[map.Of(i / samples.Width, i % samples.Width)] = colors is null ? samples.Values[p] : colors.ClassOf(samples.Values[p], samples.Values[p + 1], samples.Values[p + 2], name);
        (int height, int width) = Orientations.Size(orientation, samples.Height, samples.Width);
        return new Mask(height, width, upright);
    }

    /// <summary>Int32 (height, width), each the number of the nearest pixel.</summary>
    public Tensor Place(Placement placement, int outside)
    {
        (int height, int width) = placement.Canvas;
        int[] placed = new int[height * width], rows = ResizeTable.Nearest(placement.Part.Height, placement.Scaled.Height), columns = ResizeTable.Nearest(placement.Part.Width, placement.Scaled.Width);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                placed[(y * width) + x] = placement.IsInside(y, x) ? numbers[((placement.Part.Top + rows[y - placement.Top]) * Width) + placement.Part.Left + columns[x - placement.Left]] : outside;
            }
        }

        return Tensor.From(placed, [height, width]);
    }

    private static void RequireKind(PngSamples samples, string name, MaskColors? colors)
    {
        if (colors is null && samples.Channels != 1)
            throw new ImageException($"Cannot read {name}: the mask has {samples.Channels} channels; expected 1, grey or with a palette, whose values are the numbers of the classes. For coloured masks give colors.");
        if (colors is not null && (samples.Bits != 8 || samples.Channels < 3))
            throw new ImageException($"Cannot read {name}: the mask has {samples.Channels} channels of {samples.Bits} bits; expected 3 of 8 bits, because colors are given. Leave colors out for masks of numbers.");
    }
}
