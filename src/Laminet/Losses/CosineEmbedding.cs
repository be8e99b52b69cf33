using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Losses;

/// <summary>
/// Draws two embeddings to one direction where the target is 1, and apart where it is -1: 1 - c, and max(c - margin, 0), with c the cosine of their angle. PyTorch:
/// <c>nn.CosineEmbeddingLoss</c>.
/// </summary>
/// <remarks>
/// Predictions (..., 2, n) hold the two embeddings, and targets (...) or (..., 1) give losses (...). A target of 0 counts as -1, so pairs may be numbered 0 and 1.
/// Squared lengths have 1e-12 added, so the cosine with a vector of zeros is 0.
/// </remarks>
/// <param name="margin">The cosine that is far enough apart, from -1 to 1.</param>
/// <param name="reduction">How the losses of a batch are reduced.</param>
/// <param name="name">The name shown in logs.</param>
public sealed class CosineEmbedding(double margin = 0, LossReduction reduction = LossReduction.SumOverBatchSize, string? name = null)
    : Loss(reduction, name ?? "cosine_embedding")
{
    private const double LeastSquare = 1e-12;

    public double Margin { get; } = Setting.Require(margin, margin is >= -1 and <= 1, "-1 to 1");

    /// <inheritdoc/>
    public override TensorSpec TargetsFor(TensorSpec predictions) => predictions with { Shape = [.. predictions.Shape.SkipLast(2)] };

    /// <inheritdoc/>
    protected override Tensor Align(Tensor yTrue, Tensor yPred)
    {
        if (yPred.Rank < 2 || yPred.Shape[-2] != 2)
            throw new ShapeException($"{nameof(CosineEmbedding)}: received predictions of shape {yPred.Shape}; expected (..., 2, n), the two embeddings of each pair.");
        Shape pairs = [.. yPred.Shape.SkipLast(2)];
        Tensor targets = yTrue.Rank == pairs.Rank + 1 && yTrue.Shape[-1] == 1 ? yTrue.Squeeze(-1) : yTrue;
        return targets.Shape == pairs
            ? targets.Cast(yPred.DType)
            : throw new ShapeException($"{nameof(CosineEmbedding)}: received targets of shape {yTrue.Shape} for predictions of shape {yPred.Shape}; expected {pairs}, a 1 or -1 for each pair.");
    }

    /// <inheritdoc/>
    protected override Tensor PerExample(Tensor yTrue, Tensor yPred)
    {
        Tensor first = yPred.At(0, -2), second = yPred.At(1, -2);
        Tensor lengths = ((first.Square().Sum(-1) + LeastSquare) * (second.Square().Sum(-1) + LeastSquare)).Sqrt();
        Tensor cosine = (first * second).Sum(-1) / lengths;
        return Tensor.Where(yTrue.Greater(0), 1 - cosine, (cosine - Margin).Relu());
    }
}
