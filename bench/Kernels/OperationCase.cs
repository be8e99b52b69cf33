using Laminet.Tensors;
using Laminet.Tensors.Compilation;
using Laminet.Tensors.Devices;

namespace Laminet.Bench.Kernels;

/// <summary>An operation at one size, as a program of its own. <c>bench/peers/kernels.cs</c> has the same names, shapes and results.</summary>
internal sealed record OperationCase(string Name, Func<Action> Prepare)
{
    private static readonly string[] Sizes = ["small", "medium", "large"];

    public static IEnumerable<OperationCase> All =>
    [
        .. Of("sort", [[16, 256], [64, 4096], [1, 1 << 20]], x => [x.Sort(), x.ArgSort()]),
        .. Of("topk", [[16, 256], [64, 4096], [8, 50257]], x => [.. Both(x.TopK(x.Shape[1] < 50257 ? 10 : 50))]),
        .. Of("cumsum", [[16, 256], [256, 1024], [1024, 4096]], x => [x.CumSum(1)]),
        .. Of("cumsum_rows", [[16, 256], [256, 1024], [1024, 4096]], x => [x.CumSum(0)]),
        .. Table("gather", (table, places, _) => [table.Gather(places)]),
        .. Table("scatter_add", (table, places, values) => [values.ScatterAdd(places, table.Shape[0])]),
        .. Along("take_along", (x, places, _) => [x.TakeAlong(places)]),
        .. Along("add_along", (x, places, values) => [x.PutAlong(places, values, mode: ScatterMode.Add)]),
        .. Of("softmax", [[16, 256], [256, 1024], [256, 32000]], x => [x.Softmax()]),
        .. Of("layer_norm", [[16, 256], [512, 768], [4096, 1024]], x => [[x[1]], [x[1]]], (x, w) => [x.LayerNormalize(w[0], w[1], 1e-5)]),
        .. Of("argmax", [[16, 256], [256, 4096], [256, 32000]], x => [x.ArgMax()]),
        .. Of("einsum", [[2, 16, 4, 16], [4, 128, 8, 64], [8, 256, 8, 64]], x => [x], (q, w) => [Tensor.Einsum("bqhd,bkhd->bhqk", q, w[0])]),
        .. Copies("transposed_copy", [[64, 64], [1024, 512], [4096, 4096]], x => x.Transpose()),
        .. Of("resize", [[1, 32, 32, 3], [4, 128, 128, 16], [8, 256, 256, 3]], x => [x.Resize(x.Shape[1] switch { 32 => (64, 64), 128 => (256, 256), _ => (224, 224) })]),
        .. Of("conv1d", [[4, 64, 16], [16, 256, 64], [32, 1024, 128]], x => [[x[1] == 64 ? 3 : 5, x[2], x[2] == 16 ? 32 : x[2]]], (x, w) => [x.Convolution1D(w[0], padding: Padding.Same)]),
        .. Of("conv3d", [[1, 8, 8, 8, 4], [2, 16, 32, 32, 16], [4, 16, 56, 56, 32]], x => [[3, 3, 3, x[4], 2 * x[4]]], (x, w) => [x.Convolution3D(w[0], padding: Padding.Same)]),
        .. Of("conv_transpose", [[1, 8, 8, 16], [4, 16, 16, 64], [8, 32, 32, 128]], x => [[4, 4, x[3] / 2, x[3]]],
            (x, w) => [x.TransposedConvolution(w[0], strides: (2, 2), padding: Padding.Explicit(1))]),
        .. Of("depthwise", [[1, 14, 14, 32], [8, 28, 28, 64], [8, 56, 56, 128]], x => [[3, 3, 1, x[3]]], (x, w) => [x.Convolution(w[0], padding: Padding.Same, groups: x.Shape[3])]),
        .. Of("max_pool", [[1, 28, 28, 16], [8, 56, 56, 64], [8, 112, 112, 64]], x => [x.MaxPool((3, 3), (2, 2), Padding.Explicit(1))]),
        .. Of("rfft", [[16, 256], [64, 4096], [16, 65536]], x => [.. Both(x.RFFT())]),
        .. Matrices("cholesky", [[32, 32], [256, 256], [1024, 1024]], x => [x.Cholesky()]),
        .. Matrices("svd", [[16, 16], [128, 128], [512, 384]], x => x.SVD(fullMatrices: false) is var (u, s, v) ? [u, s, v] : []),
        .. Matrices("qr", [[32, 32], [256, 256], [1024, 512]], x => [.. Both(x.QR())]),
        .. Of("erf", [[4096], [1 << 18], [1 << 22]], x => [x.Erf()]),
        .. Normal("random_normal", [[4096], [1 << 18], [1 << 22]]),
        .. Of("first_conv_7x7", [[1, 64, 64, 3], [1, 224, 224, 3], [8, 224, 224, 3]], x => [[7, 7, 3, 64]], (x, w) => [x.Convolution(w[0], strides: (2, 2), padding: Padding.Explicit(3))]),
        .. Of("first_conv_3x3", [[1, 64, 64, 3], [1, 224, 224, 3], [8, 224, 224, 3]], x => [[3, 3, 3, 64]], (x, w) => [x.Convolution(w[0], padding: Padding.Same)]),
    ];

