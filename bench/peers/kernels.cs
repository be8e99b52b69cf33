#:package TorchSharp-cpu@0.107.0
#:property PublishAot=false
#:property ManagePackageVersionsCentrally=false
#:property TreatWarningsAsErrors=false
#:property EnforceCodeStyleInBuild=false
#:property AnalysisLevel=none
// The operations of bench/Kernels/OperationCase.cs in TorchSharp: the same names, shapes, types and results; images with channels first, indices of 64 bits, as PyTorch has them. A line of JSON each; bench/compare_kernels.py
// runs both in alternation.  dotnet run -c Release bench/peers/kernels.cs -- --threads 2 --seconds 0.1 --filter sort
using System.Diagnostics;
using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string Option(string name, string otherwise) => Array.IndexOf(args, name) is >= 0 and int at ? args[at + 1] : otherwise;
set_num_threads(int.Parse(Option("--threads", "2")));
double seconds = double.Parse(Option("--seconds", "4"));
string filter = Option("--filter", "");
string[] sizes = ["small", "medium", "large"];
using var _ = inference_mode();

Of("sort", [[16, 256], [64, 4096], [1, 1 << 20]], x => () => Both(x.sort()));
Of("topk", [[16, 256], [64, 4096], [8, 50257]], x => () => Both(x.topk(x.shape[1] < 50257 ? 10 : 50)));
Of("cumsum", [[16, 256], [256, 1024], [1024, 4096]], x => () => [x.cumsum(1)]);
Of("cumsum_rows", [[16, 256], [256, 1024], [1024, 4096]], x => () => [x.cumsum(0)]);
Table("gather", (table, places, _) => () => [table.index_select(0, places)]);
Table("scatter_add", (table, places, values) => () => [zeros(table.shape[0], table.shape[1]).index_add_(0, places, values, 1)]);
Along("take_along", (x, places, _) => () => [x.gather(1, places)]);
Along("add_along", (x, places, values) => () => [x.scatter_add(1, places, values)]);
Of("softmax", [[16, 256], [256, 1024], [256, 32000]], x => () => [softmax(x, 1)]);
Of("layer_norm", [[16, 256], [512, 768], [4096, 1024]], x =>
{
    Tensor gamma = randn(x.shape[1]), beta = randn(x.shape[1]);
    return () => [layer_norm(x, [x.shape[1]], gamma, beta, 1e-5)];
});
Of("argmax", [[16, 256], [256, 4096], [256, 32000]], x => () => [x.argmax(1)]);
Of("einsum", [[2, 16, 4, 16], [4, 128, 8, 64], [8, 256, 8, 64]], x =>
{
    Tensor k = randn(x.shape);
    return () => [einsum("bqhd,bkhd->bhqk", x, k)];
});
Of("transposed_copy", [[64, 64], [1024, 512], [4096, 4096]], x =>
{
    Tensor copy = empty(x.shape[1], x.shape[0]);
    return () =>
    {
        copy.copy_(x.t());
        return [];
    };
});
Of("resize", [[1, 3, 32, 32], [4, 16, 128, 128], [8, 3, 256, 256]], x =>
{
    long[] size = x.shape[2] switch { 32 => [64, 64], 128 => [256, 256], _ => [224, 224] };
    return () => [interpolate(x, size, mode: InterpolationMode.Bilinear, align_corners: false)];
});
Of("conv1d", [[4, 16, 64], [16, 64, 256], [32, 128, 1024]], x =>
{
    Tensor w = randn(x.shape[1] == 16 ? 32 : x.shape[1], x.shape[1], x.shape[2] == 64 ? 3 : 5);
    return () => [conv1d(x, w, padding: w.shape[2] / 2)];
});
Of("conv3d", [[1, 4, 8, 8, 8], [2, 16, 16, 32, 32], [4, 32, 16, 56, 56]], x =>
{
    Tensor w = randn([2 * x.shape[1], x.shape[1], 3, 3, 3]);
    return () => [conv3d(x, w, padding: [1, 1, 1])];
});
Of("conv_transpose", [[1, 16, 8, 8], [4, 64, 16, 16], [8, 128, 32, 32]], x =>
{
    Tensor w = randn(x.shape[1], x.shape[1] / 2, 4, 4);
    return () => [conv_transpose2d(x, w, strides: [2, 2], padding: [1, 1])];
});
Convolution("depthwise", [[1, 32, 14, 14], [8, 64, 28, 28], [8, 128, 56, 56]], x => [x.shape[1], 1, 3, 3], 1, 1, x => x.shape[1]);
Of("max_pool", [[1, 16, 28, 28], [8, 64, 56, 56], [8, 64, 112, 112]], x => () => [max_pool2d(x, 3, stride: 2, padding: 1)]);
Of("rfft", [[16, 256], [64, 4096], [16, 65536]], x => () => [fft.rfft(x)]);
Matrices("cholesky", [[32, 32], [256, 256], [1024, 1024]], x => () => [linalg.cholesky(x)]);
Matrices("svd", [[16, 16], [128, 128], [512, 384]], x => () => linalg.svd(x, false) is var (u, s, v) ? [u, s, v] : []);
Matrices("qr", [[32, 32], [256, 256], [1024, 512]], x => () => Both(linalg.qr(x)));
Of("erf", [[4096], [1 << 18], [1 << 22]], x => () => [x.erf()]);
Of("random_normal", [[4096], [1 << 18], [1 << 22]], x => () => [randn(x.shape[0])]);
Convolution("first_conv_7x7", [[1, 3, 64, 64], [1, 3, 224, 224], [8, 3, 224, 224]], _ => [64, 3, 7, 7], 2, 3, _ => 1);
Convolution("first_conv_3x3", [[1, 3, 64, 64], [1, 3, 224, 224], [8, 3, 224, 224]], _ => [64, 3, 3, 3], 1, 1, _ => 1);

