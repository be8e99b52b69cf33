using Laminet.Optimizers;
using Laminet.Tensors;

namespace Laminet.Saving;

/// <summary>
/// An optimizer's memory by name: <c>iterations</c>, <c>learning_rate</c>, and its slots under the weights they belong to, as in
/// <c>dense/kernel/momentum</c>, so that the order in which it met the weights does not matter.
/// </summary>
internal static class OptimizerState
{
    public static IReadOnlyList<KeyValuePair<string, Variable>> Of(Optimizer optimizer, IReadOnlyList<KeyValuePair<string, Variable>> weights)
    {
        HashSet<Variable> slots = [.. optimizer.SlotsByVariable.Values.SelectMany(own => own)];
        List<KeyValuePair<string, Variable>> named = [.. optimizer.State.Where(variable => !slots.Contains(variable)).Select(variable => KeyValuePair.Create(variable.Name, variable))];
        foreach ((string name, Variable weight) in weights)
        {
            if (optimizer.SlotsByVariable.TryGetValue(weight, out Variable[]? own))
                named.AddRange(own.Select(slot => KeyValuePair.Create($"{name}/{LastPart(slot.Name)}", slot)));
        }

        return named;
    }

    /// <summary>Makes the slots, at their start, of all weights for which a file has some.</summary>
    public static void Build(Optimizer optimizer, IReadOnlyList<KeyValuePair<string, Variable>> weights, IEnumerable<string> names)
    {
        HashSet<string> owners = [.. names.Where(name => name.Contains('/')).Select(name => name[..name.LastIndexOf('/')])];
        optimizer.Build(weights.Where(pair => owners.Contains(pair.Key)).Select(pair => pair.Value));
    }

    private static string LastPart(string name) => name[(name.LastIndexOf('/') + 1)..];
}
