using Laminet.Layers;
using Laminet.Tensors;

namespace Laminet.Zoo.Language;

/// <summary>The first step of each sequence: (batch, time, features) to (batch, features). In BERT it stands for the whole sequence. No parameters.</summary>
public sealed class FirstStep : Layer
{
    static FirstStep() => Registry.Register<FirstStep>();

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, CallContext context) => input.Rank == 3
        ? input.Slice(0, 1, axis: 1).Reshape(input.Shape[0], input.Shape[2])
        : throw new ShapeException($"received an input of shape {input.Shape}; expected (batch, time, features).");

    /// <inheritdoc/>
    protected override Tensor? ComputeMask(Bundle<Tensor> inputs, IReadOnlyList<Tensor?> masks) => null;
}
