using Laminet.Configuration;
using Laminet.Data;
using Laminet.Optimizers;
using Laminet.Saving;
using Laminet.Tensors;
using Laminet.Tensors.Compilation;

namespace Laminet.Zoo.Tasks;

/// <summary>
/// Contrastive divergence: the gradient of a restricted Boltzmann machine's log-likelihood is ⟨v hᵀ⟩ over the data minus ⟨v hᵀ⟩ over the machine's own states; the second is taken after k steps of Gibbs sampling that start at the
/// data (CD-k), or at where the chains were after the last batch (persistent). In the chain, states are drawn; in both means, h are probabilities.
/// Hinton: Training products of experts by minimizing contrastive divergence, 2002; Tieleman: Training restricted Boltzmann machines using approximations to the likelihood gradient, 2008.
/// </summary>
public sealed class ContrastiveDivergence
{
    private readonly RestrictedBoltzmannMachine machine;
    private readonly int steps;
    private readonly double weightDecay;
    private readonly ulong seed;
    private readonly Optimizer optimizer;
    private readonly RandomStream random;
    private readonly Variable? chains;
    private readonly CompiledFunction step;

    /// <summary>Prepares a training.</summary>
    /// <param name="machine">The machine to be trained.</param>
    /// <param name="optimizer">Applies the gradients; <c>new SGD(0.05, momentum: 0.5)</c> for instance.</param>
    /// <param name="steps">k: steps of Gibbs sampling for each batch.</param>
    /// <param name="persistentChains">How many chains go on from batch to batch; 0 to start at the data.</param>
    /// <param name="weightDecay">λ: the weights' gradient is less λ W.</param>
    /// <param name="seed">Names the states drawn, and the order of examples.</param>
    public ContrastiveDivergence(RestrictedBoltzmannMachine machine, Optimizer optimizer, int steps = 1, int persistentChains = 0, double weightDecay = 0, ulong seed = 0)
    {
        (this.machine, this.optimizer, random) = (machine, optimizer, new(seed));
        this.steps = Setting.Require(steps, steps >= 1, "1 or more");
        this.weightDecay = Setting.Require(weightDecay, weightDecay >= 0 && double.IsFinite(weightDecay), "0 or more");
        this.seed = seed;
        Setting.Require(persistentChains, persistentChains >= 0, "0 (start at the data) or more");
        if (persistentChains > 0)
            chains = new(machine.DrawVisible(Tensor.Full([persistentChains, machine.Visible], machine.Kind == VisibleUnits.Binary ? 0.5 : 0, machine.Weights.DType), new RandomKey(seed).Fold(0)), "chains", trainable: false);
        step = Function.Compile(
            inputs =>
            {
                optimizer.Apply(Gradients(inputs[0], random.Next()), machine.Variables);
                return [machine.HiddenBias.Value];
            },
            "contrastive divergence");
    }

    /// <summary>The states of the persistent chains, (chains, visible); null without.</summary>
    public Tensor? Chains => chains?.Value;

    /// <summary>One step of the optimizer.</summary>
    /// <param name="visible">(examples, visible).</param>
    public void TrainOnBatch(Tensor visible) => step.Call(machine.RequireData(visible));

    /// <summary>Trains on all examples, in random order.</summary>
    /// <param name="visible">(examples, visible); for binary units from 0 to 1.</param>
    /// <param name="batchSize">Examples for a step of the optimizer.</param>
    /// <param name="epochs">How often each example is seen, the epochs before <paramref name="initialEpoch"/> included.</param>
    /// <param name="afterEpoch">Called after each epoch with its number, from 1; a save here can be restored.</param>
    /// <param name="initialEpoch">The number of the first epoch, from 0: how many an earlier call, or a restored training, has done.</param>
    /// <param name="cancellation">Ends the training between two steps.</param>
    /// <exception cref="OperationCanceledException">It was cancelled; what was learned stays.</exception>
    public void Fit(Tensor visible, int batchSize = 100, int epochs = 1, Action<int>? afterEpoch = null, int initialEpoch = 0, CancellationToken cancellation = default)
    {
        Setting.Require(epochs, epochs >= 1, "1 or more");
        Setting.Require(batchSize, batchSize >= 1, "1 or more");
        Setting.Require(initialEpoch, initialEpoch >= 0, "0 or more");
        machine.RequireData(visible);
        Dataset batches = Dataset.FromTensors(visible).Shuffle(seed).Batch(batchSize);
        for (int epoch = initialEpoch; epoch < epochs; epoch++)
        {
            foreach (Batch batch in batches.Batches(epoch))
            {
                cancellation.ThrowIfCancellationRequested();
                step.Call(batch.X);
            }

            afterEpoch?.Invoke(epoch + 1);
        }
    }

    /// <summary>All that this training needs to go on in the same bits, in another process too: save it after an epoch, and restore it into a training that was made with the same settings.</summary>
    /// <returns>A checkpoint, to which you may add what your own loop needs, such as its number of epochs.</returns>
    public Checkpoint NewCheckpoint()
    {
        Checkpoint checkpoint = new() { ["machine"] = machine, ["optimizer"] = optimizer, ["random"] = random };
        if (chains is not null)
            checkpoint[chains.Name] = chains;
        return checkpoint;
    }

    /// <summary>What the optimizer is given: minus the estimated gradient of the mean log-likelihood by W, b and c.</summary>
    /// <param name="visible">(examples, visible).</param>
    /// <param name="key">Names the states drawn.</param>
    internal IReadOnlyList<Tensor> Gradients(Tensor visible, RandomKey key)
    {
        Tensor hidden = machine.HiddenProbabilities(visible);
        // From the data, the hidden probabilities are known already.
        Tensor own = chains is null ? machine.DrawVisible(machine.VisibleMeans(RestrictedBoltzmannMachine.Draw(hidden, key.Fold(0).Fold(0))), key.Fold(0).Fold(1)) : machine.Step(chains.Value, key.Fold(0));
        for (int number = 1; number < steps; number++)
            own = machine.Step(own, key.Fold((ulong)number));
        chains?.Assign(own);
        Tensor ownHidden = machine.HiddenProbabilities(own);
        // Both means by one product, which spares a pass over a matrix of the weights' size.
        Tensor weights = Tensor.Concatenate([own, visible], 0).MatMul(Tensor.Concatenate([ownHidden / own.Shape[0], hidden / -visible.Shape[0]], 0), transposeThis: true);
        return [weightDecay == 0 ? weights : weights + (weightDecay * machine.Weights.Value), own.Mean(0) - visible.Mean(0), ownHidden.Mean(0) - hidden.Mean(0)];
    }
}
