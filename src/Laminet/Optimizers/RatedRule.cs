using Laminet.Tensors;
using Laminet.Tensors.Blocks;

namespace Laminet.Optimizers;

/// <summary>
/// A rule of which only the size of a step changes from step to step: an optimizer has one for good, since a new one for each variable
/// and step would be garbage.
/// </summary>
internal abstract record RatedRule : UpdateRule
{
    /// <summary>The size of the step that is taken.</summary>
    protected double Rate { get; private set; }

    /// <summary>Changes a variable and its slots by the rule.</summary>
    public void Apply(double rate, Variable variable, Tensor gradient, IReadOnlyList<Variable> slots, double decay)
    {
        Rate = rate;
        Apply(variable, gradient, slots, decay);
    }
}
