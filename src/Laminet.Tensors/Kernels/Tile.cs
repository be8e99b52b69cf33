using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Laminet.Tensors.Kernels;

/// <summary>One run of a reduction: how far its first step lies along every row, and along the panel.</summary>
internal readonly record struct Segment(nint Row, nint Panel);

/// <summary>
/// One tile of a product: out[i, j] = sum over segments s and steps d of
/// Rows[i][s.Row + d Step] Panel[s.Panel + d PanelStep + j].
/// </summary>
/// <remarks>
/// Rows are reached through pointers and the reduction through offsets common to all of them, so that a matrix, a transposed
/// matrix, the patches of an image (one segment a kernel row) and their transpose are all read where they lie.
/// </remarks>
internal unsafe struct TileCall<T> where T : unmanaged, INumber<T>
{
    /// <summary>As many pointers as the tile has rows; those past <see cref="RowCount"/> repeat a readable row.</summary>
    public T** Rows;
    public Segment* Segments;
    public int SegmentCount;
    public int Depth;
    public nint Step;

    /// <summary>The right operand: rows of as many elements as the tile has columns, <see cref="PanelStep"/> apart, all readable.</summary>
    public T* Panel;
    public nint PanelStep;

    /// <summary>Where each row of the result begins, and how far along it the tile lies.</summary>
    public T** Outputs;
    public nint Column;

    /// <summary>The part of the tile that exists, and is written.</summary>
    public int RowCount;
    public int ColumnCount;

    /// <summary>
    /// What happens to the sum, in this order: what lies so far from the result is added; it is scaled and the bias added, in one operation
    /// where there is a scale, and then the addend for scaled sums; with a ceiling above 0 negative values become 0 and larger ones the ceiling.
    /// </summary>
    public bool Adds;
    public nint AddendOffset;
    public T* Scale;
    public bool AddsScaled;
    public nint ScaledAddendOffset;
    public T* Bias;
    public T Ceiling;

    /// <summary>Whether <see cref="Kernels.Swish"/> follows, which who calls the tile applies to what it has written.</summary>
    public bool Swish;

    /// <summary>For one pass of a reduction: later ones take what is there already, the last one finishes.</summary>
    public void Finish(in Epilogue<T> epilogue, T* result, bool isFirst, bool isLast)
    {
        // Added first, the addend may be the result itself; but a factor is for the sums alone.
        bool addsFirst = epilogue.Addend != null && epilogue.Scale == null;
        nint offset = epilogue.Addend == null ? 0 : (nint)(epilogue.Addend - result);
        Adds = !isFirst || addsFirst;
        AddendOffset = isFirst && addsFirst ? offset : 0;
        Scale = isLast ? epilogue.Scale : null;
        AddsScaled = Scale != null && epilogue.Addend != null;
        ScaledAddendOffset = offset;
        Bias = isLast ? epilogue.Bias : null;
        Ceiling = isLast ? epilogue.Ceiling : T.Zero;
        Swish = isLast && epilogue.Swish;
    }
}

