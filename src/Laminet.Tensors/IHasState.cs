namespace Laminet.Tensors;

/// <summary>
/// What remembers something from step to step, in variables with names: layers, optimizers, metrics, random streams, single variables. A
/// checkpoint saves it and puts it back. A class of your own takes part by listing its variables.
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
    /// <summary>The variables, each under a name that no other one here has and that is the same in each run of the program.</summary>
    IEnumerable<(string Name, Variable Variable)> State { get; }
}
