using Laminet.Tensors;

namespace Laminet.Zoo.Language;

/// <summary>
/// The output of a network that can copy: p(w) = g softmax(logits)_w + (1 - g) times the sum of a_j over the steps j where the source has the token w, where the gate is g = sigmoid(gate). (See, Liu and Manning, "Get to the point:
/// summarization with pointer-generator networks", ACL 2017.)
/// </summary>
internal static class PointerGenerator
{
    // What a token has that the source does not, so that the logarithm is finite; too little to be seen in any sum.
    private const double Nothing = 1e-30;

    /// <summary>ln p, (batch, time, vocabulary). As softmax(ln p) = p, it stands for logits in losses, in sampling and in a beam search.</summary>
    /// <param name="logits">Of the tokens that are written from memory, (batch, time, vocabulary).</param>
    /// <param name="gate">(batch, time, 1).</param>
    /// <param name="shares">How much each step of the source is looked at, (batch, time, steps); rows sum to 1.</param>
    /// <param name="source">Tokens below the vocabulary's size, (batch, steps), Int32.</param>
    public static Tensor LogProbabilities(Tensor logits, Tensor gate, Tensor shares, Tensor source)
    {
        (int batch, int time, int vocabulary) = (logits.Shape[0], logits.Shape[1], logits.Shape[2]);
        // Halves end near 6e-8.
        if (logits.DType is DType.Float16 or DType.BFloat16)
            (logits, gate, shares) = (logits.Cast(DType.Float32), gate.Cast(DType.Float32), shares.Cast(DType.Float32));
        // A row of the table for each token of each source.
        Tensor places = (source + (Tensor.Range(0, batch, DType.Int32) * vocabulary).ExpandDims(-1)).Reshape([-1]);
        Tensor copied = shares.Transpose(0, 2, 1).Reshape([-1, time]).SegmentSum(places, batch * vocabulary).Reshape([batch, vocabulary, time]).Transpose(0, 2, 1);
        // ln(e^a + e^b) = a + softplus(b - a), which loses no small p.
        Tensor fromMemory = logits.LogSoftmax() - (-gate).Softplus(), fromSource = (copied + Nothing).Log() - gate.Softplus();
        return fromMemory + (fromSource - fromMemory).Softplus();
    }
}
