namespace Laminet.Tensors;

/// <summary>
/// A stretch of code on one thread in which variables have other values, and in which assignments stay until <see cref="Commit"/>: the
/// variables themselves are left alone. What is not committed is dropped with the scope. Scopes nest, within gradients and compiled
/// functions too, and must not live across an <c>await</c>.
/// </summary>
/// <example>A model with averaged weights, for an evaluation: <code>
/// using (new StateScope((kernel, averagedKernel.Value), (bias, averagedBias.Value)))
///     Console.WriteLine(model.Call(x));
/// </code></example>
public sealed class StateScope : IDisposable
{
    private readonly Level level;

    /// <summary>Begins a scope.</summary>
    /// <param name="values">What some variables are in the scope; the others are what they are around it. A value keeps its history, so
    /// gradients flow through it.</param>
    /// <exception cref="ShapeException">A value has not its variable's shape.</exception>
    /// <exception cref="DTypeException">A value has not its variable's element type.</exception>
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
    /// Begins a scope in which variables stay as they are now, all as of one moment, whatever other threads do: a model that is called in it
    /// sees the weights of one training step. Within another scope, a gradient or a function that is being compiled their values count.
    /// </summary>
    /// <param name="variables">The variables; one that has no numbers yet is left out.</param>
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
    /// Begins a scope in which shapes alone are worked out: a variable that would draw its first numbers when they are read
    /// (<see cref="Variable.DrawWhenRead"/>) has a shape there and no numbers.
    /// </summary>
    /// <param name="read">Called with each variable that is read, each time: which variables a computation depends on.</param>
    public static StateScope OfShapes(Action<Variable>? read = null) => new(new Level(keepsShapes: true, read));

    /// <summary>What was assigned in the scope and not committed yet.</summary>
    public IReadOnlyDictionary<Variable, Tensor> Changed => level.Changed;

    /// <summary>
    /// Hands what was assigned to the scope around this one, or stores it in the variables, all at once: a compiled function on another
    /// thread sees all of it or nothing.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The scope has ended, and with it what was not committed.</exception>
    public void Commit()
    {
        if (!level.IsEntered)
            throw new ObjectDisposedException(nameof(StateScope), "The state scope has ended, and what was not committed is dropped. Call Commit before Dispose.");
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

    /// <summary>Ends the scope and drops what was not committed.</summary>
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
