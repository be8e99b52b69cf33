using Laminet.Data;
using Laminet.Tensors;

namespace Laminet.Training;

/// <summary>Examples of weight 0, whose loss counts for nothing, made harmless for the layers too.</summary>
internal static class LeftOutInputs
{
    /// <summary>
    /// The batch with 0 in place of NaN and infinity in the inputs of examples whose weights are all 0: a layer would spread them to the gradients of
    /// its weights, since 0 times NaN is NaN.
    /// </summary>
    public static Batch Replaced(Batch batch)
    {
        if (batch.SampleWeight is not { } weights || !batch.X.DType.IsFloat())
            return batch;
        Tensor isLeftOut = weights.Rank == 1 ? weights.Equal(0) : weights.Equal(0).All([.. Enumerable.Range(1, weights.Rank - 1)]);
        Tensor isHarmful = isLeftOut.Reshape([batch.Count, .. Enumerable.Repeat(1, batch.X.Rank - 1)]).And(batch.X.IsFinite().Not());
        return batch.WithX(Tensor.Where(isHarmful, Tensor.Scalar(0, batch.X.DType), batch.X));
    }
}
