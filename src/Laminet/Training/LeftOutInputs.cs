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
    /// <param name="batch">The examples.</param>
    /// <param name="outputs">How many outputs the model has.</param>
    public static Batch Replaced(Batch batch, int outputs)
    {
        if (batch.SampleWeights is not { } weights || !batch.Inputs.Any(input => input.DType.IsFloat()))
            return batch;
        // An output without weights of its own counts every example.
        bool isForAll = weights is { Count: 1, Names: null };
        if (!isForAll && weights.Count < outputs)
            return batch;
        Tensor isLeftOut = weights.Select(IsLeftOut).Aggregate((one, other) => one.And(other));
        return batch.WithX(batch.Inputs.Map(input => input.DType.IsFloat() ? Replaced(input, isLeftOut) : input));
    }

    private static Tensor IsLeftOut(Tensor weights) => weights.Rank == 1 ? weights.Equal(0) : weights.Equal(0).All([.. Enumerable.Range(1, weights.Rank - 1)]);

    private static Tensor Replaced(Tensor input, Tensor isLeftOut)
    {
        Tensor isHarmful = isLeftOut.Reshape([input.Shape[0], .. Enumerable.Repeat(1, input.Rank - 1)]).And(input.IsFinite().Not());
        return Tensor.Where(isHarmful, Tensor.Scalar(0, input.DType), input);
    }
}
