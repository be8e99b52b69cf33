using BenchmarkDotNet.Attributes;
using Laminet.Tensors.Kernels;
using Convolution = Laminet.Tensors.Kernels.Convolution;

namespace Laminet.Bench.Kernels;

/// <summary>The forward pass and both gradients.</summary>
public unsafe class ConvolutionBenchmarks
{
    private Floats x = null!, w = null!, y = null!;

    [ParamsSource(nameof(Cases))]
    public ConvolutionCase Case { get; set; } = null!;

    public static IEnumerable<ConvolutionCase> Cases => ConvolutionCase.All;

    [GlobalSetup]
    public void Setup() => (x, w, y) = (new(Case.Geometry.InputLength), new(Case.Geometry.KernelLength), new(Case.OutputLength));

    [GlobalCleanup]
    public void Cleanup()
    {
        x.Dispose();
        w.Dispose();
        y.Dispose();
    }

    [Benchmark, Work(2, WorkAttribute.Operations)]
    public void Forward() => Convolution.Forward(Case.Geometry, x.Pointer, w.Pointer, new Epilogue<float> { Rectify = true }, y.Pointer);

    [Benchmark, Work(2, WorkAttribute.Operations)]
    public void InputGradient() => Convolution.InputGradient(Case.Geometry, y.Pointer, w.Pointer, x.Pointer);

    [Benchmark, Work(2, WorkAttribute.Operations)]
    public void KernelGradient() => Convolution.KernelGradient(Case.Geometry, x.Pointer, y.Pointer, w.Pointer);
}
