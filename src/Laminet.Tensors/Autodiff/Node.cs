using Laminet.Tensors.Compilation;

namespace Laminet.Tensors.Autodiff;

/// <summary>
/// How tensors came to be: the operation, its inputs and its outputs. A node without an operation is a leaf, a tensor that is watched.
/// Numbers grow with time, so an operation's number is above those of its inputs: descending order is a topological order.
/// </summary>
internal sealed class Node
{
    private static long created;

    public Node(Primitive? primitive, Tensor[] inputs, Tensor[] outputs)
    {
        Primitive = primitive;
        Inputs = inputs;
        Outputs = outputs;
        Number = Interlocked.Increment(ref created);
    }

    /// <summary>The latest node's number.</summary>
    public static long Latest => Interlocked.Read(ref created);

    public long Number { get; }

    public Primitive? Primitive { get; }

    public Tensor[] Inputs { get; }

    /// <summary>All outputs; each tensor that has this node knows which one it is.</summary>
    public Tensor[] Outputs { get; }

    /// <summary>The same numbers as a tensor that gradients can be taken by.</summary>
    public static Tensor Leaf(Tensor tensor)
    {
        tensor = Tracer.Inside(tensor);
        Tensor leaf = tensor.View(tensor.Shape, tensor.Strides, 0);
        leaf.Record(new Node(null, [], [leaf]), 0);
        return leaf;
    }
}
