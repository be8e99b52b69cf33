using System.Numerics;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>Which transform.</summary>
internal enum FourierKind
{
    /// <summary>Complex rows to complex rows.</summary>
    Complex,

    /// <summary>Real rows to the first half of their transforms; the other half is its mirror image.</summary>
    FromReal,

    /// <summary>Such halves back to real rows.</summary>
    ToReal,
}

/// <summary>The operands of a transform of rows; the imaginary part is null on a real side.</summary>
internal unsafe struct FourierRowsCall<T> where T : unmanaged, INumber<T>
{
    public T* Real, Imaginary, RealResult, ImaginaryResult;
    public int Rows, Length, RowsPerTile;
    public FourierKind Kind;
    public bool Inverse;
    public T Scale;

    public readonly int Bins => (Length / 2) + 1;
}

/// <summary>
/// Fourier transforms of the rows of a matrix: some rows at a time are laid side by side as lanes. Real rows are transformed two by two, one as the real and one
/// as the imaginary part, which the mirror symmetry of their transforms takes apart.
/// </summary>
internal static unsafe class FourierRows
{
    // As many lanes as a cache line holds, and the fewest that are worth a vector.
    private const int LaneBytes = 64, FewestLaneBytes = 16;

    // Few long rows are cut into at least so many tiles, which fit into the cache better, too.
    private const int Tiles = 4, TileElements = 8 * 1024;

    public static void Run<T>(FourierRowsCall<T> call) where T : unmanaged, INumber<T>
    {
        int rowsOfLane = call.Kind == FourierKind.Complex ? 1 : 2;
        call.RowsPerTile = LaneBytes / sizeof(T) * rowsOfLane;
        while (Rounding.DivideUp(call.Rows, call.RowsPerTile) < Tiles && call.RowsPerTile > FewestLaneBytes / sizeof(T) * rowsOfLane && (long)call.RowsPerTile * call.Length > TileElements)
            call.RowsPerTile /= 2;
        Workers.For(Rounding.DivideUp(call.Rows, call.RowsPerTile), &call, &RunTile<T>);
    }

    private static void RunTile<T>(void* state, int tile) where T : unmanaged, INumber<T>
    {
        FourierRowsCall<T> call = *(FourierRowsCall<T>*)state;
        int first = tile * call.RowsPerTile, rows = Math.Min(call.RowsPerTile, call.Rows - first);
        // Two real rows share one complex transform. If their number is odd, the last imaginary part is not used.
        int lanes = call.Kind == FourierKind.Complex ? rows : (rows + 1) / 2;
        FourierPlan<T> plan = FourierPlan<T>.Of(call.Length);
        nint room = (nint)plan.RoomLength * lanes;
        using Scratch<T> scratch = Scratch.Rent<T>(4 * room);
        T* re = scratch.Pointer, im = re + room, realRoom = im + room, imaginaryRoom = realRoom + room;
        Load(call, first, rows, lanes, re, im);
        if (call.Inverse)
            FourierStages.Transform(plan, lanes, im, re, imaginaryRoom, realRoom);
        else
            FourierStages.Transform(plan, lanes, re, im, realRoom, imaginaryRoom);
        Store(call, first, rows, lanes, re, im, realRoom, imaginaryRoom);
    }

    private static void Load<T>(in FourierRowsCall<T> call, int first, int rows, int lanes, T* re, T* im) where T : unmanaged, INumber<T>
    {
        int n = call.Length;
        if (call.Kind == FourierKind.ToReal)
        {
            JoinHalves(call, first, rows, lanes, re, im);
            return;
        }

        nint start = (nint)first * n;
        Transposing.Copy(call.Real + start, n, lanes, n, re, lanes);
        if (call.Kind == FourierKind.Complex)
        {
            Transposing.Copy(call.Imaginary + start, n, lanes, n, im, lanes);
            return;
        }

        if (rows < 2 * lanes)
            new Span<T>(im, n * lanes).Clear();
        Transposing.Copy(call.Real + start + ((nint)lanes * n), n, rows - lanes, n, im, lanes);
    }

