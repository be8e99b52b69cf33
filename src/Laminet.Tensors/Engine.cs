using Laminet.Tensors.Devices;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors;

/// <summary>How the engine uses this machine. The results do not depend on the number of threads.</summary>
public static class Engine
{
    /// <summary>The most threads that may be asked for.</summary>
    public const int MaximumThreads = 256;

    /// <summary>
    /// How many threads share the work, the calling one included: 1 to 256. Starts as the environment variable <c>LAMINET_THREADS</c>,
    /// else as the number of processors.
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
    /// The most float32 multiply-adds this machine does with the vectors and threads in use, each counted as two operations, in
    /// 10⁹ a second: what a kernel's rate is held against. Measured now, without memory accesses; takes about 0.3 s.
    /// </summary>
    public static double MeasurePeak() => CpuDevice.MeasurePeak();

    /// <summary>The vectors in use, as <c>LAMINET_SIMD</c> names them: <c>scalar</c>, or their width in bits: <c>128</c>, <c>256</c>, <c>512</c>.</summary>
    public static string SimdLevel => CpuDevice.Vectors;
}
