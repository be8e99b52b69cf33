using BenchmarkDotNet.Attributes;
using Laminet.Tensors.Kernels;

namespace Laminet.Bench.Kernels;

/// <summary>The middle one of three axes is reduced.</summary>
public sealed class ReductionCase(int outer, int reduced, int inner) : Case($"[{outer}, {reduced}, {inner}]", (double)outer * reduced * inner)
{
    public int Outer { get; } = outer;

    public int Reduced { get; } = reduced;

    public int Inner { get; } = inner;
}

/// <summary>Sums and maxima should run as fast as memory is read.</summary>
public unsafe class ReductionBenchmarks
{
    private Floats x = null!, y = null!;

    [ParamsSource(nameof(Cases))]
    public ReductionCase Case { get; set; } = null!;

    public static IEnumerable<ReductionCase> Cases =>
    [
        new(1, 86528, 32), new(1, 2768896, 1), new(2704, 1024, 1), new(128, 10, 1), new(128, 64, 1), new(1, 128, 10), new(1, 2704, 1024),
        new(26, 1040, 100),
    ];

    [GlobalSetup]
    public void Setup() => (x, y) = (new((nint)Case.Size), new(Case.Outer * Case.Inner));

    [GlobalCleanup]
    public void Cleanup()
    {
        x.Dispose();
        y.Dispose();
    }

    [Benchmark, Work(sizeof(float), WorkAttribute.Bytes)]
    public void Sum() => Reduction.Sum(x.Pointer, Case.Outer, Case.Reduced, Case.Inner, y.Pointer);

    [Benchmark, Work(sizeof(float), WorkAttribute.Bytes)]
    public void Max() => Reduction.Max(x.Pointer, Case.Outer, Case.Reduced, Case.Inner, y.Pointer);
}
