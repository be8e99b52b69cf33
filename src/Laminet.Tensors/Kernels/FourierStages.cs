using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Laminet.Tensors.Kernels;

/// <summary>The operands of the stages of a transform of [length, lanes].</summary>
internal unsafe struct FourierCall<T> where T : unmanaged
{
    /// <summary>Real and imaginary parts, and rooms for them that the stages go to and fro between. In the end the result is in the first.</summary>
    public T* Real, Imaginary, RealRoom, ImaginaryRoom, Roots;
    public int* Factors;
    public int Stages, Length, Lanes;
}

/// <summary>
/// Fourier transforms of several sequences at a time, [length, lanes]: what is done with one lane is done with all, so that vectors run along the lanes.
/// As the stages go on, more elements lie side by side, so that they do for one sequence, too.
/// </summary>
internal static unsafe class FourierStages
{
    /// <summary>X(k) = sum over j of x(j) e^(-2 pi i jk/length), in place; the rooms are of the plan's room length times the lanes.</summary>
    public static void Transform<T>(FourierPlan<T> plan, int lanes, T* real, T* imaginary, T* realRoom, T* imaginaryRoom) where T : unmanaged, INumber<T>
    {
        if (plan.Convolution is not null)
        {
            Convolve(plan, lanes, real, imaginary, realRoom, imaginaryRoom);
            return;
        }

        fixed (T* roots = plan.Roots)
        fixed (int* factors = plan.Factors)
        {
            FourierCall<T> call = new()
            {
                Real = real,
                Imaginary = imaginary,
                RealRoom = realRoom,
                ImaginaryRoom = imaginaryRoom,
                Roots = roots,
                Factors = factors,
                Stages = plan.Factors.Length,
                Length = plan.Length,
                Lanes = lanes,
            };
            Simd.Dispatch<Stages<T>, T, FourierCall<T>>(ref call);
        }
    }

    // The buffers have the length of the convolution, of which the transform needs the first part.
    private static void Convolve<T>(FourierPlan<T> plan, int lanes, T* real, T* imaginary, T* realRoom, T* imaginaryRoom) where T : unmanaged, INumber<T>
    {
        FourierPlan<T> inner = plan.Convolution!;
        nint used = (nint)plan.Length * lanes, all = (nint)inner.Length * lanes;
        Times(plan.Chirp, plan.Length, lanes, real, imaginary);
        new Span<T>(real + used, (int)(all - used)).Clear();
        new Span<T>(imaginary + used, (int)(all - used)).Clear();
        Transform(inner, lanes, real, imaginary, realRoom, imaginaryRoom);
        Times(plan.Filter, inner.Length, lanes, real, imaginary);
        // The inverse: real and imaginary parts change places; its factor is in the filter.
        Transform(inner, lanes, imaginary, real, imaginaryRoom, realRoom);
        Times(plan.Chirp, plan.Length, lanes, real, imaginary);
    }

    private static void Times<T>(T[] factors, int length, int lanes, T* real, T* imaginary) where T : unmanaged, INumber<T>
    {
        for (int j = 0; j < length; j++, real += lanes, imaginary += lanes)
        {
            (T c, T s) = (factors[2 * j], factors[(2 * j) + 1]);
            for (int lane = 0; lane < lanes; lane++)
                (real[lane], imaginary[lane]) = ((real[lane] * c) - (imaginary[lane] * s), (real[lane] * s) + (imaginary[lane] * c));
        }
    }
}

