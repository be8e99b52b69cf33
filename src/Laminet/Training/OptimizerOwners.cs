using System.Runtime.CompilerServices;
using Laminet.Optimizers;
using Laminet.Tensors;

namespace Laminet.Training;

/// <summary>
/// Which model an optimizer was compiled into. Two models would count its steps together and so spoil each other's training (the bias
/// correction, each step's random numbers), and a file of one would not hold what the other left in it.
/// </summary>
internal static class OptimizerOwners
{
    private static readonly ConditionalWeakTable<Optimizer, WeakReference<Model>> Owners = [];

    /// <summary>Notes that a model has the optimizer.</summary>
    /// <exception cref="ArgumentException">Another model has it, with other weights.</exception>
    public static void Claim(Optimizer optimizer, Model model)
    {
        if (Owners.TryGetValue(optimizer, out WeakReference<Model>? known) && known.TryGetTarget(out Model? owner) && owner != model
            && owner.Optimizer == optimizer && !HaveSameWeights(owner, model))
        {
            throw new ArgumentException($"Compile: received an optimizer ({optimizer.GetType().Name}) that another model was compiled with{Name(owner)}, whose weights are not this one's. An optimizer counts "
                + $"its steps and keeps its state for one model. Give each model its own optimizer, as in new {optimizer.GetType().Name}(...). To train two networks with one optimizer on purpose, "
                + "call its Apply in your own loop.", nameof(optimizer));
        }

        Owners.AddOrUpdate(optimizer, new WeakReference<Model>(model));
    }

    // A model that has not seen its input's shape yet has none, so it shares none.
    private static bool HaveSameWeights(Model first, Model second) =>
        first.IsDeclared && second.IsDeclared && new HashSet<Variable>(first.Weights).SetEquals(second.Weights);

    private static string Name(Model owner) => owner.Name is null ? "" : $" ('{owner.Name}')";
}
