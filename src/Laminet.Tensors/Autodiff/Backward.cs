using Laminet.Tensors.Compilation;

namespace Laminet.Tensors.Autodiff;

/// <summary>Reverse mode: walks the recorded graph from the target back to the sources. Written once, for every order.</summary>
internal static class Backward
{
    /// <summary>
    /// Gradients of <c>sum(target)</c> by each source. A source the target does not depend on gets zeros.
    /// </summary>
    /// <param name="target">What was computed.</param>
    /// <param name="sources">Recorded tensors.</param>
    /// <param name="own">The leaves of the one who asks. Where the target depends on somebody else's too, the gradients are
    /// recorded for them: a gradient inside another one's function must have a history.</param>
    /// <param name="createGraph">Whether the gradients are recorded in any case.</param>
    /// <returns>The gradients, and whether the target depends on somebody else's leaves.</returns>
    public static (Tensor[] Gradients, bool HasOthers) Run(Tensor target, IReadOnlyList<Tensor> sources, IEnumerable<Tensor> own, bool createGraph)
    {
        if (!target.DType.IsFloat())
            throw new DTypeException($"A gradient needs a target of Float32 or Float64; received {target.Spec}. Cast it first.");
        List<Node> reached = ReachedFrom(target.Node);
        HashSet<Node> leading = LeadingTo(sources, reached);
        HashSet<Node> ownLeaves = [.. own.Select(leaf => leaf.Node!)];
        bool hasOthers = reached.Exists(node => node.Primitive is null && !ownLeaves.Contains(node));
        return (createGraph || hasOthers ? Walk(target, sources, leading) : Recording.Suppress(() => Walk(target, sources, leading)), hasOthers);
    }

    private static Tensor[] Walk(Tensor target, IReadOnlyList<Tensor> sources, HashSet<Node> leading)
    {
        Dictionary<Node, Tensor> gradients = [];
        PriorityQueue<Node, long> queue = new();
        if (target.Node is { } last && leading.Contains(last))
            Add(last, target.OnesLike());

        HashSet<Node> ends = [.. sources.Where(source => source.Node is not null).Select(source => source.Node!)];
        while (queue.TryDequeue(out Node? node, out _))
        {
            if (node.Primitive is not { } primitive)
                continue;
            Tensor upstream = gradients[node];
            if (!ends.Contains(node))
                gradients.Remove(node);
            using FunctionScope scope = new(node.Output.Operation?.Scope ?? "");
            for (int i = 0; i < node.Inputs.Length; i++)
            {
                if (node.Inputs[i].Node is not { } inputNode || !leading.Contains(inputNode))
                    continue;
                if (primitive.GradientOf(i, new GradientArguments(upstream, node.Inputs, node.Output)) is not { } gradient)
                    continue;
                if (gradient.Shape != node.Inputs[i].Shape)
                {
                    throw new ShapeException($"{primitive.Name}: the gradient for input {i} has shape {gradient.Shape}; "
                        + $"it must have the input's shape {node.Inputs[i].Shape}.");
                }

                Add(inputNode, gradient);
            }
        }

        return [.. sources.Select(source =>
            source.Node is { } node && gradients.TryGetValue(node, out Tensor? gradient) ? gradient : source.ZerosLike())];

        void Add(Node node, Tensor gradient)
        {
            if (gradients.TryGetValue(node, out Tensor? sum))
            {
                gradients[node] = sum + gradient;
            }
            else
            {
                gradients[node] = gradient;
                queue.Enqueue(node, -node.Number);
            }
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

    // Everything the target was computed from, inputs before outputs. The graph can be as deep as a sequence is long, so the
    // walk keeps its own stack.
    private static List<Node> ReachedFrom(Node? target)
    {
        List<Node> reached = [];
        if (target is null)
            return reached;
        HashSet<Node> seen = [target];
        Stack<Node> stack = new([target]);
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
