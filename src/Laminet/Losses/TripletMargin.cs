using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Losses;

/// <summary>
/// Draws an anchor nearer to an example of its class than to one of another class: max(d(a, p) - d(a, n) + margin, 0) with the distance d(x, y) = |x - y + epsilon|. Balntas et
/// al., "Learning local feature descriptors with triplets and shallow convolutional neural networks", 2016. PyTorch: <c>nn.TripletMarginLoss</c>.
/// </summary>
/// <remarks>
/// Predictions (..., 3, n) hold the embeddings of anchor a, positive p and negative n, in this order (<c>Stack</c> three outputs, or embed three inputs with one layer), and
/// give losses (...). The targets are not read; give any, such as zeros.
/// </remarks>
/// <param name="margin">How much nearer; above 0.</param>
/// <param name="p">The norm of the distance: 1, 2 or infinity.</param>
/// <param name="epsilon">Keeps the gradient of a distance of 0 finite, as in PyTorch; 0 or more.</param>
/// <param name="swap">Whether the negative's distance is the smaller of those from the anchor and from the positive.</param>
/// <param name="reduction">How the losses of a batch are reduced.</param>
/// <param name="name">The name shown in logs.</param>
public sealed class TripletMargin(
    double margin = 1, double p = 2, double epsilon = 1e-6, bool swap = false, LossReduction reduction = LossReduction.SumOverBatchSize, string? name = null)
    : Loss(reduction, name ?? "triplet_margin")
{
    public double Margin { get; } = Setting.Require(margin, margin > 0, "a number above 0");
    public double P { get; } = Setting.Require(p, p is 1 or 2 or double.PositiveInfinity, "1, 2 or double.PositiveInfinity");
    public double Epsilon { get; } = Setting.Require(epsilon, epsilon >= 0, "0 or more");
    public bool Swap { get; } = swap;

    /// <inheritdoc/>
    public override TensorSpec TargetsFor(TensorSpec predictions) => predictions with { Shape = [.. predictions.Shape.SkipLast(2)] };

    /// <inheritdoc/>
    protected override Tensor Align(Tensor yTrue, Tensor yPred) => yPred.Rank >= 2 && yPred.Shape[-2] == 3
        ? yTrue
        : throw new ShapeException($"{nameof(TripletMargin)}: received predictions of shape {yPred.Shape}; expected (..., 3, n), the embeddings of anchor, positive and negative.");

    /// <inheritdoc/>
    protected override Tensor PerExample(Tensor yTrue, Tensor yPred)
    {
        Tensor anchor = yPred.At(0, -2), positive = yPred.At(1, -2), negative = yPred.At(2, -2);
        Tensor far = Distance(anchor, negative);
        if (Swap)
            far = far.Minimum(Distance(positive, negative));
        return (Distance(anchor, positive) - far + Margin).Relu();
    }

    private Tensor Distance(Tensor x, Tensor y) => (x - y + Epsilon).Norm(-1, P);
}
