using Laminet.Initializers;
using Laminet.Tensors;

namespace Laminet.Zoo.Models;

/// <summary>
/// The recursive neural tensor network: a word is the tanh of its vector, and with x = [left; right] unit k of a node is tanh(xᵀ V[k] x + x W[k] + b[k]), so that one word can scale another. (Socher, Perelygin, Wu, Chuang, Manning, Ng and Potts,
/// "Recursive deep models for semantic compositionality over a sentiment treebank", EMNLP 2013.)
/// </summary>
/// <inheritdoc cref="TreeNetwork(int, int, int, int, double)"/>
public sealed class RecursiveTensorNetwork(int words, int units = 25, int classes = 5, double rate = 0) : TreeNetwork(words, units, units, classes, rate)
{
    private Variable? kernel, bias, slices;

    static RecursiveTensorNetwork() => Registry.Register<RecursiveTensorNetwork>();

    /// <inheritdoc/>
    protected override void Build(Shape input)
    {
        (kernel, bias) = (AddWeight("kernel", [2 * Units, Units], new GlorotUniform()), AddWeight("bias", [Units], new Zeros()));
        double bound = 1.0 / (4 * Units);
        slices = AddWeight("tensor", [2 * Units, Units, 2 * Units], new RandomUniform(-bound, bound));
    }

    private protected override Bundle<Tensor> Leaf(Tensor vectors) => vectors.Tanh();

    private protected override Bundle<Tensor> Join(Bundle<Tensor> children)
    {
        Tensor pair = children.Only.Reshape([-1, 2 * Units]);
        Tensor products = pair.MatMul(slices!.Value.Reshape([2 * Units, -1])).Reshape([-1, Units, 2 * Units]);
        return ((products * pair.ExpandDims(1)).Sum(-1) + pair.MatMul(kernel!.Value) + bias!.Value).Tanh();
    }
}
