using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// Positions as sines and cosines: input (batch, time, features), output of the same shape, for adding to the input. Feature i of step t is sin(t / w) for even and cos(t / w)
/// for odd i, with w = maxWavelength^(2 floor(i / 2) / features). No parameters. (Vaswani et al., "Attention is all you need", 2017.) KerasHub: <c>SinePositionEncoding</c>.
/// </summary>
/// <param name="maxWavelength">The longest wavelength, divided by 2 pi.</param>
public sealed class SinePositionEncoding(double maxWavelength = 10_000) : Layer
{
    public double MaxWavelength { get; } = Setting.Require(maxWavelength, maxWavelength > 0, "a number above 0");

    protected override bool SupportsMasking => true;

    /// <summary>The sines and cosines of steps that begin at a position, for decoding step by step. (KerasHub's start_index.)</summary>
    /// <param name="input">The steps, as in <c>Call</c>.</param>
    /// <param name="position">The position of the first of them: a scalar of Int32 or Int64, counted from 0.</param>
    /// <param name="context">The pass that the call is a part of; null for none.</param>
    public Tensor CallAt(Tensor input, Tensor position, CallContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(position);
        return RunAs(input, context, (all, _) => Waves(all[0], position));
    }

    protected override Tensor Forward(Tensor input, CallContext context) => Waves(input, null);

    private Tensor Waves(Tensor input, Tensor? first)
    {
        if (input.Rank < 3)
            throw new ShapeException($"received an input of shape {input.Shape}; expected (batch, time, features).");
        (int time, int features) = (input.Shape[-2], input.Shape[-1]);
        Tensor feature = Tensor.Range(0, features, DType.Int32), pair = (feature / 2).Floor().Cast(DType.Float64) * 2;
        Tensor positions = Tensor.Range(0, time, DType.Float64);
        if (first is not null)
            positions += FirstPosition.Checked(first).Cast(DType.Float64);
        Tensor angles = positions.ExpandDims(-1) * (pair * (-Math.Log(MaxWavelength) / features)).Exp();
        Tensor isOdd = (feature.Cast(DType.Float64) - pair).Greater(0.5);
        return Tensor.Where(isOdd, angles.Cos(), angles.Sin()).Cast(input.DType).BroadcastTo(input.Shape);
    }
}
