namespace Laminet.Tensors;

/// <summary>
/// An object with state in named variables: layers, optimizers, metrics, random streams, single variables. A
/// checkpoint saves and restores the state. Your own class takes part by listing its variables.
/// </summary>
/// <example><code>
/// sealed class MovingAverage : IHasState
/// {
///     private readonly Variable mean = new(Tensor.Scalar(0f), "mean", trainable: false);
///     public IEnumerable&lt;(string Name, Variable Variable)&gt; State => [("mean", mean)];
/// }
/// </code></example>
public interface IHasState
{
    /// <summary>The variables. Each name must be unique in this object and the same in each run of the program.</summary>
    IEnumerable<(string Name, Variable Variable)> State { get; }
}
