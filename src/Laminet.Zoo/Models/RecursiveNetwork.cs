using Laminet.Initializers;
using Laminet.Tensors;

namespace Laminet.Zoo.Models;

/// <summary>
/// The recursive neural network: a word is its vector, and a node is h = tanh([left; right] W + b). (Socher, Lin, Ng and Manning, "Parsing natural scenes and natural language with recursive neural networks", ICML 2011.)
/// </summary>
/// <inheritdoc cref="TreeNetwork(int, int, int, int, double)"/>
public sealed class RecursiveNetwork(int words, int units = 50, int classes = 5, double rate = 0) : TreeNetwork(words, units, units, classes, rate)
{
    private Variable? kernel, bias;

    static RecursiveNetwork() => Registry.Register<RecursiveNetwork>();

    /// <inheritdoc/>
    protected override void Build(Shape input) => (kernel, bias) = (AddWeight("kernel", [2 * Units, Units], new GlorotUniform()), AddWeight("bias", [Units], new Zeros()));

    private protected override Bundle<Tensor> Leaf(Tensor vectors) => vectors.Tanh();

    private protected override Bundle<Tensor> Join(Bundle<Tensor> children) => (children.Only.Reshape([-1, 2 * Units]).MatMul(kernel!.Value) + bias!.Value).Tanh();
}
