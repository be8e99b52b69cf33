using System.Buffers;

namespace Laminet.Tensors.Blocks;

/// <summary>
/// The positions of look-ups in the order of the rows they point to; those of one row in their own order. A radix sort: its time grows with
/// the positions alone, and two passes suffice for a table of four million rows.
/// </summary>
internal readonly struct RowOrder : IDisposable
{
    private const int DigitBits = 11, Buckets = 1 << DigitBits;

    // A row, and in the lower half the position.
    private readonly long[] places;

    /// <param name="positions">How many there are.</param>
    public RowOrder(int positions)
    {
        Count = positions;
        places = ArrayPool<long>.Shared.Rent(positions);
    }

    /// <summary>How many positions there are.</summary>
    public int Count { get; }

    /// <summary>The row of the position that is at this place in the order.</summary>
    public int RowAt(int place) => (int)(places[place] >> 32);

    /// <summary>The position at this place in the order.</summary>
    public int PositionAt(int place) => (int)places[place];

    /// <summary>Says which row a position points to. Positions are set in order, from 0 on.</summary>
    public void Set(int position, int row) => places[position] = ((long)row << 32) | (uint)position;

    /// <summary>Sorts what was set.</summary>
    /// <param name="rows">How many rows the table has.</param>
    public void Sort(int rows)
    {
        long[] room = ArrayPool<long>.Shared.Rent(Count);
        Span<int> starts = stackalloc int[Buckets];
        Span<long> from = places.AsSpan(0, Count), to = room.AsSpan(0, Count);
        for (int shift = 32; shift < 64 && (long)(rows - 1) >> (shift - 32) != 0; shift += DigitBits)
        {
            starts.Clear();
            foreach (long place in from)
                starts[DigitOf(place, shift)]++;
            int start = 0;
            foreach (ref int bucket in starts)
                (bucket, start) = (start, start + bucket);
            foreach (long place in from)
                to[starts[DigitOf(place, shift)]++] = place;
            Span<long> sorted = to;
            to = from;
            from = sorted;
        }

        if (from != places.AsSpan(0, Count))
            from.CopyTo(places);
        ArrayPool<long>.Shared.Return(room);
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose() => ArrayPool<long>.Shared.Return(places);

    private static int DigitOf(long place, int shift) => (int)(place >> shift) & (Buckets - 1);
}
