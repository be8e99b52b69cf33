using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// The mean over time: (batch, time, features) to (batch, features), or (batch, 1, features). With a mask the mean is over the steps that count, and the mask is used up; a
/// sequence of which none counts gives zeros. y(c) = mean over t of x(t, c). Keras: <c>GlobalAveragePooling1D</c>.
/// </summary>
/// <param name="keepDims">Whether time stays, with length 1.</param>
public sealed class GlobalAveragePooling1D([SettingName("keepdims")] bool keepDims = false) : Layer
{
    public bool KeepDims { get; } = keepDims;

    protected override Tensor Forward(Tensor input, CallContext context)
    {
        if (input.Rank != 3)
            throw new ShapeException($"received an input of shape {input.Shape}; expected (batch, time, features).");
        if (context.MaskOf(input) is not { } mask)
            return input.Mean(1, KeepDims);
        Tensor counts = mask.ExpandDims(-1);
        Tensor sum = Tensor.Where(counts, input, Tensor.Scalar(0, input.DType)).Sum(1, KeepDims);
        return sum / counts.Cast(input.DType).Sum(1, KeepDims).Maximum(Tensor.Scalar(1, input.DType));
    }

    protected override Tensor? ComputeMask(Bundle<Tensor> inputs, IReadOnlyList<Tensor?> masks) => null;
}
