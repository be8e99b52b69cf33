using Laminet.Tensors.Autodiff;

namespace Laminet.Tensors;

/// <summary>
/// Has .NET compile kernels on a second thread while the first function of the process is traced and planned on its own: most of what a
/// process waits for before its first step is this compilation. Kernels are compiled when they run, so small tensors of zeros go through them.
/// </summary>
internal static class KernelPreparation
{
    private static int isStarted;

    /// <summary>
    /// Starts, once in a process; null if it was started before, or if there is no second processor. <see cref="Engine.Threads"/> does not
    /// count here: it bounds the threads that compute, and .NET's own compiler too runs on a thread beside them.
    /// </summary>
    public static Thread? Start()
    {
        if (Environment.ProcessorCount == 1 || Interlocked.Exchange(ref isStarted, 1) == 1)
            return null;
        Thread compiling = new(() =>
        {
            RunProducts();
            if (Ops.Convolution.IsUsed)
                RunConvolutions();
        })
        { IsBackground = true, Name = "Laminet: compile kernels" };
        compiling.Start();
        return compiling;
    }

    // The kernel of products is by far the largest method, and nearly every program needs it. As many columns as two vectors have, and as one has.
    private static void RunProducts()
    {
        Tensor rows = Tensor.Zeros([12, 16]);
        rows.MatMul(Tensor.Zeros([16, 32]));
        rows.MatMul(Tensor.Zeros([16, 16]));
    }

    // A first convolution patch by patch, and one of so many channels and pixels that it goes by Winograd's algorithm, each with its gradients and a pooling.
    private static void RunConvolutions()
    {
        Tensor images = Tensor.Zeros([8, 34, 34, 1]);
        Gradient.ValueAndGradients(
            given => images.Convolution(given[0], given[2], relu: true).MaxPool((2, 2)).Convolution(given[1], given[2], relu: true).MaxPool((2, 2)).Sum(),
            Tensor.Zeros([3, 3, 1, 32]), Tensor.Zeros([3, 3, 32, 32]), Tensor.Zeros([32]));
    }
}
