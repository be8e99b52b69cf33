using Laminet.Initializers;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// A learned vector before the first step of sequences, from which a transformer's result is read: (batch, time, features) to (batch, 1 + time, features); parameters features.
/// y(0) = token, y(t + 1) = x(t). (Devlin et al., "BERT: pre-training of deep bidirectional transformers for language understanding", 2018; Dosovitskiy et al., "An image is
/// worth 16x16 words: transformers for image recognition at scale", ICLR 2021.)
/// </summary>
/// <param name="initializer">First values; zeros by default.</param>
public sealed class ClassToken(Initializer? initializer = null) : Layer
{
    private Variable? token;

    public Initializer Initializer { get; } = initializer ?? new Zeros();

    protected override void Build(Shape input)
    {
        if (input.Rank != 3)
            throw new ShapeException($"received an input of shape {input}; expected (batch, time, features).");
        token = AddWeight("token", [1, 1, input[-1]], Initializer);
    }

    // The token counts in every sequence.
    protected override Tensor? ComputeMask(Bundle<Tensor> inputs, IReadOnlyList<Tensor?> masks) =>
        masks[0] is { } mask ? Tensor.Concatenate([Tensor.Ones([mask.Shape[0], 1], DType.Bool), mask], axis: 1) : null;

    protected override Tensor Forward(Tensor input, CallContext context) =>
        Tensor.Concatenate([token!.Value.BroadcastTo([input.Shape[0], 1, input.Shape[-1]]), input], axis: 1);
}
