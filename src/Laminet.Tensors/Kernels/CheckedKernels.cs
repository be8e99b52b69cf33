using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <summary>Which reduction.</summary>
public enum ReductionKind
{
    /// <summary>The sum.</summary>
    Sum,

    /// <summary>The product.</summary>
    Product,

    /// <summary>The largest; NaN wins.</summary>
    Maximum,

    /// <summary>The smallest; NaN wins.</summary>
    Minimum,
}

/// <summary>Which operation on rows of classes.</summary>
internal enum SoftmaxKind
{
    Softmax,
    SoftmaxGradient,
    LogSoftmax,
    LogSoftmaxGradient,
}

/// <summary>
/// The only way from operations to raw pointers: each entry checks that buffers hold what the geometry will touch, picks the
/// element type, and keeps the tensors alive until the kernel is done.
/// </summary>
internal static unsafe partial class CheckedKernels
{
    /// <summary>output = left·right (+ residual) (+ bias), negative results 0 where <paramref name="relu"/>. The residual may be the output itself.</summary>
    public static void MatrixMultiply(MatrixStack left, MatrixStack right, Tensor? bias, Tensor? residual, bool relu, Tensor output)
    {
        RequireProduct(left, right, output);
        RequireEpilogue(bias, residual, right.Columns, output);
        if (output.DType == DType.Float32)
            Multiply(left, right, Finish<float>(bias, residual, relu), output);
        else
            Multiply(left, right, Finish<double>(bias, residual, relu), output);
        KeepAlive(left.Tensor, right.Tensor, output);
        KeepAlive(bias, residual);
    }

    /// <summary>output = left·right (+ residual) (+ bias), negative results 0 where <paramref name="relu"/>, for one matrix on the left and one in panels, as <see cref="Ops.KernelInPanels"/> makes them, on the right.</summary>
    public static void MatrixMultiplyPanels(Tensor left, Tensor right, Tensor? bias, Tensor? residual, bool relu, Tensor output)
    {
        Require(left.Rank == 2 && output.Rank == 2, "axes of a product with panels");
        Require(output.Shape[0] == left.Shape[0], "shape of a product with panels");
        Require(right.IsContiguous && output.IsContiguous && output.DType is DType.Float32 or DType.Float64 && left.DType == output.DType && right.DType == output.DType, "operands of a product with panels");
        RequirePanels(right, left.Shape[1], output.Shape[1], KernelPanels.Columns(left.Shape[0], left.Shape[1], output.Shape[1], output.DType));
        RequireEpilogue(bias, residual, output.Shape[1], output);
        if (output.DType == DType.Float32)
            MultiplyPanels(left, right, Finish<float>(bias, residual, relu), output);
        else
            MultiplyPanels(left, right, Finish<double>(bias, residual, relu), output);
        KeepAlive(left, right, output);
        KeepAlive(bias, residual);
    }

    // As Ops.KernelInPanels makes them, with the columns that the kernels expect; nothing is allocated.
    private static void RequirePanels(Tensor panels, int depth, int filters, int columns)
    {
        bool fits = columns > 0 && panels.Length == (long)depth * filters
            && (filters % columns != 0 ? panels.Rank == 1 : panels.Rank == 3 && panels.Shape[1] == depth && panels.Shape[2] == columns);
        Require(fits, "panels of a kernel");
    }

    private static void MultiplyPanels<T>(Tensor left, Tensor right, in Epilogue<T> epilogue, Tensor output) where T : unmanaged, System.Numerics.INumber<T> => Kernels.MatrixMultiply.Run(
        P<T>(left), left.Strides[0], left.Strides[1], P<T>(right), 0, 0, P<T>(output), output.Shape[1], left.Shape[0], output.Shape[1], left.Shape[1], epilogue, isPacked: true);

    /// <summary>output = left·right for integers; sums wrap as the output's type does.</summary>
    public static void IntegerMultiply(MatrixStack left, MatrixStack right, Tensor output)
    {
        RequireProduct(left, right, output);
        IntegerProduct.Run(left, right, output);
        KeepAlive(left.Tensor, right.Tensor, output);
    }

