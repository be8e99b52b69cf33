namespace Laminet.Tensors.Autodiff;

/// <summary>
/// How a tensor came to be: the operation and its inputs. A node without an operation is a leaf, a tensor somebody watches.
/// Numbers grow with time, so an operation's number is above those of its inputs: descending order is a topological order.
/// </summary>
internal sealed class Node
{
    private static long created;

    public Node(Primitive? primitive, Tensor[] inputs, Tensor output)
    {
        Primitive = primitive;
        Inputs = inputs;
        Output = output;
        Number = Interlocked.Increment(ref created);
    }

    /// <summary>The latest node's number.</summary>
    public static long Latest => Interlocked.Read(ref created);

    public long Number { get; }

    public Primitive? Primitive { get; }

    public Tensor[] Inputs { get; }

    public Tensor Output { get; }

    /// <summary>The same numbers as a tensor that gradients can be taken by.</summary>
    public static Tensor Leaf(Tensor tensor)
    {
        Tensor leaf = tensor.View(tensor.Shape, tensor.Strides, 0);
        leaf.Node = new Node(null, [], leaf);
        return leaf;
    }
}

/// <summary>Whether operations on watched tensors are recorded on this thread.</summary>
internal static class Recording
{
    [ThreadStatic]
    private static int suppressed;

    public static bool IsOn => suppressed == 0;

    /// <summary>Is told of every operation applied on this thread: how tests know that each has been tried.</summary>
    [field: ThreadStatic]
    public static Action<Primitive>? Observer { get; set; }

    /// <summary>Runs a body that is not recorded.</summary>
    public static T Suppress<T>(Func<T> body)
    {
        suppressed++;
        try
        {
            return body();
        }
        finally
        {
            suppressed--;
        }
    }

    /// <summary>Runs a body that is recorded even where recording is suppressed around it.</summary>
    public static T Resume<T>(Func<T> body)
    {
        int outer = suppressed;
        suppressed = 0;
        try
        {
            return body();
        }
        finally
        {
            suppressed = outer;
        }
    }
}
