using Laminet.Tensors;
using Laminet.Tensors.Ops;

namespace Laminet.Generation;

/// <summary>From logits (batch, vocabulary) to the next tokens: what Hugging Face's logits processors do.</summary>
internal static class TokenChoice
{
    /// <summary>Positive scores of tokens that were there are divided by the penalty, negative ones multiplied.</summary>
    /// <param name="scores">(batch, vocabulary).</param>
    /// <param name="seen">From <see cref="Seen"/>.</param>
    /// <param name="penalty">The penalty.</param>
    public static Tensor Penalized(Tensor scores, Tensor seen, double penalty) =>
        Tensor.Where(seen.NotEqual(0), Tensor.Where(scores.Less(0), scores * penalty, scores / penalty), scores);

    /// <summary>1 for each token that there is in a row, else 0: UInt8, (batch, vocabulary).</summary>
    public static Tensor Seen(Tensor tokens, Tensor? padding, int vocabulary)
    {
        (int batch, int length) = (tokens.Shape[0], tokens.Shape[1]);
        if (padding is not null)
            tokens = Tensor.Where(Tensor.Range(0, length, DType.Int32).Less(padding.ExpandDims(-1)), tokens.Slice(length - 1, length, axis: 1), tokens);
        return Mark(Tensor.Zeros([batch, vocabulary], DType.UInt8), tokens);
    }

    /// <summary>The marks, and those of further tokens, (batch, any).</summary>
    public static Tensor Mark(Tensor seen, Tensor tokens) => seen.PutAlong(tokens, Tensor.Ones(tokens.Shape, DType.UInt8));

    /// <summary>The logits divided by the temperature, minus infinity where a token is not to be drawn.</summary>
    public static Tensor Filtered(Tensor logits, GenerationSettings settings)
    {
        int? k = settings.TopK is { } most && most < logits.Shape[-1] ? most : null;
        if (settings.Temperature is { } temperature && temperature != 1)
            logits /= temperature;
        if (k is { } count)
            logits = Kept(logits, logits, logits.TopK(count).Values.Slice(count - 1, count, axis: -1));
        if (settings.TopP is { } share && share < 1)
        {
            Tensor probabilities = logits.Softmax(), sorted = k is { } few ? probabilities.TopK(few).Values : probabilities.Sort(descending: true);
            Tensor before = sorted.CumSum(-1) - sorted;
            // The first is kept whatever the share is: nothing comes before it.
            Tensor least = Tensor.Where(before.Less(share), sorted, Tensor.Scalar(double.PositiveInfinity, sorted.DType)).Min(-1, keepDims: true);
            logits = Kept(logits, probabilities, least);
        }

        if (settings.MinP is { } part && part > 0)
        {
            Tensor probabilities = logits.Softmax();
            logits = Kept(logits, probabilities, probabilities.Max(-1, keepDims: true) * part);
        }

        return logits;
    }

    /// <summary>A token of each row, drawn by softmax of the logits: the first whose cumulative probability is above a random number. A token of probability 0 is never drawn.</summary>
    /// <param name="logits">(batch, vocabulary).</param>
    /// <param name="keys">(batch), Int64: the key of each row.</param>
    public static Tensor Drawn(Tensor logits, Tensor keys)
    {
        Tensor sums = logits.Cast(DType.Float64).Softmax().CumSum(-1), total = sums.Slice(sums.Shape[1] - 1, sums.Shape[1], axis: -1);
        // Below 1 by more than the rounding of the product.
        Tensor uniform = new RandomDraw(RandomKind.Uniform, [logits.Shape[0]], DType.Float64).Apply(keys).Minimum(Tensor.Scalar(1 - Math.Pow(2, -50)));
        return sums.LessEqual(uniform.ExpandDims(-1) * total).Cast(DType.Int32).Sum(-1).Cast(DType.Int32);
    }

    private static Tensor Kept(Tensor logits, Tensor values, Tensor least) => Tensor.Where(values.Less(least), Tensor.Scalar(double.NegativeInfinity, logits.DType), logits);
}
