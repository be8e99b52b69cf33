using BenchmarkDotNet.Attributes;
using Laminet.Tensors.Kernels;

namespace Laminet.Bench.Kernels;

/// <summary>C (m x n) = A (m x k) B (k x n).</summary>
public sealed class ProductCase(int m, int n, int k) : Case($"{m}x{n}x{k}", (double)m * n * k)
{
    public int M { get; } = m;

    public int N { get; } = n;

    public int K { get; } = k;
}

/// <summary>The matrix product of operands as they lie, and of one that is transposed, as the gradients need it.</summary>
public unsafe class ProductBenchmarks
{
    private Floats a = null!, b = null!, c = null!;

    [ParamsSource(nameof(Cases))]
    public ProductCase Case { get; set; } = null!;

    public static IEnumerable<ProductCase> Cases =>
    [
        new(1536, 1536, 1536), new(1024, 1024, 1024), new(512, 512, 512), new(128, 128, 128), new(32, 32, 32), new(8, 8, 8),
        new(128, 10, 128), new(128, 128, 9216), new(9216, 128, 128), new(128, 9216, 128), new(128, 512, 128),
        new(32, 4096, 9216), new(1, 4096, 25088), new(1, 1024, 1024), new(1024, 1, 1024),
    ];

    [GlobalSetup]
    public void Setup() => (a, b, c) = (new((nint)Case.M * Case.K), new((nint)Case.K * Case.N), new((nint)Case.M * Case.N));

    [GlobalCleanup]
    public void Cleanup()
    {
        a.Dispose();
        b.Dispose();
        c.Dispose();
    }

    [Benchmark, Work(2, WorkAttribute.Operations)]
    public void Product() => Run(Case.K, 1, Case.N, 1);

    [Benchmark, Work(2, WorkAttribute.Operations)]
    public void FirstTransposed() => Run(1, Case.M, Case.N, 1);

    [Benchmark, Work(2, WorkAttribute.Operations)]
    public void SecondTransposed() => Run(Case.K, 1, 1, Case.K);

    private void Run(int aRow, int aColumn, int bRow, int bColumn) => MatrixMultiply.Run(
        a.Pointer, aRow, aColumn, b.Pointer, bRow, bColumn, c.Pointer, Case.N, Case.M, Case.N, Case.K);
}
