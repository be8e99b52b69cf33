using System.Runtime.CompilerServices;
using Laminet.Data;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Compilation;

namespace Laminet.Training;

/// <content>The steps for one batch.</content>
public partial class Model
{
    /// <summary>
    /// Makes one training step: computes the loss and its gradients, updates the weights and the logs. Override it for your own
    /// training step: run the model with <c>Call(batch.Inputs, context)</c>, take the gradient of <c>Optimizer.ScaleLoss</c> of <see cref="ComputeLoss"/> by
    /// <see cref="Layer.TrainableWeights"/>, update the weights, and call <see cref="Report"/>. Your step is compiled like the built-in one.
    /// </summary>
    protected virtual void TrainStep(Batch batch, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(context);
        IReadOnlyList<Variable> variables = TrainableWeights;
        Bundle<Tensor>? prediction = null;
        Tensor? loss = null;
        (_, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(
            () =>
            {
                prediction = Run(batch.Inputs, context);
                loss = ComputeLoss(batch, prediction, context);
                return Optimizer!.ScaleLoss(loss);
            },
            variables, Unconnected.Zeros);
        Optimizer!.Apply(gradients, variables);
        Report(batch, prediction!, loss!, context);
    }

    /// <summary>Makes one evaluation step: runs the model, computes the loss, updates the logs. Override it for your own step.</summary>
    protected virtual void TestStep(Batch batch, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(batch);
        Bundle<Tensor> prediction = Run(batch.Inputs, context);
        Report(batch, prediction, ComputeLoss(batch, prediction, context), context);
    }

    /// <summary>Makes one prediction step: runs the model. Override it for your own step.</summary>
    protected virtual Bundle<Tensor> PredictStep(Batch batch, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return Run(batch.Inputs, context);
    }

    /// <summary>
    /// Computes the loss that training minimizes: the weighted sum of the losses of the outputs, plus the penalties on weights and the losses that layers added. Override it for
    /// your own loss, which may use several outputs, or inputs, at once.
    /// </summary>
    /// <param name="batch">The examples.</param>
    /// <param name="prediction">The outputs of the model for them.</param>
    /// <param name="context">The context of the forward pass, with masks and added losses.</param>
    protected virtual Tensor ComputeLoss(Batch batch, Bundle<Tensor> prediction, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(prediction);
        ArgumentNullException.ThrowIfNull(context);
        using FunctionScope scope = Function.Scope("loss");
        Tensor? loss = objective!.Loss(batch, prediction, context), extra = ExtraLosses(context);
        return loss is not null && extra is not null ? loss + extra
            : loss ?? extra ?? throw new InvalidOperationException("The model is compiled without a loss, and no layer adds one. Give Compile a loss, call context.AddLoss in a layer, or override ComputeLoss.");
    }

    /// <summary>Adds a batch to the logs, as Keras does: the loss with sample weights and masks, the metrics with masks alone.</summary>
    /// <param name="batch">The examples.</param>
    /// <param name="prediction">The outputs of the model for them.</param>
    /// <param name="loss">The scalar loss.</param>
    /// <param name="context">The context of the forward pass, with masks and the loss of each output.</param>
    protected void Report(Batch batch, Bundle<Tensor> prediction, Tensor loss, CallContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(prediction);
        ArgumentNullException.ThrowIfNull(loss);
        running.Add(batch, prediction, loss, context);
    }

    /// <summary>
    /// The gradients that a training step would take for a batch, as they are before clipping. Nothing changes: weights, statistics, logs and
    /// random numbers of later steps stay as they are.
    /// </summary>
    internal (IReadOnlyList<Variable> Variables, IReadOnlyList<Tensor> Gradients) GradientsOf(Batch batch)
    {
        batch = WithoutLeftOut(batch);
        IReadOnlyList<Variable> variables = TrainableWeights;
        CallContext context = new(training: true, NextStepKey(), Warn);
        using StateScope scope = StateScope.Snapshot(Weights);
        return (variables, Gradient.ValueAndGradients(() => ComputeLoss(batch, Run(batch.Inputs, context), context), variables, Unconnected.Zeros).Gradients);
    }

    internal void Step(Batch batch) => RunStep(StepKind.Train, batch.Inputs, batch.Targets, batch.SampleWeights);

    /// <summary>One step, on tensors with numbers or while it is being compiled.</summary>
    internal Bundle<Tensor> StepBody(StepKind kind, Batch batch)
    {
        batch = WithoutLeftOut(batch);
        CallContext context = new(kind == StepKind.Train, kind == StepKind.Train ? NextStepKey() : new RandomKey(Seed), Warn);
        switch (kind)
        {
            case StepKind.Train:
                TellPaths();
                TrainStep(batch, context);
                return [];
            case StepKind.Test:
                TestStep(batch, context);
                return [];
            default:
                return PredictStep(batch, context);
        }
    }

    /// <summary>
    /// The random key of the next training step, a function of the number of steps so far. So a resumed run draws the same numbers. A compiled step
    /// computes the key from the optimizer's count.
    /// </summary>
    internal RandomKey NextStepKey() => new RandomKey(Seed).Fold(0x53544550).Fold(Optimizer!.IterationsTensor);

    /// <summary>Tells the optimizer how the weights are called, by which it may choose among them.</summary>
    internal void TellPaths() => Optimizer?.LearnPaths(((IHasState)this).State);

    private Bundle<Tensor>? RunStep(StepKind kind, Bundle<Tensor> x, Bundle<Tensor>? y = null, Bundle<Tensor>? sampleWeight = null)
    {
        FewTensors memory = default;
        return RunStep(kind, new BatchForm(x, y, sampleWeight), BatchForm.Flatten(x, y, sampleWeight, memory));
    }

    private Bundle<Tensor>? RunStep(StepKind kind, BatchForm form, params ReadOnlySpan<Tensor> flat)
    {
        EnsureReady(form, flat);
        if (!RunEagerly)
            return programs.Run(kind, form, flat);
        // A step that fails changes nothing, as a compiled one, and what it sees of the weights is of one moment.
        using StateScope scope = StateScope.Snapshot(Weights);
        Bundle<Tensor> output = StepBody(kind, form.Batch(flat.ToArray()));
        scope.Commit();
        return output;
    }

    // As many as most batches have.
    [InlineArray(8)]
    private struct FewTensors
    {
        private Tensor first;
    }

    /// <summary>The batch without NaN and infinity in examples of weight 0.</summary>
    internal Batch WithoutLeftOut(Batch batch) => LeftOutInputs.Replaced(batch, objective?.Parts.Count ?? 1);

    /// <summary>Builds a model that has waited for data, and draws its weights.</summary>
    internal void EnsureReadyFor(Batch batch)
    {
        if (!IsBuilt && !HasGraph)
            EnsureBuiltFor(batch.Inputs.Map(input => input.Spec));
        RequireOwnVariables();
        EnsureInitialized();
    }

    // Once a model is ready there is nothing to do, and no allocation: it is asked before every step.
    private void EnsureReady(BatchForm form, params ReadOnlySpan<Tensor> flat)
    {
        if (!IsBuilt && !HasGraph)
            EnsureReadyFor(form.Batch(flat.ToArray()));
        RequireOwnVariables();
        EnsureInitialized();
    }

    /// <summary>The penalties on weights and the losses that layers added; null if there are none.</summary>
    internal Tensor? ExtraLosses(CallContext context)
    {
        Tensor? sum = Penalty();
        foreach (Tensor extra in context.Losses)
            sum = sum is null ? extra : sum + extra;
        return sum;
    }

    internal Tensor LossOf(Batch batch, Bundle<Tensor> prediction, CallContext context) => ComputeLoss(batch, prediction, context);

    internal void ReportLogs(Batch batch, Bundle<Tensor> prediction, Tensor loss, CallContext context) => Report(batch, prediction, loss, context);
}
