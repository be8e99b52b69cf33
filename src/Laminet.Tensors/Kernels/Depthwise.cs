using System.Numerics;
using System.Runtime.CompilerServices;

namespace Laminet.Tensors.Kernels;

/// <summary>Patches of a block of pixels for kernels that hold one weight a tap and channel.</summary>
internal unsafe struct DepthwiseCall<T> where T : unmanaged, INumber<T>
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
        int pixel = 0;
        for (; pixel <= call.Pixels - 6; pixel += 6)
            Six<TSimd, TVector>(ref call, pixel, begin, end);
        for (; pixel < call.Pixels; pixel++)
        {
            T* input = call.Inputs[pixel], output = call.Outputs[pixel];
            for (nint c = begin; c < end; c += TSimd.Count)
            {
                TVector sum = TSimd.Broadcast(T.Zero);
                for (int tap = 0; tap < call.TapCount; tap++)
                    sum = TSimd.MultiplyAdd(TSimd.Load(input + call.Offsets[tap] + c), TSimd.Load(call.Weights + call.Taps[tap].Weight + c), sum);
                Write<TSimd, TVector>(ref call, output, c, sum);
            }
        }
    }

    /// <summary>Six pixels share each load of a weight, and their sums hide the latency of the multiply-add.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Six<TSimd, TVector>(ref DepthwiseCall<T> call, int pixel, nint begin, nint end)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        T** inputs = call.Inputs + pixel;
        T** outputs = call.Outputs + pixel;
        T* input0 = inputs[0], input1 = inputs[1], input2 = inputs[2], input3 = inputs[3], input4 = inputs[4], input5 = inputs[5];
        T* weights = call.Weights;
        for (nint c = begin; c < end; c += TSimd.Count)
        {
            TVector sum0 = TSimd.Broadcast(T.Zero), sum1 = sum0, sum2 = sum0, sum3 = sum0, sum4 = sum0, sum5 = sum0;
            nint* offset = call.Offsets;
            Tap* tap = call.Taps;
            for (int left = call.TapCount; left > 0; left--, offset++, tap++)
            {
                nint place = *offset + c;
                TVector weight = TSimd.Load(weights + tap->Weight + c);
                sum0 = TSimd.MultiplyAdd(TSimd.Load(input0 + place), weight, sum0);
                sum1 = TSimd.MultiplyAdd(TSimd.Load(input1 + place), weight, sum1);
                sum2 = TSimd.MultiplyAdd(TSimd.Load(input2 + place), weight, sum2);
                sum3 = TSimd.MultiplyAdd(TSimd.Load(input3 + place), weight, sum3);
                sum4 = TSimd.MultiplyAdd(TSimd.Load(input4 + place), weight, sum4);
                sum5 = TSimd.MultiplyAdd(TSimd.Load(input5 + place), weight, sum5);
            }
            Write<TSimd, TVector>(ref call, outputs[0], c, sum0);
            Write<TSimd, TVector>(ref call, outputs[1], c, sum1);
            Write<TSimd, TVector>(ref call, outputs[2], c, sum2);
            Write<TSimd, TVector>(ref call, outputs[3], c, sum3);
            Write<TSimd, TVector>(ref call, outputs[4], c, sum4);
            Write<TSimd, TVector>(ref call, outputs[5], c, sum5);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write<TSimd, TVector>(ref DepthwiseCall<T> call, T* output, nint c, TVector sum)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged =>
        TileOutput<TSimd, TVector, T>.Write(sum, output, c, call.Epilogue, call.AddendOffset);
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
            int tap = 0;
            for (; tap <= call.TapCount - 3; tap += 3)
                Three<TSimd, TVector>(ref call, tap, c);
            for (; tap < call.TapCount; tap++)
            {
                nint offset = call.Offsets[tap] + c;
                T* weight = call.Weights + call.Taps[tap].Weight + c;
                TVector sum = TSimd.Broadcast(T.Zero);
                for (int pixel = 0; pixel < call.Pixels; pixel++)
                    sum = TSimd.MultiplyAdd(TSimd.Load(call.Inputs[pixel] + offset), TSimd.Load(call.Outputs[pixel] + c), sum);
                TSimd.Store(TSimd.Add(TSimd.Load(weight), sum), weight);
            }
        }
    }

    /// <summary>Three taps share each load of a gradient; with two pixels at a time six sums hide the latency of the multiply-add.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Three<TSimd, TVector>(ref DepthwiseCall<T> call, int tap, nint c)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        nint offset0 = call.Offsets[tap] + c, offset1 = call.Offsets[tap + 1] + c, offset2 = call.Offsets[tap + 2] + c;
        TVector even0 = TSimd.Broadcast(T.Zero), even1 = even0, even2 = even0, odd0 = even0, odd1 = even0, odd2 = even0;
        T** inputs = call.Inputs;
        T** outputs = call.Outputs;
        int pixel = 0;
        for (; pixel <= call.Pixels - 2; pixel += 2)
        {
            T* input = inputs[pixel];
            TVector gradient = TSimd.Load(outputs[pixel] + c);
            even0 = TSimd.MultiplyAdd(TSimd.Load(input + offset0), gradient, even0);
            even1 = TSimd.MultiplyAdd(TSimd.Load(input + offset1), gradient, even1);
            even2 = TSimd.MultiplyAdd(TSimd.Load(input + offset2), gradient, even2);
            input = inputs[pixel + 1];
            gradient = TSimd.Load(outputs[pixel + 1] + c);
            odd0 = TSimd.MultiplyAdd(TSimd.Load(input + offset0), gradient, odd0);
            odd1 = TSimd.MultiplyAdd(TSimd.Load(input + offset1), gradient, odd1);
            odd2 = TSimd.MultiplyAdd(TSimd.Load(input + offset2), gradient, odd2);
        }
        if (pixel < call.Pixels)
        {
            T* input = inputs[pixel];
            TVector gradient = TSimd.Load(outputs[pixel] + c);
            even0 = TSimd.MultiplyAdd(TSimd.Load(input + offset0), gradient, even0);
            even1 = TSimd.MultiplyAdd(TSimd.Load(input + offset1), gradient, even1);
            even2 = TSimd.MultiplyAdd(TSimd.Load(input + offset2), gradient, even2);
        }
        T* weight0 = call.Weights + call.Taps[tap].Weight + c, weight1 = call.Weights + call.Taps[tap + 1].Weight + c;
        T* weight2 = call.Weights + call.Taps[tap + 2].Weight + c;
        TSimd.Store(TSimd.Add(TSimd.Load(weight0), TSimd.Add(even0, odd0)), weight0);
        TSimd.Store(TSimd.Add(TSimd.Load(weight1), TSimd.Add(even1, odd1)), weight1);
        TSimd.Store(TSimd.Add(TSimd.Load(weight2), TSimd.Add(even2, odd2)), weight2);
    }
}
