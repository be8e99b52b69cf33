using System.Text.Json.Nodes;
using Laminet.Losses;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Zoo.Datasets;
using Laminet.Zoo.Models;
using Laminet.Zoo.Tasks;

namespace Laminet.Zoo.Tests.Tasks;

public class TreeClassifierTests
{
    // Those of make_trees_golden.py.
    private static readonly LabelledTree[] Trees =
        [LabelledTree.Parse("(1 (0 1) (2 (2 2) (1 (0 3) (1 4))))"), LabelledTree.Parse("(2 (1 (0 2) (2 1)) (0 (1 0) (2 3)))"), LabelledTree.Parse("(0 2)")];

    public static TheoryData<string> Networks => ["rnn", "rntn", "lstm"];

    private static TreeNetwork Network(string name, int words, int units, int vector, int classes) => name switch
    {
        "rnn" => new RecursiveNetwork(words, units, classes),
        "rntn" => new RecursiveTensorNetwork(words, units, classes),
        _ => new TreeLSTM(words, units, vector, classes),
    };

    // All trees at once, in levels, give what PyTorch gives tree by tree and node by node.
    [Theory]
    [MemberData(nameof(Networks))]
    public void Logits_and_gradients_are_those_of_PyTorch(string name)
    {
        JsonNode golden = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "trees.json")))![name]!;
        TreeNetwork network = Network(name, 5, 3, 4, 3);
        TreeBatch batch = Assert.Single(TreeBatch.Pack(Trees, [0, 1, 2], int.Parse, new(4, 6)));
        network.Call([batch.Words, batch.Children]);
        foreach ((int i, Variable weight) in network.Weights.Index())
            weight.Assign(Tensor.From([.. Numbers(golden["weights"]![i]!).Select(number => (float)number)], weight.Shape));

        Tensor? logits = null;
        (Tensor loss, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(() =>
        {
            logits = network.Call([batch.Words, batch.Children]).Only;
            return new SparseCategoricalCrossentropy(fromLogits: true, ignoreClass: -1, reduction: LossReduction.Sum).Call(batch.Labels, logits);
        }, network.Weights);
        float[] all = logits!.Detach().ToArray<float>();
        Near(golden["logits"]!, [.. batch.Trees.OrderBy(tree => tree.Tree).SelectMany(tree => tree.Rows).SelectMany(row => all[(3 * row)..((3 * row) + 3)])]);
        Assert.Equal(golden["loss"]!.GetValue<double>(), loss.ToDouble(), 1e-4);
        foreach ((int i, Tensor gradient) in gradients.Index())
            Near(golden["gradients"]![i]!, gradient.ToArray<float>());

        static double[] Numbers(JsonNode node) => [.. node.AsArray().Select(number => number!.GetValue<double>())];
        static void Near(JsonNode expected, float[] received)
        {
            Assert.Equal(Numbers(expected).Length, received.Length);
            Assert.All(Numbers(expected).Zip(received), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        }
    }

    // Every node lies one level above its children, no row is used twice, and no tree is lost.
    [Fact]
    public void Packing_keeps_the_trees()
    {
        LabelledTree[] trees = Negations(400, 5, deepest: 12);
        TreeForm form = new(8, 16);
        TreeBatch[] batches = [.. TreeBatch.Pack(trees, Enumerable.Range(0, trees.Length), word => word.Length, form)];
        Assert.Equal(Enumerable.Range(0, trees.Length), batches.SelectMany(batch => batch.Trees).Select(tree => tree.Tree).Order());
        foreach (TreeBatch batch in batches)
        {
            int slots = batch.Form.Slots;
            (int[] words, int[] children, int[] labels) = (batch.Words.ToArray<int>(), batch.Children.ToArray<int>(), batch.Labels.ToArray<int>());
            Assert.Distinct(batch.Trees.SelectMany(tree => tree.Rows));
            Assert.Equal(batch.Trees.Sum(tree => tree.Rows.Length), labels.Count(label => label >= 0));
            foreach ((int tree, int[] rows) in batch.Trees)
            {
                Assert.Equal(form.For(trees[tree]), batch.Form);
                foreach ((int i, TreeNode node) in trees[tree].Nodes.Index())
                {
                    (int level, int place) = Math.DivRem(rows[i], 2 * slots);
                    Assert.Equal(node.Label, labels[rows[i]]);
                    Assert.Equal(node.IsLeaf, place < slots);
                    int at = (level * slots) + (place % slots);
                    if (node.IsLeaf)
                        Assert.Equal(node.Word!.Length, words[at]);
                    else
                        Assert.Equal((rows[node.Left], rows[node.Right]), (((level - 1) * 2 * slots) + children[2 * at], ((level - 1) * 2 * slots) + children[(2 * at) + 1]));
                }
            }
        }

        // Few batches are needed: of the rows for nodes with children more than half are used.
        TreeBatch[] usual = [.. batches.Where(batch => batch.Form == form).SkipLast(1)];
        int used = usual.Sum(batch => batch.Trees.Sum(tree => trees[tree.Tree].Nodes.Count(node => !node.IsLeaf)));
        Assert.True(used > 0.5 * usual.Length * form.Levels * form.Slots, $"{used} rows used in {usual.Length} batches");
    }

    // What "not" does to a word cannot be told from the words one by one: negations of negations.
    [Theory]
    [InlineData("rnn", 0.02, 0.85)]
    [InlineData("rntn", 0.01, 0.9)]
    [InlineData("lstm", 0.02, 0.9)]
    public void Negations_are_learned(string name, double rate, double least)
    {
        TreeClassifier classifier = new(Negations(600, 1), words => Network(name, words, 10, 10, 5)) { Seed = 1, Optimizer = new Adam(rate), Penalty = 0, Form = new(8, 8), InferenceForm = new(8, 64) };
        for (int epoch = 0; epoch < 25; epoch++)
            classifier.Epoch();
        LabelledTree[] test = Negations(200, 2);
        Assert.True(classifier.Accuracy(test) > least, $"accuracy {classifier.Accuracy(test)}");
        Assert.True(classifier.BinaryAccuracy(test) >= classifier.Accuracy(test));
        // All nodes of a tree, roots too, and what a compiled step gives whatever trees are beside it.
        IReadOnlyList<Tensor> nodes = classifier.Predict(test[..3]);
        Assert.Equal(test[..3].Select(tree => new Shape(tree.Nodes.Count, 5)), nodes.Select(tensor => tensor.Shape));
        Assert.Equal(classifier.PredictRoots(test).At(2).ToArray<float>(), nodes[2].At(-1).ToArray<float>(), (one, other) => Math.Abs(one - other) < 1e-6);
    }

    [Fact]
    public void A_seed_gives_the_same_bits()
    {
        Assert.Equal(Learned(7), Learned(7));
        Assert.NotEqual(Learned(7), Learned(8));

        static float[] Learned(ulong seed)
        {
            TreeClassifier classifier = new(Negations(50, 1), words => new TreeLSTM(words, 4, 4, rate: 0.5)) { Seed = seed, Form = new(8, 16) };
            classifier.Epoch();
            return classifier.PredictRoots(Negations(5, 2)).ToArray<float>();
        }
    }

    // Dropout, order and Adagrad's sums go on too; an epoch that was cut off leaves no trace in the file.
    [Fact]
    public void A_restored_training_goes_on_in_the_same_bits()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("laminet-trees-").FullName, "trees.checkpoint");
        TreeClassifier whole = New(), half = New(), rest = New();
        for (int epoch = 0; epoch < 3; epoch++)
            whole.Epoch();
        half.Epoch();
        half.NewCheckpoint().Save(path);
        using CancellationTokenSource source = new();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => half.Epoch(source.Token));
        Assert.Equal((1, half.Steps), (half.Epochs, whole.Steps / 3));
        Assert.True(rest.NewCheckpoint().TryRestore(path));
        rest.Epoch();
        rest.Epoch();
        Assert.Equal((whole.Epochs, whole.Steps), (rest.Epochs, rest.Steps));
        Assert.All(whole.Network.Weights.Zip(rest.Network.Weights), pair => Assert.Equal(pair.First.Value.ToArray<float>(), pair.Second.Value.ToArray<float>()));
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);

        static TreeClassifier New() => new(Negations(50, 1), words => new TreeLSTM(words, 4, 4, rate: 0.5)) { Seed = 7, Form = new(8, 16) };
    }

    [Fact]
    public void The_vocabulary_has_each_word_at_its_number()
    {
        TreeClassifier classifier = new(Negations(50, 1), words => new TreeLSTM(words, 4, 4));
        Assert.Equal(classifier.Network.Words, classifier.Vocabulary.Count);
        Assert.Equal("", classifier.Vocabulary[0]);
        Assert.All(classifier.Vocabulary.Index().Skip(1), word => Assert.Equal(word.Index, classifier.NumberOf(word.Item)));
    }

    [Fact]
    public void Wrong_use_is_told()
    {
        Says<ArgumentException>("TreeClassifier: received no trees; expected at least one. (Parameter 'trees')", () => _ = new TreeClassifier([], words => new TreeLSTM(words)));
        Says<ArgumentException>("TreeClassifier: the network has 2 words; expected 6, the number that it was given. (Parameter 'network')", () => _ = new TreeClassifier(Trees, _ => new TreeLSTM(2), leastCount: 1));
        Says<ArgumentException>("TreeClassifier: tree 0 has the label 2; expected 0 to 1, the classes of the network. (Parameter 'tree')", () => _ = new TreeClassifier(Trees, words => new TreeLSTM(words, classes: 2)));
        Says<ArgumentException>("TreeForm: received 0 levels of 0 slots; expected 1 or more of each.", () => default(TreeForm).For(Trees[0]));
        Says<ArgumentOutOfRangeException>("Received units = 0; expected 1 or more. (Parameter 'units')", () => _ = new RecursiveNetwork(5, 0));
        Says<InvalidOperationException>("TreeClassifier: of 4 classes none is neutral; expected an odd number. Use Accuracy.", () => new TreeClassifier(Trees, words => new TreeLSTM(words, classes: 4)).BinaryAccuracy(Trees));
        TreeClassifier five = new(Trees, words => new TreeLSTM(words));
        Says<ArgumentException>("TreeClassifier: received no trees to tell; expected at least one. (Parameter 'others')", () => five.Accuracy([]));
        Says<ArgumentException>("TreeClassifier: received 1 trees, none of them with a root that is not neutral; expected at least one. (Parameter 'others')", () => five.BinaryAccuracy([LabelledTree.Parse("(2 so)")]));
        TreeClassifier diverging = new(Trees, words => new RecursiveNetwork(words, 4)) { Seed = 1, Optimizer = new SGD(1e30), Form = new(4, 8) };
        Assert.Contains("the network has diverged. Lower the learning rate.", Assert.Throws<InvalidOperationException>(() =>
        {
            for (int epoch = 0; epoch < 20; epoch++)
                diverging.Epoch();
        }).Message, StringComparison.Ordinal);

        static void Says<T>(string message, Action action) where T : Exception => Assert.Equal(message, Assert.Throws<T>(action).Message);
    }

    // "not" mirrors what follows it.
    private static LabelledTree[] Negations(int count, int seed, int deepest = 5)
    {
        Random random = new(seed);
        string[] words = ["awful", "dull", "film", "good", "superb"];
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            int value = random.Next(5);
            string tree = $"({value} {words[value]})";
            for (int depth = random.Next(deepest); depth > 0; depth--)
                tree = random.Next(2) == 0 ? $"({value} (2 so) {tree})" : $"({value = 4 - value} (2 not) {tree})";
            return LabelledTree.Parse(tree);
        })];
    }
}
