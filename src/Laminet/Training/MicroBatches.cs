using System.Globalization;
using Laminet.Data;
using Laminet.Layers;
using Laminet.Tensors;

namespace Laminet.Training;

/// <summary>
/// Training within a budget of memory: a batch that would take more is gone through in parts, whose gradients are added up before the
/// optimizer's one step. The same result but for the order of additions, and for what a layer does across or by place in the batch.
/// </summary>
internal sealed class MicroBatches : ITrainer
{
    private readonly Model model;
    private readonly long budget;
    private readonly Dictionary<int, int> sizes = [];
    private readonly GradientSums sums;
    private ulong form;

    public MicroBatches(Model model, long budget)
    {
        this.model = model;
        this.budget = budget;
        sums = new GradientSums(model);
        foreach (Layer layer in model.AllLayers().Where(layer => layer.DependsOnBatch))
        {
            model.Warn($"Fit: with a memory budget the layer '{layer.Name}' ({layer.GetType().Name}) sees parts of a batch, not the whole: "
                + "training differs from that without a budget. A larger budget, or freezing the layer, avoids it.");
        }
    }

    public bool HasPending => false;

    /// <summary>One step on a batch, in as few parts as fit.</summary>
    public void Step(Batch batch)
    {
        model.EnsureBuiltFor(batch.Inputs.Map(input => input.Spec));
        model.EnsureInitialized();
        ForgetOldForm();
        int size = SizeFor(batch);
        if (size >= batch.Count || batch.Targets is null)
        {
            model.Step(batch);
            return;
        }

        RandomKey key = model.NextStepKey();
        for (int start = 0; start < batch.Count; start += size)
        {
            int first = start, stop = Math.Min(batch.Count, start + size);
            sums.Add(batch.Select(tensor => tensor.Slice(first, stop)), key.Fold((ulong)start), (double)(stop - start) / batch.Count);
        }

        sums.Apply();
    }

    public void EndEpoch()
    {
    }

    // A layer may be frozen, or the clipping changed, between two steps.
    private void ForgetOldForm()
    {
        if (model.StepForm == form)
            return;
        form = model.StepForm;
        sizes.Clear();
        sums.Forget();
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

}
