using Laminet.Tensors.Devices;

namespace Laminet.Tensors.Compilation;

/// <summary>
/// The variables of a program: which it reads and which it changes. A call holds them, binds their values, and stores what they become when
/// all has run, so that a call that fails changes nothing.
/// </summary>
internal sealed class ProgramVariables
{
    private readonly Variable[] all;
    private readonly bool[] isChanged;
    private readonly External[] read;
    private readonly External[] keptBy;
    private readonly Dictionary<Variable, int> changes = [];
    private readonly External[] successors;
    private readonly Variable[] changed;

    // For each changed variable: where the value lies that is copied at the end; null for one that is written in place.
    private readonly Tensor?[] copied;
    private readonly Tensor[] old;
    private readonly Tensor[] next;
    private State? scope;
    private long keptVersion = -1;

    /// <param name="graph">The program's graph.</param>
    /// <param name="externals">What comes from outside.</param>
    public ProgramVariables(Graph graph, IReadOnlyDictionary<Operation, External> externals)
    {
        read = [.. externals.Values.Where(external => external.Operation.Kind == OperationKind.Variable)];
        FixedOperations fixedOnes = new(graph);
        keptBy = [.. read.Where(external => fixedOnes.Contains(external.Operation))];
        changed = [.. graph.Successions.Select(succession => succession.Variable)];
        successors = [.. graph.Successions.Select(succession => new External(succession.Value))];
        for (int i = 0; i < changed.Length; i++)
            changes.Add(changed[i], i);
        all = [.. read.Select(external => external.Operation.Variable!).Concat(changed).Distinct().OrderBy(variable => variable.Number)];
        isChanged = new bool[all.Length];
        for (int i = 0; i < all.Length; i++)
            isChanged[i] = changes.ContainsKey(all[i]);
        (copied, old, next) = (new Tensor?[changed.Length], new Tensor[changed.Length], new Tensor[changed.Length]);
    }

    /// <summary>How many variables are written in place, and how many are copied at the end of a call.</summary>
    public (int InPlace, int Copied) Successions => (copied.Count(copy => copy is null), copied.Count(copy => copy is not null));

    /// <summary>True while a gradient is being taken by a variable that the program reads.</summary>
    public bool AreWatched
    {
        get
        {
            if (State.Innermost is not { } level)
                return false;
            foreach (Variable variable in all)
            {
                if (State.Read(variable, level) is { Node: not null })
                    return true;
            }

            return false;
        }
    }

    /// <summary>Where a variable's next value lies during a call.</summary>
    public External SuccessorOf(Variable variable) => successors[changes[variable]];

    /// <summary>Says where the values lie that are not written in place.</summary>
    /// <param name="graph">The program's graph.</param>
    /// <param name="source">For a variable and what it becomes: where that lies; null where the variable's own memory is written.</param>
    public void PlaceCopies(Graph graph, Func<Variable, Operation, Tensor?> source)
    {
        for (int i = 0; i < copied.Length; i++)
            copied[i] = source(graph.Successions[i].Variable, graph.Successions[i].Value);
    }

    /// <summary>Keeps the variables from other threads as long as the call needs.</summary>
    public VariableHold Hold() => VariableHold.Of(all, isChanged);

    /// <summary>Binds the variables' values. True if what depends on weights alone must be computed again.</summary>
    public bool Bind()
    {
        scope = State.Innermost;
        for (int i = 0; i < changed.Length; i++)
        {
            if (copied[i] is not null)
                continue;
            if (scope is not null)
                (old[i], next[i]) = (ScopedValue(changed[i]).Contiguous(), Tensor.Empty(changed[i].Shape, changed[i].DType));
            else
                (old[i], next[i]) = Stored(changed[i]).Successor();
            successors[i].Bind(next[i]);
        }

        foreach (External external in read)
            external.Bind(ValueOf(external.Operation));
        // Values of a scope have no version.
        return keptBy.Length == 0 ? keptVersion < 0 : scope is not null || KeptVersion() != keptVersion;
    }

    /// <summary>Notes that what depends on weights alone was computed from the values that are bound.</summary>
    public void KeptIsFresh() => keptVersion = scope is null || keptBy.Length == 0 ? KeptVersion() : -1;

    /// <summary>Stores what the variables become.</summary>
    public void Succeed()
    {
        for (int i = 0; i < changed.Length; i++)
        {
            if (copied[i] is { } value)
            {
                next[i] = scope is not null ? Tensor.Empty(changed[i].Shape, changed[i].DType) : Stored(changed[i]).Successor().New;
                CpuDevice.Copy(value, next[i]);
            }

            if (scope is not null)
                State.Write(changed[i], next[i], scope);
            else
                changed[i].Succeed(next[i]);
        }
    }

    /// <summary>Forgets the call's values: a program that waits for its next call keeps no scope and no tensor of a scope alive.</summary>
    public void Release()
    {
        Array.Clear(old);
        Array.Clear(next);
        // Stored values stay bound: most often they are the same tensors in the next call.
        if (scope is null)
            return;
        scope = null;
        foreach (External external in read)
            external.Release();
        foreach (External external in successors)
            external.Release();
    }

    private long KeptVersion()
    {
        long version = 0;
        foreach (External external in keptBy)
            version += external.Operation.Variable!.Version;
        return version;
    }

    private Tensor ValueOf(Operation operation)
    {
        Variable variable = operation.Variable!;
        if (changes.TryGetValue(variable, out int place) && copied[place] is null)
            return old[place];
        if (scope is null)
            return operation.Form is { } form ? Stored(variable).Form(form) : Stored(variable).Current.Contiguous();
        Tensor value = ScopedValue(variable).Contiguous();
        return operation.Form is null ? value : operation.Form.Apply(value);
    }

    private Tensor ScopedValue(Variable variable) => State.Read(variable, scope) ?? Stored(variable).Current;

    private static Variable Stored(Variable variable)
    {
        variable.Draw();
        return !variable.IsShapeOnly
        ? variable
        : throw new InvalidOperationException($"The variable '{variable.Name}' {variable.Shape} has no numbers yet. Give its layer its first weights "
            + "before the compiled call: layer.Initialize(key), or call the layer once by itself.");
    }
}
