using Laminet.Tensors;

namespace Laminet.Zoo.Datasets;

/// <summary>Sequences of a <see cref="SequenceTask"/>.</summary>
/// <param name="Inputs">(batch, steps, inputs).</param>
/// <param name="Targets">(batch, steps, outputs), 0 or 1.</param>
/// <param name="Weights">(batch, steps): 1 where the answer counts, else 0.</param>
public sealed record SequenceBatch(Tensor Inputs, Tensor Targets, Tensor Weights)
{
    /// <summary>How many bits the answers have, of all sequences together.</summary>
    public int AnswerBits => (int)Weights.Sum().ToDouble() * Targets.Shape[2];

    /// <summary>How many bits of an answer are wrong, mean over the sequences. A logit above 0 is a 1.</summary>
    /// <param name="logits">(batch, steps, outputs).</param>
    /// <exception cref="ShapeException">The logits do not have the targets' shape.</exception>
    public double WrongBits(Tensor logits)
    {
        ArgumentNullException.ThrowIfNull(logits);
        if (logits.Shape != Targets.Shape)
            throw new ShapeException($"{nameof(SequenceBatch)}: received logits of shape {logits.Shape}; expected {Targets.Shape}, as the targets.");
        Tensor wrong = logits.Greater(0).Cast(DType.Float32) - Targets;
        return (wrong.Abs() * Weights.ExpandDims(-1)).Sum().ToDouble() / Targets.Shape[0];
    }
}
