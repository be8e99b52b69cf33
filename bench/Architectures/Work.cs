using Laminet.Layers;

namespace Laminet.Bench.Architectures;

/// <summary>What a network computes, found by walking from its output back to its input.</summary>
internal static class Work
{
    /// <summary>The tensors of the network, each before those computed from it.</summary>
    public static IReadOnlyList<SymbolicTensor> Tensors(SymbolicTensor output)
    {
        HashSet<SymbolicTensor> seen = [];
        List<SymbolicTensor> tensors = [];
        Visit(output);
        return tensors;

        void Visit(SymbolicTensor tensor)
        {
            if (!seen.Add(tensor))
                return;
            foreach (SymbolicTensor input in tensor.Call.Inputs)
                Visit(input);
            tensors.Add(tensor);
        }
    }

    /// <summary>
    /// Floating point operations of the convolutions and dense layers for one example, forward, those of transformer blocks included: each number of a kernel is
    /// multiplied and added once a position, of the input in a transposed convolution. What else there is (normalisation, pooling, activations; the products of queries and keys) is not counted.
    /// </summary>
    public static double Operations(SymbolicTensor output) => Tensors(output)
        .Where(tensor => tensor.Call.Layer is Conv2D or DepthwiseConv2D or Conv2DTranspose or Dense or TransformerBlock)
        .Sum(tensor => 2.0 * Kernels(tensor.Call.Layer) * Positions(tensor.Call.Layer is Conv2DTranspose ? tensor.Call.Inputs[0] : tensor));

    private static double Positions(SymbolicTensor tensor) => (double)tensor.Shape.ElementCount / tensor.Shape[-1];

    private static double Kernels(Layer layer) => layer.Weights.Where(weight => weight.Name == "kernel").Sum(weight => (double)weight.Shape.ElementCount);
}
