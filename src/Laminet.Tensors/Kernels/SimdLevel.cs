using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Laminet.Tensors.Kernels;

/// <summary>How wide the kernels' vectors are.</summary>
internal enum SimdLevel
{
    Scalar,
    Vector128,
    Vector256,
    Vector512,
}

/// <summary>Which vectors this machine runs best, and the switch to choose others (every level runs on every machine).</summary>
internal static class Simd
{
    public static SimdLevel Level { get; set; } = Initial();

    /// <summary>Whether there are 32 vector registers, so that a tile may hold 24 accumulators; x64 has 16 below AVX-512.</summary>
    public static bool HasManyRegisters => Level switch
    {
        SimdLevel.Vector512 => true,
        SimdLevel.Scalar => false,
        _ => AdvSimd.Arm64.IsSupported,
    };

    private static SimdLevel Initial() => Environment.GetEnvironmentVariable("LAMINET_SIMD") switch
    {
        "scalar" => SimdLevel.Scalar,
        "128" => SimdLevel.Vector128,
        "256" => SimdLevel.Vector256,
        "512" => SimdLevel.Vector512,
        null or "" => Best(),
        string text => throw new InvalidOperationException(
            $"The environment variable LAMINET_SIMD is '{text}'; expected scalar, 128, 256 or 512. Change it or unset it."),
    };

    private static SimdLevel Best()
    {
        // Vector512.IsHardwareAccelerated is false on processors that once lowered their clock for wide vectors; they gain.
        if (Avx512F.IsSupported)
            return SimdLevel.Vector512;
        if ((Avx2.IsSupported && Fma.IsSupported) || Vector256.IsHardwareAccelerated)
            return SimdLevel.Vector256;
        return Vector128.IsHardwareAccelerated ? SimdLevel.Vector128 : SimdLevel.Scalar;
    }

    private const int LineBytes = 64;

    /// <summary>How much longer memory must be for <see cref="AtLine"/>.</summary>
    public static unsafe int LineLength<T>() where T : unmanaged => LineBytes / sizeof(T);

    /// <summary>The first cache line of memory on the stack, which begins anywhere: half of the vectors, or all, would lie in two lines, and take twice as long.</summary>
    public static unsafe T* AtLine<T>(T* memory) where T : unmanaged => (T*)(((nuint)memory + LineBytes - 1) & ~(nuint)(LineBytes - 1));

    /// <summary>Runs a kernel with the vectors of <see cref="Level"/>.</summary>
    public static unsafe void Dispatch<TKernel, T, TArguments>(ref TArguments arguments)
        where TKernel : ISimdKernel<T, TArguments>
        where T : unmanaged, System.Numerics.INumber<T>
        where TArguments : allows ref struct
    {
        switch (Level)
        {
            case SimdLevel.Vector512:
                TKernel.Run<Simd512<T>, Vector512<T>>(ref arguments);
                break;
            case SimdLevel.Vector256:
                TKernel.Run<Simd256<T>, Vector256<T>>(ref arguments);
                break;
            case SimdLevel.Vector128:
                TKernel.Run<Simd128<T>, Vector128<T>>(ref arguments);
                break;
            default:
                TKernel.Run<SimdScalar<T>, T>(ref arguments);
                break;
        }
    }
}

/// <summary>A kernel written once over the vector operations, for <see cref="Simd.Dispatch"/>.</summary>
internal interface ISimdKernel<T, TArguments> where TArguments : allows ref struct where T : unmanaged, System.Numerics.INumber<T>
{
    static abstract void Run<TSimd, TVector>(ref TArguments arguments)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged;
}
