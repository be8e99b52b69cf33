using Laminet.Optimizers.Schedules;
using Laminet.Tensors;
using Laminet.Tensors.Blocks;

namespace Laminet.Optimizers;

/// <summary>
/// An optimizer whose update of an element needs that element's gradient and slots alone: each update is one pass over memory. Weight decay and clipping by
/// norm are applied automatically.
/// </summary>
/// <param name="learningRate">The size of a step: a number or a schedule.</param>
/// <example><code>
/// sealed class Descent(double learningRate = 0.01) : RuleOptimizer(learningRate)
/// {
///     protected override UpdateRule Rule { get; } = new Step();
///     protected override IReadOnlyList&lt;(string Name, double Start)&gt; Slots =&gt; [];
///
///     private sealed record Step : UpdateRule
///     {
///         protected override void Update&lt;T&gt;(in UpdateTile&lt;T&gt; tile)
///         {
///             Vector&lt;T&gt; rate = Constant&lt;T&gt;(tile.Scalars[0]);
///             for (int i = 0; i &lt; tile.Gradient.Length; i++)
///                 tile.Value[i] -= tile.Gradient[i] * rate;
///         }
///     }
/// }
/// </code></example>
public abstract class RuleOptimizer(LearningRateSchedule learningRate) : Optimizer(learningRate)
{
    /// <summary>The update of an element.</summary>
    protected abstract UpdateRule Rule { get; }

    /// <inheritdoc/>
    protected sealed override void Update(Variable variable, Tensor gradient, IReadOnlyList<Variable> slots, Tensor scalars) =>
        Rule.Apply(variable, gradient, slots, scalars);

    private protected sealed override bool ObservesApplies => true;
}
