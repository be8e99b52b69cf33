using Laminet.Tensors.Compilation;
using Laminet.Tensors.Compilation.Passes;
using Laminet.Tensors.Kernels;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Devices;

/// <summary>The host's processor: every primitive has its kernel there, so nothing is replaced.</summary>
internal sealed class CpuDevice : Device
{
    public override string Name => "CPU";

    public override IReadOnlyList<Pass> Passes { get; } =
    [
        new("fold operations", OperationFolding.Run),
        new("fold into products", EpilogueFolding.Run),
        new("read weights in the kernels' form", Forms.Run),
        new("fuse elementwise", ElementwiseFusion.Run),
        new("fuse reductions", ReductionFusion.Run),
        new("slice the batch", BatchSlicing.Run),
        new("copy where needed", Materialization.Run),
    ];

    /// <summary>The vectors that its kernels use: <c>scalar</c>, or their width in bits.</summary>
    public static string Vectors => Simd.Level switch
    {
        SimdLevel.Vector512 => "512",
        SimdLevel.Vector256 => "256",
        SimdLevel.Vector128 => "128",
        _ => "scalar",
    };

    /// <summary>The most multiply-adds it does without memory accesses, each counted as two operations, in 10⁹ a second.</summary>
    public static double MeasurePeak() => Peak.Measure();

    /// <summary>Copies a tensor of any strides.</summary>
    public static void Copy(Tensor source, Tensor target) => StridedCopy.Run(source, target);

    public override Thread? Prepare() => KernelPreparation.Start();

    public override Storage Allocate(long bytes) => new(bytes);

    public override bool Supports(Primitive primitive, ReadOnlySpan<TensorSpec> inputs) => true;

    public override void Run(Primitive primitive, in KernelArguments arguments) => primitive.RunOnCpu(arguments);
}
