using Laminet.Tensors.Ops;

namespace Laminet.Tensors;

/// <content>
/// The logits of probabilities. A cross-entropy of probabilities has no gradient if one of them rounds to 0 or 1; a cross-entropy of logits has.
/// </content>
public sealed partial class Tensor
{
    private Tensor? logits;
    private bool isSoftmax;

    /// <summary>
    /// The logits x if this tensor is <see cref="Sigmoid"/>(x), also after a <see cref="Reshape(Shape)"/> or <see cref="Detach"/>; null for any other
    /// tensor, and for a result of a compiled function. Your own loss can compute ln p exactly from x: -ln p = softplus(-x).
    /// </summary>
    public Tensor? SigmoidLogits => isSoftmax ? null : logits;

    /// <summary>
    /// The logits x if this tensor is the <see cref="Softmax"/> of x along the last axis, also after a <see cref="Reshape(Shape)"/> that keeps this axis
    /// or a <see cref="Detach"/>; null for any other tensor, and for a result of a compiled function.
    /// </summary>
    public Tensor? SoftmaxLogits => isSoftmax ? logits : null;

    // Only for a tensor that was just made. A tensor that is squashed again and again must not hold all that it once was.
    private Tensor Of(Tensor logitsOfThis, bool softmax)
    {
        logits = logitsOfThis.logits is null || logitsOfThis.Node is not null ? logitsOfThis : logitsOfThis.View(logitsOfThis.Shape, logitsOfThis.Strides, 0);
        isSoftmax = softmax;
        return this;
    }

    private Tensor Reshaped(Shape shape)
    {
        Tensor result = new Reshape(shape).Apply(this);
        bool keepsRows = !isSoftmax || (shape.Rank > 0 && shape[^1] == Shape[^1]);
        return logits is null || !keepsRows ? result : result.Of(new Reshape(shape).Apply(logits), isSoftmax);
    }

    private Tensor Detached(Tensor constant) => logits is null || ReferenceEquals(constant, this) ? constant : constant.Of(logits.Detach(), isSoftmax);
}
