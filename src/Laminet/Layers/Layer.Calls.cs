using Laminet.Tensors;

namespace Laminet.Layers;

/// <content>Calling a layer: on numbers, within a pass, and in a functional model.</content>
public abstract partial class Layer
{
    private readonly List<SymbolicCall> calls = [];
    private readonly HashSet<Variable> readOfOthers = [];
    private RandomStream? random;

    /// <summary>
    /// Where the random numbers of <see cref="Call(Tensor, bool, Tensor?)"/> come from when the layer is called by itself in training. Its count is a variable, so it
    /// continues in compiled functions, and a <see cref="Saving.Checkpoint"/> can hold it. The seed is the model's; a layer draws one (<see cref="RandomSeed"/>).
    /// </summary>
    public RandomStream Random => random ?? Interlocked.CompareExchange(ref random, new RandomStream(SeedOfStream), null) ?? random;

    private protected virtual ulong SeedOfStream => RandomSeed.New();

    /// <summary>The tensor the layer gives in a functional model: what a part of a model is made from, as in <c>new Model(model.Inputs, model.GetLayer("conv2d").Output)</c>.</summary>
    /// <exception cref="InvalidOperationException">The layer stands in no functional model, stands there several times, or gives several tensors.</exception>
    public SymbolicTensor Output => calls.Count switch
    {
        0 => throw new InvalidOperationException($"Layer {Label} has no output yet: it was not called on a SymbolicTensor, and no model that it is in has seen its input's shape."),
        1 => calls[0].Outputs.Count == 1 ? calls[0].Outputs[0] : throw new InvalidOperationException($"Layer {Label} has {calls[0].Outputs.Count} outputs. Keep what Call returned, and take one of them."),
        _ => throw new InvalidOperationException($"Layer {Label} was called {calls.Count} times, so it has as many outputs. Keep what Call returned, and use that."),
    };

    /// <summary>
    /// Runs the layer on numbers, by itself. Weights it does not have yet are made, from a new seed (<see cref="RandomSeed"/>); see
    /// <see cref="Initialize"/>. In training, each call draws other random numbers, in a compiled function too; they come from <see cref="Random"/>.
    /// Within <c>Forward</c> pass its context on. While another thread trains, the call sees the weights of one step.
    /// </summary>
    /// <param name="input">The input.</param>
    /// <param name="training">Whether to behave as in training.</param>
    /// <param name="mask">Which steps of the input count: Bool, (batch, time). Null for all.</param>
    /// <exception cref="ShapeException">The input does not fit; the message names the layer.</exception>
    public Tensor Call(Tensor input, bool training = false, Tensor? mask = null)
    {
        CallContext context = ContextAlone(training);
        if (mask is not null)
            context.SetMask(input, mask);
        return OnlyOutput(RunAlone(input, context, Forward));
    }

    /// <summary>Runs a layer of several inputs or outputs on numbers.</summary>
    public Bundle<Tensor> Call(Bundle<Tensor> inputs, bool training = false) => RunAlone(inputs, ContextAlone(training), Forward);

    /// <summary>Runs the layer as a part of a pass: how a layer calls the layers it tracks.</summary>
    public Tensor Call(Tensor input, CallContext context) => OnlyOutput(Run(input, context));

    /// <summary>Runs a layer of several inputs or outputs as a part of a pass.</summary>
    public Bundle<Tensor> Call(Bundle<Tensor> inputs, CallContext context) => Run(inputs, context);

    /// <summary>Puts the layer after another in a functional model.</summary>
    public SymbolicTensor Call(SymbolicTensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        Bundle<SymbolicTensor> outputs = Call((Bundle<SymbolicTensor>)input);
        return outputs.Count == 1 ? outputs[0] : throw SeveralOutputs(outputs.Count);
    }

    /// <summary>Puts a layer of several inputs or outputs after others in a functional model.</summary>
    public Bundle<SymbolicTensor> Call(Bundle<SymbolicTensor> inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        RequireAll(inputs);
        SymbolicCall call = SymbolicCall.Of(this, inputs);
        Enter(call);
        return call.Outputs;
    }

    /// <summary>Runs the layer within a pass.</summary>
    internal Bundle<Tensor> Run(Bundle<Tensor> inputs, CallContext context) => Run(inputs, context, Forward);

