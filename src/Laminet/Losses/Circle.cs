using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Losses;

/// <summary>
/// Draws embeddings of one class together and those of different classes apart. Sun et al., "Circle loss: a unified perspective of pair similarity optimization", 2020. Keras:
/// <c>Circle</c>.
/// </summary>
/// <remarks>
/// Predictions (batch, n), embeddings of length 1, and labels (batch,) or (batch, 1) give losses (batch,). With the distances d = max(1 - cosine, 0) from an example to all of the
/// batch and the margin m, the loss of the example is softplus(L(P) + L(N)): L is ln(sum(exp)) over examples of the same class, where P = gamma (m + d)(d - m), and over examples of
/// other classes, where N = gamma max(1 + m - d, 0)(1 - m - d). An example that has no other of its class, or none of another class, does not count in the mean, as in Keras.
/// A weight of 0 leaves out an example's own loss; the others are still compared with it. End the model with a normalization to length 1.
/// </remarks>
/// <param name="gamma">The scale of the loss; above 0.</param>
/// <param name="margin">How far classes must be apart, from 0 to 1.</param>
/// <param name="removeDiagonal">Whether an example is not compared with itself.</param>
/// <param name="reduction">How the losses of a batch are reduced.</param>
/// <param name="name">The name shown in logs.</param>
public sealed class Circle(
    double gamma = 80, double margin = 0.4, bool removeDiagonal = true, LossReduction reduction = LossReduction.SumOverBatchSize, string? name = null)
    : Loss(reduction, name ?? "circle")
{
    public double Gamma { get; } = Setting.Require(gamma, gamma > 0, "a number above 0");
    public double Margin { get; } = Setting.Require(margin, margin is >= 0 and <= 1, "0 to 1");
    public bool RemoveDiagonal { get; } = removeDiagonal;

    internal override bool CountsExamplesAlike => false;

    /// <inheritdoc/>
    public override TensorSpec TargetsFor(TensorSpec predictions) => Targets.LabelsFor(predictions);

    internal override bool LeavesOut(Shape predictions) => false;

    internal override Tensor Counting(Tensor yTrue, Tensor yPred)
    {
        (Tensor same, Tensor other) = Pairs(Align(yTrue, yPred));
        return same.Any(-1).And(other.Any(-1));
    }

    /// <inheritdoc/>
    protected override Tensor Align(Tensor yTrue, Tensor yPred) => yPred.Rank == 2
        ? Targets.Labels(GetType().Name, yTrue, yPred)
        : throw new ShapeException($"{nameof(Circle)}: received predictions of shape {yPred.Shape}; expected one embedding a row, (batch, n).");

    /// <inheritdoc/>
    protected override Tensor PerExample(Tensor yTrue, Tensor yPred)
    {
        (Tensor same, Tensor other) = Pairs(yTrue);
        Tensor distance = (1 - yPred.MatMul(yPred, transposeOther: true)).Relu();
        Tensor within = Gamma * (Margin + distance) * (distance - Margin);
        Tensor between = Gamma * (1 + Margin - distance).Relu() * (1 - Margin - distance);
        return (Sum(same, within) + Sum(other, between)).Softplus();
    }

    private (Tensor Same, Tensor Other) Pairs(Tensor labels)
    {
        Tensor same = labels.ExpandDims(-1).Equal(labels), places = Tensor.Range(0, labels.Length);
        return (RemoveDiagonal ? same.And(places.ExpandDims(-1).NotEqual(places)) : same, same.Not());
    }

    private static Tensor Sum(Tensor counts, Tensor terms) => Tensor.Where(counts, terms, Tensor.Scalar(double.NegativeInfinity, terms.DType)).LogSumExp(-1);
}
