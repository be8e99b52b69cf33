using System.Numerics;
using System.Runtime.CompilerServices;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>
/// One product under way. For a short reduction, B is packed into panels that stay in the L1 cache, for one block of columns at a time; tasks
/// then walk blocks of rows of A, which stay in the L2 cache, over all panels. For a long one the roles change: the rows of a tile stay in the
/// L1 cache while they meet as many panels as stay in the L2 cache, so that the reduction is cut into fewer blocks and the result read and written less often.
/// </summary>
internal unsafe struct MatrixProduct<T> where T : unmanaged, INumber<T>
{
    private const int PackedBytes = 4 * 1024 * 1024;
    private const int LongDepthBytes = 2048;

    /// <summary>Panels of a long reduction that a thread's second-level cache keeps.</summary>
    private const int SecondLevelBytes = 512 * 1024;

    /// <summary>How many panels read a contiguous row often enough for it to be packed.</summary>
    public const int PanelsOfPackedRows = 24;

    public const int PageBytes = 4096;
    private const int RowBlockBytes = 320 * 1024;
    private const int SmallPanelBytes = 256 * 1024;
    private const int SmallRowBlock = 96;

    private const int PanelsPacked = 8;

    public T* A, B, C;
    public nint ARowStride, AColumnStride, BRowStride, BColumnStride, CRowStride;
    public int M, N, K;

    /// <summary>Whether B lies in panels already.</summary>
    public bool IsPacked;
    public Epilogue<T> Epilogue;

    /// <summary>The last panel's tile, where that has fewer columns.</summary>
    private Tile<T> tile, lastTile;
    private T* panels, sharedRows;
    private bool packsFullPanels, packsRows, isLong;
    private int firstColumn, columns, panelCount, panelsPerTask;
    private int firstDepth, depth;
    private int rowsPerTask, columnTasks, rowTasks;

    public void Run(bool shared)
    {
        (tile, lastTile) = Tile<T>.WithLast(N);
        if (M == 1 && !IsPacked)
            tile = lastTile = Tile<T>.ForOneRow(N);
        // A packed panel pays when enough tiles read it, or when its rows lie a page apart and would fall into one set of the caches.
        packsFullPanels = IsPacked || BColumnStride != 1
            || (ExceedsFirstLevel(K, N) && (M > 2 * tile.Rows || (M > 1 && BRowStride * sizeof(T) >= 2048)));
        if (packsFullPanels && shared && FewRowsProduct<T>.Suits(M, N, tile))
        {
            new FewRowsProduct<T>(this, tile, lastTile).Run();
            return;
        }
        // Rows read many times are better packed too when they lie apart: six of them miss the caches' prefetchers.
        packsRows = N > (AColumnStride != 1 ? 2 : PanelsOfPackedRows) * tile.Columns && M > 1;
        // With fewer rows the number of threads decides between this and the product of few rows, so both must sum in the same order; and rows
        // that lie pages apart fall into one set of the caches.
        isLong = packsFullPanels && M > FewRowsProduct<T>.MaxRows && K > Packing.MaxDepth<T>(tile.Columns)
            && (packsRows || ARowStride * sizeof(T) % PageBytes != 0);
        int depthBlocks = Math.Max(1, Rounding.DivideUp(K, isLong ? LongDepthBytes / sizeof(T) : Packing.MaxDepth<T>(tile.Columns)));
        int blockDepth = Rounding.DivideUp(K, depthBlocks);
        int panelLimit = Math.Max(1, PackedBytes / Math.Max(1, blockDepth * tile.Columns * sizeof(T)));
        int blockColumns = Math.Min(N, panelLimit * tile.Columns);
        int packedPanels = packsFullPanels ? Rounding.DivideUp(blockColumns, tile.Columns) : 1;

        using Scratch<T> packed = Scratch.Rent<T>(IsPacked ? 0 : (nint)packedPanels * blockDepth * tile.Columns);
        panels = packed.Pointer;
        for (firstColumn = 0; firstColumn < N; firstColumn += blockColumns)
        {
            columns = Math.Min(blockColumns, N - firstColumn);
            panelCount = Rounding.DivideUp(columns, tile.Columns);
            for (int block = 0; block < depthBlocks; block++)
            {
                firstDepth = block * blockDepth;
                depth = Math.Min(blockDepth, K - firstDepth);
                RunBlock(shared);
            }
        }
    }

    /// <summary>Whether a right factor is too large for the L1 cache; one that is not is read in place.</summary>
    public static bool ExceedsFirstLevel(int depth, int columns) => (long)depth * columns * sizeof(T) > 16 * 1024;

