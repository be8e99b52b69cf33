using Laminet.Configuration;
using Laminet.Layers;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Zoo.Tasks;

namespace Laminet.Zoo.Models;

/// <summary>
/// A deep belief network: restricted Boltzmann machines on top of each other. Each learns, without labels, the distribution of the hidden probabilities of the one below it (<see cref="Fit"/>); then their weights are the start of a network
/// of sigmoid layers that is trained with labels by backpropagation (<see cref="ToClassifier"/>), which needs few of them. Hinton, Osindero, Teh: A fast learning algorithm for deep belief nets, 2006; Hinton, Salakhutdinov: Reducing the
/// dimensionality of data with neural networks, 2006.
/// </summary>
/// <example><code>
/// DeepBeliefNetwork belief = new(visible: 784, hidden: [500, 500, 2000], seed: 1);
/// belief.Fit(digits, epochs: 10);                                // (examples, 784), 0 to 1
/// Sequential model = belief.ToClassifier(classes: 10);
/// model.Compile("adam", "sparse_categorical_crossentropy", ["accuracy"]);
/// model.Fit(digits, labels, epochs: 10);
/// </code></example>
public sealed class DeepBeliefNetwork
{
    private readonly ulong seed;
    private bool isStarted;

    /// <summary>Untrained machines.</summary>
    /// <param name="visible">The numbers of an example.</param>
    /// <param name="hidden">The sizes of the hidden layers, from the lowest.</param>
    /// <param name="kind">What the numbers of an example are.</param>
    /// <param name="seed">Names all random numbers.</param>
    public DeepBeliefNetwork(int visible, IReadOnlyList<int> hidden, VisibleUnits kind = VisibleUnits.Binary, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(hidden);
        Setting.Require(hidden.Count, hidden.Count >= 1, "1 or more hidden layers", nameof(hidden));
        this.seed = seed;
        Machines = [.. hidden.Index().Select(layer => new RestrictedBoltzmannMachine(layer.Index == 0 ? visible : hidden[layer.Index - 1], layer.Item, layer.Index == 0 ? kind : VisibleUnits.Binary, SeedOf(layer.Index)))];
    }

    /// <summary>The machines, from the lowest.</summary>
    public IReadOnlyList<RestrictedBoltzmannMachine> Machines { get; }

    /// <summary>Trains the machines one after another, from the lowest, by contrastive divergence. The first call starts their visible biases at the data's means; another one goes on from what was learned.</summary>
    /// <param name="visible">(examples, visible); 0 to 1, for Gaussian units with mean 0 and deviation 1.</param>
    /// <param name="epochs">How often each machine sees each example.</param>
    /// <param name="batchSize">Examples for a step of the optimizer.</param>
    /// <param name="optimizer">Makes the optimizer of a machine; by default <c>new SGD(0.05, momentum: 0.5)</c>, for Gaussian units with the rate 0.002.</param>
    /// <param name="weightDecay">λ: the weights' gradient is less λ W.</param>
    /// <param name="afterEpoch">Called after each epoch with the number of the machine, from 0, and of the epoch, from 1.</param>
    /// <param name="cancellation">Ends the training between two steps.</param>
    /// <exception cref="OperationCanceledException">It was cancelled; what was learned stays.</exception>
    public void Fit(
        Tensor visible, int epochs = 10, int batchSize = 100, Func<RestrictedBoltzmannMachine, Optimizer>? optimizer = null, double weightDecay = 0.0002, Action<int, int>? afterEpoch = null,
        CancellationToken cancellation = default)
    {
        Tensor below = visible;
        foreach ((int layer, RestrictedBoltzmannMachine machine) in Machines.Index())
        {
            Optimizer own = optimizer?.Invoke(machine) ?? new SGD(machine.Kind == VisibleUnits.Binary ? 0.05 : 0.002, momentum: 0.5);
            ContrastiveDivergence training = new(machine, own, weightDecay: weightDecay, seed: SeedOf(layer));
            if (!isStarted)
                machine.Start(below);
            training.Fit(below, batchSize, epochs, epoch => afterEpoch?.Invoke(layer, epoch), cancellation: cancellation);
            below = machine.HiddenProbabilities(below);
        }

        isStarted = true;
    }

    /// <summary>The probabilities of the highest hidden units, upwards from an example, (examples, hidden).</summary>
    /// <param name="visible">(examples, visible).</param>
    public Tensor Features(Tensor visible) => Machines.Aggregate(visible, (below, machine) => machine.HiddenProbabilities(below));

    /// <summary>Draws examples: Gibbs sampling in the highest machine, started at examples, then down to the means of the visible units, (examples, visible).</summary>
    /// <param name="visible">The examples to start at, (examples, visible).</param>
    /// <param name="steps">Steps of Gibbs sampling.</param>
    /// <param name="key">Names the random numbers.</param>
    public Tensor Sample(Tensor visible, int steps, RandomKey key)
    {
        Tensor below = Machines.SkipLast(1).Aggregate(visible, (now, machine) => machine.HiddenProbabilities(now));
        Tensor top = Machines[^1].Sample(below, steps, key);
        return Machines.SkipLast(1).Reverse().Aggregate(top, (now, machine) => machine.VisibleMeans(now));
    }

    /// <summary>A network of sigmoid layers that starts with the machines' weights and hidden biases, and a softmax layer on top. The machines keep theirs.</summary>
    /// <param name="classes">The number of classes.</param>
    /// <param name="dropout">The dropout rate after each hidden layer.</param>
    public Sequential ToClassifier(int classes, double dropout = 0)
    {
        Sequential model = Network(Machines[0].Visible, [.. Machines.Select(machine => machine.Hidden)], classes, dropout, seed);
        model.Initialize(new RandomKey(seed));
        foreach ((Dense layer, RestrictedBoltzmannMachine machine) in model.Layers.OfType<Dense>().Zip(Machines))
        {
            layer.Weights[0].Assign(machine.Weights.Value);
            layer.Weights[1].Assign(machine.HiddenBias.Value);
        }

        return model;
    }

    /// <summary>The same network as <see cref="ToClassifier"/> from a random start, to compare with.</summary>
    /// <param name="visible">The numbers of an example.</param>
    /// <param name="hidden">The sizes of the hidden layers.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="dropout">The dropout rate after each hidden layer.</param>
    /// <param name="seed">The seed of the random numbers; null to draw a new one.</param>
    public static Sequential Network(int visible, IReadOnlyList<int> hidden, int classes, double dropout = 0, ulong? seed = null)
    {
        List<Layer> layers = [new Input([visible])];
        foreach (int units in hidden)
        {
            layers.Add(new Dense(units, "sigmoid"));
            if (dropout > 0)
                layers.Add(new Dropout(dropout));
        }

        layers.Add(new Dense(classes, "softmax"));
        return new Sequential(seed, layers) { Name = "belief_net" };
    }

    private ulong SeedOf(int layer) => new RandomKey(seed).Fold((ulong)layer).Seed;
}
