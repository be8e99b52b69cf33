using System.Numerics;
using System.Runtime.CompilerServices;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>
/// The first convolution of a network for images, of three or four channels to many, in tiles by Winograd's algorithm (<see cref="WinogradLines{TSimd, TVector, T}"/>): a quarter of the multiplications of 3 x 3 taps, and of 7 x 7 with
/// steps of 2 a third. With steps of 2, the four pixels that a step passes, two by two, become one pixel of four times the channels, and the taps on them four by four.
/// </summary>
/// <remarks>
/// So few channels are no depth for a matrix product of each cell (<see cref="WinogradProduct{T}"/>): the sums of six cells of two tiles stay in registers, and are transformed there.
/// Errors are as there.
/// </remarks>
internal unsafe struct WinogradFirst<T>(PatchProduct<T> patch) where T : unmanaged, INumber<T>
{
    /// <summary>The numbers of a staged pixel, or of the pixels of neighbouring tiles that are transformed together.</summary>
    public const int Together = 16;

    /// <summary>Sums of so many tiles stay in a first-level cache, beside the weights of one line of cells.</summary>
    private const int TilesAtATime = 8;

    // An image of fewer results does not repay the transform of the weights.
    private const int LeastPixels = 700;
    private const int Cells = WinogradGrid<T>.Cells;

    private readonly PatchProduct<T> patch = patch;
    private int results, tileRows, tileColumns;
    private T* weights;

    public static bool Suits(in PatchProduct<T> patch)
    {
        PatchGrid<T> grid = patch.Grid;
        // Vectors shorter than a cache line write it in parts, by which 3 x 3 taps lose what they gain: with AVX2 they take 1.08 of the time, where 7 x 7 take half.
        if (grid.RowStep == 1 && Simd.Level != SimdLevel.Vector512)
            return false;
        if (patch.Groups != 1 || patch.GroupInputs is not (3 or 4) || patch.GroupOutputs % Together != 0 || patch.WeightOutputStride != 1 || grid.RowStep is not (1 or 2)
            || !grid.IsSquare(grid.TapColumns, grid.RowStep))
        {
            return false;
        }

        (_, int rows, _, int columns) = Taps(grid);
        int results = 7 - rows;
        long pixels = (long)grid.Rows * grid.Columns;
        // The batch has no say, so an image gives the same bits in any.
        return rows == columns && rows is 3 or 4 && pixels >= LeastPixels
            // Results beyond the edge are computed as well.
            && Rounding.RoundUp(grid.Rows, results) * (long)Rounding.RoundUp(grid.Columns, results) * 4 <= 5 * pixels;
    }

    public void Run()
    {
        PatchGrid<T> grid = patch.Grid;
        (_, int taps, _, _) = Taps(grid);
        results = 7 - taps;
        (tileRows, tileColumns) = (Rounding.DivideUp(grid.Rows, results), Rounding.DivideUp(grid.Columns, results));
        using Scratch<T> transformed = Scratch.Rent<T>((nint)Cells * Depth * patch.GroupOutputs);
        weights = transformed.Pointer;
        TransformWeights(taps);
        Workers.For(grid.Batch * tileRows, Unsafe.AsPointer(ref this), &RunRow);
    }

    /// <summary>The pixels of one step in both directions, over all channels.</summary>
    private readonly int Depth => patch.Grid.RowStep * patch.Grid.RowStep * patch.GroupInputs;

    /// <summary>Tiles whose pixels are transformed as one vector: with a step of 1, a pixel of one has four numbers only.</summary>
    private readonly int TilesTogether => patch.Grid.RowStep == 1 ? 4 : 1;

    /// <summary>Of staged pixels: the first one that a patch reads, and how many, in both directions.</summary>
    private static (int FirstRow, int Rows, int FirstColumn, int Columns) Taps(in PatchGrid<T> grid)
    {
        int shift = grid.RowStep - 1;
        Tap first = grid.Taps[0], last = grid.Taps[grid.TapCount - 1];
        return (first.Row >> shift, (last.Row >> shift) - (first.Row >> shift) + 1, first.Column >> shift, (last.Column >> shift) - (first.Column >> shift) + 1);
    }