    /// <summary>
    /// y = x * kernel (scale) (+ residual) (+ bias), negative results 0 and those above the ceiling the ceiling where <paramref name="relu"/>; y sigmoid(y) where <paramref name="swish"/>. Without a scale the residual may be
    /// y itself. The kernel may lie in panels, as <see cref="Ops.KernelInPanels"/> makes them.
    /// </summary>
    public static void Convolution(
        in ConvolutionGeometry g, Tensor x, Tensor kernel, Tensor? scale, Tensor? bias, Tensor? residual, bool relu, Tensor y, double ceiling = double.PositiveInfinity, bool swish = false)
    {
        RequireConvolution(g, x, kernel, y);
        RequireEpilogue(bias, residual, g.OutChannels, y);
        RequireEpilogue(scale, null, g.OutChannels, y);
        Require(scale is null || residual is null || P<byte>(residual) != P<byte>(y), "places of a scaled sum and a residual");
        Require(!swish || (y.DType == DType.Float32 && !relu), "type and activation of a convolution");
        bool isPacked = kernel.Rank is 1 or 3;
        if (isPacked)
            RequirePanels(kernel, kernel.Length / g.OutChannels, g.OutChannels, KernelPanels.Columns(g, y.DType));
        if (y.DType == DType.Float32)
            Kernels.Convolution.Forward(g, P<float>(x), P<float>(kernel), Finish<float>(bias, residual, relu, scale, ceiling) with { Swish = swish }, P<float>(y), isPacked);
        else
            Kernels.Convolution.Forward(g, P<double>(x), P<double>(kernel), Finish<double>(bias, residual, relu, scale, ceiling), P<double>(y), isPacked);
        KeepAlive(x, kernel, y);
        KeepAlive(bias, residual);
        GC.KeepAlive(scale);
    }

    public static void ConvolutionInputGradient(in ConvolutionGeometry g, Tensor dy, Tensor kernel, Tensor dx)
    {
        RequireConvolution(g, dx, kernel, dy);
        if (dy.DType == DType.Float32)
            Kernels.Convolution.InputGradient(g, P<float>(dy), P<float>(kernel), P<float>(dx));
        else
            Kernels.Convolution.InputGradient(g, P<double>(dy), P<double>(kernel), P<double>(dx));
        KeepAlive(dy, kernel, dx);
    }

    public static void ConvolutionKernelGradient(in ConvolutionGeometry g, Tensor x, Tensor dy, Tensor dw)
    {
        RequireConvolution(g, x, dw, dy);
        if (dy.DType == DType.Float32)
            Kernels.Convolution.KernelGradient(g, P<float>(x), P<float>(dy), P<float>(dw));
        else
            Kernels.Convolution.KernelGradient(g, P<double>(x), P<double>(dy), P<double>(dw));
        KeepAlive(x, dy, dw);
    }

    public static void MaxPool(in PoolingGeometry g, Tensor x, Tensor y)
    {
        RequirePooling(g, x, y);
        if (x.DType == DType.Float32)
            Pooling.Max(g, P<float>(x), P<float>(y));
        else
            Pooling.Max(g, P<double>(x), P<double>(y));
        KeepAlive(x, y, y);
    }

    public static void MaxScatter(in PoolingGeometry g, Tensor x, Tensor dy, Tensor dx)
    {
        RequirePooling(g, x, dy);
        RequirePooling(g, dx, dy);
        if (x.DType == DType.Float32)
            Pooling.MaxScatter(g, P<float>(x), P<float>(dy), P<float>(dx));
        else
            Pooling.MaxScatter(g, P<double>(x), P<double>(dy), P<double>(dx));
        KeepAlive(x, dy, dx);
    }

    public static void MaxGather(in PoolingGeometry g, Tensor x, Tensor values, Tensor y)
    {
        RequirePooling(g, x, y);
        RequirePooling(g, values, y);
        if (x.DType == DType.Float32)
            Pooling.MaxGather(g, P<float>(x), P<float>(values), P<float>(y));
        else
            Pooling.MaxGather(g, P<double>(x), P<double>(values), P<double>(y));
        KeepAlive(x, values, y);
    }

    public static void AveragePool(in PoolingGeometry g, Tensor x, bool countPadding, Tensor y)
    {
        RequirePooling(g, x, y);
        if (x.DType == DType.Float32)
            Pooling.Average(g, P<float>(x), P<float>(y), countPadding);
        else
            Pooling.Average(g, P<double>(x), P<double>(y), countPadding);
        KeepAlive(x, y, y);
    }

    public static void AveragePoolGradient(in PoolingGeometry g, Tensor dy, bool countPadding, Tensor dx)
    {
        RequirePooling(g, dx, dy);
        if (dy.DType == DType.Float32)
            Pooling.AverageGradient(g, P<float>(dy), P<float>(dx), countPadding);
        else
            Pooling.AverageGradient(g, P<double>(dy), P<double>(dx), countPadding);
        KeepAlive(dy, dx, dx);
    }

    /// <summary>Random numbers from a key; from several, as many from each.</summary>
    public static void RandomNumbers(RandomKind kind, Tensor keys, Tensor y)
    {
        Require(y.IsContiguous && keys.IsContiguous, "strides of random numbers");
        Require(keys.DType == DType.Int64 && keys.Length > 0 && y.Length % keys.Length == 0, "number of random keys");
        if (y.DType == DType.Float32)
            Kernels.RandomNumbers.Fill(kind, P<ulong>(keys), keys.Length, P<float>(y), y.Length / keys.Length);
        else
            Kernels.RandomNumbers.Fill(kind, P<ulong>(keys), keys.Length, P<double>(y), y.Length / keys.Length);
        KeepAlive(keys, y, y);
    }

