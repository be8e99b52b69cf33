using System.Globalization;
using Laminet.Optimizers;
using Laminet.Tensors;

namespace Laminet.Saving;

/// <summary>
/// An optimizer's memory by name: <c>iterations</c>, <c>learning_rate</c>, and its slots under the weights they belong to, as in
/// <c>dense/kernel/momentum</c>, so that the order in which it met the weights does not matter.
/// </summary>
internal static class OptimizerState
{
    private const string LearningRate = "learning_rate";

    /// <summary>What the optimizer remembers of itself and of these weights.</summary>
    public static IReadOnlyList<KeyValuePair<string, Variable>> Of(Optimizer optimizer, IReadOnlyList<KeyValuePair<string, Variable>> weights)
    {
        List<KeyValuePair<string, Variable>> named = [.. Own(optimizer)];
        foreach ((string name, Variable weight) in weights)
        {
            if (optimizer.SlotsByVariable.TryGetValue(weight, out Variable[]? slots))
                named.AddRange(slots.Zip(optimizer.SlotsOf(weight), (slot, form) => KeyValuePair.Create(NameOf(name, form.Name), slot)));
        }

        return named;
    }

    /// <summary>
    /// What a file must hold that has tensors of these names. A weight of which it has no slot was not trained when it was written.
    /// </summary>
    public static IEnumerable<KeyValuePair<string, TensorSpec>> Expected(
        Optimizer optimizer, IReadOnlyList<KeyValuePair<string, Variable>> weights, IEnumerable<string> names) =>
    [
        .. TrainingFile.Specs(Own(optimizer)),
        .. WithSlots(optimizer, weights, [.. names]).SelectMany(weight => optimizer.SlotsOf(weight.Value)
            .Select(slot => KeyValuePair.Create(NameOf(weight.Key, slot.Name), new TensorSpec(slot.Shape, weight.Value.DType)))),
    ];

    /// <summary>Sets the optimizer to values just read that are <see cref="Expected"/>. Slots that they lack are as at their start.</summary>
    public static void Restore(Optimizer optimizer, IReadOnlyList<KeyValuePair<string, Variable>> weights, IReadOnlyDictionary<string, Tensor> values)
    {
        KeyValuePair<string, Variable>[] stored = WithSlots(optimizer, weights, [.. values.Keys]);
        foreach ((_, Variable weight) in weights.Except(stored).Where(pair => optimizer.SlotsByVariable.ContainsKey(pair.Value)))
            optimizer.ResetSlots(weight);
        foreach ((_, Variable weight) in stored)
            optimizer.BuildSlots(weight);
        TrainingFile.Assign(Of(optimizer, weights), values);
    }

    /// <summary>The learning rate that a file holds.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static double RateIn(IReadOnlyDictionary<string, Tensor> values, string prefix = "") =>
        values[prefix + LearningRate].Item<double>() is >= 0 and < double.PositiveInfinity and double rate
            ? rate
            : throw new InvalidDataException(string.Create(
                CultureInfo.InvariantCulture, $"'{prefix}{LearningRate}' is {values[prefix + LearningRate].Item<double>()}; expected zero or more, and finite"));

    private static IEnumerable<KeyValuePair<string, Variable>> Own(Optimizer optimizer) => optimizer.SharedState.Select(pair => KeyValuePair.Create(pair.Name, pair.Variable));

    private static KeyValuePair<string, Variable>[] WithSlots(Optimizer optimizer, IReadOnlyList<KeyValuePair<string, Variable>> weights, HashSet<string> names)
    {
        KeyValuePair<string, Variable>[] found = [.. weights.Where(weight => optimizer.SlotsOf(weight.Value).Any(slot => names.Contains(NameOf(weight.Key, slot.Name))))];
        // Such slots cannot be made: found out later, half of the file would be taken over.
        return Array.Find(found, weight => !weight.Value.DType.IsFloat()) is { Key: { } name, Value: { } variable }
            ? throw new InvalidDataException($"it holds what {optimizer.GetType().Name} remembers of '{name}', which is of {variable.DType}; expected that of floating-point variables alone, which are trained")
            : found;
    }

    private static string NameOf(string weight, string slot) => $"{weight}/{slot}";
}
