using Laminet.Tensors;

namespace Laminet.Losses;

/// <summary>
/// Harmless numbers in place of what a weight of 0 belongs to. 0 times NaN is NaN, in the loss and in its gradient, so a product with the weight alone
/// does not leave it out.
/// </summary>
internal static class LeftOut
{
    /// <summary>Targets with 0, also a class number, and predictions with 1, where the weight is 0 or the mask false.</summary>
    public static (Tensor Targets, Tensor Predictions) Of(Tensor targets, Tensor predictions, Tensor weights) =>
        (Replaced(targets, weights, 0), OfPredictions(predictions, weights));

    // A loss may divide by 1. Predictions of a sigmoid or softmax stay known as such.
    private static Tensor OfPredictions(Tensor predictions, Tensor weights) =>
        predictions.SigmoidLogits is { } sigmoid ? Replaced(sigmoid, weights, 1).Sigmoid()
        : predictions.SoftmaxLogits is { } softmax ? Replaced(softmax, weights, 1).Softmax()
        : Replaced(predictions, weights, 1);

    // Where the weights do not fit, the loss says so.
    private static Tensor Replaced(Tensor values, Tensor weights, int harmless) => Targets.TryOuterAxes(weights.Shape, values.Shape) is { } outer
        ? Tensor.Where(weights.Equal(0).Reshape([.. outer, .. Enumerable.Repeat(1, values.Rank - outer.Rank)]), Tensor.Scalar(harmless, values.DType), values)
        : values;
}
