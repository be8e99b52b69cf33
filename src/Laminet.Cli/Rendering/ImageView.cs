using Laminet.Tensors;
using Spectre.Console;

namespace Laminet.Cli.Rendering;

/// <summary>Draws images with characters: two rows of pixels a line, as half blocks in colour or as one character of about their darkness.</summary>
internal static class ImageView
{
    private const string Ramp = " .:-=+*#%@";

    /// <summary>Draws images beside each other, each with a caption over it, as many in a row as the screen has columns for.</summary>
    /// <param name="screen">Where to.</param>
    /// <param name="images">Bytes of (height, width, channels), all of one size.</param>
    /// <param name="captions">A word for each.</param>
    /// <param name="step">Of how many pixels every way one is drawn.</param>
    public static void Write(Screen screen, IReadOnlyList<Tensor> images, IReadOnlyList<string> captions, int step = 1)
    {
        int width = Pixels.Of(images[0], step).Width;
        int inRow = Math.Max(1, screen.Width / (width + 1));
        foreach ((Tensor Image, string Caption)[] row in images.Zip(captions).Chunk(inRow))
        {
            screen.Line(string.Join(' ', row.Select(pair => pair.Caption[..Math.Min(width, pair.Caption.Length)].PadRight(width))).TrimEnd());
            WriteRow(screen, [.. row.Select(pair => Pixels.Of(pair.Image, step))]);
        }
    }

    private static void WriteRow(Screen screen, IReadOnlyList<Pixels> images)
    {
        for (int y = 0; y < images[0].Height; y += 2)
        {
            if (!screen.IsRich)
            {
                screen.Line(string.Join(' ', images.Select(image => string.Concat(Enumerable.Range(0, image.Width).Select(x => image.Character(y, x))))).TrimEnd());
                continue;
            }

            Paragraph line = new();
            foreach (Pixels image in images)
            {
                for (int x = 0; x < image.Width; x++)
                    line.Append("▀", new Style(image.ColorAt(y, x), image.ColorAt(y + 1, x)));
                line.Append(" ");
            }

            screen.Console.Write(line);
            screen.Line();
        }
    }

    private sealed record Pixels(byte[] Bytes, int SourceHeight, int SourceWidth, int Channels, int Step)
    {
        public int Height => (SourceHeight + Step - 1) / Step;

        public int Width => (SourceWidth + Step - 1) / Step;

        public static Pixels Of(Tensor image, int step) => new(image.ToArray<byte>(), image.Shape[0], image.Shape[1], image.Shape[2], step);

        public Color ColorAt(int y, int x) => y >= Height ? Color.Black
            : Channels >= 3 ? new Color(At(y, x, 0), At(y, x, 1), At(y, x, 2))
            : new Color(At(y, x, 0), At(y, x, 0), At(y, x, 0));

        public char Character(int y, int x)
        {
            int below = y + 1 < Height ? At(y + 1, x, 0) : 0;
            return Ramp[(At(y, x, 0) + below) * (Ramp.Length - 1) / 510];
        }

        // Thinned out rather than averaged: at a few pixels edges say more than tones.
        private byte At(int y, int x, int channel) => Bytes[(((y * Step * SourceWidth) + (x * Step)) * Channels) + channel];
    }
}
