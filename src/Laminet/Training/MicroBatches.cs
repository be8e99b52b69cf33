using System.Globalization;
using Laminet.Data;
using Laminet.Layers;
using Laminet.Tensors;

namespace Laminet.Training;

/// <summary>
/// Training within a memory budget: a batch that needs more is processed in parts, whose gradients are added up before one step of the
/// optimizer. The result is the same except for the order of additions, and for layers that compute across the batch or by position in it.
/// </summary>
internal sealed class MicroBatches : ITrainer
{
    private readonly Model model;
    private readonly long budget;
    private readonly List<(Shape[] Shapes, int Size)> sizes = [];
    private readonly GradientSums sums;
    private ulong form;

    public MicroBatches(Model model, long budget)
    {
        this.model = model;
        this.budget = budget;
        sums = new GradientSums(model, ofParts: true);
        foreach (Layer layer in model.AllLayers().Where(layer => layer.DependsOnBatch))
        {
            model.Warn($"Fit: with a memory budget the layer '{layer.Name}' ({layer.GetType().Name}) sees parts of a batch, not the whole: "
                + "the training differs from one without a budget. Use a larger budget, or freeze the layer, to avoid this.");
        }
    }

    public bool HasPending => false;

    /// <summary>One step on a batch, in as few parts as fit.</summary>
    public void Step(Batch batch)
    {
        model.EnsureReadyFor(batch);
        ForgetOldForm();
        int size = SizeFor(batch);
        if (size >= batch.Count)
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
        Shape[] shapes = [.. batch.Inputs.Concat(batch.Targets ?? []).Select(tensor => tensor.Shape)];
        if (sizes.Find(known => known.Shapes.AsSpan().SequenceEqual(shapes)) is { Shapes: not null } found)
            return found.Size;
        int fits = 0, tooMany = batch.Count + 1;
        if (Needed(batch, batch.Count) <= budget)
            fits = batch.Count;
        while (tooMany - fits > 1)
        {
            int middle = (fits + tooMany) / 2;
            if (Needed(batch, middle) <= budget)
                fits = middle;
            else
                tooMany = middle;
        }

        if (fits == 0)
            throw TooSmall(batch);
        sizes.Add((shapes, fits));
        return fits;
    }

    // Parts need room for the gradients' sums too.
    private long Needed(Batch batch, int examples)
    {
        ModelMemory plan = model.Plan(batch, examples);
        return plan.TrainingBytes!.Value + (examples < batch.Count ? plan.WeightBytes : 0);
    }

    private ArgumentException TooSmall(Batch batch)
    {
        LayerMemory largest = model.Plan(batch, examples: 1).Layers.MaxBy(layer => layer.WeightBytes + layer.OptimizerBytes + layer.TrainingPeakBytes)!;
        return new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"Fit: received a memory budget of {budget:N0} bytes; one example at a time "
            + $"takes {Needed(batch, 1):N0}. The layer that takes most is '{largest.Name}': {largest.WeightBytes:N0} for its weights, {largest.OptimizerBytes:N0} for the "
            + $"optimizer, {largest.TrainingPeakBytes:N0} for its intermediates. Give a larger budget, or make that layer smaller."));
    }
}