    /// <summary>The logarithms of gamma variates, each from its own key.</summary>
    public static void LogGammaVariates(Tensor keys, Tensor alpha, Tensor y)
    {
        Require(keys.DType == DType.Int64 && keys.IsContiguous && alpha.IsContiguous && y.IsContiguous, "layout of gamma variates");
        Require(alpha.DType == DType.Float64 && y.DType == DType.Float64 && keys.Length == y.Length && alpha.Length == y.Length, "number of gamma variates");
        GammaVariates.Fill(P<ulong>(keys), P<double>(alpha), P<double>(y), y.Length);
        KeepAlive(keys, alpha, y);
    }

    public static void Dropout(Tensor x, long key, double rate, Tensor y)
    {
        RequireAlike(x, y);
        if (x.DType == DType.Float32)
            Kernels.RandomNumbers.Dropout((ulong)key, (float)(1 - rate), (float)(1 / (1 - rate)), P<float>(x), P<float>(y), x.Length);
        else
            Kernels.RandomNumbers.Dropout((ulong)key, (float)(1 - rate), 1 / (1 - rate), P<double>(x), P<double>(y), x.Length);
        KeepAlive(x, y, y);
    }

    /// <summary>An operation on rows of classes whose result has the rows' shape.</summary>
    public static void Softmax(SoftmaxKind kind, Tensor x, Tensor? upstream, Tensor y)
    {
        RequireAlike(x, y);
        RequireAlike(x, upstream ?? x);
        if (x.DType == DType.Float32)
            Softmax<float>(kind, x, upstream, y);
        else
            Softmax<double>(kind, x, upstream, y);
        KeepAlive(x, y, upstream ?? y);
    }

    /// <summary>A cross-entropy, or with an upstream its gradient; labels are Int32, other targets of the logits' shape.</summary>
    public static void CrossEntropy(Tensor logits, Tensor targets, Tensor? upstream, Tensor output)
    {
        int rows = logits.Length / Math.Max(1, logits.Shape[-1]);
        bool sparse = targets.DType == DType.Int32;
        Require(targets.Length == (sparse ? rows : logits.Length) && targets.IsContiguous && logits.IsContiguous && output.IsContiguous, "size of targets");
        Require(upstream is null ? output.Length == rows : upstream.Length == rows && upstream.IsContiguous && output.Length == logits.Length, "size of losses");
        if (logits.DType == DType.Float32)
            CrossEntropy<float>(sparse, logits, targets, upstream, output);
        else
            CrossEntropy<double>(sparse, logits, targets, upstream, output);
        KeepAlive(logits, targets, output);
        GC.KeepAlive(upstream);
    }

