using Laminet.Tensors.Kernels;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors.Compilation.Passes;

/// <summary>
/// Elementwise operations of one shape that feed only each other become one pass over memory. An operation that another operation reads too
/// keeps its place; one alone becomes a chain of one, which is prepared once and not at every call.
/// </summary>
internal static class ElementwiseFusion
{
    // More would push the tiles of a chain out of the first-level cache, or its pointers out of the registers.
    private const int MostSteps = 24;
    private const int MostInputs = 10;

    public static Graph Run(Graph graph)
    {
        ILookup<Operation, Operation> users = graph.Users();
        HashSet<Operation> results = [.. graph.Results], taken = [];
        Dictionary<Operation, List<Operation>> chains = [];
        for (int place = graph.Operations.Count - 1; place >= 0; place--)
        {
            Operation last = graph.Operations[place];
            if (last.Primitive is not Elementwise || taken.Contains(last))
                continue;
            HashSet<Operation> members = Members(last, users, results, taken);
            chains[last] = [.. graph.Operations.Take(place + 1).Where(members.Contains)];
            taken.UnionWith(members);
        }

        Dictionary<Operation, Operation> replaced = [];
        return graph.Rewrite((original, operation) =>
        {
            replaced[original] = operation;
            if (chains.TryGetValue(original, out List<Operation>? chain))
                replaced[original] = operation = Fuse(operation, chain, replaced);
            return operation;
        });
    }

    // Backwards from the last: whoever computes an operand, has the shape and is read within the chain alone.
    private static HashSet<Operation> Members(Operation last, ILookup<Operation, Operation> users, HashSet<Operation> results, HashSet<Operation> taken)
    {
        HashSet<Operation> members = [last];
        bool grown = true;
        while (grown && members.Count < MostSteps)
        {
            grown = false;
            foreach (Operation candidate in members.SelectMany(member => member.Inputs).Distinct().ToArray())
            {
                if (members.Contains(candidate) || candidate.Primitive is not Elementwise || candidate.Spec.Shape != last.Spec.Shape
                    || taken.Contains(candidate) || results.Contains(candidate) || !users[candidate].All(members.Contains))
                    continue;
                members.Add(candidate);
                if (members.Count > MostSteps || Inputs(members).Count() > MostInputs)
                {
                    members.Remove(candidate);
                    continue;
                }

                grown = true;
            }
        }

        return members;
    }

    private static IEnumerable<Operation> Inputs(IEnumerable<Operation> members)
    {
        HashSet<Operation> inside = [.. members];
        return inside.SelectMany(member => member.Inputs).Where(input => !inside.Contains(input)).Distinct();
    }

    private static Operation Fuse(Operation last, List<Operation> chain, Dictionary<Operation, Operation> replaced)
    {
        Operation[] inputs = [.. Inputs(chain)];
        Dictionary<Operation, int> numbers = [];
        foreach (Operation operation in inputs.Concat(chain))
            numbers.Add(operation, numbers.Count);
        TileStep[] steps = [.. chain.Select(member => new TileStep((Elementwise)member.Primitive!, ReadBy(member), member.Inputs[0].Spec.DType, member.Spec.DType))];
        return last with { Primitive = new Fused(new TileProgram(steps, inputs.Length)), Inputs = [.. inputs.Select(input => replaced[input])] };

        int[] ReadBy(Operation member)
        {
            int[] read = new int[member.Inputs.Count];
            for (int i = 0; i < read.Length; i++)
                read[i] = numbers[member.Inputs[i]];
            return read;
        }
    }
}
