using Laminet.Tensors.Ops;

namespace Laminet.Tensors;

/// <content>
/// What probabilities were made of. A cross-entropy of rounded probabilities has no gradient where one rounds to 0 or 1, that of logits has.
/// </content>
public sealed partial class Tensor
{
    private Tensor? logits;
    private bool isSoftmax;

    /// <summary>
    /// The x of a tensor that is <see cref="Sigmoid"/>(x), also behind a <see cref="Reshape(Shape)"/> or <see cref="Detach"/>; null for any other
    /// tensor, and for one that came out of a compiled function. A loss of your own that needs ln p is exact from there: -ln p = softplus(-x).
    /// </summary>
    public Tensor? SigmoidLogits => isSoftmax ? null : logits;

    /// <summary>
    /// The x of a tensor that is the <see cref="Softmax"/> of x along the last axis, also behind a <see cref="Reshape(Shape)"/> that keeps this axis
    /// or <see cref="Detach"/>; null for any other tensor, and for one that came out of a compiled function.
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
