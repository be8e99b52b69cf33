namespace Laminet.Tensors;

/// <summary>
/// Keeps variables as they are while a compiled function reads them, or from everyone else while it changes them: other threads see the
/// weights of one step, never of two. Variables are held in the order of their creation, so that two functions never wait for each other.
/// </summary>
internal readonly struct VariableHold : IDisposable
{
    private readonly Variable[] variables;
    private readonly bool[] isExclusive;

    private VariableHold(Variable[] variables, bool[] isExclusive) => (this.variables, this.isExclusive) = (variables, isExclusive);

    /// <summary>Holds variables, in the order of <see cref="Variable.Number"/>; waits until other threads let go of them.</summary>
    /// <param name="variables">The variables, by number.</param>
    /// <param name="isExclusive">For each whether it will be changed.</param>
    public static VariableHold Of(Variable[] variables, bool[] isExclusive)
    {
        int held = 0;
        try
        {
            for (; held < variables.Length; held++)
                variables[held].Hold(isExclusive[held]);
        }
        catch
        {
            while (--held >= 0)
                variables[held].Release(isExclusive[held]);
            throw;
        }

        return new VariableHold(variables, isExclusive);
    }

    /// <summary>Holds variables that are to be changed.</summary>
    public static VariableHold Of(IEnumerable<Variable> changed)
    {
        Variable[] ordered = [.. changed.OrderBy(variable => variable.Number)];
        bool[] exclusive = new bool[ordered.Length];
        for (int i = 0; i < exclusive.Length; i++)
            exclusive[i] = true;
        return Of(ordered, exclusive);
    }

    public void Dispose()
    {
        for (int i = variables.Length - 1; i >= 0; i--)
            variables[i].Release(isExclusive[i]);
    }
}