    private readonly void TransformWeights(int taps)
    {
        PatchGrid<T> grid = patch.Grid;
        int step = grid.RowStep, size = grid.TapColumns, depth = Depth;
        (int firstRow, _, int firstColumn, _) = Taps(grid);
        T** sources = stackalloc T*[taps * taps];
        // Outputs that lie together: of packed weights, the power of two that divides a panel of one, two or three vectors.
        int columns = Tile<T>.For(patch.GroupOutputs).Columns, width = patch.IsPacked ? Math.Min(Together, columns & -columns) : Together;
        WinogradFirstWeights<T> call = new() { Sources = sources, Taps = taps, Outputs = width, LineStride = 6 * (nint)Together * depth };
        for (int output = 0; output < patch.GroupOutputs; output += width)
        {
            for (int input = 0; input < depth; input++)
            {
                (int phase, int channel) = Math.DivRem(input, patch.GroupInputs);
                for (int i = 0; i < taps * taps; i++)
                {
                    int r = (step * (firstRow + (i / taps))) + (phase / step) - grid.Taps[0].Row, s = (step * (firstColumn + (i % taps))) + (phase % step) - grid.Taps[0].Column;
                    int tap = (r * size) + s;
                    nint packed = ((nint)(output - (output % columns)) * grid.TapCount * patch.GroupInputs) + ((((nint)tap * patch.GroupInputs) + channel) * columns) + (output % columns);
                    sources[i] = r < 0 || r >= size || s < 0 || s >= size ? null
                        : patch.Weights + (patch.IsPacked ? packed : grid.Taps[tap].Weight + (channel * patch.WeightInputStride) + output);
                }

                int place = output % Together;
                call.Target = weights + ((nint)Cells * (output - place) * depth) + (6 * Together * input) + place;
                Simd.Dispatch<WinogradFirstWeightsKernel<T>, T, WinogradFirstWeights<T>>(ref call);
            }
        }
    }

    private static void RunRow(void* state, int task) => ((WinogradFirst<T>*)state)->RunRow(task);

