using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// Applies a layer to each step of sequences by itself: (batch, time, ...) to (batch, time, ...), y(t) = layer(x(t)). To the layer the steps are further examples of the batch,
/// so a <see cref="BatchNormalization"/> inside takes its moments over all steps. The mask passes on. Keras: <c>TimeDistributed</c>.
/// </summary>
public sealed class TimeDistributed : Layer
{
    /// <param name="layer">The layer; it has one input and one output.</param>
    public TimeDistributed(Layer layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        Layer = Track(layer);
    }

    public Layer Layer { get; }

    protected override bool SupportsMasking => true;

    internal override string SublayerName(int place) => "layer";

    internal override bool DependsOnBatch => Layer.DependsOnBatch;

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, CallContext context)
    {
        if (input.Rank < 3)
            throw new ShapeException($"received an input of shape {input.Shape}; expected (batch, time, ...) with at least three axes. Without time, call the layer inside directly.");
        if (context.MaskOf(input) is { Rank: not 2 } mask)
            throw new ShapeException($"received a mask of shape {mask.Shape}; expected (batch, time), {input.Shape[..2]}.");
        Tensor output = Layer.Call(input.Reshape([input.Shape[0] * input.Shape[1], .. input.Shape.Skip(2)]), context);
        return output.Reshape([.. input.Shape[..2], .. output.Shape.Skip(1)]);
    }
}