/// <summary>The register tile of the current <see cref="Simd.Level"/>: its size, and the micro-kernel that computes it.</summary>
internal readonly unsafe struct Tile<T> where T : unmanaged, INumber<T>
{
    private Tile(int rows, int columns, delegate*<TileCall<T>*, void> multiply)
    {
        Rows = rows;
        Columns = columns;
        Multiply = multiply;
    }

    public readonly int Rows;
    public readonly int Columns;
    public readonly delegate*<TileCall<T>*, void> Multiply;

    /// <summary>The tile that wastes least of itself on a result of so many columns.</summary>
    public static Tile<T> For(int columns) => Narrowed(columns) switch
    {
        SimdLevel.Vector512 => Best<Simd512<T>, Vector512<T>>(columns),
        SimdLevel.Vector256 => Best<Simd256<T>, Vector256<T>>(columns),
        SimdLevel.Vector128 => Best<Simd128<T>, Vector128<T>>(columns),
        _ => Best<SimdScalar<T>, T>(columns),
    };

    /// <summary>The tile that wastes least of itself on a result of so many rows and columns, for products of few rows.</summary>
    public static Tile<T> For(int rows, int columns) => Narrowed(columns) switch
    {
        SimdLevel.Vector512 => Best<Simd512<T>, Vector512<T>>(rows, columns),
        SimdLevel.Vector256 => Best<Simd256<T>, Vector256<T>>(rows, columns),
        SimdLevel.Vector128 => Best<Simd128<T>, Vector128<T>>(rows, columns),
        _ => Best<SimdScalar<T>, T>(rows, columns),
    };

    /// <summary>This tile, or one of the same columns and fewer rows that wastes less on so few: both read the same panels.</summary>
    public Tile<T> OfRows(int rows) => Simd.Level switch
    {
        SimdLevel.Vector512 => OfRows<Simd512<T>, Vector512<T>>(rows),
        SimdLevel.Vector256 => OfRows<Simd256<T>, Vector256<T>>(rows),
        SimdLevel.Vector128 => OfRows<Simd128<T>, Vector128<T>>(rows),
        _ => OfRows<SimdScalar<T>, T>(rows),
    };

    /// <summary>The tile of a product's panels, and a narrower one for the columns that its last panel has if that computes less.</summary>
    /// <remarks>24 columns are one panel of 16 and one of 8, 80 are one of 48 and one of 32. What is saved must be more than a twentieth: a further tile reads the rows once more.</remarks>
    public static (Tile<T> Tile, Tile<T> Last) WithLast(int columns) => Simd.Level switch
    {
        SimdLevel.Vector512 => WithLast<Simd512<T>, Vector512<T>>(columns),
        SimdLevel.Vector256 => WithLast<Simd256<T>, Vector256<T>>(columns),
        SimdLevel.Vector128 => WithLast<Simd128<T>, Vector128<T>>(columns),
        _ => (For(columns), For(columns)),
    };

    /// <summary>Shorter vectors where those of the current level would not be full: groups of few filters then fill whole tiles.</summary>
    private static SimdLevel Narrowed(int columns)
    {
        SimdLevel level = Simd.Level;
        if (level == SimdLevel.Vector512 && columns <= Vector256<T>.Count)
            level = SimdLevel.Vector256;
        return level == SimdLevel.Vector256 && columns <= Vector128<T>.Count ? SimdLevel.Vector128 : level;
    }

    /// <summary>A tile of one row for results that fill it, where rows below would be computed and thrown away.</summary>
    public static Tile<T> ForOneRow(int columns) => Simd.Level switch
    {
        SimdLevel.Vector512 => OneRow<Simd512<T>, Vector512<T>>(columns),
        SimdLevel.Vector256 => OneRow<Simd256<T>, Vector256<T>>(columns),
        SimdLevel.Vector128 => OneRow<Simd128<T>, Vector128<T>>(columns),
        _ => OneRow<SimdScalar<T>, T>(columns),
    };

    private static Tile<T> OneRow<TSimd, TVector>(int columns)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged =>
        columns < 4 * TSimd.Count ? Best<TSimd, TVector>(columns) : new(1, 8 * TSimd.Count, &Tile1x8<TSimd, TVector, T>.Multiply);

    private static Tile<T> Best<TSimd, TVector>(int columns)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        int lanes = TSimd.Count;
        if (columns <= lanes)
            return new(12, lanes, &Tile12x1<TSimd, TVector, T>.Multiply);
        if (!Simd.HasManyRegisters)
            return new(6, 2 * lanes, &Tile6x2<TSimd, TVector, T>.Multiply);
        return Rounding.RoundUp(columns, 2 * lanes) < Rounding.RoundUp(columns, 3 * lanes)
            ? new(12, 2 * lanes, &Tile12x2<TSimd, TVector, T>.Multiply)
            : new(8, 3 * lanes, &Tile8x3<TSimd, TVector, T>.Multiply);
    }

    private static (Tile<T> Tile, Tile<T> Last) WithLast<TSimd, TVector>(int columns)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        Tile<T> alone = For(columns);
        (Tile<T> Tile, Tile<T> Last) best = (alone, alone);
        if (columns <= TSimd.Count)
            return best;
        int least = Rounding.RoundUp(columns, alone.Columns);
        foreach (Tile<T> tile in (ReadOnlySpan<Tile<T>>)[alone, Best<TSimd, TVector>(3 * TSimd.Count), Best<TSimd, TVector>(2 * TSimd.Count), Best<TSimd, TVector>(TSimd.Count)])
        {
            int left = columns % tile.Columns;
            if (left == 0 || columns < tile.Columns)
                continue;
            Tile<T> last = For(left);
            int computed = columns - left + last.Columns;
            if (computed < least - (columns / 20))
                (best, least) = ((tile, last), computed);
        }

        return best;
    }

    private Tile<T> OfRows<TSimd, TVector>(int rows)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        Tile<T> best = this;
        if (Simd.HasManyRegisters)
        {
            Try(new(7, 3 * TSimd.Count, &Tile7x3<TSimd, TVector, T>.Multiply));
            Try(new(7, 2 * TSimd.Count, &Tile7x2<TSimd, TVector, T>.Multiply));
        }

        Try(new(6, 2 * TSimd.Count, &Tile6x2<TSimd, TVector, T>.Multiply));
        return best;

        void Try(Tile<T> lower)
        {
            if (lower.Columns == best.Columns && Rounding.RoundUp(rows, lower.Rows) < Rounding.RoundUp(rows, best.Rows))
                best = lower;
        }
    }

    private static Tile<T> Best<TSimd, TVector>(int rows, int columns)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        Tile<T> best = Best<TSimd, TVector>(columns), small = new(6, 2 * TSimd.Count, &Tile6x2<TSimd, TVector, T>.Multiply), wide = new(8, 3 * TSimd.Count, &Tile8x3<TSimd, TVector, T>.Multiply);
        if (columns <= TSimd.Count || !Simd.HasManyRegisters)
            return best;
        if (Computed(wide) < Computed(best))
            best = wide;
        return Computed(small) < Computed(best) ? small : best;

        long Computed(Tile<T> tile) => (long)Rounding.RoundUp(rows, tile.Rows) * Rounding.RoundUp(columns, tile.Columns);
    }
}

