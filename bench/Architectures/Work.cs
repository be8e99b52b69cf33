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
    /// Floating point operations of the convolutions and dense layers for one example, forward: each number of a kernel is multiplied and
    /// added once a position. What else there is (normalisation, pooling, activations) is bound by memory and not counted.
    /// </summary>
    public static double Operations(SymbolicTensor output) => Tensors(output)
        .Where(tensor => tensor.Call.Layer is Conv2D or Dense)
        .Sum(tensor => 2.0 * tensor.Call.Layer.Weights[0].Shape.ElementCount * tensor.Shape.ElementCount / tensor.Shape[-1]);
}