    /// <summary>One row of tiles of one image.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void RunRow(int task)
    {
        (int image, int tileRow) = Math.DivRem(task, tileRows);
        int block = Math.Min(TilesAtATime, Rounding.RoundUp(tileColumns, TilesTogether));
        WinogradStage<T> stage = new(patch.Grid, image, results, (results * block) + 6);
        using Scratch<T> staged = Scratch.Rent<T>(stage.Length), pixels = Scratch.Rent<T>((nint)Cells * Together * block / TilesTogether);
        using Scratch<T> sums = Scratch.Rent<T>((nint)6 * results * Together * (block + 1));
        new Span<T>(staged.Pointer, checked((int)stage.Length)).Clear();
        nint* places = stackalloc nint[Cells];
        for (int cell = 0; cell < Cells; cell++)
            places[cell] = stage.Place(cell / 6, cell % 6);
        T** starts = stackalloc T*[TilesAtATime + 1];
        WinogradFirstCall<T> call = new()
        {
            Starts = starts,
            Results = results,
            Depth = Depth,
            Weights = weights,
            Outputs = patch.GroupOutputs,
            Sums = sums.Pointer,
            RowStride = patch.OutputRowStride,
            ColumnStride = patch.OutputColumnStride,
            Rows = Math.Min(results, patch.Grid.Rows - (tileRow * results)),
            Epilogue = patch.Epilogue,
            AddendOffset = patch.AddendOffset,
            PassesCaches = !patch.Epilogue.Swish && LargeResults.PassCaches(patch.Output, patch.Grid.Batch * (long)patch.OutputImageStride, patch.OutputColumnStride),
        };
        for (int first = 0; first < tileColumns; first += block)
        {
            int count = Math.Min(block, tileColumns - first);
            stage.Fill(tileRow * results, first * results, (results * count) + 6 - results, staged.Pointer);
            TransformPixels(staged.Pointer, places, Rounding.DivideUp(count, TilesTogether), pixels.Pointer);
            for (int i = 0; i <= count; i++)
            {
                // Tiles go two by two; of an odd number the last one counts twice.
                (int group, int place) = Math.DivRem(Math.Min(i, count - 1), TilesTogether);
                starts[i] = pixels.Pointer + ((nint)group * Cells * Together) + (place * (Together / TilesTogether));
            }

            call.Count = count;
            call.Columns = Math.Min(results * count, patch.Grid.Columns - (first * results));
            call.Output = patch.Output + (image * patch.OutputImageStride) + (tileRow * results * patch.OutputRowStride) + (first * results * patch.OutputColumnStride);
            Simd.Dispatch<WinogradFirstKernel<T>, T, WinogradFirstCall<T>>(ref call);
            for (int row = 0; row < call.Rows && patch.Epilogue.Swish; row++)
                Swish.Row(call.Output + (row * call.RowStride), call.Columns * patch.GroupOutputs);
        }

        if (call.PassesCaches)
            LargeResults.Finish();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void TransformPixels(T* staged, nint* places, int groups, T* target)
    {
        T** cells = stackalloc T*[Cells];
        WinogradCall<T> call = new() { Pixels = cells, Channels = Together, SliceStride = Together };
        // The next tile, or the next four, whose pixels a tile apart are neighbours here.
        nint next = Together * (TilesTogether == 1 ? results : 1);
        for (int group = 0; group < groups; group++, staged += next, target += Cells * Together)
        {
            for (int cell = 0; cell < Cells; cell++)
                cells[cell] = staged + places[cell];
            call.Slices = target;
            Simd.Dispatch<WinogradPixels<T>, T, WinogradCall<T>>(ref call);
        }
    }
}

/// <summary>
/// Six rows of pixels as <see cref="WinogradFirst{T}"/> reads them. With steps of 2, a staged pixel is 2 x 2 pixels of the image, all their channels one after the other. With a step of 1 it is a pixel, and those a tile apart
/// follow each other, as what four neighbouring tiles read at the same cell.
/// </summary>
internal readonly unsafe struct WinogradStage<T> where T : unmanaged, INumber<T>
{
    private const int Rows = 6, Together = WinogradFirst<T>.Together;

    private readonly PatchGrid<T> grid;
    private readonly T* image;
    private readonly int step, phases, run, firstRow, firstColumn;
    private readonly nint columnStride, phaseStride, rowStride;

    public WinogradStage(in PatchGrid<T> grid, int image, int results, int columns)
    {
        this.grid = grid;
        this.image = grid.Image + ((nint)image * grid.Height * grid.Width * grid.Channels);
        step = grid.RowStep;
        run = step * grid.Channels;
        (firstRow, firstColumn) = (grid.Taps[0].Row >> (step - 1), grid.Taps[0].Column >> (step - 1));
        phases = step == 1 ? results : 1;
        columnStride = step == 1 ? Together / 4 : Together;
        // Whole vectors are read, also from the last pixels on.
        phaseStride = (Rounding.DivideUp(columns, phases) + 4) * columnStride;
        rowStride = phases * phaseStride;
    }

    public nint Length => Rows * rowStride;

    public nint Place(int row, int column) => (row * rowStride) + Column(column);

    /// <summary>Copies so many columns from what the result at a row and column reads first; zeros from outside the image.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Fill(int row, int column, int columns, T* target)
    {
        int x = step * (column + firstColumn);
        // The staged columns whose pixels are all inside.
        int begin = Math.Clamp((step - 1 - x) / step, 0, columns), end = Math.Clamp((grid.Width - x) / step, begin, columns);
        for (int h = 0; h < Rows; h++)
        {
            for (int phase = 0; phase < step; phase++)
            {
                int y = (step * (row + firstRow + h)) + phase;
                bool isInside = y >= 0 && y < grid.Height;
                T* line = target + (h * rowStride) + (phase * run), source = image + ((((nint)y * grid.Width) + x) * grid.Channels);
                for (int i = 0; i < (isInside ? begin : columns); i++)
                    Border(isInside, x, i, source, line);
                if (isInside && run == 3)
                    Copy(source, begin, end, line, 3);
                else if (isInside && run == 6)
                    Copy(source, begin, end, line, 6);
                else if (isInside)
                    Copy(source, begin, end, line, run);
                for (int i = end; isInside && i < columns; i++)
                    Border(true, x, i, source, line);
            }
        }
    }

    private nint Column(int column) => (column % phases * phaseStride) + (column / phases * columnStride);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Copy(T* source, int begin, int end, T* line, int length)
    {
        for (int first = begin; first < Math.Min(begin + phases, end); first++)
        {
            T* target = line + Column(first), pixel = source + (first * length);
            for (int i = first; i < end; i += phases, target += columnStride, pixel += phases * length)
                Unsafe.CopyBlockUnaligned(target, pixel, (uint)(length * sizeof(T)));
        }
    }

    private void Border(bool isInside, int x, int column, T* source, T* line)
    {
        for (int i = 0; i < run; i++)
        {
            int place = x + (step * column) + (i / grid.Channels);
            line[Column(column) + i] = isInside && place >= 0 && place < grid.Width ? source[(column * run) + i] : T.Zero;
        }
    }
}