    private static void Softmax<T>(SoftmaxKind kind, Tensor x, Tensor? upstream, Tensor y) where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        RowsCall<T> call = Rows<T>(x);
        call.Second = upstream is null ? null : P<T>(upstream);
        call.Result = P<T>(y);
        switch (kind)
        {
            case SoftmaxKind.Softmax: SoftmaxRows.Run<SoftmaxForward<T>, T>(call); break;
            case SoftmaxKind.SoftmaxGradient: SoftmaxRows.Run<SoftmaxBackward<T>, T>(call); break;
            case SoftmaxKind.LogSoftmax: SoftmaxRows.Run<LogSoftmaxForward<T>, T>(call); break;
            default: SoftmaxRows.Run<LogSoftmaxBackward<T>, T>(call); break;
        }
    }

    private static void CrossEntropy<T>(bool sparse, Tensor logits, Tensor targets, Tensor? upstream, Tensor output)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        RowsCall<T> call = Rows<T>(logits);
        if (sparse)
            call.Labels = P<int>(targets);
        else
            call.Second = P<T>(targets);
        if (upstream is null)
        {
            call.Losses = P<T>(output);
            if (sparse)
                SoftmaxRows.Run<SparseCrossEntropyForward<T>, T>(call);
            else
                SoftmaxRows.Run<CrossEntropyForward<T>, T>(call);
            return;
        }

        call.Upstream = P<T>(upstream);
        call.Result = P<T>(output);
        if (sparse)
            SoftmaxRows.Run<SparseCrossEntropyBackward<T>, T>(call);
        else
            SoftmaxRows.Run<CrossEntropyBackward<T>, T>(call);
    }

    private static RowsCall<T> Rows<T>(Tensor x) where T : unmanaged =>
        new() { X = P<T>(x), Classes = x.Shape[-1], Rows = x.Length / Math.Max(1, x.Shape[-1]) };

    private static Epilogue<T> Finish<T>(Tensor? bias, Tensor? residual, bool relu, Tensor? scale = null, double ceiling = double.PositiveInfinity)
        where T : unmanaged, System.Numerics.INumber<T> => new()
        {
            Scale = scale is null ? null : P<T>(scale),
            Addend = residual is null ? null : P<T>(residual),
            Bias = bias is null ? null : P<T>(bias),
            Ceiling = relu ? T.CreateSaturating(ceiling) : T.Zero,
        };

    private static void Multiply<T>(MatrixStack left, MatrixStack right, Epilogue<T> epilogue, Tensor output)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        int products = left.Rows * right.Columns == 0 ? 0 : output.Length / (left.Rows * right.Columns);
        using Scratch<nint> places = Scratch.Rent<nint>(2 * (nint)products);
        ProductBatch<T> batch = new()
        {
            A = P<T>(left.Tensor),
            B = P<T>(right.Tensor),
            C = P<T>(output),
            ARowStride = left.RowStride,
            AColumnStride = left.ColumnStride,
            BRowStride = right.RowStride,
            BColumnStride = right.ColumnStride,
            M = left.Rows,
            N = right.Columns,
            K = left.Columns,
            Count = products,
            APlaces = places.Pointer,
            BPlaces = places.Pointer + products,
            Epilogue = epilogue,
        };
        bool isOne = products > 1;
        for (int product = 0; product < products; product++)
        {
            nint a = batch.APlaces[product] = left.PlaceOf(product, output.Shape), b = batch.BPlaces[product] = right.PlaceOf(product, output.Shape);
            isOne &= a == (nint)product * batch.M * batch.ARowStride && b == 0;
        }

        // One right factor for all, and rows that follow each other: a single product lays the factor in panels once.
        if (isOne)
            (batch.M, batch.Count) = (batch.M * products, 1);
        batch.Run();
    }

    private static T* P<T>(Tensor tensor) where T : unmanaged => (T*)tensor.Storage.Pointer + tensor.Offset;

    private static void RequireProduct(MatrixStack left, MatrixStack right, Tensor output)
    {
        Require(left.BroadcastsTo(output.Shape) && right.BroadcastsTo(output.Shape) && output.IsContiguous, "outer axes of a product");
        Require(left.Rows == output.Shape[-2] && left.Columns == right.Rows && right.Columns == output.Shape[-1], "lengths of a product");
    }

    private static void RequireConvolution(in ConvolutionGeometry g, Tensor x, Tensor kernel, Tensor y)
    {
        Require(x.Length == (long)g.Batch * g.Height * g.Width * g.InChannels, "size of images");
        Require(kernel.Length == (long)g.KernelHeight * g.KernelWidth * (g.InChannels / g.Groups) * g.OutChannels, "size of a kernel");
        Require(y.Length == (long)g.Batch * g.OutHeight * g.OutWidth * g.OutChannels, "size of feature maps");
        Require(x.IsContiguous && kernel.IsContiguous && y.IsContiguous, "strides of a convolution");
    }

    private static void RequireEpilogue(Tensor? bias, Tensor? residual, int columns, Tensor output)
    {
        Require(bias is null || (bias.Length == columns && bias.IsContiguous && bias.DType == output.DType), "length of a bias");
        Require(residual is null || (residual.Length == output.Length && residual.IsContiguous && residual.DType == output.DType), "size of a residual");
    }

    private static void RequireAlike(Tensor x, Tensor y) => Require(x.Length == y.Length && x.IsContiguous && y.IsContiguous, "sizes of two tensors");

    private static void RequirePooling(in PoolingGeometry g, Tensor x, Tensor y)
    {
        Require(x.Length == (long)g.Batch * g.Height * g.Width * g.Channels, "size of images");
        Require(y.Length == (long)g.Batch * g.OutHeight * g.OutWidth * g.Channels, "size of pooled images");
        Require(x.IsContiguous && y.IsContiguous, "strides of a pooling");
    }

    // Not an assertion: a kernel that ran on wrong sizes would write over other tensors.
    private static void Require(bool condition, string what)
    {
        if (!condition)
            throw new InvalidOperationException($"Engine error: the {what} do not fit the kernel that was asked for. Please report this.");
    }

    private static void KeepAlive(Tensor a, Tensor b, Tensor c)
    {
        GC.KeepAlive(a);
        GC.KeepAlive(b);
        GC.KeepAlive(c);
    }

    private static void KeepAlive(Tensor? bias, Tensor? residual)
    {
        GC.KeepAlive(bias);
        GC.KeepAlive(residual);
    }
}
