using Laminet.Tensors.Compilation.Passes;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Compilation;

/// <summary>The host's processor: every primitive has its kernel there, so nothing is replaced.</summary>
internal sealed class CpuDevice : Device
{
    private static int isPrepared;

    public override string Name => "CPU";

    public override IReadOnlyList<Pass> Passes { get; } =
    [
        new("update rows alone", SparseUpdates.Run),
        new("fold into normalisations", NormalizationFolding.Run),
        new("fold normalisations into convolutions", BatchNormFolding.Run),
        new("fold into products", EpilogueFolding.Run),
        new("read weights in the kernels' form", Forms.Run),
        new("fuse elementwise", ElementwiseFusion.Run),
        new("fuse reductions", ReductionFusion.Run),
        new("slice the batch", BatchSlicing.Run),
        new("copy where needed", Materialization.Run),
    ];

    /// <summary>
    /// The kernel of products is by far the largest method, and nearly every program needs it: on a second thread it is compiled while the
    /// first function is traced and planned.
    /// </summary>
    public override Thread? Prepare()
    {
        if (Engine.Threads == 1 || Interlocked.Exchange(ref isPrepared, 1) == 1)
            return null;
        // As many columns as two vectors have, and as one has.
        Thread compiling = new(() =>
        {
            Tensor rows = Tensor.Zeros([12, 16]);
            rows.MatMul(Tensor.Zeros([16, 32]));
            rows.MatMul(Tensor.Zeros([16, 16]));
        })
        { IsBackground = true, Name = "Laminet: compile kernels" };
        compiling.Start();
        return compiling;
    }

    public override Storage Allocate(long bytes) => new(bytes);

    public override bool Supports(Primitive primitive, ReadOnlySpan<TensorSpec> inputs) => true;

    public override void Run(Primitive primitive, in KernelArguments arguments) => primitive.RunOnCpu(arguments);
}
