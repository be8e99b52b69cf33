using System.Runtime.InteropServices;

namespace Laminet.Bench.Kernels;

/// <summary>Random numbers in -0.5 .. 0.5 where the collector does not move them.</summary>
internal sealed unsafe class Floats : IDisposable
{
    public Floats(nint length)
    {
        Pointer = (float*)NativeMemory.AlignedAlloc((nuint)length * sizeof(float), 64);
        var random = new Random(1);
        for (nint i = 0; i < length; i++)
            Pointer[i] = random.NextSingle() - 0.5f;
    }

    public float* Pointer { get; }

    public void Dispose() => NativeMemory.AlignedFree(Pointer);
}