    /// <summary>Runs another computation of the layer than Forward: as a part of a pass or, without a context, by itself.</summary>
    private protected Tensor RunAs(Bundle<Tensor> inputs, CallContext? context, Func<Bundle<Tensor>, CallContext, Tensor> forward)
    {
        return OnlyOutput(context is null ? RunAlone(inputs, ContextAlone(training: false), Outputs) : Run(inputs, context, Outputs));

        Bundle<Tensor> Outputs(Bundle<Tensor> all, CallContext pass) => forward(all, pass);
    }

    private Bundle<Tensor> Run(Bundle<Tensor> inputs, CallContext context, Func<Bundle<Tensor>, CallContext, Bundle<Tensor>> forward)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(context);
        RequireAll(inputs);
        // In a pass of shapes a model's layers may be called on numbers, such as those of positions: their weights wait for the model's key.
        if (context.IsOfShapes)
            EnsureBuilt(inputs);
        else
            EnsureReady(inputs);
        // A layer may be shared with a layer or model around.
        if (context.Running.Count > 0 && !context.Running.Exists(caller => caller.Holds(this)) && Weights.Count > 0)
        {
            throw new InvalidOperationException($"Layer {context.Running[^1].Label}: its Forward calls the layer {Label}, which has weights and is not a part of it, so they would neither be trained nor saved. "
                + "Make it a part in the constructor, field = Track(new ...); for weights without a layer use AddWeight.");
        }

        context.Running.Add(this);
        try
        {
            Bundle<Tensor> outputs = forward(inputs, context);
            PassMasksOn(inputs, outputs, context);
            foreach (Tensor output in outputs)
                context.AddPenalty(ActivityRegularizer, output);
            context.Called?.Invoke(this, outputs);
            return outputs;
        }
        catch (ShapeException exception)
        {
            throw new ShapeException($"Layer {Label}: {exception.Message}", exception);
        }
        catch (DTypeException exception)
        {
            throw new DTypeException($"Layer {Label}: {exception.Message}", exception);
        }
        finally
        {
            context.Running.RemoveAt(context.Running.Count - 1);
        }
    }

    private CallContext ContextAlone(bool training) => new(training, training ? Random.Next() : default);

    private void RequireAll<T>(Bundle<T> inputs) where T : class
    {
        for (int place = 0; place < inputs.Count; place++)
        {
            if (inputs[place] is null)
                throw new ArgumentNullException(nameof(inputs), $"Layer {Label}: received null as input {place} of {inputs.Count}.");
        }
    }

    /// <summary>The trainable variables that Forward reads and that are not weights of this layer.</summary>
    internal IEnumerable<Variable> VariablesOfOthers => readOfOthers;

    internal void NoteRead(Variable variable) => readOfOthers.Add(variable);

    // At any depth.
    private bool Holds(Layer layer) => Sublayers.Any(inner => inner == layer || inner.Holds(layer));

    /// <summary>The outputs' shapes and types for inputs whose first axis is the batch; declares the weights on the first call.</summary>
    internal Bundle<TensorSpec> Infer(Bundle<TensorSpec> inputs) => InferIn(CallContext.OfShapes(), inputs).Map(output => output.Spec);

    /// <summary>Whether the layer draws random numbers in training, so that it gives something else at each step.</summary>
    internal bool IsRandomIn(Bundle<TensorSpec> inputs)
    {
        CallContext context = CallContext.OfShapes();
        InferIn(context, inputs);
        return context.Draws > 0;
    }

    internal Bundle<Tensor> InferIn(CallContext context, Bundle<TensorSpec> inputs)
    {
        // What a layer assigns has a shape and no numbers, and goes with the scope.
        using StateScope scope = StateScope.OfShapes(context.NoteRead);
        return Run(inputs.Map(input => Tensor.ShapeOnly(input.Shape, input.DType)), context);
    }

    /// <summary>Notes a use of the layer in a functional model.</summary>
    private protected void Enter(SymbolicCall call) => calls.Add(call);

    private Bundle<Tensor> RunAlone(Bundle<Tensor> inputs, CallContext context, Func<Bundle<Tensor>, CallContext, Bundle<Tensor>> forward)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        RequireAll(inputs);
        EnsureReady(inputs);
        using StateScope scope = StateScope.Snapshot(Weights);
        Bundle<Tensor> outputs = Run(inputs, context, forward);
        scope.Commit();
        return outputs;
    }

    private protected Tensor OnlyOutput(Bundle<Tensor> outputs) => outputs.Count == 1 ? outputs[0] : throw SeveralOutputs(outputs.Count);

    private InvalidOperationException SeveralOutputs(int count) =>
        new($"Layer {Label} has {count} outputs. Call it on a list, as in (y, z) = layer.Call([x]), and take them from what it returns.");
}