    private void RunBlock(bool shared)
    {
        int threads = shared ? Workers.Count : 1;
        int wanted = threads == 1 ? 1 : 4 * threads;
        // Where all panels stay in the L2 cache a block is a few rows, whose results are then written together; else they are read anew for
        // each block, which had better be large.
        int blockRows = packsFullPanels && (long)columns * depth * sizeof(T) <= SmallPanelBytes
            ? SmallRowBlock : RowBlockBytes / Math.Max(1, depth * sizeof(T));
        rowsPerTask = EvenRows(Math.Max(4, blockRows / tile.Rows) * tile.Rows, threads);
        // Enough tasks for an even share: first by rows, then by columns.
        rowTasks = Rounding.DivideUp(M, rowsPerTask);
        columnTasks = Math.Clamp(wanted / rowTasks, 1, panelCount);
        panelsPerTask = Rounding.DivideUp(panelCount, columnTasks);
        columnTasks = Rounding.DivideUp(panelCount, panelsPerTask);

        void* state = Unsafe.AsPointer(ref this);
        if (packsFullPanels && !IsPacked)
            Share(threads, Rounding.DivideUp(panelCount, PanelsPacked), state, &PackPanels);
        else if (!packsFullPanels && columns % tile.Columns != 0)
            Pack(panelCount - 1, panelCount, panels);
        // Tasks that share a block of rows need not pack it each for itself.
        bool sharesRows = packsRows && columnTasks > 1;
        using Scratch<T> rows = Scratch.Rent<T>(sharesRows ? (nint)Rounding.RoundUp(M, tile.Rows) * depth : 0);
        sharedRows = sharesRows ? rows.Pointer : null;
        if (sharesRows)
            Share(threads, Rounding.DivideUp(M, tile.Rows), state, &PackSharedRows);
        Share(threads, rowTasks * columnTasks, state, &MultiplyBlock);
    }

    private static void PackSharedRows(void* state, int task)
    {
        MatrixProduct<T>* product = (MatrixProduct<T>*)state;
        int row = task * product->tile.Rows;
        product->PackRows(row, Math.Min(product->tile.Rows, product->M - row), product->sharedRows + ((nint)row * product->depth));
    }

    /// <summary>
    /// Rows a task takes, a multiple of the tile's and at most a limit, such that the thread with the most to do has least:
    /// thirteen blocks on two threads would leave one idle while the other does the thirteenth.
    /// </summary>
    private readonly int EvenRows(int limit, int threads)
    {
        int blocks = Rounding.DivideUp(M, limit);
        int best = Math.Min(limit, Rounding.DivideUp(M, tile.Rows) * tile.Rows), most = int.MaxValue;
        for (int rounds = Rounding.DivideUp(blocks, threads); threads > 1 && rounds <= Rounding.DivideUp(blocks, threads) + 4; rounds++)
        {
            int rows = Math.Max(4, Rounding.DivideUp(Rounding.DivideUp(M, rounds * threads), tile.Rows)) * tile.Rows;
            int load = Rounding.DivideUp(Rounding.DivideUp(M, rows), threads) * rows;
            if (load < most)
                (best, most) = (rows, load);
        }

        return best;
    }

    private static void Share(int threads, int tasks, void* state, delegate*<void*, int, void> body)
    {
        if (threads > 1)
        {
            Workers.For(tasks, state, body);
            return;
        }
        for (int i = 0; i < tasks; i++)
            body(state, i);
    }

    private static void PackPanels(void* state, int task)
    {
        MatrixProduct<T>* product = (MatrixProduct<T>*)state;
        int first = task * PanelsPacked;
        product->Pack(first, Math.Min(product->panelCount, first + PanelsPacked), product->PackedPanel(first));
    }

    private readonly void Pack(int firstPanel, int endPanel, T* target)
    {
        int column = firstPanel * tile.Columns;
        Packing.Panels(
            B + (firstDepth * BRowStride) + ((firstColumn + (nint)column) * BColumnStride), BRowStride, BColumnStride,
            depth, Math.Min(endPanel * tile.Columns, columns) - column, target, tile.Columns, lastTile.Columns);
    }

    private readonly T* PackedPanel(int panel) => IsPacked
        ? B + ((nint)((firstColumn / tile.Columns) + panel) * K * tile.Columns) + ((nint)firstDepth * TileOf(panel).Columns)
        : panels + ((packsFullPanels ? panel : 0) * (nint)depth * tile.Columns);

