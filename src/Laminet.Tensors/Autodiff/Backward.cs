using Laminet.Tensors.Compilation;

namespace Laminet.Tensors.Autodiff;

/// <summary>Reverse mode: walks the recorded graph from the target back to the sources. Written once, for every order.</summary>
internal static class Backward
{
    /// <summary>
    /// Gradients of the sum of all targets, each element times what arrives at it, by each source; null for a source that no target depends on.
    /// </summary>
    /// <param name="targets">What was computed, each with the gradient that arrives at it.</param>
    /// <param name="sources">Recorded tensors.</param>
    /// <param name="own">The caller's leaves. Where the target depends on other leaves too, the gradients are recorded for them: a
    /// gradient inside another one's function must have a history.</param>
    /// <param name="createGraph">Whether the gradients are recorded in any case.</param>
    /// <returns>The gradients, and whether the target depends on leaves that are not the caller's.</returns>
    public static (Tensor?[] Gradients, bool HasOthers) Run(
        IReadOnlyList<(Tensor Target, Tensor Upstream)> targets, IReadOnlyList<Tensor> sources, IEnumerable<Tensor> own, bool createGraph)
    {
        List<Node> reached = ReachedFrom(targets.Select(pair => pair.Target.Node));
        HashSet<Node> leading = LeadingTo(sources, reached);
        HashSet<Node> ownLeaves = [.. own.Select(leaf => leaf.Node!)];
        bool hasOthers = reached.Exists(node => node.Primitive is null && !ownLeaves.Contains(node));
        return (createGraph || hasOthers ? Walk(targets, sources, leading) : Recording.Suppress(() => Walk(targets, sources, leading)), hasOthers);
    }

    private static Tensor?[] Walk(IReadOnlyList<(Tensor Target, Tensor Upstream)> targets, IReadOnlyList<Tensor> sources, HashSet<Node> leading)
    {
        // For each node the gradient by each of its outputs, as far as one has arrived.
        Dictionary<Node, Tensor?[]> upstreams = [];
        PriorityQueue<Node, long> queue = new();
        foreach ((Tensor target, Tensor upstream) in targets)
        {
            if (target.Node is { } last && leading.Contains(last))
                Add(target, upstream);
        }

        HashSet<Node> ends = [.. sources.Where(source => source.Node is not null).Select(source => source.Node!)];
        while (queue.TryDequeue(out Node? node, out _))
        {
            if (node.Primitive is null)
                continue;
            Tensor?[] arrived = upstreams[node];
            if (!ends.Contains(node))
                upstreams.Remove(node);
            using FunctionScope scope = new(node.Outputs[0].Operation?.Scope ?? "");
            Pass(node, arrived);
        }

        return [.. sources.Select(source => source.Node is { } node && upstreams.TryGetValue(node, out Tensor?[]? arrived) ? arrived[source.NodeOutput] : null)];

        // Hands what has arrived at a node's outputs on to its inputs.
        void Pass(Node node, Tensor?[] arrived)
        {
            bool[] wanted = new bool[node.Inputs.Length];
            for (int i = 0; i < wanted.Length; i++)
                wanted[i] = node.Inputs[i].Node is { } inputNode && leading.Contains(inputNode);
            Tensor?[] gradients = node.Primitive!.GradientsOf(new GradientArguments(arrived, node.Inputs, node.Outputs, wanted));
            if (gradients.Length != node.Inputs.Length)
                throw new InvalidOperationException($"{node.Primitive.Name}: its reverse rule gave {gradients.Length} gradients for {node.Inputs.Length} inputs; it gives one for each, null for none.");
            for (int i = 0; i < gradients.Length; i++)
            {
                if (!wanted[i] || gradients[i] is not { } gradient)
                    continue;
                if (gradient.Shape != node.Inputs[i].Shape)
                {
                    throw new ShapeException($"{node.Primitive.Name}: the gradient for input {i} has shape {gradient.Shape}; "
                        + $"it must have the input's shape {node.Inputs[i].Shape}.");
                }

                Add(node.Inputs[i], gradient);
            }
        }

        void Add(Tensor tensor, Tensor gradient)
        {
            if (!upstreams.TryGetValue(tensor.Node!, out Tensor?[]? arrived))
            {
                upstreams[tensor.Node!] = arrived = new Tensor?[tensor.Node!.Outputs.Length];
                queue.Enqueue(tensor.Node, -tensor.Node.Number);
            }

            ref Tensor? sum = ref arrived[tensor.NodeOutput];
            sum = sum is null ? gradient : sum + gradient;
        }
    }

    // The nodes between the sources and the target: for all others no gradient is computed.
    private static HashSet<Node> LeadingTo(IReadOnlyList<Tensor> sources, List<Node> reached)
    {
        HashSet<Node> leading = [];
        foreach (Tensor source in sources)
        {
            if (source.Node is { } node)
                leading.Add(node);
        }

        foreach (Node node in reached)
        {
            if (node.Inputs.Any(input => input.Node is { } inputNode && leading.Contains(inputNode)))
                leading.Add(node);
        }

        return leading;
    }

    // Everything the targets were computed from, inputs before outputs. The graph can be as deep as a sequence is long, so the
    // walk keeps its own stack.
    private static List<Node> ReachedFrom(IEnumerable<Node?> targets)
    {
        List<Node> reached = [];
        HashSet<Node> seen = [.. targets.OfType<Node>()];
        Stack<Node> stack = new(seen);
        while (stack.TryPop(out Node? node))
        {
            reached.Add(node);
            foreach (Tensor input in node.Inputs)
            {
                if (input.Node is { } inputNode && seen.Add(inputNode))
                    stack.Push(inputNode);
            }
        }

        reached.Sort((left, right) => left.Number.CompareTo(right.Number));
        return reached;
    }
}
