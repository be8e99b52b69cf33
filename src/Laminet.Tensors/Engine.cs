using Laminet.Tensors.Devices;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors;

/// <summary>Settings of the engine: threads and vector width. The results do not depend on the number of threads.</summary>
public static class Engine
{
    /// <summary>The maximum number of threads.</summary>
    public const int MaximumThreads = 256;

    /// <summary>
    /// The number of threads that share the work, the calling thread included: 1 to 256. The default is the environment variable <c>LAMINET_THREADS</c>
    /// or, if that is not set, the number of processors. Kernels are compiled once in a process on a thread beside them, as .NET's own compiler does.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is not from 1 to 256.</exception>
    public static int Threads
    {
        get => Workers.Count;
        set
        {
            if (value is < 1 or > MaximumThreads)
                throw new ArgumentOutOfRangeException(nameof(value), $"Engine.Threads: received {value}; expected 1 to {MaximumThreads}.");
            Workers.Count = value;
        }
    }

    /// <summary>
    /// Measures the peak rate of float32 multiply-adds of this machine with the current vectors and threads, in 10⁹ operations per second; a multiply-add
    /// counts as two operations. Compare the rate of a kernel with this number. The measurement uses no memory accesses and takes about 0.3 s.
    /// </summary>
    public static double MeasurePeak() => CpuDevice.MeasurePeak();

    /// <summary>The vectors in use, as <c>LAMINET_SIMD</c> names them: <c>scalar</c>, or their width in bits: <c>128</c>, <c>256</c>, <c>512</c>.</summary>
    public static string SimdLevel => CpuDevice.Vectors;
}
