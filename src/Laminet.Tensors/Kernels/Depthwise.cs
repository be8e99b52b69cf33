using System.Numerics;
using System.Runtime.CompilerServices;

namespace Laminet.Tensors.Kernels;

/// <summary>Patches of a block of pixels for kernels that hold one weight a tap and channel.</summary>
internal unsafe struct DepthwiseCall<T> where T : unmanaged
{
    public T** Inputs;
    public T** Outputs;
    public int Pixels, Channels;
    public nint* Offsets;
    public Tap* Taps;
    public int TapCount;
    public T* Weights;
    public Epilogue<T> Epilogue;

    /// <summary>How far the addend lies from the result.</summary>
    public nint AddendOffset;
}

/// <summary>outputs[p, c] = sum over taps of inputs[p + tap, c] w[tap, c].</summary>
internal readonly unsafe struct DepthwiseForward<T> : ISimdKernel<T, DepthwiseCall<T>> where T : unmanaged, INumber<T>
{
    public static void Run<TSimd, TVector>(ref DepthwiseCall<T> call)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        int whole = call.Channels / TSimd.Count * TSimd.Count;
        Channels<TSimd, TVector>(ref call, 0, whole);
        Channels<SimdScalar<T>, T>(ref call, whole, call.Channels);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Channels<TSimd, TVector>(ref DepthwiseCall<T> call, int begin, int end)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        if (begin == end)
            return;
        int taps = call.TapCount;
        for (int pixel = 0; pixel < call.Pixels; pixel++)
        {
            T* input = call.Inputs[pixel], output = call.Outputs[pixel];
            for (int c = begin; c < end; c += TSimd.Count)
            {
                TVector sum = TSimd.Broadcast(T.Zero);
                for (int tap = 0; tap < taps; tap++)
                {
                    TVector weight = TSimd.Load(call.Weights + call.Taps[tap].Weight + c);
                    sum = TSimd.MultiplyAdd(TSimd.Load(input + call.Offsets[tap] + c), weight, sum);
                }
                TileOutput<TSimd, TVector, T>.Write(
                    sum, output + c,
                    call.Epilogue.Addend == null ? null : output + c + call.AddendOffset,
                    call.Epilogue.Bias == null ? null : call.Epilogue.Bias + c,
                    call.Epilogue.Rectify);
            }
        }
    }
}

/// <summary>w[tap, c] += sum over pixels of inputs[p + tap, c] outputs[p, c].</summary>
internal readonly unsafe struct DepthwiseKernelGradient<T> : ISimdKernel<T, DepthwiseCall<T>> where T : unmanaged, INumber<T>
{
    public static void Run<TSimd, TVector>(ref DepthwiseCall<T> call)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        int whole = call.Channels / TSimd.Count * TSimd.Count;
        Channels<TSimd, TVector>(ref call, 0, whole);
        Channels<SimdScalar<T>, T>(ref call, whole, call.Channels);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Channels<TSimd, TVector>(ref DepthwiseCall<T> call, int begin, int end)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        for (int c = begin; c < end; c += TSimd.Count)
        {
            for (int tap = 0; tap < call.TapCount; tap++)
            {
                nint offset = call.Offsets[tap] + c;
                T* weight = call.Weights + call.Taps[tap].Weight + c;
                // Four chains hide the latency of the multiply-add.
                TVector a = TSimd.Broadcast(T.Zero), b = a, d = a, e = a;
                int pixel = 0;
                for (; pixel <= call.Pixels - 4; pixel += 4)
                {
                    T** inputs = call.Inputs + pixel;
                    T** outputs = call.Outputs + pixel;
                    a = TSimd.MultiplyAdd(TSimd.Load(inputs[0] + offset), TSimd.Load(outputs[0] + c), a);
                    b = TSimd.MultiplyAdd(TSimd.Load(inputs[1] + offset), TSimd.Load(outputs[1] + c), b);
                    d = TSimd.MultiplyAdd(TSimd.Load(inputs[2] + offset), TSimd.Load(outputs[2] + c), d);
                    e = TSimd.MultiplyAdd(TSimd.Load(inputs[3] + offset), TSimd.Load(outputs[3] + c), e);
                }
                for (; pixel < call.Pixels; pixel++)
                    a = TSimd.MultiplyAdd(TSimd.Load(call.Inputs[pixel] + offset), TSimd.Load(call.Outputs[pixel] + c), a);
                TSimd.Store(TSimd.Add(TSimd.Load(weight), TSimd.Add(TSimd.Add(a, b), TSimd.Add(d, e))), weight);
            }
        }
    }
}
