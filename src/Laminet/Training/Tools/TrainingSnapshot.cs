using Laminet.Data;
using Laminet.Optimizers;
using Laminet.Tensors;

namespace Laminet.Training.Tools;

/// <summary>All that training changes in a model, for tools that train on trial: weights, the optimizer's state, figures and progress.</summary>
internal sealed class TrainingSnapshot
{
    private readonly Model model;
    private readonly (Variable Variable, Tensor Value)[] values;
    private readonly IReadOnlyList<Tensor> figures;
    private readonly TrainingProgress progress;

    /// <param name="model">A compiled model.</param>
    /// <param name="batch">Examples, by which a model that has waited for its input's shape is built.</param>
    public TrainingSnapshot(Model model, Batch batch)
    {
        this.model = model;
        model.EnsureReadyFor(batch);
        values = [.. ((IHasState)model).State.Select(pair => pair.Variable).Concat(model.Optimizer!.State).Distinct().Select(variable => (variable, variable.Value))];
        (figures, progress) = (model.LogState, model.Progress);
    }

    /// <summary>Sets everything back. Random numbers follow the count of steps, so they are as before too.</summary>
    public void Restore()
    {
        Optimizer optimizer = model.Optimizer!;
        HashSet<Variable> known = [.. values.Select(pair => pair.Variable)];
        foreach ((Variable weight, Variable[] slots) in optimizer.SlotsByVariable)
        {
            // Slots that the trial has made.
            if (slots.Length > 0 && !known.Contains(slots[0]))
                optimizer.ResetSlots(weight);
        }

        foreach ((Variable variable, Tensor value) in values)
            variable.Assign(value);
        (model.LogState, model.Progress) = (figures, progress);
    }
}
