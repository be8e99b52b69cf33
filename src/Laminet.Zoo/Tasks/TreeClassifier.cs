using Laminet.Configuration;
using Laminet.Layers;
using Laminet.Losses;
using Laminet.Optimizers;
using Laminet.Saving;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Compilation;
using Laminet.Zoo.Datasets;
using Laminet.Zoo.Models;

namespace Laminet.Zoo.Tasks;

/// <summary>
/// Trains a <see cref="TreeNetwork"/> to tell the label of every node that has one, by cross-entropy, whole <see cref="TreeBatch"/>es at a time in compiled steps; and has it label trees.
/// The loss of a batch is the sum over its nodes divided by the number of its trees, plus the penalty.
/// </summary>
/// <example><code>
/// IReadOnlyList&lt;LabelledTree&gt; trees = Treebank.Read("train.txt"), held = Treebank.Read("dev.txt");
/// TreeClassifier classifier = new(trees, words => new TreeLSTM(words)) { Seed = 1 };
/// for (int epoch = 0; epoch &lt; 10; epoch++)
///     Console.WriteLine($"loss {classifier.Epoch()}, accuracy {classifier.Accuracy(held)}");
/// </code></example>
public sealed class TreeClassifier : IHasState
{
    private const ulong OfNetwork = 0, OfOrder = 1, OfDropout = 2;

    private readonly IReadOnlyList<LabelledTree> trees;
    private readonly Dictionary<string, int> numbers;
    private readonly SparseCategoricalCrossentropy loss = new(fromLogits: true, ignoreClass: -1, reduction: LossReduction.Sum);
    private readonly Variable epochs = new(Tensor.Scalar(0), "epochs", trainable: false), steps = new(Tensor.Scalar(0), "steps", trainable: false);
    private RandomStream? random;
    private CompiledFunction? learn, tell;

    /// <summary>Creates a classifier for the words of the trees that it is to learn from.</summary>
    /// <param name="trees">What to learn from; labels below the network's classes, -1 for none.</param>
    /// <param name="network">Makes the network, given the number of different words; word 0 is any that is not among them.</param>
    /// <param name="leastCount">How often a word has to be there to have a vector of its own.</param>
    /// <exception cref="ArgumentException">There are no trees, or the network does not have as many words, or a label is none of its classes.</exception>
    public TreeClassifier(IReadOnlyList<LabelledTree> trees, Func<int, TreeNetwork> network, int leastCount = 2)
    {
        ArgumentNullException.ThrowIfNull(trees);
        ArgumentNullException.ThrowIfNull(network);
        if (trees.Count == 0)
            throw new ArgumentException($"{nameof(TreeClassifier)}: received no trees; expected at least one.", nameof(trees));
        this.trees = trees;
        numbers = trees.SelectMany(tree => tree.Words).Select(Key).CountBy(word => word).Where(word => word.Value >= leastCount).Index().ToDictionary(word => word.Item.Key, word => word.Index + 1);
        Network = network(numbers.Count + 1);
        if (Network.Words <= numbers.Count)
            throw new ArgumentException($"{nameof(TreeClassifier)}: the network has {Network.Words} words; expected {numbers.Count + 1}, the number that it was given.", nameof(network));
        foreach ((int i, LabelledTree tree) in trees.Index())
            Check(tree, i);
    }

    /// <summary>The network.</summary>
    public TreeNetwork Network { get; }

    /// <summary>The optimizer; Adagrad at a rate of 0.05 by default, as in the papers.</summary>
    public Optimizer Optimizer { get; init; } = new Adagrad(0.05, initialAccumulatorValue: 0, epsilon: 1e-10);

    /// <summary>Half of this times the squares of all weights but the words' vectors is added to the loss.</summary>
    public double Penalty { get; init => field = Setting.Require(value, value >= 0 && double.IsFinite(value), "0 or more", nameof(Penalty)); } = 1e-4;

    /// <summary>The size of a batch in training.</summary>
    public TreeForm Form { get; init; } = new(16, 32);

    /// <summary>The size of a batch in inference.</summary>
    public TreeForm InferenceForm { get; init; } = new(16, 256);

    /// <summary>Names all random numbers; a new one by default (<see cref="RandomSeed"/>).</summary>
    public ulong Seed { get; init; } = RandomSeed.New();

