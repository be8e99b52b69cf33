using Laminet.Data;

namespace Laminet.Training;

/// <summary>How Fit turns batches into changes of the weights.</summary>
internal interface ITrainer
{
    /// <summary>Whether gradients wait that have not changed the weights yet: no moment to save.</summary>
    bool HasPending { get; }

    /// <summary>Takes a batch.</summary>
    void Step(Batch batch);

    /// <summary>Applies what waits.</summary>
    void EndEpoch();
}

/// <summary>A change of the weights for each batch.</summary>
internal sealed class WholeBatches(Model model) : ITrainer
{
    public bool HasPending => false;

    public void Step(Batch batch) => model.Step(batch);

    public void EndEpoch()
    {
    }
}
