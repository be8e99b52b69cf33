using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// One step of a recurrence: (input, states) to (output, new states). <see cref="RNN"/> runs a cell over sequences. To write your own, derive, say
/// the shapes of the states and give <see cref="Step"/>; declare weights in <see cref="Layer.Build(Shape)"/>, which receives the shape of one step, (batch, features).
/// A cell is a layer of several inputs and outputs: called on [input, states...] it gives [output, states...]. States that are left out are <see cref="InitialStates"/>, zeros by default.
/// </summary>
/// <example><code>
/// Tensor last = new RNN(new Decay(8)).Call(x);
///
/// sealed class Decay(int units) : RecurrentCell
/// {
///     private Variable? kernel;
///     public int Units { get; } = units;
///     public override IReadOnlyList&lt;Shape&gt; StateShapes(Shape step) =&gt; [[Units]];
///     protected override void Build(Shape step) =&gt; kernel = AddWeight("kernel", [step[-1], Units], new GlorotUniform());
///     protected override (Tensor, Bundle&lt;Tensor&gt;) Step(Tensor input, Bundle&lt;Tensor&gt; states, CallContext context)
///     {
///         Tensor next = (states[0] * 0.9) + input.MatMul(kernel!.Value);
///         return (next.Tanh(), next);
///     }
/// }
/// </code></example>
public abstract class RecurrentCell : Layer
{
    /// <summary>The shape of each state of one example, without the batch: a unit cell has [[units]], an LSTM [[units], [units]].</summary>
    /// <param name="step">The shape of one step of the input, (batch, features).</param>
    public abstract IReadOnlyList<Shape> StateShapes(Shape step);

    /// <summary>
    /// Computes one step. It is traced once for all steps, so random numbers that it draws from the context are the same in all steps of a call.
    /// </summary>
    /// <param name="input">One step of the sequences, (batch, features).</param>
    /// <param name="states">The states after the step before.</param>
    /// <param name="context">The context of the pass, for layers inside.</param>
    /// <returns>The output and the new states, which have the shapes of the old.</returns>
    protected abstract (Tensor Output, Bundle<Tensor> States) Step(Tensor input, Bundle<Tensor> states, CallContext context);

    /// <summary>The first states of a batch: zeros, unless the cell overrides this.</summary>
    /// <param name="step">The shape of one step of the input, (batch, features).</param>
    public virtual Bundle<Tensor> InitialStates(Shape step) => [.. StateShapes(step).Select(shape => Tensor.Zeros([step[0], .. shape], DType))];

    /// <inheritdoc/>
    protected sealed override Bundle<Tensor> Forward(Bundle<Tensor> inputs, CallContext context)
    {
        Bundle<Tensor> states = inputs.Count == 1 ? InitialStates(inputs[0].Shape) : [.. inputs.Skip(1)];
        RequireStates(states, inputs[0].Shape);
        (Tensor output, Bundle<Tensor> next) = Step(inputs[0], states, context);
        return [output, .. next];
    }

    /// <summary>What computes the steps of one pass. What is the same in all steps, such as masks of dropout, is made here.</summary>
    internal virtual StepFunction Begin(TensorSpec step, CallContext context) => (input, states) => Step(input, states, context);

    /// <summary>Runs the cell over sequences.</summary>
    internal virtual RecurrentResult Iterate(RecurrentPass pass) => RecurrentLoop.Run(this, pass, pass.Inputs, Begin(pass.StepSpec, pass.Context));

    /// <summary>Shape and type of the output for a step; declares the weights.</summary>
    internal TensorSpec OutputOf(TensorSpec step) => Infer([step, .. StateShapes(step.Shape).Select(shape => new TensorSpec([step.Shape[0], .. shape], DType))])[0];

    /// <summary>Draws the weights that have no numbers, of layers inside too: within the trace of a loop it would be too late.</summary>
    internal void DrawWeights()
    {
        foreach (Variable weight in Weights)
            _ = weight.Value;
        if (Weights.Any(weight => weight.IsShapeOnly))
            Initialize(new RandomKey(RandomSeed.New()));
    }

    /// <exception cref="ShapeException">The states are not those of the cell.</exception>
    internal void RequireStates(Bundle<Tensor> states, Shape step)
    {
        IReadOnlyList<Shape> expected = [.. StateShapes(step).Select(shape => new Shape([step[0], .. shape]))];
        if (!states.Select(state => state.Shape).SequenceEqual(expected))
        {
            throw new ShapeException($"received states of shape {string.Join(", ", states.Select(state => state.Shape))}; expected {string.Join(", ", expected)}. "
                + "Give all states of the cell after the input, or none for zeros.");
        }
    }
}
