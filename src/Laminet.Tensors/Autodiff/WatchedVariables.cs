namespace Laminet.Tensors.Autodiff;

/// <summary>
/// Variables as leaves of a gradient: reading one gives the leaf. What is assigned meanwhile goes to the level around the gradient, without
/// history, and is what is read from then on.
/// </summary>
internal sealed class WatchedVariables : State, IDisposable
{
    private readonly Dictionary<Variable, Tensor> values = [];

    public WatchedVariables(IReadOnlyList<Variable> variables, IReadOnlyList<Tensor> leaves)
    {
        for (int i = 0; i < variables.Count; i++)
            values[variables[i]] = leaves[i];
        Enter();
    }

    public void Dispose() => Leave();

    protected override Tensor? Find(Variable variable) => values.GetValueOrDefault(variable);

    protected override void Change(Variable variable, Tensor value)
    {
        value = value.Detach();
        if (values.ContainsKey(variable))
            values[variable] = value;
        Write(variable, value, Outer);
    }
}
