using Laminet.Tensors.Compilation;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors.Blocks;

/// <summary>What a normalisation and its gradients take in of the operations before them.</summary>
internal static class NormalizeFolding
{
    /// <summary>
    /// In inference a batch normalisation after a convolution is one factor and one offset a filter: gamma (x * k + b - mean) r + beta is
    /// (x * k) gamma r + (b - mean) gamma r + beta. Both vectors are worked out once, and the normalisation is gone.
    /// </summary>
    public static Operation? IntoConvolution(Normalize normalize, Operation self, Surroundings surroundings)
    {
        Operation product = self.Inputs[0];
        if (normalize.OwnMoments || product.Primitive is not Convolution { Relu: false } convolution || !surroundings.HasOneReader(product))
            return null;
        if (!product.Inputs.Skip(1).Concat(self.Inputs.Skip(1)).All(surroundings.IsFixed))
            return null;
        return Tracer.Write(
            self.Number, product.Scope, [.. product.Inputs, .. self.Inputs.Skip(1)],
            inputs =>
            {
                (Tensor mean, Tensor variance, Tensor gamma, Tensor beta) = (inputs[^4], inputs[^3], inputs[^2], inputs[^1]);
                Tensor factor = gamma * Channels.Deviation(variance, normalize.Epsilon);
                Tensor before = product.Inputs.Count == 3 ? inputs[2] - mean : -mean;
                return new FoldedConvolution(convolution with { Relu = normalize.Rectifies }, HasScale: true, HasBias: true)
                    .Apply(inputs[0], inputs[1], factor, (before * factor) + beta);
            });
    }

    /// <summary>
    /// A gradient's inputs with the upstream gradient as it was before the relu of this very normalisation masked it; null if no such relu did. The
    /// kernels work out anew which results were positive, so the masked gradient never reaches memory.
    /// </summary>
    public static IReadOnlyList<Operation>? Unmasked(Operation gradient, double epsilon)
    {
        Operation masked = gradient.Inputs[1];
        if (masked.Primitive is not ReluGradient)
            return null;
        Operation output = masked.Inputs[1];
        if (output.Primitive is Relu)
            output = output.Inputs[0];
        else if (output.Primitive is not Normalize { Rectifies: true })
            return null;
        // The gradient's inputs are x, dy, then the normalisation's other four.
        return output.Primitive is Normalize normalize && normalize.Epsilon == epsilon
            && output.Inputs[0] == gradient.Inputs[0] && output.Inputs.Skip(1).SequenceEqual(gradient.Inputs.Skip(2).Take(4))
            ? [gradient.Inputs[0], masked.Inputs[0], .. gradient.Inputs.Skip(2)]
            : null;
    }
}