/// <summary>All stages of a transform.</summary>
internal readonly unsafe struct Stages<T> : ISimdKernel<T, FourierCall<T>> where T : unmanaged, INumber<T>
{
    public static void Run<TSimd, TVector>(ref FourierCall<T> call)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        T* re = call.Real, im = call.Imaginary, toRe = call.RealRoom, toIm = call.ImaginaryRoom, roots = call.Roots;
        int left = call.Length, side = call.Lanes;
        for (int stage = 0; stage < call.Stages; stage++)
        {
            int factor = call.Factors[stage], m = left / factor;
            nint apart = (nint)m * side;
            // Few columns at first: what does not fill a vector goes into narrower ones.
            int whole = side / TSimd.Count * TSimd.Count, half = Whole(side, whole, TSimd.Count, Vector256<T>.Count), quarter = Whole(side, half, TSimd.Count, Vector128<T>.Count);
            for (int p = 0; p < m; p++, roots += 2 * (factor - 1))
            {
                nint from = (nint)p * side, to = from * factor;
                T* sourceRe = re + from, sourceIm = im + from, targetRe = toRe + to, targetIm = toIm + to;
                if (whole > 0)
                    Butterfly<TSimd, TVector, T>.Of(factor, sourceRe, sourceIm, apart, targetRe, targetIm, side, 0, whole, roots);
                if (half > whole)
                    Butterfly<Simd256<T>, Vector256<T>, T>.Of(factor, sourceRe, sourceIm, apart, targetRe, targetIm, side, whole, half, roots);
                if (quarter > half)
                    Butterfly<Simd128<T>, Vector128<T>, T>.Of(factor, sourceRe, sourceIm, apart, targetRe, targetIm, side, half, quarter, roots);
                if (side > quarter)
                    Butterfly<SimdScalar<T>, T, T>.Of(factor, sourceRe, sourceIm, apart, targetRe, targetIm, side, quarter, side, roots);
            }

            T* readRe = re, readIm = im;
            re = toRe;
            im = toIm;
            toRe = readRe;
            toIm = readIm;
            (left, side) = (m, side * factor);
        }

        if (re == call.Real)
            return;
        nint count = (nint)call.Length * call.Lanes;
        Buffer.MemoryCopy(re, call.Real, count * sizeof(T), count * sizeof(T));
        Buffer.MemoryCopy(im, call.Imaginary, count * sizeof(T), count * sizeof(T));
    }

    // How far vectors of some width reach, if they are narrower than the widest.
    private static int Whole(int side, int done, int widest, int width) => width < widest ? done + ((side - done) / width * width) : done;
}