static Tensor[] Both((Tensor First, Tensor Second) outputs) => [outputs.First, outputs.Second];

void Of(string name, long[][] shapes, Func<Tensor, Func<Tensor[]>> operation) => Each(name, shapes, shape => operation(randn(shape)));

void Convolution(string name, long[][] shapes, Func<Tensor, long[]> kernel, long stride, long padding, Func<Tensor, long> groups) => Of(name, shapes, x =>
{
    Tensor w = randn(kernel(x));
    long count = groups(x);
    return () => [conv2d(x, w, strides: [stride, stride], padding: [padding, padding], groups: count)];
});

void Table(string name, Func<Tensor, Tensor, Tensor, Func<Tensor[]>> operation) => Each(name, [[1000, 64, 256], [10000, 128, 4096], [50000, 256, 16384]], shape =>
    operation(randn(shape[0], shape[1]), randint(shape[0], [shape[2]], ScalarType.Int64), randn(shape[2], shape[1])));

void Along(string name, Func<Tensor, Tensor, Tensor, Func<Tensor[]>> operation) => Each(name, [[16, 256], [256, 4096], [256, 32000]], shape =>
    operation(randn(shape), randint(shape[1], [shape[0], shape[1] / 4], ScalarType.Int64), randn(shape[0], shape[1] / 4)));

void Matrices(string name, long[][] shapes, Func<Tensor, Func<Tensor[]>> operation) => Each(name, shapes, shape =>
{
    Tensor x = randn(shape);
    return operation(shape[0] == shape[1] ? (x.matmul(x.t()) / shape[0]) + eye(shape[0]) : x);
});

void Each(string name, long[][] shapes, Func<long[], Func<Tensor[]>> prepare)
{
    for (int size = 0; size < shapes.Length; size++)
    {
        if ($"{name}_{sizes[size]}".Contains(filter, StringComparison.Ordinal))
            Time($"{name}_{sizes[size]}", prepare(shapes[size]));
    }
}

void Time(string name, Func<Tensor[]> operation)
{
    long start = Stopwatch.GetTimestamp();
    for (int calls = 0; calls < 3 || Stopwatch.GetElapsedTime(start).TotalSeconds < seconds; calls++)
        Run();
    int repeats = 1;
    while (Milliseconds(repeats) * repeats < 0.3)
        repeats *= 2;
    List<double> times = [];
    for (start = Stopwatch.GetTimestamp(); times.Count < 3 || Stopwatch.GetElapsedTime(start).TotalSeconds < seconds;)
        times.Add(Milliseconds(repeats));
    times.Sort();
    Console.WriteLine($"{{\"name\":\"{name}\",\"median_ms\":{times[times.Count / 2]:F5},\"best_ms\":{times[0]:F5},\"steps\":{times.Count}}}");

    // Memory is given back at once, so that the next call finds it in the cache.
    void Run()
    {
        foreach (Tensor output in operation())
            output.Dispose();
    }

    double Milliseconds(int repeats)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < repeats; i++)
            Run();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds / repeats;
    }
}