    /// <summary>How many epochs it has learned.</summary>
    public int Epochs => epochs.Item<int>();

    /// <summary>How many steps it has made.</summary>
    public int Steps => steps.Item<int>();

    /// <summary>The words that have a vector of their own, each at its number; 0 stands for all others and has an empty name.</summary>
    public IReadOnlyList<string> Vocabulary => ["", .. numbers.Keys];

    IEnumerable<(string Name, Variable Variable)> IHasState.State => [(epochs.Name, epochs), (steps.Name, steps)];

    /// <summary>Learns from each tree once, in another order each time.</summary>
    /// <param name="cancellation">Ends the epoch between two steps.</param>
    /// <returns>The mean loss of a tree.</returns>
    /// <exception cref="InvalidOperationException">The loss is not finite.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; the epoch does not count, but its steps have changed the weights.</exception>
    public double Epoch(CancellationToken cancellation = default)
    {
        Prepare();
        RandomKey key = new RandomKey(Seed).Fold(OfOrder).Fold((ulong)Epochs);
        int[] order = [.. Enumerable.Range(0, trees.Count)];
        key.Permute(order);
        TreeBatch[] batches = [.. TreeBatch.Pack(trees, order, NumberOf, Form)];
        // Full batches come first, and those of large trees together.
        int[] turns = [.. Enumerable.Range(0, batches.Length)];
        key.Fold(1).Permute(turns);
        double sum = 0;
        foreach (TreeBatch batch in turns.Select(turn => batches[turn]))
        {
            cancellation.ThrowIfCancellationRequested();
            double one = Step(batch);
            if (!double.IsFinite(one))
                throw new InvalidOperationException(FormattableString.Invariant($"{nameof(TreeClassifier)}: the loss of step {Steps} is {one}: the network has diverged. Lower the learning rate."));
            sum += one * batch.Trees.Count;
        }

        epochs.Assign(epochs.Value + 1);
        return sum / trees.Count;
    }

    /// <summary>The probability of each class for each node.</summary>
    /// <param name="others">The trees; labels do not matter.</param>
    /// <returns>For each tree a tensor (nodes, classes), its nodes in their order; the root is the last.</returns>
    public IReadOnlyList<Tensor> Predict(IReadOnlyList<LabelledTree> others)
    {
        ArgumentNullException.ThrowIfNull(others);
        Tensor[] results = new Tensor[others.Count];
        foreach ((TreeBatch batch, float[] all) in Outputs(others))
        {
            foreach ((int tree, int[] rows) in batch.Trees)
                results[tree] = Tensor.From([.. rows.SelectMany(row => all.AsSpan(row * Network.Classes, Network.Classes).ToArray())], [rows.Length, Network.Classes]);
        }

        return results;
    }

    /// <summary>The probability of each class for each root, (trees, classes).</summary>
    /// <param name="others">The trees; labels do not matter.</param>
    public Tensor PredictRoots(IReadOnlyList<LabelledTree> others)
    {
        ArgumentNullException.ThrowIfNull(others);
        float[] results = new float[others.Count * Network.Classes];
        foreach ((TreeBatch batch, float[] all) in Outputs(others))
        {
            foreach ((int tree, int[] rows) in batch.Trees)
                all.AsSpan(rows[^1] * Network.Classes, Network.Classes).CopyTo(results.AsSpan(tree * Network.Classes));
        }

        return Tensor.From(results, [others.Count, Network.Classes]);
    }

    /// <summary>The share of trees whose root's label has the largest probability.</summary>
    /// <param name="others">The trees, their roots labelled.</param>
    /// <exception cref="ArgumentException">There are none.</exception>
    public double Accuracy(IReadOnlyList<LabelledTree> others)
    {
        ArgumentNullException.ThrowIfNull(others);
        if (others.Count == 0)
            throw new ArgumentException($"{nameof(TreeClassifier)}: received no trees to tell; expected at least one.", nameof(others));
        int[] told = PredictRoots(others).ArgMax().Cast(DType.Int32).ToArray<int>();
        return others.Zip(told).Count(pair => pair.First.Label == pair.Second) / (double)others.Count;
    }

