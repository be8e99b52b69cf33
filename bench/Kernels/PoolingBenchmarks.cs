using BenchmarkDotNet.Attributes;
using Laminet.Tensors.Kernels;

namespace Laminet.Bench.Kernels;

/// <summary>A square window over square images.</summary>
public sealed class PoolingCase : Case
{
    internal PoolingCase(string network, PoolingGeometry geometry)
        : base(
            $"{network} {geometry.Batch}x{geometry.Height}x{geometry.Width}x{geometry.Channels} {geometry.WindowHeight}x{geometry.WindowWidth} /{geometry.StrideH}",
            (double)geometry.Batch * geometry.Height * geometry.Width * geometry.Channels) => Geometry = geometry;

    internal PoolingGeometry Geometry { get; }
}

/// <summary>Pooling and its gradients: bytes of the image read or written, and of what pooling leaves of it.</summary>
public unsafe class PoolingBenchmarks
{
    private const double TwoByTwo = sizeof(float) * 1.25;
    private Floats x = null!, y = null!, dx = null!;

    [ParamsSource(nameof(Cases))]
    public PoolingCase Case { get; set; } = null!;

    public static IEnumerable<PoolingCase> Cases =>
    [
        new("mnist_convnet", new PoolingGeometry(128, 26, 26, 32, 2, 2, 13, 13, 2, 2, 0, 0)),
        new("vgg16", new PoolingGeometry(8, 112, 112, 128, 2, 2, 56, 56, 2, 2, 0, 0)),
        new("resnet50", new PoolingGeometry(8, 112, 112, 64, 3, 3, 56, 56, 2, 2, 1, 1)),
    ];

    [GlobalSetup]
    public void Setup() => (x, y, dx) = (new((nint)Case.Size), new((nint)Case.Size), new((nint)Case.Size));

    [GlobalCleanup]
    public void Cleanup()
    {
        x.Dispose();
        y.Dispose();
        dx.Dispose();
    }

    [Benchmark, Work(TwoByTwo, WorkAttribute.Bytes)]
    public void Max() => Pooling.Max(Case.Geometry, x.Pointer, y.Pointer);

    [Benchmark, Work(TwoByTwo + sizeof(float), WorkAttribute.Bytes)]
    public void MaxScatter() => Pooling.MaxScatter(Case.Geometry, x.Pointer, y.Pointer, dx.Pointer);

    [Benchmark, Work(TwoByTwo + sizeof(float), WorkAttribute.Bytes)]
    public void MaxGather() => Pooling.MaxGather(Case.Geometry, x.Pointer, dx.Pointer, y.Pointer);

    [Benchmark, Work(TwoByTwo, WorkAttribute.Bytes)]
    public void Average() => Pooling.Average(Case.Geometry, x.Pointer, y.Pointer, false);

    [Benchmark, Work(TwoByTwo, WorkAttribute.Bytes)]
    public void AverageGradient() => Pooling.AverageGradient(Case.Geometry, y.Pointer, dx.Pointer, false);
}
