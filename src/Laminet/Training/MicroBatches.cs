using System.Globalization;
using Laminet.Data;
using Laminet.Layers;
using Laminet.Losses;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Compilation;

namespace Laminet.Training;

/// <summary>
/// Training within a budget of memory: a batch that would take more is gone through in parts, whose gradients are added up before the
/// optimizer's one step. The same result but for the order of additions, and for what a layer does across or by place in the batch.
/// </summary>
internal sealed class MicroBatches
{
    private readonly Model model;
    private readonly long budget;
    private readonly Dictionary<int, int> sizes = [];
    private readonly Dictionary<bool, CompiledFunction> functions = [];
    private IReadOnlyList<(Variable Variable, Variable Sum)> sums = [];
    private CompiledFunction? update;
    private ulong form;

    public MicroBatches(Model model, long budget)
    {
        this.model = model;
        this.budget = budget;
        foreach (Layer layer in model.AllLayers().Where(layer => layer.DependsOnBatch))
        {
            model.Warn($"Fit: with a memory budget the layer '{layer.Name}' ({layer.GetType().Name}) sees parts of a batch, not the whole: "
                + "training differs from that without a budget. A larger budget, or freezing the layer, avoids it.");
        }
    }

    /// <summary>One step on a batch, in as few parts as fit.</summary>
    public void Step(Batch batch)
    {
        model.EnsureGraph(batch.X.Shape, batch.X.DType);
        model.EnsureInitialized();
        ForgetOldForm();
        int size = SizeFor(batch);
        if (size >= batch.Count || batch.Y is null)
        {
            model.Step(batch);
            return;
        }

        if (!functions.TryGetValue(batch.SampleWeight is not null, out CompiledFunction? function))
            functions[batch.SampleWeight is not null] = function = Function.Compile(inputs => Accumulate(inputs, batch.SampleWeight is not null), "Accumulate");
        RandomKey key = model.NextStepKey();
        if (sums.Count == 0)
            sums = [.. model.TrainableWeights.Select(weight => (weight, new Variable(Zeros(weight), weight.Name, trainable: false)))];
        for (int start = 0; start < batch.Count; start += size)
        {
            int stop = Math.Min(batch.Count, start + size);
            Tensor share = Tensor.Scalar((double)(stop - start) / batch.Count, DType.Float32);
            function.Call(
                [key.Fold((ulong)start).AsTensor(), share, batch.X.Slice(start, stop), batch.Y.Slice(start, stop),
                    .. batch.SampleWeight is { } weight ? (Tensor[])[weight.Slice(start, stop)] : []]);
        }

        // Compiled, so that other threads see all of it or nothing.
        (update ??= Function.Compile(_ => Update(), "Update")).Call();
    }

    // A layer may be frozen, or the clipping changed, between two steps.
    private void ForgetOldForm()
    {
        if (model.StepForm == form)
            return;
        form = model.StepForm;
        sizes.Clear();
        functions.Clear();
        (sums, update) = ([], null);
    }

    private Tensor[] Update()
    {
        model.Optimizer!.Apply([.. sums.Select(pair => (pair.Sum.Value, pair.Variable))]);
        foreach ((Variable variable, Variable sum) in sums)
            sum.Assign(Zeros(variable));
        return [];
    }

    // The most examples whose step fits; what it takes grows with their number.
    private int SizeFor(Batch batch)
    {
        if (sizes.TryGetValue(batch.Count, out int size))
            return size;
        if (Needed(batch.Count, batch.Count) <= budget)
            return sizes[batch.Count] = batch.Count;
        int fits = 0, tooMany = batch.Count;
        while (tooMany - fits > 1)
        {
            int middle = (fits + tooMany) / 2;
            if (Needed(middle, batch.Count) <= budget)
                fits = middle;
            else
                tooMany = middle;
        }

        return sizes[batch.Count] = fits > 0 ? fits : throw TooSmall(batch.Count);
    }

    private long Needed(int examples, int batchSize) => Needed(model.Plan(examples), examples < batchSize);

    // Parts need room for the gradients' sums too.
    private static long Needed(ModelMemory plan, bool inParts) => plan.TrainingBytes!.Value + (inParts ? plan.WeightBytes : 0);

    private ArgumentException TooSmall(int batchSize)
    {
        ModelMemory plan = model.Plan(1);
        long needed = Needed(plan, inParts: batchSize > 1);
        LayerMemory largest = plan.Layers.MaxBy(layer => layer.WeightBytes + layer.OptimizerBytes + layer.TrainingPeakBytes)!;
        return new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"Fit: received a memory budget of {budget:N0} bytes; one example at a time "
            + $"takes {needed:N0}. The layer that takes most is '{largest.Name}': {largest.WeightBytes:N0} for its weights, {largest.OptimizerBytes:N0} for the "
            + $"optimizer, {largest.TrainingPeakBytes:N0} for what it computes. Give more, or make that layer smaller."));
    }

    private IReadOnlyList<Tensor> Accumulate(IReadOnlyList<Tensor> inputs, bool hasWeights)
    {
        Batch part = LeftOutInputs.Replaced(new(inputs[2], inputs[3], hasWeights ? inputs[4] : null));
        CallContext context = new(training: true, RandomKey.From(inputs[0]));
        Tensor? prediction = null, loss = null;
        (_, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(
            () =>
            {
                prediction = model.Run([part.X], context);
                loss = model.TotalLossOf(part, prediction, context);
                // A mean over the batch is the parts' means by their shares; of a sum, only penalties are shared out.
                Tensor share = inputs[1].Cast(loss.DType);
                return model.Loss!.Reduction == LossReduction.Sum
                    ? loss - (model.ExtraLosses(context) is { } extra ? extra * (1 - share) : Tensor.Scalar(0, loss.DType))
                    : loss * share;
            },
            [.. sums.Select(pair => pair.Variable)], Unconnected.Zeros);
        foreach ((Tensor gradient, (_, Variable sum)) in gradients.Zip(sums))
            sum.Assign(sum.Value + gradient);
        model.ReportLogs(part, prediction!.Detach(), loss!.Detach());
        return [];
    }

    private static Tensor Zeros(Variable variable) => Tensor.Scalar(0, variable.DType).BroadcastTo(variable.Shape);
}
