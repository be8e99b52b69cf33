namespace Laminet.Vision.Images;

/// <summary>The eight ways in which a camera may be held, as EXIF counts them. Source: Exif 2.3, tag 0x0112.</summary>
internal static class Orientations
{
    /// <summary>Whether rows become columns.</summary>
    public static bool IsTurned(int orientation) => orientation >= 5;

    /// <summary>The size of the upright image.</summary>
    public static (int Height, int Width) Size(int orientation, int height, int width) => IsTurned(orientation) ? (width, height) : (height, width);

    /// <summary>Writes the upright image.</summary>
    public static void Apply<T>(ReadOnlySpan<T> from, int height, int width, int orientation, Span<T> to) where T : unmanaged
    {
        Map map = new(orientation, height, width);
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<T> row = from.Slice(y * width, width);
            for (int x = 0; x < row.Length; x++)
                to[map.Of(y, x)] = row[x];
        }
    }

    /// <summary>Where the pixels of a stored image lie upright.</summary>
    internal readonly struct Map(int orientation, int height, int width)
    {
        // What the stored rows and columns are upright: 1 to 4 keep their direction, 5 to 8 change it; some run backwards.
        private readonly bool isTurned = IsTurned(orientation), rowsBackwards = orientation is 3 or 4 or 6 or 7, columnsBackwards = orientation is 2 or 3 or 7 or 8;

        /// <summary>The place in the upright image, counted row by row.</summary>
        public int Of(int row, int column)
        {
            (int line, int place) = (rowsBackwards ? height - 1 - row : row, columnsBackwards ? width - 1 - column : column);
            return isTurned ? (place * height) + line : (line * width) + place;
        }
    }
}
