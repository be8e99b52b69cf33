using System.Numerics;

namespace Laminet.Tensors.Kernels;

/// <summary>Losses = -ln(softmax(X)) at each row's label; 0 where the label names no class.</summary>
internal readonly unsafe struct SparseCrossEntropyForward<T> : IRowOperation<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public static void Tile<TSimd, TVector>(in RowsCall<T> call, int row, int rows, T* scratch)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        int classes = call.Classes;
        T* exponentials = scratch + ((nint)rows * classes);
        Exponentials<TSimd, TVector, T>.Fill(call.X + ((nint)row * classes), rows, classes, scratch, exponentials);
        for (int i = row; i < row + rows; i++, scratch += classes, exponentials += classes)
        {
            int label = call.Labels[i];
            call.Losses[i] = (uint)label < (uint)classes ? T.Log(Exponentials<TSimd, TVector, T>.Sum(exponentials, classes)) - scratch[label] : T.Zero;
        }
    }
}

/// <summary>Result = (softmax(X) - one at the label) times the row's upstream; 0 where the label names no class.</summary>
internal readonly unsafe struct SparseCrossEntropyBackward<T> : IRowOperation<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public static void Tile<TSimd, TVector>(in RowsCall<T> call, int row, int rows, T* scratch)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        int classes = call.Classes;
        T* result = call.Result + ((nint)row * classes);
        Exponentials<TSimd, TVector, T>.Fill(call.X + ((nint)row * classes), rows, classes, result, result);
        for (int i = row; i < row + rows; i++, result += classes)
        {
            int label = call.Labels[i];
            if ((uint)label >= (uint)classes)
            {
                new Span<T>(result, classes).Clear();
                continue;
            }

            T factor = call.Upstream[i] / Exponentials<TSimd, TVector, T>.Sum(result, classes);
            RowMath<TSimd, TVector, T>.Linear(result, factor, T.Zero, result, classes);
            result[label] -= call.Upstream[i];
        }
    }
}

/// <summary>Losses = -sum(t ln(softmax(X))) with Second the targets t; a target of 0 does not count.</summary>
internal readonly unsafe struct CrossEntropyForward<T> : IRowOperation<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public static void Tile<TSimd, TVector>(in RowsCall<T> call, int row, int rows, T* scratch)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        int classes = call.Classes;
        T* exponentials = scratch + ((nint)rows * classes), targets = call.Second + ((nint)row * classes);
        Exponentials<TSimd, TVector, T>.Fill(call.X + ((nint)row * classes), rows, classes, scratch, exponentials);
        for (int i = row; i < row + rows; i++, scratch += classes, exponentials += classes, targets += classes)
        {
            T minusLog = -T.Log(Exponentials<TSimd, TVector, T>.Sum(exponentials, classes));
            call.Losses[i] = -RowMath<TSimd, TVector, T>.Weighted(targets, scratch, minusLog, classes);
        }
    }
}

/// <summary>Result = (softmax(X) sum(t) - t) times the row's upstream, with Second the targets t.</summary>
internal readonly unsafe struct CrossEntropyBackward<T> : IRowOperation<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public static void Tile<TSimd, TVector>(in RowsCall<T> call, int row, int rows, T* scratch)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        int classes = call.Classes;
        T* result = call.Result + ((nint)row * classes), targets = call.Second + ((nint)row * classes);
        Exponentials<TSimd, TVector, T>.Fill(call.X + ((nint)row * classes), rows, classes, result, result);
        for (int i = row; i < row + rows; i++, result += classes, targets += classes)
        {
            T upstream = call.Upstream[i];
            T factor = upstream * RowMath<TSimd, TVector, T>.Sum(targets, classes) / Exponentials<TSimd, TVector, T>.Sum(result, classes);
            RowMath<TSimd, TVector, T>.Blend(result, factor, targets, -upstream, result, classes);
        }
    }
}
