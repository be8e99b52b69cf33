using Laminet.Configuration;
using Laminet.Initializers;
using Laminet.Tensors;

namespace Laminet.Zoo.Models;

/// <summary>
/// The Tree-LSTM over binary trees: a node keeps of each child's memory what that child's own forget gate lets through. With x = [left; right], i, o = sigmoid(x U + b), f, f' = sigmoid(x U + b + 1) and u = tanh(x U + b):
/// c = i u + f c(left) + f' c(right), h = o tanh(c). The 1 has nothing be forgotten at first. A word has no children: i, o and u come from its vector, c = i u. (Tai, Socher and Manning, "Improved semantic representations from tree-structured long short-term memory networks", ACL 2015,
/// equations 9 to 14 with N = 2.) The columns of U are those of i, o, f, f', u, those of a word's kernel i, o, u.
/// </summary>
/// <inheritdoc cref="TreeNetwork(int, int, int, int, double)"/>
public sealed class TreeLSTM(int words, int units = 100, int vector = 100, int classes = 5, double rate = 0) : TreeNetwork(words, units, vector, classes, rate)
{
    private Variable? leafKernel, leafBias, kernel, bias;

    static TreeLSTM() => Registry.Register<TreeLSTM>("tree_lstm");

    /// <summary>How many numbers a word has.</summary>
    public int Vector { get; } = Setting.Require(vector, vector >= 1, "1 or more", nameof(vector));

    /// <inheritdoc/>
    protected override void Build(Shape input)
    {
        (leafKernel, leafBias) = (AddWeight("leaf_kernel", [Vector, 3 * Units], new GlorotUniform()), AddWeight("leaf_bias", [3 * Units], new Zeros()));
        (kernel, bias) = (AddWeight("kernel", [2 * Units, 5 * Units], new GlorotUniform()), AddWeight("bias", [5 * Units], new Zeros()));
    }

    private protected override Bundle<Tensor> Leaf(Tensor vectors)
    {
        Tensor[] gates = (vectors.MatMul(leafKernel!.Value) + leafBias!.Value).Split(3);
        return State(gates[0].Sigmoid() * gates[2].Tanh(), gates[1]);
    }

    private protected override Bundle<Tensor> Join(Bundle<Tensor> children)
    {
        Tensor[] gates = (children[0].Reshape([-1, 2 * Units]).MatMul(kernel!.Value) + bias!.Value).Split(5);
        Tensor kept = ((gates[2] + 1).Sigmoid() * children[1].At(0, 1)) + ((gates[3] + 1).Sigmoid() * children[1].At(1, 1));
        return State((gates[0].Sigmoid() * gates[4].Tanh()) + kept, gates[1]);
    }

    private static Bundle<Tensor> State(Tensor memory, Tensor gate) => (gate.Sigmoid() * memory.Tanh(), memory);
}