    private static void Store<T>(in FourierRowsCall<T> call, int first, int rows, int lanes, T* re, T* im, T* realRoom, T* imaginaryRoom) where T : unmanaged, INumber<T>
    {
        int n = call.Length, bins = call.Bins;
        if (call.Scale != T.One)
        {
            System.Numerics.Tensors.TensorPrimitives.Multiply(new ReadOnlySpan<T>(re, n * lanes), call.Scale, new Span<T>(re, n * lanes));
            System.Numerics.Tensors.TensorPrimitives.Multiply(new ReadOnlySpan<T>(im, n * lanes), call.Scale, new Span<T>(im, n * lanes));
        }

        if (call.Kind == FourierKind.FromReal)
        {
            (nint half, nint other) = ((nint)first * bins, (nint)(first + lanes) * bins);
            TakeApart(n, lanes, re, im, realRoom, imaginaryRoom, isFirst: true);
            Transposing.Copy(realRoom, lanes, bins, lanes, call.RealResult + half, bins);
            Transposing.Copy(imaginaryRoom, lanes, bins, lanes, call.ImaginaryResult + half, bins);
            TakeApart(n, lanes, re, im, realRoom, imaginaryRoom, isFirst: false);
            Transposing.Copy(realRoom, lanes, bins, rows - lanes, call.RealResult + other, bins);
            Transposing.Copy(imaginaryRoom, lanes, bins, rows - lanes, call.ImaginaryResult + other, bins);
            return;
        }

        nint start = (nint)first * n;
        Transposing.Copy(re, lanes, n, lanes, call.RealResult + start, n);
        if (call.Kind == FourierKind.Complex)
            Transposing.Copy(im, lanes, n, lanes, call.ImaginaryResult + start, n);
        else
            Transposing.Copy(im, lanes, n, rows - lanes, call.RealResult + start + ((nint)lanes * n), n);
    }

    // With z = x + iy of real x and y: X(k) = (Z(k) + conj Z(n - k))/2 and Y(k) = (Z(k) - conj Z(n - k))/2i.
    private static void TakeApart<T>(int n, int lanes, T* re, T* im, T* halfRe, T* halfIm, bool isFirst) where T : unmanaged, INumber<T>
    {
        T half = T.CreateTruncating(0.5);
        Vector<T> halves = new(half);
        for (int k = 0; k <= n / 2; k++, halfRe += lanes, halfIm += lanes)
        {
            nint here = (nint)k * lanes, mirrored = (nint)((n - k) % n) * lanes;
            T* sum = (isFirst ? re : im) + here, addend = (isFirst ? re : im) + mirrored, rest = isFirst ? im + here : re + mirrored, taken = isFirst ? im + mirrored : re + here;
            int lane = 0;
            for (; lane <= lanes - Vector<T>.Count; lane += Vector<T>.Count)
            {
                (halves * (Vector.Load(sum + lane) + Vector.Load(addend + lane))).Store(halfRe + lane);
                (halves * (Vector.Load(rest + lane) - Vector.Load(taken + lane))).Store(halfIm + lane);
            }

            for (; lane < lanes; lane++)
            {
                halfRe[lane] = half * (sum[lane] + addend[lane]);
                halfIm[lane] = half * (rest[lane] - taken[lane]);
            }
        }
    }

    // Z(k) = X(k) + i Y(k) and Z(n - k) = conj X(k) + i conj Y(k). The imaginary parts at 0 and at n/2 count as 0.
    private static void JoinHalves<T>(in FourierRowsCall<T> call, int first, int rows, int lanes, T* re, T* im) where T : unmanaged, INumber<T>
    {
        int n = call.Length, bins = call.Bins;
        nint size = (nint)bins * lanes;
        using Scratch<T> scratch = Scratch.Rent<T>(4 * size);
        T* xr = scratch.Pointer, xi = xr + size, yr = xi + size, yi = yr + size;
        Transposing.Copy(call.Real + ((nint)first * bins), bins, lanes, bins, xr, lanes);
        Transposing.Copy(call.Imaginary + ((nint)first * bins), bins, lanes, bins, xi, lanes);
        if (rows < 2 * lanes)
            new Span<T>(yr, checked((int)(2 * size))).Clear();
        Transposing.Copy(call.Real + ((nint)(first + lanes) * bins), bins, rows - lanes, bins, yr, lanes);
        Transposing.Copy(call.Imaginary + ((nint)(first + lanes) * bins), bins, rows - lanes, bins, yi, lanes);
        for (int k = 0; k < bins; k++)
        {
            nint here = (nint)k * lanes, mirrored = (nint)((n - k) % n) * lanes;
            bool isReal = mirrored == here;
            for (int lane = 0; lane < lanes; lane++)
            {
                (T ar, T ai, T br, T bi) = (xr[here + lane], xi[here + lane], yr[here + lane], yi[here + lane]);
                if (isReal)
                    (ai, bi) = (T.Zero, T.Zero);
                (re[mirrored + lane], im[mirrored + lane]) = (ar + bi, br - ai);
                (re[here + lane], im[here + lane]) = (ar - bi, ai + br);
            }
        }
    }
}
