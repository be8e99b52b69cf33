using Laminet.Tensors.Compilation;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Devices;

/// <summary>
/// What runs a compiled function's kernels. A device brings kernels by primitive: a block that it lacks is replaced by the block's body, a
/// primitive that it lacks is an error, never a silent way round by the host. What a primitive means is in the table of operation cases of
/// the tests, which every device must pass. Tensors outside compiled functions are the CPU's, and so are the graphs
/// within loops and branches for now.
/// </summary>
internal abstract class Device
{
    /// <summary>The host's processor, with the kernels of the primitives themselves.</summary>
    public static CpuDevice Cpu { get; } = new();

    /// <summary>What to call it in errors.</summary>
    public abstract string Name { get; }

    /// <summary>The passes that follow the ones that serve all devices: they may make what this device alone can run.</summary>
    public abstract IReadOnlyList<Pass> Passes { get; }

    /// <summary>
    /// Is called before a function is traced that will run on the device, to begin on another thread what its first run would wait for. The
    /// caller waits for the thread before that run, so that nothing goes on behind a call; null where there is nothing to do.
    /// </summary>
    public virtual Thread? Prepare() => null;

    /// <summary>Takes memory for a program's tensors.</summary>
    public abstract Storage Allocate(long bytes);

    /// <summary>True if there is a kernel for a primitive on inputs of these shapes and types. Views have none and are not asked about.</summary>
    public abstract bool Supports(Primitive primitive, ReadOnlySpan<TensorSpec> inputs);

    /// <summary>Runs the kernel.</summary>
    public abstract void Run(Primitive primitive, in KernelArguments arguments);

    /// <summary>Runs the kernel on operands that fit it. An output that is null is not wanted.</summary>
    /// <param name="primitive">What to run.</param>
    /// <param name="operands">Its inputs.</param>
    /// <param name="outputs">Where its results go.</param>
    /// <param name="space">Memory that the kernel works in, of <see cref="Primitive.ScratchBytes"/>.</param>
    public void Execute(Primitive primitive, Tensor[] operands, Tensor?[] outputs, WorkSpace space = default)
    {
        Run(primitive, new KernelArguments(operands, outputs, space));
        GC.KeepAlive(operands);
        GC.KeepAlive(outputs);
    }
}
