using Laminet.Metrics.Reports;
using Laminet.Optimizers;
using Laminet.Plots;
using Laminet.Tensors;
using Laminet.Zoo.Models;
using Laminet.Zoo.Tasks;

namespace Laminet.Cli.OwnTrainings;

/// <summary>Networks that go up the trees of sentences and tell the sentiment of each phrase.</summary>
internal static class Trees
{
    public static IReadOnlyList<OwnTraining> Trainings { get; } =
    [
        Of("tree-rnn", "a recursive network over trees of sentences, 2011", words => new RecursiveNetwork(words, 60, rate: 0.3), rate: 0.03, penalty: 1e-3),
        Of("tree-rntn", "a recursive network that joins two phrases by a tensor, 2013", words => new RecursiveTensorNetwork(words, 30), rate: 0.01, penalty: 1e-4),
        Of("tree-lstm", "a Tree-LSTM over trees of sentences, 2015", words => new TreeLSTM(words, 120, 120, rate: 0.5), rate: 0.05, penalty: 1e-4),
    ];

    private static OwnTraining Of(string name, string description, Func<int, TreeNetwork> network, double rate, double penalty)
    {
        return new(name, description, TreeData.Source, Epochs: 8, Batch: null, run => Train(run, New(run)), (run, other) =>
        {
            TreeClassifier classifier = New(run);
            // Only then it has weights.
            classifier.NewCheckpoint();
            run.Load(classifier.Network);
            return Tested(classifier, (TreeData)other);
        });

        TreeClassifier New(OwnRun run) => new(run.Trees.Train, network) { Seed = run.Seed, Optimizer = new Adagrad(rate, initialAccumulatorValue: 0, epsilon: 1e-10), Penalty = penalty };
    }

    private static Figures Train(OwnRun run, TreeClassifier classifier)
    {
        const string Best = "dev_accuracy";
        TreeData trees = run.Trees;
        double loss = 0;
        return run.Train(
            classifier.NewCheckpoint(),
            _ => loss = classifier.Epoch(run.Cancellation),
            () => [new("loss", loss), new(Best, classifier.Accuracy(trees.Dev)), new("dev_binary_accuracy", classifier.BinaryAccuracy(trees.Dev)), .. Tested(classifier, trees)],
            () =>
            {
                run.Save(classifier.Network, classifier.Vocabulary);
                int[] told = classifier.PredictRoots(trees.Test).ArgMax().Cast(DType.Int32).ToArray<int>(), right = [.. trees.Test.Select(tree => tree.Label)];
                Chart.ConfusionMatrix(ConfusionMatrix.Of(Tensor.From(right), Tensor.From(told), TreeData.Sentiments.Count, TreeData.Sentiments), $"{told.Length} test sentences").Save(run.PicturePath);
            },
            figures => figures.Of(Best));
    }

    private static Figures Tested(TreeClassifier classifier, TreeData trees) =>
        [new("test_accuracy", classifier.Accuracy(trees.Test)), new("test_binary_accuracy", classifier.BinaryAccuracy(trees.Test))];
}
