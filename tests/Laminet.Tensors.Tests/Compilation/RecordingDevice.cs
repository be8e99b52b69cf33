using Laminet.Tensors.Blocks;
using Laminet.Tensors.Compilation;
using Laminet.Tensors.Compilation.Passes;
using Laminet.Tensors.Devices;
using Laminet.Tensors.Ops;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Tests.Compilation;

/// <summary>
/// A second device: it has the CPU's kernels for primitives, none for blocks nor for what the CPU's passes make, and notes what it ran.
/// </summary>
internal sealed class RecordingDevice(params Type[] lacking) : Device
{
    private readonly HashSet<Type> ran = [];

    public override string Name => "recorder";

    /// <summary>The primitives that ran.</summary>
    public IReadOnlySet<Type> Ran => ran;

    /// <summary>The bytes that programs took.</summary>
    public long Allocated { get; private set; }

    public override IReadOnlyList<Pass> Passes { get; } = [new("copy where needed", Materialization.Run)];

    public override Storage Allocate(long bytes)
    {
        Allocated += bytes;
        return new Storage(bytes);
    }

    public override bool Supports(Primitive primitive, ReadOnlySpan<TensorSpec> inputs) =>
        primitive is not (Block or Fused or FusedReduce or FoldedConvolution or FoldedMatMul or FoldedNormalize) && !lacking.Contains(primitive.GetType());

    public override void Run(Primitive primitive, in KernelArguments arguments)
    {
        ran.Add(primitive.GetType());
        Cpu.Run(primitive, arguments);
    }
}
