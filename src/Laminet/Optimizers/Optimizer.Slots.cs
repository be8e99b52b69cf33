using Laminet.Tensors;

namespace Laminet.Optimizers;

/// <content>What an optimizer remembers.</content>
public abstract partial class Optimizer
{
    private readonly Dictionary<Variable, Variable[]> slotsOf = [];
    private readonly List<Variable> state;
    private Dictionary<Variable, string> paths = [];

    /// <summary>
    /// The optimizer state: "iterations", "learning_rate", and the slots of each variable that was trained, named by the order of
    /// the variables as in "0/kernel/momentum". To restore a state, call <see cref="Build"/> with the same variables, then Assign.
    /// </summary>
    public virtual IReadOnlyList<Variable> State => state;

    IEnumerable<(string Name, Variable Variable)> IHasState.State => State.Select(variable => (variable.Name, variable));

    /// <summary>What the optimizer keeps for all variables together, by name.</summary>
    internal virtual IEnumerable<(string Name, Variable Variable)> SharedState
    {
        get
        {
            HashSet<Variable> slots = [.. slotsOf.Values.SelectMany(own => own)];
            return state.Where(variable => !slots.Contains(variable)).Select(variable => (variable.Name, variable));
        }
    }

    /// <summary>The slots of each variable so far, for files that name them after the model's weights.</summary>
    internal virtual IReadOnlyDictionary<Variable, Variable[]> SlotsByVariable => slotsOf;

    /// <summary>The slots of each variable: a name and the initial value of all elements.</summary>
    protected abstract IReadOnlyList<(string Name, double Start)> Slots { get; }

    /// <summary>Creates the slots of the trainable variables that have none yet. <see cref="Apply(IReadOnlyList{ValueTuple{Tensor, Variable}})"/> does this automatically.</summary>
    /// <exception cref="DTypeException">A trainable variable is not of type Float32 or Float64.</exception>
    public void Build(IEnumerable<Variable> variables)
    {
        ArgumentNullException.ThrowIfNull(variables);
        foreach (Variable variable in variables)
        {
            if (variable.Trainable)
                BuildSlots(variable);
        }
    }

    /// <summary>Creates the slots of a variable if there are none yet, also for a variable that is frozen now and was trained when a file was written.</summary>
    internal virtual void BuildSlots(Variable variable)
    {
        if (slotsOf.ContainsKey(variable))
            return;
        if (!variable.DType.IsFloat())
            throw new DTypeException($"The variable '{variable.Name}' holds {variable.DType}; only Float32 and Float64 are trained. Set Trainable = false.");
        string prefix = $"{slotsOf.Count}/{variable.Name}/";
        Variable[] slots = [.. SlotsOf(variable).Select(slot => new Variable(First(slot, variable), prefix + slot.Name, trainable: false))];
        slotsOf.Add(variable, slots);
        state.AddRange(slots);
    }

    /// <summary>Sets the slots of a variable to their initial values.</summary>
    internal virtual void ResetSlots(Variable variable)
    {
        foreach ((Variable slot, Slot form) in slotsOf[variable].Zip(SlotsOf(variable)))
            slot.Assign(First(form, variable));
    }

    /// <summary>The slots that a variable has, or would have.</summary>
    internal virtual IReadOnlyList<Slot> SlotsOf(Variable variable)
    {
        List<Slot> slots = [.. OwnSlotsOf(variable)];
        // Elements that no update has changed yet have no average.
        if (UseEma)
            slots.Add(new Slot("average", variable.Shape, double.NaN));
        if (GradientAccumulationSteps is not null)
            slots.Add(new Slot("gradient_accumulator", variable.Shape, 0));
        return slots;
    }

    /// <summary>The slots that an update of a variable needs.</summary>
    private protected virtual IEnumerable<Slot> OwnSlotsOf(Variable variable) => Slots.Select(slot => new Slot(slot.Name, variable.Shape, slot.Start));

    /// <summary>A number that the optimizer keeps for all variables together.</summary>
    private protected Variable AddNumber(string name, double start)
    {
        Variable number = new(Tensor.Scalar(start), name, trainable: false);
        state.Add(number);
        return number;
    }

    /// <summary>Makes known how a model names its weights, as in <c>dense/kernel</c>.</summary>
    internal virtual void LearnPaths(IEnumerable<(string Name, Variable Variable)> weights)
    {
        Dictionary<Variable, string> known = [];
        foreach ((string name, Variable variable) in weights)
            known.TryAdd(variable, name);
        paths = known;
    }

    /// <summary>A variable's name in its model; in a loop of your own the variable's name.</summary>
    private protected string PathOf(Variable variable) => paths.GetValueOrDefault(variable) ?? variable.Name;

    private Variable[] OwnSlots(Variable variable)
    {
        Variable[] all = slotsOf[variable];
        int further = (UseEma ? 1 : 0) + (GradientAccumulationSteps is null ? 0 : 1);
        return further == 0 ? all : all[..^further];
    }

    // One number seen everywhere: a slot takes memory from its first update on, so planning a training takes none.
    private static Tensor First(Slot slot, Variable variable) => Tensor.Scalar(slot.Start, variable.DType).BroadcastTo(slot.Shape);

    /// <summary>A slot of a variable.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Shape">Its shape; its type is the variable's.</param>
    /// <param name="Start">The initial value of all elements.</param>
    internal sealed record Slot(string Name, Shape Shape, double Start);
}
