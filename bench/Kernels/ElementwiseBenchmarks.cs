using BenchmarkDotNet.Attributes;
using Laminet.Tensors;

namespace Laminet.Bench.Kernels;

/// <summary>Images (batch, height, width, channels).</summary>
public sealed class ImagesCase(Shape shape) : Case(string.Join('x', shape), shape.ElementCount)
{
    public Shape Shape { get; } = shape;
}

/// <summary>Elementwise operations as the layers use them, with the memory for their results: bytes read and written.</summary>
public class ElementwiseBenchmarks
{
    private Tensor x = null!, y = null!, channels = null!;

    [ParamsSource(nameof(Cases))]
    public ImagesCase Case { get; set; } = null!;

    public static IEnumerable<ImagesCase> Cases => [new([8, 7, 7, 512]), new([128, 26, 26, 32]), new([8, 56, 56, 256])];

    [GlobalSetup]
    public void Setup()
    {
        RandomKey key = new(1);
        (x, y, channels) = (key.Uniform(Case.Shape) - 0.5, key.Fold(1).Uniform(Case.Shape) - 0.5, key.Fold(2).Uniform([Case.Shape[-1]]));
    }

    [Benchmark, Work(2 * sizeof(float), WorkAttribute.Bytes)]
    public Tensor Relu() => x.Relu();

    [Benchmark, Work(2 * sizeof(float), WorkAttribute.Bytes)]
    public Tensor Sigmoid() => x.Sigmoid();

    [Benchmark, Work(3 * sizeof(float), WorkAttribute.Bytes)]
    public Tensor Add() => x + y;

    [Benchmark, Work(2 * sizeof(float), WorkAttribute.Bytes)]
    public Tensor MultiplyByChannel() => x * channels;
}