/// <summary>How a finished row of sums reaches memory.</summary>
internal static unsafe class TileOutput<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, INumber<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(TVector sum, T* output, T* scale, T* addend, T* bias, T ceiling) =>
        TSimd.Store(Finished(sum, scale, addend, bias, ceiling), output);

    /// <summary>A sum after the epilogue.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Finished(TVector sum, T* scale, T* addend, T* bias, T ceiling)
    {
        if (scale != null)
            sum = TSimd.MultiplyAdd(sum, TSimd.Load(scale), bias == null ? default : TSimd.Load(bias));
        if (addend != null)
            sum = TSimd.Add(sum, TSimd.Load(addend));
        if (bias != null && scale == null)
            sum = TSimd.Add(sum, TSimd.Load(bias));
        if (ceiling > T.Zero)
            sum = TSimd.Rectify(sum, ceiling);
        return sum;
    }

    /// <summary>One vector of a row that begins at <paramref name="row"/>; the addend lies so far from the result.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(TVector sum, T* row, nint column, in Epilogue<T> epilogue, nint addendOffset, bool passesCaches = false)
    {
        T* output = row + column;
        TVector finished = Finished(
            sum,
            epilogue.Scale == null ? null : epilogue.Scale + column,
            epilogue.Addend == null ? null : output + addendOffset,
            epilogue.Bias == null ? null : epilogue.Bias + column,
            epilogue.Ceiling);
        if (passesCaches)
            TSimd.StorePastCaches(finished, output);
        else
            TSimd.Store(finished, output);
    }

    /// <summary>Two vectors of a row that need no factor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(T* output, bool adds, nint addendOffset, T* bias, T ceiling, TVector sum0, TVector sum1)
    {
        if (adds)
        {
            sum0 = TSimd.Add(sum0, TSimd.Load(output + addendOffset));
            sum1 = TSimd.Add(sum1, TSimd.Load(output + addendOffset + TSimd.Count));
        }

        if (bias != null)
        {
            sum0 = TSimd.Add(sum0, TSimd.Load(bias));
            sum1 = TSimd.Add(sum1, TSimd.Load(bias + TSimd.Count));
        }

        if (ceiling > T.Zero)
        {
            sum0 = TSimd.Rectify(sum0, ceiling);
            sum1 = TSimd.Rectify(sum1, ceiling);
        }

        TSimd.Store(sum0, output);
        TSimd.Store(sum1, output + TSimd.Count);
    }

    /// <summary>Three of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(T* output, bool adds, nint addendOffset, T* bias, T ceiling, TVector sum0, TVector sum1, TVector sum2)
    {
        if (adds)
        {
            sum0 = TSimd.Add(sum0, TSimd.Load(output + addendOffset));
            sum1 = TSimd.Add(sum1, TSimd.Load(output + addendOffset + TSimd.Count));
            sum2 = TSimd.Add(sum2, TSimd.Load(output + addendOffset + (2 * TSimd.Count)));
        }

        if (bias != null)
        {
            sum0 = TSimd.Add(sum0, TSimd.Load(bias));
            sum1 = TSimd.Add(sum1, TSimd.Load(bias + TSimd.Count));
            sum2 = TSimd.Add(sum2, TSimd.Load(bias + (2 * TSimd.Count)));
        }

        if (ceiling > T.Zero)
        {
            sum0 = TSimd.Rectify(sum0, ceiling);
            sum1 = TSimd.Rectify(sum1, ceiling);
            sum2 = TSimd.Rectify(sum2, ceiling);
        }

        TSimd.Store(sum0, output);
        TSimd.Store(sum1, output + TSimd.Count);
        TSimd.Store(sum2, output + (2 * TSimd.Count));
    }

    /// <summary>The part of a tile that exists, from sums stored row by row.</summary>
    public static void Write(TileCall<T>* call, T* sums, int columns)
    {
        nint place = call->Column;
        T* scale = call->Scale == null ? null : call->Scale + place, bias = call->Bias == null ? null : call->Bias + place;
        T** outputs = call->Outputs, end = outputs + call->RowCount;
        for (; outputs < end; outputs++, sums += columns)
        {
            T* output = *outputs + place;
            int column = 0;
            WriteVectors(call, output, scale, bias, sums, ref column);
            // The rest of a row in shorter vectors: most widths of networks are multiples of 8.
            if (TSimd.Count > Vector256<T>.Count)
                TileOutput<Simd256<T>, Vector256<T>, T>.WriteVectors(call, output, scale, bias, sums, ref column);
            if (TSimd.Count > Vector128<T>.Count)
                TileOutput<Simd128<T>, Vector128<T>, T>.WriteVectors(call, output, scale, bias, sums, ref column);
            TileOutput<SimdScalar<T>, T, T>.WriteVectors(call, output, scale, bias, sums, ref column);
        }
    }

    /// <summary>As many whole vectors of a row as are left.</summary>
    private static void WriteVectors(TileCall<T>* call, T* output, T* scale, T* bias, T* sums, ref int column)
    {
        for (; column <= call->ColumnCount - TSimd.Count; column += TSimd.Count)
        {
            TVector sum = TSimd.Load(sums + column);
            if (call->Adds)
                sum = TSimd.Add(sum, TSimd.Load(output + column + call->AddendOffset));
            Write(
                sum, output + column, scale == null ? null : scale + column, call->AddsScaled ? output + column + call->ScaledAddendOffset : null, bias == null ? null : bias + column, call->Ceiling);
        }
    }
}
