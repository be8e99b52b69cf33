using System.Numerics;

namespace Laminet.Tensors.Kernels;

/// <content>Sums, products and extremes.</content>
internal static unsafe partial class CheckedKernels
{
    /// <summary>For x of a type that is gathered in itself; others go through a chain that converts them.</summary>
    public static void Reduce(ReductionKind kind, Tensor x, int outer, int reduce, int inner, Tensor y)
    {
        Require((long)outer * reduce * inner == x.Length && (long)outer * inner == y.Length && x.IsContiguous, "lengths of a reduction");
        Require(x.DType == y.DType && x.DType == x.DType.Accumulated(), "types of a reduction");
        switch (x.DType)
        {
            case DType.Float32: Reduce<float>(kind, x, outer, reduce, inner, y); break;
            case DType.Float64: Reduce<double>(kind, x, outer, reduce, inner, y); break;
            case DType.Int64: Reduce<long>(kind, x, outer, reduce, inner, y); break;
            default: Reduce<ulong>(kind, x, outer, reduce, inner, y); break;
        }

        KeepAlive(x, y, y);
    }

    /// <summary>
    /// The same for elements of <paramref name="shape"/> that a chain computes from the operands. They are gathered in the type in which the
    /// chain computes its last step; the result is converted to the output's type, a half being rounded once.
    /// </summary>
    public static void ReduceChain(ReductionKind kind, TileProgram chain, Shape shape, in KernelArguments operands, int outer, int reduce, int inner)
    {
        Tensor y = operands.OutputTensor;
        Require((long)outer * reduce * inner == shape.ElementCount && (long)outer * inner == y.Length && operands.Count == chain.Inputs, "lengths of a chain's reduction");
        DType gathered = chain.Steps[^1].ComputedOutput;
        Require(gathered == gathered.Accumulated(), "type of a chain's reduction");
        Tensor sums = gathered == y.DType ? y : Tensor.Empty(y.Shape, gathered);
        StridedReader* readers = stackalloc StridedReader[chain.Inputs];
        for (int i = 0; i < chain.Inputs; i++)
            readers[i] = new StridedReader(operands.InputTensor(i), shape);
        switch (gathered)
        {
            case DType.Float32: Reduction.OfChain(kind, chain, readers, outer, reduce, inner, P<float>(sums)); break;
            case DType.Float64: Reduction.OfChain(kind, chain, readers, outer, reduce, inner, P<double>(sums)); break;
            case DType.Int64: Reduction.OfChain(kind, chain, readers, outer, reduce, inner, P<long>(sums)); break;
            default: Reduction.OfChain(kind, chain, readers, outer, reduce, inner, P<ulong>(sums)); break;
        }

        if (sums != y)
            Conversion.Run(sums, y);
        GC.KeepAlive(y);
    }

    /// <summary>Running sums of the rows of x, gathered in TSum.</summary>
    public static void CumSum<T, TSum>(Tensor x, Tensor y, int length, int rows, bool reverse) where T : unmanaged, INumber<T> where TSum : unmanaged, INumber<TSum>
    {
        RequireAlike(x, y);
        Require(x.DType == y.DType && x.DType.Size() == sizeof(T) && (long)rows * length == x.Length, "rows of running sums");
        RunningSums.Run<T, TSum>(P<T>(x), P<T>(y), rows, length, reverse);
        KeepAlive(x, y, y);
    }

    private static void Reduce<T>(ReductionKind kind, Tensor x, int outer, int reduce, int inner, Tensor y)
        where T : unmanaged, INumber<T>
    {
        switch (kind)
        {
            case ReductionKind.Sum: Reduction.Sum(P<T>(x), outer, reduce, inner, P<T>(y)); break;
            case ReductionKind.Product: Reduction.Product(P<T>(x), outer, reduce, inner, P<T>(y)); break;
            case ReductionKind.Maximum: Reduction.Max(P<T>(x), outer, reduce, inner, P<T>(y)); break;
            default: Reduction.Min(P<T>(x), outer, reduce, inner, P<T>(y)); break;
        }
    }
}