    /// <summary>
    /// The share of trees whose sign is told, those with a neutral root left out: of an odd number of classes, those above the middle are positive, those below negative, and the side with the greater probability is told.
    /// </summary>
    /// <param name="others">The trees, their roots labelled.</param>
    /// <exception cref="ArgumentException">There are none whose root is not neutral.</exception>
    /// <exception cref="InvalidOperationException">The number of classes is even: none is neutral.</exception>
    public double BinaryAccuracy(IReadOnlyList<LabelledTree> others)
    {
        ArgumentNullException.ThrowIfNull(others);
        int middle = Network.Classes / 2;
        if (Network.Classes % 2 == 0)
            throw new InvalidOperationException($"{nameof(TreeClassifier)}: of {Network.Classes} classes none is neutral; expected an odd number. Use {nameof(Accuracy)}.");
        LabelledTree[] signed = [.. others.Where(tree => tree.Label != middle)];
        if (signed.Length == 0)
            throw new ArgumentException($"{nameof(TreeClassifier)}: received {others.Count} trees, none of them with a root that is not neutral; expected at least one.", nameof(others));
        Tensor roots = PredictRoots(signed);
        float[] lead = (roots.Slice(middle + 1, axis: 1).Sum(1) - roots.Slice(0, middle, axis: 1).Sum(1)).ToArray<float>();
        return signed.Zip(lead).Count(pair => pair.First.Label > middle == pair.Second > 0) / (double)signed.Length;
    }

    /// <summary>One step of training.</summary>
    /// <param name="batch">Trees packed with the numbers that <see cref="NumberOf"/> gives.</param>
    /// <returns>The loss before it.</returns>
    public double Step(TreeBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        Prepare();
        steps.Assign(steps.Value + 1);
        return learn!.Call(batch.Words, batch.Children, batch.Labels, Tensor.Scalar(1f / batch.Trees.Count))[0].ToDouble();
    }

    /// <summary>The number of a word: 0 for one that was not learned.</summary>
    /// <param name="word">The word, in any case.</param>
    public int NumberOf(string word) => numbers.GetValueOrDefault(Key(word ?? throw new ArgumentNullException(nameof(word))));

    /// <summary>All that this training needs to go on in the same bits, in another process too: save it after an epoch, and restore it into a training that was made with the same settings and trees.</summary>
    /// <returns>A checkpoint, to which you may add what your own loop needs.</returns>
    public Checkpoint NewCheckpoint()
    {
        Prepare();
        return new() { ["network"] = Network, ["optimizer"] = Optimizer, ["random"] = random!, ["training"] = this };
    }

    private static string Key(string word) => word.ToLowerInvariant();

    private void Check(LabelledTree tree, int place)
    {
        foreach (TreeNode node in tree.Nodes)
        {
            if (node.Label >= Network.Classes)
                throw new ArgumentException($"{nameof(TreeClassifier)}: tree {place} has the label {node.Label}; expected 0 to {Network.Classes - 1}, the classes of the network.", nameof(tree));
        }
    }

    private IEnumerable<(TreeBatch Batch, float[] Probabilities)> Outputs(IReadOnlyList<LabelledTree> others)
    {
        Prepare();
        foreach (TreeBatch batch in TreeBatch.Pack(others, Enumerable.Range(0, others.Count), NumberOf, InferenceForm))
            yield return (batch, tell!.Call(batch.Words, batch.Children)[0].ToArray<float>());
    }

    private void Prepare()
    {
        if (learn is not null)
            return;
        RandomKey key = new(Seed);
        Network.Call([Tensor.ShapeOnly([1, 1], DType.Int32), Tensor.ShapeOnly([1, 1, 2], DType.Int32)]);
        Network.Initialize(key.Fold(OfNetwork));
        RandomStream stream = random = new(key.Fold(OfDropout).Seed);
        tell = Function.Compile(inputs => [Network.Call([inputs[0], inputs[1]]).Only.Softmax()], "tree_tell");
        learn = Function.Compile(
            inputs =>
            {
                CallContext pass = new(training: true, stream.Next());
                (Tensor value, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(
                    () =>
                    {
                        Tensor logits = Network.Call([inputs[0], inputs[1]], pass).Only, total = loss.Call(inputs[2], logits) * inputs[3];
                        return Penalty == 0 ? total : Network.Joining.Aggregate(total, (sum, weight) => sum + ((Penalty / 2) * weight.Value.Square().Sum()));
                    },
                    Network.TrainableWeights);
                Optimizer.Apply(gradients, Network.TrainableWeights);
                return [value];
            },
            "tree_learn");
    }
}
