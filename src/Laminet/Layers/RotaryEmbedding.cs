using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// Turns pairs of features by angles that grow with the position, so that products of queries and keys depend on their distance. Feature i of the first half and of the second
/// half are one pair, turned by t / maxWavelength^(2 i / features) at step t. By the angle a: y1 = x1 cos(a) - x2 sin(a), y2 = x2 cos(a) + x1 sin(a). Input and output (batch,
/// time, ..., features). No parameters. (Su et al., "RoFormer: enhanced transformer with rotary position embedding", 2021. As in KerasHub, halves and not neighbours are
/// paired.) KerasHub: <c>RotaryEmbedding</c>.
/// </summary>
/// <param name="maxWavelength">The longest wavelength, divided by 2 pi.</param>
/// <param name="scalingFactor">Positions are divided by it.</param>
/// <param name="sequenceAxis">The axis of time.</param>
/// <param name="featureAxis">The axis of features, of an even length.</param>
public sealed class RotaryEmbedding(double maxWavelength = 10_000, double scalingFactor = 1, int sequenceAxis = 1, int featureAxis = -1) : Layer
{
    public double MaxWavelength { get; } = Setting.Require(maxWavelength, maxWavelength > 0, "a number above 0");
    public double ScalingFactor { get; } = Setting.Require(scalingFactor, scalingFactor > 0, "a number above 0");
    public int SequenceAxis { get; } = sequenceAxis;
    public int FeatureAxis { get; } = featureAxis;

    protected override bool SupportsMasking => true;

    /// <summary>Turns steps that begin at a position, for decoding step by step. (KerasHub's start_index.)</summary>
    /// <param name="input">The steps, as in <c>Call</c>.</param>
    /// <param name="position">The position of the first of them: a scalar of Int32 or Int64, counted from 0.</param>
    /// <param name="context">The pass that the call is a part of; null for none.</param>
    public Tensor CallAt(Tensor input, Tensor position, CallContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(position);
        return RunAs(input, context, (all, _) => Turned(all[0], position));
    }

    protected override Tensor Forward(Tensor input, CallContext context) => Turned(input, null);

    private Tensor Turned(Tensor input, Tensor? first)
    {
        (int time, int feature) = (input.Shape.Axis(SequenceAxis), input.Shape.Axis(FeatureAxis));
        int half = input.Shape[feature] / 2;
        if (time == feature || input.Shape[feature] % 2 != 0)
            throw new ShapeException($"received an input of shape {input.Shape}; expected time on axis {SequenceAxis} and an even number of features on axis {FeatureAxis}.");
        Tensor positions = Along(time, input.Shape[time]);
        if (first is not null)
            positions += FirstPosition.Checked(first).Cast(DType.Float64);
        positions /= ScalingFactor;
        Tensor angles = positions * (Along(feature, half) * (-Math.Log(MaxWavelength) / half)).Exp();
        Tensor cosine = angles.Cos().Cast(input.DType), sine = angles.Sin().Cast(input.DType);
        Tensor[] halves = input.Split(2, feature);
        return Tensor.Concatenate([(halves[0] * cosine) - (halves[1] * sine), (halves[1] * cosine) + (halves[0] * sine)], feature);

        Tensor Along(int axis, int length) => Tensor.Range(0, length, DType.Float64).Reshape([.. Enumerable.Range(0, input.Rank).Select(place => place == axis ? length : 1)]);
    }
}
