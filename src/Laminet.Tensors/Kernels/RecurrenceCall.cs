namespace Laminet.Tensors.Kernels;

/// <summary>The operands of a recurrence over sequences and of its reverse pass; those that are not there are null. A row is an example.</summary>
internal unsafe struct RecurrenceCall<T> where T : unmanaged
{
    /// <summary>[rows, Time, Gates * Units]: x, or in the reverse pass the gradient by x, and for gated units that by h U + b.</summary>
    public T* Sums, ProductSums;

    /// <summary>[Units, Gates * Units], and for gated units [Gates * Units].</summary>
    public T* Recurrent, Bias;

    /// <summary>[rows, Units]: states before the first step and after the last. In the reverse pass FirstState and FirstCell are the gradients by the last ones, and
    /// LastState and LastCell those by the first.</summary>
    public T* FirstState, FirstCell, LastState, LastCell;

    /// <summary>[rows, Time, Units]: h after each step, the gradient by it, c after each step.</summary>
    public T* Outputs, ByOutputs, Cells;

    /// <summary>[rows, Time, 4 * Units].</summary>
    public T* Kept;

    /// <summary>[rows, Units]: for the reverse pass, the states that the first step read.</summary>
    public T* StartState, StartCell;

    /// <summary>[rows, Time].</summary>
    public bool* Mask;
    public int Rows, Time, Units, Gates;
    public bool Reverse;

    /// <summary>The recurrent weights in panels of the tile.</summary>
    public T* Panels;
    public int RowsPerTask, FirstRow, LastRow;

    /// <summary>Where the numbers of a row and a step lie among so many of each.</summary>
    public readonly nint At(int row, int step, int width) => (((nint)row * Time) + step) * width;

    public readonly bool Counts(int row, int step) => Mask == null || Mask[((nint)row * Time) + step];
}

/// <summary>The numbers of one row and one step.</summary>
internal unsafe struct RecurrenceRow<T> where T : unmanaged
{
    public int Units;

    /// <summary>What the step reads: x, h U (+ b), the states before it.</summary>
    public T* Input, Product, State, Cell;

    /// <summary>What it gives: the states after it, the gates.</summary>
    public T* NextState, NextCell, Kept;

    /// <summary>Two rows to work in.</summary>
    public T* Scratch;

    /// <summary>For the reverse pass: h after the step; the gradients by the states, which become those by the states before; the gradients by x and by h U + b.</summary>
    public T* Output, ByState, ByCell, BySums, ByProduct;
}
