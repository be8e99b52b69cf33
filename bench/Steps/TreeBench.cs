using System.Diagnostics;
using System.Globalization;
using Laminet.Tensors;
using Laminet.Zoo.Datasets;
using Laminet.Zoo.Models;
using Laminet.Zoo.Tasks;

namespace Laminet.Bench.Steps;

/// <summary>
/// Times a training step of a Tree-LSTM: 9,000 words, vectors and states of 120, 5 classes at every node, dropout 0.5, Adagrad with a penalty; and inference. The time is that of a tree, since the number in a batch varies.
/// <c>bench/peers/tree_lstm.cs</c> is the same in TorchSharp.
/// </summary>
internal static class TreeBench
{
    private const int Count = 2000, Vocabulary = 9000, Width = 120, Warm = 20;

    public static int Run(Options options)
    {
        Random random = new(1);
        LabelledTree[] trees = [.. Enumerable.Range(0, Count).Select(_ => new LabelledTree([.. Nodes(random, random.Next(8, 31))]))];
        TreeClassifier classifier = new(trees, words => new TreeLSTM(words, Width, Width, rate: 0.5), leastCount: 1) { Seed = 1 };
        TreeBatch[] batches = [.. TreeBatch.Pack(trees, Enumerable.Range(0, Count), classifier.NumberOf, classifier.Form).Where(batch => batch.Form == classifier.Form).SkipLast(1)];
        List<double> steps = [], tells = [];
        int turn = 0;
        for (; turn < Warm; turn++)
            classifier.Step(batches[turn % batches.Length]);
        classifier.PredictRoots(trees);
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start).TotalSeconds < options.Seconds || steps.Count < 3; turn++)
        {
            TreeBatch batch = batches[turn % batches.Length];
            long before = Stopwatch.GetTimestamp();
            classifier.Step(batch);
            steps.Add(Stopwatch.GetElapsedTime(before).TotalMicroseconds / batch.Trees.Count);
        }

        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start).TotalSeconds < options.Seconds || tells.Count < 3;)
        {
            long before = Stopwatch.GetTimestamp();
            classifier.PredictRoots(trees);
            tells.Add(Count / Stopwatch.GetElapsedTime(before).TotalSeconds);
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Tree-LSTM, {batches.Average(batch => batch.Trees.Count):F1} trees a step: median {steps.Order().ElementAt(steps.Count / 2):F0} us a tree, best {steps.Min():F0}, of {steps.Count} steps; inference median {tells.Order().ElementAt(tells.Count / 2):F0} trees a second, best {tells.Max():F0}; {Engine.Threads} threads"));
        return 0;
    }

    // The words are split in two at a random place, and each part again.
    private static List<TreeNode> Nodes(Random random, int words)
    {
        List<TreeNode> nodes = [];
        Add(words);
        return nodes;

        int Add(int count)
        {
            int split = count == 1 ? 0 : random.Next(1, count), left = count == 1 ? -1 : Add(split), right = count == 1 ? -1 : Add(count - split);
            nodes.Add(new(random.Next(5), count == 1 ? random.Next(Vocabulary).ToString(CultureInfo.InvariantCulture) : null, left, right));
            return nodes.Count - 1;
        }
    }
}
