#:package TorchSharp-cpu@0.107.0
#:property PublishAot=false
#:property ManagePackageVersionsCentrally=false
#:property TreatWarningsAsErrors=false
#:property EnforceCodeStyleInBuild=false
#:property AnalysisLevel=none
// A training step of the Tree-LSTM of bench/Steps/TreeBench.cs in TorchSharp, 25 trees at a time, level by level: a node lies one level above its children.  dotnet run -c Release bench/peers/tree_lstm.cs
// Environment: T threads (2), S seconds (4).
using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

const int Count = 2000, Vocabulary = 9000, Width = 120, Batch = 25, Warm = 20;
int threads = int.Parse(Environment.GetEnvironmentVariable("T") ?? "2");
double seconds = double.Parse(Environment.GetEnvironmentVariable("S") ?? "4");
set_num_threads(threads);
manual_seed(0);
Random random = new(1);
(int Depth, long Word, int Left, int Right, long Label)[][] trees = [.. Enumerable.Range(0, Count).Select(_ => Tree(random.Next(8, 31)))];

var words = Embedding(Vocabulary, Width);
var leaf = Linear(Width, 3 * Width);
var join = Linear(2 * Width, 5 * Width);
var classifier = Linear(Width, 5);
var penalized = new[] { leaf, join, classifier }.SelectMany(layer => layer.parameters()).ToArray();
var optimizer = optim.Adagrad([.. words.parameters(), .. penalized], lr: 0.05, eps: 1e-10);
List<Level[]> batches = [.. trees.Chunk(Batch).Select(Levels)];

List<double> times = [];
int turn = 0;
for (; turn < Warm; turn++)
    Step(batches[turn % batches.Count]);
for (Stopwatch all = Stopwatch.StartNew(); all.Elapsed.TotalSeconds < seconds || times.Count < 3; turn++)
{
    long start = Stopwatch.GetTimestamp();
    Step(batches[turn % batches.Count]);
    times.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds / Batch);
}

times.Sort();
Console.WriteLine($"TorchSharp Tree-LSTM, {Batch} trees a step: median {times[times.Count / 2]:F0} us a tree, best {times[0]:F0}, of {times.Count} steps; {threads} threads");

void Step(Level[] levels)
{
    using var scope = NewDisposeScope();
    optimizer.zero_grad();
    // One product for the words of all levels.
    Tensor vectors = functional.dropout(words.call(cat([.. levels.Select(level => level.Words)])), 0.5, training: true);
    Tensor[] gates = leaf.call(vectors).chunk(3, 1);
    Tensor memory = gates[0].sigmoid() * gates[2].tanh(), state = gates[1].sigmoid() * memory.tanh();
    Tensor? h = null, c = null;
    List<Tensor> found = [];
    long first = 0;
    foreach (Level level in levels)
    {
        long count = level.Words.shape[0];
        (Tensor ownH, Tensor ownC) = (state.narrow(0, first, count), memory.narrow(0, first, count));
        first += count;
        if (h is not null)
        {
            Tensor[] parts = join.call(cat([h.index_select(0, level.Left), h.index_select(0, level.Right)], 1)).chunk(5, 1);
            Tensor joined = (parts[0].sigmoid() * parts[4].tanh()) + ((parts[2] + 1).sigmoid() * c!.index_select(0, level.Left)) + ((parts[3] + 1).sigmoid() * c.index_select(0, level.Right));
            (h, c) = (cat([ownH, parts[1].sigmoid() * joined.tanh()]), cat([ownC, joined]));
        }
        else
        {
            (h, c) = (ownH, ownC);
        }

        found.Add(h);
    }

    Tensor logits = classifier.call(functional.dropout(cat(found), 0.5, training: true));
    Tensor loss = functional.cross_entropy(logits, cat([.. levels.Select(level => level.Labels)]), reduction: Reduction.Sum) / Batch;
    foreach (Tensor weight in penalized)
        loss += 0.5e-4 * weight.square().sum();
    loss.backward();
    optimizer.step();
    loss.item<float>();
}

// Nodes by their distance from the root, the deepest first; in a level words come first.
static Level[] Levels((int Depth, long Word, int Left, int Right, long Label)[][] trees)
{
    int deepest = trees.Max(tree => tree.Max(node => node.Depth));
    Dictionary<(int Tree, int Node), long> rows = [];
    return [.. Enumerable.Range(0, deepest + 1).Select(i =>
    {
        var own = trees.SelectMany((tree, t) => tree.Select((node, n) => (Node: node, Place: (t, n)))).Where(one => one.Node.Depth == deepest - i).OrderBy(one => one.Node.Left >= 0).ToArray();
        for (int row = 0; row < own.Length; row++)
            rows[own[row].Place] = row;
        var joins = own.Where(one => one.Node.Left >= 0).ToArray();
        return new Level(
            tensor(own.Where(one => one.Node.Left < 0).Select(one => one.Node.Word).ToArray()), tensor(joins.Select(one => rows[(one.Place.t, one.Node.Left)]).ToArray()),
            tensor(joins.Select(one => rows[(one.Place.t, one.Node.Right)]).ToArray()), tensor(own.Select(one => one.Node.Label).ToArray()));
    })];
}

(int Depth, long Word, int Left, int Right, long Label)[] Tree(int words)
{
    List<(int Depth, long Word, int Left, int Right, long Label)> nodes = [];
    Add(words, 0);
    return [.. nodes];

    int Add(int count, int depth)
    {
        int split = count == 1 ? 0 : random.Next(1, count), left = count == 1 ? -1 : Add(split, depth + 1), right = count == 1 ? -1 : Add(count - split, depth + 1);
        long label = random.Next(5);
        nodes.Add((depth, count == 1 ? random.Next(Vocabulary) : 0, left, right, label));
        return nodes.Count - 1;
    }
}

internal sealed record Level(Tensor Words, Tensor Left, Tensor Right, Tensor Labels);
