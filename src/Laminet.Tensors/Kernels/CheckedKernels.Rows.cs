using Laminet.Tensors.Runtime;

namespace Laminet.Tensors.Kernels;

/// <content>Normalisation of rows.</content>
internal static unsafe partial class CheckedKernels
{
    /// <summary>The rows of x, normalised; gamma and beta have a row's length.</summary>
    public static void NormalizeRows(Tensor x, Tensor gamma, Tensor beta, double epsilon, bool centers, Tensor y)
    {
        RequireAlike(x, y);
        RequireChannels(x, gamma);
        RequireChannels(x, beta);
        if (x.DType.IsHalf())
            NormalizeHalves(x, gamma, beta, epsilon, centers, y);
        else if (x.DType == DType.Float32)
            RowNormalization.Forward(NormalizationOf<float>(x, gamma, epsilon, centers) with { Beta = P<float>(beta), Result = P<float>(y) });
        else
            RowNormalization.Forward(NormalizationOf<double>(x, gamma, epsilon, centers) with { Beta = P<double>(beta), Result = P<double>(y) });
        KeepAlive(x, gamma, beta);
        GC.KeepAlive(y);
    }

    // In Float32, rounded once.
    private static void NormalizeHalves(Tensor x, Tensor gamma, Tensor beta, double epsilon, bool centers, Tensor y)
    {
        (int rows, int width) = RowsOf(x);
        using Scratch<float> memory = Scratch.Rent<float>((nint)x.Length + (2 * width));
        float* wideGamma = memory.Pointer + x.Length, wideBeta = wideGamma + width;
        HalfNumbers.Widen(x.DType, new(P<ushort>(x), x.Length), new(memory.Pointer, x.Length));
        HalfNumbers.Widen(x.DType, new(P<ushort>(gamma), width), new(wideGamma, width));
        HalfNumbers.Widen(x.DType, new(P<ushort>(beta), width), new(wideBeta, width));
        RowNormalization.Forward(new RowNormalizationCall<float>
        {
            X = memory.Pointer,
            Gamma = wideGamma,
            Beta = wideBeta,
            Result = memory.Pointer,
            Epsilon = (float)epsilon,
            Centers = centers,
            Rows = rows,
            Width = width,
        });
        HalfNumbers.Narrow(x.DType, new(memory.Pointer, x.Length), new(P<ushort>(y), x.Length));
    }

    /// <summary>The gradients by x, gamma and beta; null for one that is not wanted.</summary>
    public static void NormalizeRowsGradient(Tensor x, Tensor upstream, Tensor gamma, double epsilon, bool centers, Tensor? byX, Tensor? byGamma, Tensor? byBeta)
    {
        RequireAlike(x, upstream);
        RequireAlike(x, byX ?? x);
        RequireChannels(x, gamma);
        RequireChannels(x, byGamma);
        RequireChannels(x, byBeta);
        if (x.DType == DType.Float32)
        {
            RowNormalization.Backward(
                NormalizationOf<float>(x, gamma, epsilon, centers) with { Upstream = P<float>(upstream), Result = Wanted<float>(byX) }, Wanted<float>(byGamma), Wanted<float>(byBeta));
        }
        else
        {
            RowNormalization.Backward(
                NormalizationOf<double>(x, gamma, epsilon, centers) with { Upstream = P<double>(upstream), Result = Wanted<double>(byX) }, Wanted<double>(byGamma), Wanted<double>(byBeta));
        }

        KeepAlive(x, upstream, gamma);
        KeepAlive(byX, byGamma);
        GC.KeepAlive(byBeta);
    }

    private static RowNormalizationCall<T> NormalizationOf<T>(Tensor x, Tensor gamma, double epsilon, bool centers) where T : unmanaged, System.Numerics.INumber<T>
    {
        (int rows, int width) = RowsOf(x);
        return new() { X = P<T>(x), Gamma = P<T>(gamma), Epsilon = T.CreateTruncating(epsilon), Centers = centers, Rows = rows, Width = width };
    }
}
