using Laminet.Tensors;
using Laminet.Tensors.Compilation;

namespace Laminet.Layers;

/// <summary>
/// A layer that runs a cell over sequences, (batch, time, ...), one step after the other. It gives the last output, (batch, ...), or all, (batch, time, ...).
/// Further inputs are the states before the first step; without them those are the cell's first, zeros for most (<see cref="RecurrentCell.InitialStates"/>). Steps that the mask of the input leaves out change no state, and
/// repeat the output before them.
/// </summary>
public abstract class RecurrentLayer : Layer
{
    private readonly Dictionary<int, (Shape Step, Variable[] States)> kept = [];
    private int? keptBatch;

    /// <param name="cell">The cell.</param>
    /// <param name="returnSequences">Whether the outputs of all steps come out, not just the last one.</param>
    /// <param name="returnState">Whether the states after the last step come out too, as further outputs.</param>
    /// <param name="goBackwards">Whether the last step of the input comes first. The outputs are then in the order in which they were computed, as in Keras.</param>
    /// <param name="stateful">
    /// Whether row i of a batch goes on from the states of row i of the batch before, until <see cref="ResetStates"/>. All batches must be of one size; call it before a batch of
    /// another one. The error of a wrong size is raised when the step for that size is compiled. The states
    /// are not weights: they are not saved.
    /// </param>
    /// <param name="zeroOutputForMask">Whether the output of a step that the mask leaves out is 0.</param>
    private protected RecurrentLayer(RecurrentCell cell, bool returnSequences, bool returnState, bool goBackwards, bool stateful, bool zeroOutputForMask)
    {
        Inner = Track(cell);
        (ReturnSequences, ReturnState, GoBackwards, Stateful, ZeroOutputForMask) = (returnSequences, returnState, goBackwards, stateful, zeroOutputForMask);
    }

    public bool ReturnSequences { get; }
    public bool ReturnState { get; }
    public bool GoBackwards { get; }
    public bool Stateful { get; }
    public bool ZeroOutputForMask { get; internal set; }

    /// <summary>How many axes an input has.</summary>
    private protected virtual int InputRank => 3;

    /// <summary>What the axes of an input are, for messages.</summary>
    private protected virtual string InputAxes => "(batch, time, features)";

    private protected RecurrentCell Inner { get; }

    // The mask of the states would not be that of the output.
    private protected override bool PassesMasks => false;

    /// <summary>Sets the states that a stateful layer keeps to the cell's first, zeros for most; the next batch may then have another size.</summary>
    /// <exception cref="InvalidOperationException">The layer is not stateful.</exception>
    public void ResetStates()
    {
        if (!Stateful)
            throw new InvalidOperationException($"Layer {Label} keeps no states, so there are none to reset. Make it with stateful: true.");
        foreach ((Shape step, Variable[] states) in kept.Values)
        {
            foreach ((Variable state, Tensor first) in states.Zip(Inner.InitialStates(step)))
                state.Assign(first.Detach());
        }

        keptBatch = null;
    }

    internal override string SublayerName(int place) => "cell";

    private protected override void EnsureReady(Bundle<Tensor> inputs)
    {
        base.EnsureReady(inputs);
        if (!inputs[0].IsShapeOnly && !Function.IsTracing)
            Inner.DrawWeights();
    }

    private protected override void Build(Bundle<TensorSpec> inputs)
    {
        Require(inputs[0].Shape);
        Inner.OutputOf(inputs[0] with { Shape = StepOf(inputs[0].Shape) });
    }

    /// <inheritdoc/>
    protected sealed override Bundle<Tensor> Forward(Bundle<Tensor> inputs, CallContext context)
    {
        Tensor input = inputs[0];
        Require(input.Shape);
        Tensor? mask = context.MaskOf(input);
        if (mask is not null && mask.Rank != 2)
            throw new ShapeException($"received a mask of shape {mask.Shape}; expected (batch, time), {input.Shape[..2]}.");
        Shape step = StepOf(input.Shape);
        Variable[]? memory = Stateful && !context.IsOfShapes && !input.IsShapeOnly ? MemoryFor(step) : null;
        Bundle<Tensor> states = inputs.Count > 1 ? [.. inputs.Skip(1)] : memory is null ? Inner.InitialStates(step) : [.. memory.Select(state => state.Value)];
        Inner.RequireStates(states, step);

        RecurrentResult result = Inner.Iterate(new RecurrentPass(input, states, inputs.Count == 1 && memory is null, mask, GoBackwards, ReturnSequences, ZeroOutputForMask, context));
        foreach ((Variable state, Tensor value) in (memory ?? []).Zip(result.States))
            state.Assign(value.Detach());
        Tensor output = ReturnSequences ? InOrder(result.Sequence!) : result.Last;
        if (ReturnSequences && mask is not null)
            context.SetMask(output, InOrder(mask));
        return ReturnState ? [output, .. result.States] : output;

        Tensor InOrder(Tensor sequence) => GoBackwards ? sequence.Flip(1) : sequence;
    }

    private static Shape StepOf(Shape input) => [input[0], .. input.Skip(2)];

    private void Require(Shape input)
    {
        if (input.Rank != InputRank)
        {
            throw new ShapeException($"received an input of shape {input}; expected {InputAxes}. "
                + $"One sequence alone needs a batch axis, ExpandDims(0); steps without {(InputRank == 3 ? "features" : "channels")} need that axis, ExpandDims(-1).");
        }
    }

    // Made when the size of the batch is known: a model is built for any.
    private Variable[] MemoryFor(Shape step)
    {
        int batch = step[0];
        if (keptBatch is { } before && before != batch)
        {
            throw new ShapeException($"received a batch of {batch} after one of {before}; a stateful layer goes on with row i of the batch before, so all must be of one size. "
                + "Leave out a smaller last batch (dropRemainder), or call ResetStates before.");
        }

        keptBatch = batch;
        if (kept.TryGetValue(batch, out (Shape Step, Variable[] States) known))
            return known.States;
        Variable[] states = [.. Inner.StateShapes(step).Select((shape, place) => new Variable(Tensor.ShapeOnly([batch, .. shape], Inner.DType), $"state_{place}", trainable: false))];
        foreach ((int place, Variable state) in states.Index())
            state.DrawWhenRead(() => Inner.InitialStates(step)[place].Detach());
        kept[batch] = (step, states);
        return states;
    }
}
