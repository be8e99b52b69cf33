namespace Laminet.Tensors;

/// <summary>
/// A scope on one thread in which variables have other values. Assignments in the scope do not change the variables until <see cref="Commit"/>.
/// Assignments that are not committed are discarded at the end of the scope. Scopes nest, also within gradients and compiled
/// functions, and must not span an <c>await</c>.
/// </summary>
/// <example>A model with averaged weights, for an evaluation: <code>
/// using (new StateScope((kernel, averagedKernel.Value), (bias, averagedBias.Value)))
///     Console.WriteLine(model.Call(x));
/// </code></example>
public sealed class StateScope : IDisposable
{
    private readonly Level level;

    /// <summary>Begins a scope.</summary>
    /// <param name="values">The values of some variables in the scope; the other variables have the values from around it. A value keeps its history, so
    /// gradients flow through it.</param>
    /// <exception cref="ShapeException">A value does not have the shape of its variable.</exception>
    /// <exception cref="DTypeException">A value does not have the element type of its variable.</exception>
    public StateScope(params ReadOnlySpan<(Variable Variable, Tensor Value)> values)
    {
        level = new Level();
        foreach ((Variable variable, Tensor value) in values)
        {
            ArgumentNullException.ThrowIfNull(variable, nameof(values));
            variable.Require(value);
            level.Values[variable] = Variable.Own(value);
        }

        level.Begin();
    }

    private StateScope(Level level)
    {
        this.level = level;
        level.Begin();
    }

    /// <summary>
    /// Begins a scope in which variables keep the values that they have now, all of the same moment, whatever other threads do. A model that is called in it
    /// sees the weights of one training step. Within another scope, a gradient or a function that is being compiled, the values there are used.
    /// </summary>
    /// <param name="variables">The variables; those without numbers are left out.</param>
    public static StateScope Snapshot(IEnumerable<Variable> variables)
    {
        ArgumentNullException.ThrowIfNull(variables);
        if (State.Innermost is not null || Variable.IsInCompiledCall)
            return new StateScope();
        Variable[] ordered = [.. variables.Where(variable => !variable.IsShapeOnly).Distinct().OrderBy(variable => variable.Number)];
        (Variable, Tensor)[] values;
        using (VariableHold.Of(ordered, new bool[ordered.Length]))
            values = [.. ordered.Select(variable => (variable, variable.StoredValue))];
        return new StateScope(values);
    }

    /// <summary>
    /// Begins a scope in which only shapes are computed: a variable that draws its first numbers when it is read
    /// (<see cref="Variable.DrawWhenRead"/>) has a shape there, but no numbers.
    /// </summary>
    /// <param name="read">Called with each variable that is read, each time: which variables a computation depends on.</param>
    public static StateScope OfShapes(Action<Variable>? read = null) => new(new Level(keepsShapes: true, read));

    /// <summary>The variables that were assigned in the scope, with their values, until they are committed.</summary>
    public IReadOnlyDictionary<Variable, Tensor> Changed => level.Changed;

    /// <summary>
    /// Passes all assigned values to the enclosing scope, or stores them in the variables, all at once: a compiled function on another
    /// thread sees all of them or none.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The scope has ended.</exception>
    public void Commit()
    {
        if (!level.IsEntered)
            throw new ObjectDisposedException(nameof(StateScope), "The state scope has ended, and assignments that were not committed are discarded. Call Commit before Dispose.");
        if (level.Outer is { } outer)
        {
            foreach ((Variable variable, Tensor value) in level.Changed)
                State.Write(variable, value, outer);
        }
        else
        {
            using VariableHold hold = VariableHold.Of(level.Changed.Keys);
            foreach ((Variable variable, Tensor value) in level.Changed)
                variable.Store(value);
        }

        level.Changed.Clear();
    }

    /// <summary>Ends the scope and discards assignments that were not committed.</summary>
    /// <exception cref="InvalidOperationException">A scope within this one is still open, or this is another thread.</exception>
    public void Dispose() => level.End();

    private sealed class Level(bool keepsShapes = false, Action<Variable>? read = null) : State
    {
        protected override bool KeepsShapes => keepsShapes;

        public Dictionary<Variable, Tensor> Values { get; } = [];

        public Dictionary<Variable, Tensor> Changed { get; } = [];

        public void Begin() => Enter();

        public void End() => Leave();

        protected override Tensor? Find(Variable variable)
        {
            read?.Invoke(variable);
            return Values.GetValueOrDefault(variable);
        }

        protected override void Change(Variable variable, Tensor value) => Values[variable] = Changed[variable] = value;
    }
}
