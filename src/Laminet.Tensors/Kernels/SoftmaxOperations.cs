using System.Numerics;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Laminet.Tensors.Kernels;

/// <summary>Result = softmax(X).</summary>
internal readonly unsafe struct SoftmaxForward<T> : IRowOperation<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public static void Tile<TSimd, TVector>(in RowsCall<T> call, int row, int rows, T* scratch)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        int classes = call.Classes;
        T* result = call.Result + ((nint)row * classes);
        Exponentials<TSimd, TVector, T>.Fill(call.X + ((nint)row * classes), rows, classes, result, result);
        for (int i = 0; i < rows; i++, result += classes)
            RowMath<TSimd, TVector, T>.Linear(result, T.One / Exponentials<TSimd, TVector, T>.Sum(result, classes), T.Zero, result, classes);
    }
}

/// <summary>Result = Y (dY - sum(Y dY)), with X the softmax Y and Second its gradient.</summary>
internal readonly unsafe struct SoftmaxBackward<T> : IRowOperation<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public static void Tile<TSimd, TVector>(in RowsCall<T> call, int row, int rows, T* scratch)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        for (int i = row; i < row + rows; i++)
        {
            nint at = (nint)i * call.Classes;
            T dot = RowMath<TSimd, TVector, T>.Dot(call.X + at, call.Second + at, call.Classes);
            RowMath<TSimd, TVector, T>.Product(call.X + at, call.Second + at, -dot, call.Result + at, call.Classes);
        }
    }
}

/// <summary>Result = ln(softmax(X)).</summary>
internal readonly unsafe struct LogSoftmaxForward<T> : IRowOperation<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public static void Tile<TSimd, TVector>(in RowsCall<T> call, int row, int rows, T* scratch)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        int classes = call.Classes;
        T* result = call.Result + ((nint)row * classes);
        Exponentials<TSimd, TVector, T>.Fill(call.X + ((nint)row * classes), rows, classes, result, scratch);
        for (int i = 0; i < rows; i++, result += classes, scratch += classes)
            RowMath<TSimd, TVector, T>.Linear(result, T.One, -T.Log(Exponentials<TSimd, TVector, T>.Sum(scratch, classes)), result, classes);
    }
}

/// <summary>Result = dY - exp(Y) sum(dY), with X the logarithms Y and Second their gradient.</summary>
internal readonly unsafe struct LogSoftmaxBackward<T> : IRowOperation<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public static void Tile<TSimd, TVector>(in RowsCall<T> call, int row, int rows, T* scratch)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        int classes = call.Classes, count = rows * classes;
        nint start = (nint)row * classes;
        T* result = call.Result + start, upstream = call.Second + start;
        TensorPrimitives.Exp(new ReadOnlySpan<T>(call.X + start, count), new Span<T>(result, count));
        for (int i = 0; i < rows; i++, result += classes, upstream += classes)
            RowMath<TSimd, TVector, T>.Blend(result, -RowMath<TSimd, TVector, T>.Sum(upstream, classes), upstream, T.One, result, classes);
    }
}
