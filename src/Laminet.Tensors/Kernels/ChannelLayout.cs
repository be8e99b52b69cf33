namespace Laminet.Tensors.Kernels;

/// <summary>
/// Rows of channels, seen as fewer and wider rows: where channels are few, several rows are one long row, so that vectors are
/// full. The wide rows are cut into chunks. All of it follows from the shape alone.
/// </summary>
internal readonly record struct ChannelLayout
{
    private const int WantedWidth = 64;
    private const int FoldedBelow = 256;
    private const int LongestVector = 16;
    private const int ChunkElements = 8192;
    private const int MinChunkRows = 32;
    private const int TaskElements = 32 * 1024;

    public ChannelLayout(int rows, int channels)
    {
        (Rows, Channels, Fold) = (rows, channels, 1);
        if (channels < FoldedBelow)
        {
            Fold = LongestVector / (int)Math.Min(LongestVector, channels & -channels);
            while (Fold * channels < WantedWidth)
                Fold *= 2;
            while (Fold > Math.Max(1, rows))
                Fold /= 2;
        }

        Width = Fold * channels;
        (WideRows, int rest) = Math.DivRem(rows, Fold);
        Rest = rest * channels;
        ChunkRows = Math.Max(MinChunkRows, ChunkElements / Width);
        Chunks = Rounding.DivideUp(WideRows, ChunkRows);
        ChunksPerTask = Math.Max(1, TaskElements / (ChunkRows * Width));
    }

    public int Rows { get; }

    public int Channels { get; }

    /// <summary>Rows in a wide row, a power of two.</summary>
    public int Fold { get; }

    /// <summary>Elements in a wide row.</summary>
    public int Width { get; }

    /// <summary>How many wide rows are complete.</summary>
    public int WideRows { get; }

    /// <summary>Elements behind the last complete wide row: the rows of an incomplete one.</summary>
    public int Rest { get; }

    public int ChunkRows { get; }

    /// <summary>Chunks of complete wide rows.</summary>
    public int Chunks { get; }

    /// <summary>Chunks, and one more for the rest where there is one.</summary>
    public int Units => Chunks + (Rest > 0 ? 1 : 0);

    public int ChunksPerTask { get; }

    public int Tasks => Rounding.DivideUp(Units, ChunksPerTask);

    /// <summary>How many wide rows a unit has, and how long they are.</summary>
    public (int Rows, int Columns) Extent(int unit) =>
        unit == Chunks ? (1, Rest) : (Math.Min(ChunkRows, WideRows - (unit * ChunkRows)), Width);

    /// <summary>How many wide rows the chunks from <paramref name="first"/> to before <paramref name="end"/> have.</summary>
    public int RowsOf(int first, int end) => Math.Min(end * ChunkRows, WideRows) - (first * ChunkRows);

    /// <summary>Where a unit starts.</summary>
    public nint Start(int unit) => (nint)Math.Min(unit * ChunkRows, WideRows) * Width;
}
