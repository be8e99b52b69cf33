using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// Positions as sines and cosines: input (batch, time, features), output of the same shape, for adding to the input. Feature i of step t is sin(t / w) for even and cos(t / w)
/// for odd i, with w = maxWavelength^(2 floor(i / 2) / features). No parameters. (Vaswani et al., "Attention is all you need", 2017. As in KerasHub.)
/// </summary>
/// <param name="maxWavelength">The longest wavelength, divided by 2 pi.</param>
public sealed class SinePositionEncoding(double maxWavelength = 10_000) : Layer
{
    public double MaxWavelength { get; } = Setting.Require(maxWavelength, maxWavelength > 0, "a number above 0");

    protected override bool SupportsMasking => true;

    protected override Tensor Forward(Tensor input, CallContext context)
    {
        if (input.Rank < 3)
            throw new ShapeException($"received an input of shape {input.Shape}; expected (batch, time, features).");
        (int time, int features) = (input.Shape[-2], input.Shape[-1]);
        Tensor feature = Tensor.Range(0, features, DType.Int32), pair = (feature / 2).Floor().Cast(DType.Float64) * 2;
        Tensor angles = Tensor.Range(0, time, DType.Float64).ExpandDims(-1) * (pair * (-Math.Log(MaxWavelength) / features)).Exp();
        Tensor isOdd = (feature.Cast(DType.Float64) - pair).Greater(0.5);
        return Tensor.Where(isOdd, angles.Cos(), angles.Sin()).Cast(input.DType).BroadcastTo(input.Shape);
    }
}