    private readonly Tile<T> TileOf(int panel) => (panel + 1) * tile.Columns > columns ? lastTile : tile;

    private static void MultiplyBlock(void* state, int task) => ((MatrixProduct<T>*)state)->MultiplyBlock(task);

    private readonly void MultiplyBlock(int task)
    {
        int firstRow = task / columnTasks * rowsPerTask;
        int rows = Math.Min(rowsPerTask, M - firstRow);
        int firstPanel = task % columnTasks * panelsPerTask;
        nint paddedRows = Math.Max(Rounding.RoundUp(rows, tile.Rows), Rounding.RoundUp(rows, lastTile.Rows));

        using Scratch<nint> tables = Scratch.Rent<nint>(2 * paddedRows);
        T** inputs = (T**)tables.Pointer;
        T** outputs = inputs + paddedRows;
        using Scratch<T> ownRows = Scratch.Rent<T>(packsRows && sharedRows == null ? paddedRows * depth : 0);
        FillTables(firstRow, rows, paddedRows, inputs, outputs, sharedRows != null ? sharedRows + ((nint)firstRow * depth) : ownRows.Pointer);

        Segment whole = default;
        TileCall<T> call = new()
        {
            Segments = &whole,
            SegmentCount = 1,
            Depth = depth,
            Step = packsRows ? tile.Rows : AColumnStride,
        };
        call.Finish(Epilogue, C, firstDepth == 0, firstDepth + depth == K);
        int endPanel = Math.Min(panelCount, firstPanel + panelsPerTask);
        if (isLong)
        {
            int together = Math.Max(1, SecondLevelBytes / (depth * tile.Columns * sizeof(T)));
            // A last panel of its own tile comes afterwards.
            int endWhole = TileOf(endPanel - 1).Columns == tile.Columns ? endPanel : endPanel - 1;
            for (; firstPanel < endWhole; firstPanel = Math.Min(endWhole, firstPanel + together))
            {
                for (int row = 0; row < rows; row += tile.Rows)
                {
                    for (int panel = firstPanel; panel < Math.Min(endWhole, firstPanel + together); panel++)
                        MultiplyTile(&call, panel, tile, inputs, outputs, row, rows);
                }
            }
        }

        for (int panel = firstPanel; panel < endPanel; panel++)
        {
            Tile<T> own = TileOf(panel);
            for (int row = 0; row < rows; row += own.Rows)
                MultiplyTile(&call, panel, own, inputs, outputs, row, rows);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void MultiplyTile(TileCall<T>* call, int panel, Tile<T> own, T** inputs, T** outputs, int row, int rows)
    {
        int column = panel * tile.Columns;
        call->Column = firstColumn + column;
        call->ColumnCount = Math.Min(own.Columns, columns - column);
        bool isPacked = packsFullPanels || columns - column < tile.Columns;
        call->Panel = isPacked ? PackedPanel(panel) : B + (firstDepth * BRowStride) + call->Column;
        call->PanelStep = isPacked ? own.Columns : BRowStride;
        call->Rows = inputs + row;
        call->Outputs = outputs + row;
        call->RowCount = Math.Min(own.Rows, rows - row);
        own.Multiply(call);
        if (call->Swish)
            Swish.Rows(call->Outputs, call->RowCount, call->Column, call->ColumnCount);
    }

    /// <summary>Where each row of the block is read and written; rows past the last repeat it, and are not written.</summary>
    private readonly void FillTables(int firstRow, int rows, nint paddedRows, T** inputs, T** outputs, T* packedRows)
    {
        T* source = A + (firstRow * ARowStride) + (firstDepth * AColumnStride);
        for (int i = 0; i < paddedRows; i++)
        {
            int row = Math.Min(i, rows - 1);
            outputs[i] = C + ((firstRow + row) * CRowStride);
            inputs[i] = packsRows
                ? packedRows + (row / tile.Rows * (nint)tile.Rows * depth) + (row % tile.Rows)
                : source + (row * ARowStride);
        }
        if (!packsRows || sharedRows != null)
            return;
        for (int row = 0; row < rows; row += tile.Rows)
            PackRows(firstRow + row, Math.Min(tile.Rows, rows - row), packedRows + ((nint)row * depth));
    }

    /// <summary>The rows of one tile.</summary>
    private readonly void PackRows(int row, int rows, T* target) => Packing.Rows(
        A + (row * ARowStride) + (firstDepth * AColumnStride), ARowStride, AColumnStride, depth, rows, target, tile.Rows);
}
