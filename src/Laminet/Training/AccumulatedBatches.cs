using Laminet.Data;

namespace Laminet.Training;

/// <summary>One change of the weights for several batches, by the gradient of their loss as one batch.</summary>
internal sealed class AccumulatedBatches(Model model, int batches) : ITrainer
{
    private readonly GradientSums sums = new(model, ofParts: false);
    private int waiting;
    private ulong form;

    public bool HasPending => waiting > 0;

    public void Step(Batch batch)
    {
        model.EnsureReadyFor(batch);
        if (model.StepForm != form)
        {
            sums.ForgetPrograms();
            EndEpoch();
            sums.Forget();
            form = model.StepForm;
        }

        // The optimizer's count, which names a step's random numbers, stands still between changes.
        sums.Add(batch, model.NextStepKey().Fold((ulong)waiting));
        if (++waiting == batches)
            EndEpoch();
    }

    public void EndEpoch()
    {
        if (waiting > 0)
            sums.Apply();
        waiting = 0;
    }
}