    private static Tensor[] Both((Tensor First, Tensor Second) outputs) => [outputs.First, outputs.Second];

    private static Tensor Numbers(Shape shape, ulong seed) => new RandomKey(seed).Normal(shape);

    private static Tensor Places(Shape shape, int length) => new RandomKey(3).RandInt(shape, 0, length);

    private static IEnumerable<OperationCase> Each(string name, Shape[] shapes, Func<Shape, Action> prepare) =>
        shapes.Select((shape, size) => new OperationCase($"{name}_{Sizes[size]}", () => prepare(shape)));

    private static IEnumerable<OperationCase> Of(string name, Shape[] shapes, Func<Tensor, Tensor[]> operation) =>
        Each(name, shapes, shape => Program(x => operation(x[0]), Numbers(shape, 1)));

    /// <summary>With further inputs, whose shapes follow from the first one's.</summary>
    private static IEnumerable<OperationCase> Of(string name, Shape[] shapes, Func<Shape, Shape[]> others, Func<Tensor, Tensor[], Tensor[]> operation) =>
        Each(name, shapes, shape => Program(x => operation(x[0], [.. x.Skip(1)]), [Numbers(shape, 1), .. others(shape).Select(other => Numbers(other, 2))]));

    /// <summary>Rows of a table: the table, positions, and as many rows.</summary>
    private static IEnumerable<OperationCase> Table(string name, Func<Tensor, Tensor, Tensor, Tensor[]> operation) =>
        Each(name, [[1000, 64, 256], [10000, 128, 4096], [50000, 256, 16384]], shape =>
            Program(x => operation(x[0], x[1], x[2]), Numbers([shape[0], shape[1]], 1), Places([shape[2]], shape[0]), Numbers([shape[2], shape[1]], 2)));

    /// <summary>Other positions in each row: a quarter of its length.</summary>
    private static IEnumerable<OperationCase> Along(string name, Func<Tensor, Tensor, Tensor, Tensor[]> operation) =>
        Each(name, [[16, 256], [256, 4096], [256, 32000]], shape =>
            Program(x => operation(x[0], x[1], x[2]), Numbers(shape, 1), Places([shape[0], shape[1] / 4], shape[1]), Numbers([shape[0], shape[1] / 4], 2)));

    /// <summary>Symmetric and positive definite where they are square, so that all factors exist.</summary>
    private static IEnumerable<OperationCase> Matrices(string name, Shape[] shapes, Func<Tensor, Tensor[]> operation) => Each(name, shapes, shape =>
    {
        Tensor x = Numbers(shape, 1);
        return Program(inputs => operation(inputs[0]), shape[0] == shape[1] ? (x.MatMul(x, transposeOther: true) / shape[0]) + Tensor.Eye(shape[0]) : x);
    });

    /// <summary>Of a view, into memory that is there: a program would not copy what nothing needs copied.</summary>
    private static IEnumerable<OperationCase> Copies(string name, Shape[] shapes, Func<Tensor, Tensor> view) => Each(name, shapes, shape =>
    {
        Tensor x = view(Numbers(shape, 1)), copy = Tensor.Empty(x.Shape, x.DType);
        return () => CpuDevice.Copy(x, copy);
    });

    private static IEnumerable<OperationCase> Normal(string name, Shape[] shapes) =>
        Each(name, shapes, shape => Program(x => [RandomKey.From(x[0]).Normal(shape)], Tensor.Scalar(1L)));

    // A call without results: they lie in the program's own memory, as within a network, and a host call that does nothing needs them.
    private static Action Program(Func<IReadOnlyList<Tensor>, Tensor[]> operation, params Tensor[] inputs)
    {
        CompiledFunction function = Function.Compile((IReadOnlyList<Tensor> x) =>
        {
            Function.HostCall(_ => { }, operation(x));
            return Array.Empty<Tensor>();
        });
        return () => function.Call(inputs);
    }
}
