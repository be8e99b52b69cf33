using Laminet.Configuration;
using Laminet.Layers;
using Laminet.Tensors;

namespace Laminet.Zoo.Models;

/// <summary>
/// The last layers of a duelling network: what a state is worth and how much better each action is are learned apart, q(s, a) = v(s) + A(s, a) - mean over a of A(s, a). Each comes from a hidden layer of its own. Input
/// (batch, features), output (batch, actions). (Wang, Schaul, Hessel, van Hasselt, Lanctot and de Freitas, "Dueling network architectures for deep reinforcement learning", ICML 2016, equation 9.) Before <c>Model.Load</c> in a new process, call
/// <see cref="ModelCatalog.RegisterLayers"/>.
/// </summary>
public sealed class DuelingHead : Layer
{
    private readonly Dense valueHidden, value, advantageHidden, advantage;

    static DuelingHead() => Registry.Register<DuelingHead>("dueling_head");

    /// <summary>Creates the layer.</summary>
    /// <param name="actions">How many actions there are.</param>
    /// <param name="units">The size of each hidden layer.</param>
    public DuelingHead(int actions, int units)
    {
        (Actions, Units) = (Setting.Require(actions, actions >= 1, "1 or more"), Setting.Require(units, units >= 1, "1 or more"));
        (valueHidden, value) = (Track(new Dense(units, "relu") { Name = "value_hidden" }), Track(new Dense(1) { Name = "value" }));
        (advantageHidden, advantage) = (Track(new Dense(units, "relu") { Name = "advantage_hidden" }), Track(new Dense(actions) { Name = "advantage" }));
    }

    /// <summary>How many actions there are.</summary>
    public int Actions { get; }

    /// <summary>The size of each hidden layer.</summary>
    public int Units { get; }

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, CallContext context)
    {
        Tensor better = advantage.Call(advantageHidden.Call(input, context), context);
        return value.Call(valueHidden.Call(input, context), context) + better - better.Mean(-1, keepDims: true);
    }
}