/// <summary>
/// Transforms of 2 to 5 elements that lie apart, side by side for a stretch of columns, times roots of unity. Result j goes to column + j side.
/// </summary>
internal static unsafe class Butterfly<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, INumber<T>
{
    /// <summary>One of two to five.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Of(int factor, T* re, T* im, nint apart, T* toRe, T* toIm, nint side, nint begin, nint end, T* roots)
    {
        switch (factor)
        {
            case 2: Two(re, im, apart, toRe, toIm, side, begin, end, roots); break;
            case 3: Three(re, im, apart, toRe, toIm, side, begin, end, roots); break;
            case 4: Four(re, im, apart, toRe, toIm, side, begin, end, roots); break;
            default: Five(re, im, apart, toRe, toIm, side, begin, end, roots); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Two(T* re, T* im, nint apart, T* toRe, T* toIm, nint side, nint begin, nint end, T* roots)
    {
        TVector minus = TSimd.Broadcast(-T.One), c = TSimd.Broadcast(roots[0]), s = TSimd.Broadcast(roots[1]), minusS = TSimd.Broadcast(-roots[1]);
        for (nint q = begin; q < end; q += TSimd.Count)
        {
            TVector ar = TSimd.Load(re + q), ai = TSimd.Load(im + q), br = TSimd.Load(re + q + apart), bi = TSimd.Load(im + q + apart);
            TSimd.Store(TSimd.Add(ar, br), toRe + q);
            TSimd.Store(TSimd.Add(ai, bi), toIm + q);
            Turned(TSimd.MultiplyAdd(br, minus, ar), TSimd.MultiplyAdd(bi, minus, ai), c, s, minusS, toRe + q + side, toIm + q + side);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Three(T* re, T* im, nint apart, T* toRe, T* toIm, nint side, nint begin, nint end, T* roots)
    {
        TVector minus = TSimd.Broadcast(-T.One), minusHalf = TSimd.Broadcast(T.CreateTruncating(-0.5)), h = TSimd.Broadcast(T.CreateTruncating(Math.Sqrt(0.75)));
        TVector minusH = TSimd.Multiply(h, minus);
        TVector c1 = TSimd.Broadcast(roots[0]), s1 = TSimd.Broadcast(roots[1]), n1 = TSimd.Broadcast(-roots[1]);
        TVector c2 = TSimd.Broadcast(roots[2]), s2 = TSimd.Broadcast(roots[3]), n2 = TSimd.Broadcast(-roots[3]);
        for (nint q = begin; q < end; q += TSimd.Count)
        {
            TVector ar = TSimd.Load(re + q), ai = TSimd.Load(im + q), br = TSimd.Load(re + q + apart), bi = TSimd.Load(im + q + apart);
            TVector cr = TSimd.Load(re + q + (2 * apart)), ci = TSimd.Load(im + q + (2 * apart));
            TVector sumRe = TSimd.Add(br, cr), sumIm = TSimd.Add(bi, ci), restRe = TSimd.MultiplyAdd(cr, minus, br), restIm = TSimd.MultiplyAdd(ci, minus, bi);
            TSimd.Store(TSimd.Add(ar, sumRe), toRe + q);
            TSimd.Store(TSimd.Add(ai, sumIm), toIm + q);
            TVector midRe = TSimd.MultiplyAdd(sumRe, minusHalf, ar), midIm = TSimd.MultiplyAdd(sumIm, minusHalf, ai);
            Turned(TSimd.MultiplyAdd(restIm, h, midRe), TSimd.MultiplyAdd(restRe, minusH, midIm), c1, s1, n1, toRe + q + side, toIm + q + side);
            Turned(TSimd.MultiplyAdd(restIm, minusH, midRe), TSimd.MultiplyAdd(restRe, h, midIm), c2, s2, n2, toRe + q + (2 * side), toIm + q + (2 * side));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Four(T* re, T* im, nint apart, T* toRe, T* toIm, nint side, nint begin, nint end, T* roots)
    {
        TVector minus = TSimd.Broadcast(-T.One);
        TVector c1 = TSimd.Broadcast(roots[0]), s1 = TSimd.Broadcast(roots[1]), n1 = TSimd.Broadcast(-roots[1]);
        TVector c2 = TSimd.Broadcast(roots[2]), s2 = TSimd.Broadcast(roots[3]), n2 = TSimd.Broadcast(-roots[3]);
        TVector c3 = TSimd.Broadcast(roots[4]), s3 = TSimd.Broadcast(roots[5]), n3 = TSimd.Broadcast(-roots[5]);
        for (nint q = begin; q < end; q += TSimd.Count)
        {
            TVector ar = TSimd.Load(re + q), ai = TSimd.Load(im + q), br = TSimd.Load(re + q + apart), bi = TSimd.Load(im + q + apart);
            TVector cr = TSimd.Load(re + q + (2 * apart)), ci = TSimd.Load(im + q + (2 * apart)), dr = TSimd.Load(re + q + (3 * apart)), di = TSimd.Load(im + q + (3 * apart));
            TVector evenRe = TSimd.Add(ar, cr), evenIm = TSimd.Add(ai, ci), oddRe = TSimd.Add(br, dr), oddIm = TSimd.Add(bi, di);
            TSimd.Store(TSimd.Add(evenRe, oddRe), toRe + q);
            TSimd.Store(TSimd.Add(evenIm, oddIm), toIm + q);
            Turned(TSimd.MultiplyAdd(oddRe, minus, evenRe), TSimd.MultiplyAdd(oddIm, minus, evenIm), c2, s2, n2, toRe + q + (2 * side), toIm + q + (2 * side));
            TVector aRe = TSimd.MultiplyAdd(cr, minus, ar), aIm = TSimd.MultiplyAdd(ci, minus, ai), bRe = TSimd.MultiplyAdd(dr, minus, br), bIm = TSimd.MultiplyAdd(di, minus, bi);
            Turned(TSimd.Add(aRe, bIm), TSimd.MultiplyAdd(bRe, minus, aIm), c1, s1, n1, toRe + q + side, toIm + q + side);
            Turned(TSimd.MultiplyAdd(bIm, minus, aRe), TSimd.Add(aIm, bRe), c3, s3, n3, toRe + q + (3 * side), toIm + q + (3 * side));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Five(T* re, T* im, nint apart, T* toRe, T* toIm, nint side, nint begin, nint end, T* roots)
    {
        (double sin1, double cos1) = Math.SinCos(2 * Math.PI / 5);
        (double sin2, double cos2) = Math.SinCos(4 * Math.PI / 5);
        TVector minus = TSimd.Broadcast(-T.One), near = TSimd.Broadcast(T.CreateTruncating(cos1)), far = TSimd.Broadcast(T.CreateTruncating(cos2));
        TVector nearSin = TSimd.Broadcast(T.CreateTruncating(sin1)), farSin = TSimd.Broadcast(T.CreateTruncating(sin2)), minusNearSin = TSimd.Multiply(nearSin, minus);
        for (nint q = begin; q < end; q += TSimd.Count)
        {
            TVector ar = TSimd.Load(re + q), ai = TSimd.Load(im + q), br = TSimd.Load(re + q + apart), bi = TSimd.Load(im + q + apart);
            TVector cr = TSimd.Load(re + q + (2 * apart)), ci = TSimd.Load(im + q + (2 * apart)), dr = TSimd.Load(re + q + (3 * apart)), di = TSimd.Load(im + q + (3 * apart));
            TVector er = TSimd.Load(re + q + (4 * apart)), ei = TSimd.Load(im + q + (4 * apart));
            // Sums and differences of the outer and of the inner pair.
            TVector outRe = TSimd.Add(br, er), outIm = TSimd.Add(bi, ei), inRe = TSimd.Add(cr, dr), inIm = TSimd.Add(ci, di);
            TVector awayRe = TSimd.MultiplyAdd(er, minus, br), awayIm = TSimd.MultiplyAdd(ei, minus, bi), midRe = TSimd.MultiplyAdd(dr, minus, cr), midIm = TSimd.MultiplyAdd(di, minus, ci);
            TSimd.Store(TSimd.Add(ar, TSimd.Add(outRe, inRe)), toRe + q);
            TSimd.Store(TSimd.Add(ai, TSimd.Add(outIm, inIm)), toIm + q);
            TVector firstRe = TSimd.MultiplyAdd(inRe, far, TSimd.MultiplyAdd(outRe, near, ar)), firstIm = TSimd.MultiplyAdd(inIm, far, TSimd.MultiplyAdd(outIm, near, ai));
            TVector secondRe = TSimd.MultiplyAdd(inRe, near, TSimd.MultiplyAdd(outRe, far, ar)), secondIm = TSimd.MultiplyAdd(inIm, near, TSimd.MultiplyAdd(outIm, far, ai));
            // Of each pair of results the part in which they differ, still to be turned by -i.
            TVector oneRe = TSimd.MultiplyAdd(midRe, farSin, TSimd.Multiply(awayRe, nearSin)), oneIm = TSimd.MultiplyAdd(midIm, farSin, TSimd.Multiply(awayIm, nearSin));
            TVector twoRe = TSimd.MultiplyAdd(midRe, minusNearSin, TSimd.Multiply(awayRe, farSin)), twoIm = TSimd.MultiplyAdd(midIm, minusNearSin, TSimd.Multiply(awayIm, farSin));
            Turned(TSimd.Add(firstRe, oneIm), TSimd.MultiplyAdd(oneRe, minus, firstIm), roots, toRe + q + side, toIm + q + side);
            Turned(TSimd.Add(secondRe, twoIm), TSimd.MultiplyAdd(twoRe, minus, secondIm), roots + 2, toRe + q + (2 * side), toIm + q + (2 * side));
            Turned(TSimd.MultiplyAdd(twoIm, minus, secondRe), TSimd.Add(secondIm, twoRe), roots + 4, toRe + q + (3 * side), toIm + q + (3 * side));
            Turned(TSimd.MultiplyAdd(oneIm, minus, firstRe), TSimd.Add(firstIm, oneRe), roots + 6, toRe + q + (4 * side), toIm + q + (4 * side));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Turned(TVector re, TVector im, T* root, T* toRe, T* toIm) =>
        Turned(re, im, TSimd.Broadcast(root[0]), TSimd.Broadcast(root[1]), TSimd.Broadcast(-root[1]), toRe, toIm);

    // (re + i im)(c + i s).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Turned(TVector re, TVector im, TVector c, TVector s, TVector minusS, T* toRe, T* toIm)
    {
        TSimd.Store(TSimd.MultiplyAdd(im, minusS, TSimd.Multiply(re, c)), toRe);
        TSimd.Store(TSimd.MultiplyAdd(im, c, TSimd.Multiply(re, s)), toIm);
    }
}
