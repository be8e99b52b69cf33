using Laminet.Training;

namespace Laminet.Cli.Inspection;

/// <summary>The bytes that a model takes with batches of a size, and for what.</summary>
/// <param name="Batch">Examples in a batch.</param>
/// <param name="Training">What training takes; null for a model that is not compiled.</param>
/// <param name="Inference">What inference takes.</param>
/// <param name="Layers">What of it belongs to which layer.</param>
internal sealed record MemoryReport(int Batch, MemoryUse? Training, MemoryUse Inference, IReadOnlyList<LayerMemory> Layers)
{
    public static MemoryReport Of(Model model, int batch, int? length)
    {
        ModelMemory plan = model.Plan(batch, length);
        BatchForm form = BatchForm.Of(model, batch, length);
        return new MemoryReport(
            batch,
            plan.TrainingBytes is { } training ? MemoryUse.Of(training, plan.WeightBytes, plan.OptimizerBytes, form.InputBytes + form.TargetBytes) : null,
            MemoryUse.Of(plan.InferenceBytes, plan.WeightBytes, 0, form.InputBytes),
            plan.Layers);
    }
}

/// <summary>Bytes by what they are for.</summary>
/// <param name="TotalBytes">All of them.</param>
/// <param name="WeightBytes">The weights.</param>
/// <param name="OptimizerBytes">What the optimizer remembers of the weights.</param>
/// <param name="BatchBytes">The examples, and in training their targets.</param>
/// <param name="IntermediateBytes">The block of intermediates; in inference the output too.</param>
internal sealed record MemoryUse(long TotalBytes, long WeightBytes, long OptimizerBytes, long BatchBytes, long IntermediateBytes)
{
    public static MemoryUse Of(long total, long weights, long optimizer, long batch) => new(total, weights, optimizer, batch, total - weights - optimizer - batch);
}
