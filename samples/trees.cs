#:project ../src/Laminet.Zoo/Laminet.Zoo.csproj
// Recursive networks go up the trees of sentences and tell the sentiment of every phrase: RNN, tensor network and Tree-LSTM.  dotnet run -c Release samples/trees.cs
// Arguments: the folder of the Stanford Sentiment Treebank (train.txt, dev.txt, test.txt), without it generated phrases; rnn, rntn or lstm, without it all; the most epochs; the seed; the file of the picture (.svg).
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Laminet.Optimizers;
using Laminet.Zoo.Datasets;
using Laminet.Zoo.Models;
using Laminet.Zoo.Tasks;

string? folder = args.FirstOrDefault(Directory.Exists), picture = args.FirstOrDefault(argument => argument.EndsWith(".svg", StringComparison.Ordinal));
string[] names = [.. args.Where(argument => argument is "rnn" or "rntn" or "lstm").DefaultIfEmpty("all")];
int[] given = [.. args.Where(argument => int.TryParse(argument, out _)).Select(int.Parse)];
(int epochs, ulong seed) = (given.Length > 0 ? given[0] : 12, given.Length > 1 ? (ulong)given[1] : 1);
IReadOnlyList<LabelledTree> Part(string name) => Treebank.Read(Path.Combine(folder, name + ".txt"));
IReadOnlyList<LabelledTree> dev = folder is null ? Generated(300, 2) : Part("dev"), test = folder is null ? Generated(500, 3) : Part("test");
// A file of training trees may hold those of the other parts too.
HashSet<string> held = [.. dev.Concat(test).Select(tree => tree.Text)];
LabelledTree[] train = folder is null ? Generated(2000, 1) : [.. Part("train").Where(tree => !held.Contains(tree.Text))];
Console.WriteLine($"{train.Length} trees to learn, {dev.Count} to choose the epoch, {test.Count} to test; {train.Sum(tree => tree.Nodes.Count)} labelled nodes");

TreeClassifier? drawn = null;
foreach (string name in names is ["all"] ? ["rnn", "rntn", "lstm"] : names)
{
    bool isReal = folder is not null;
    TreeClassifier classifier = new(train, words => name switch
    {
        "rnn" => new RecursiveNetwork(words, isReal ? 60 : 20, rate: isReal ? 0.3 : 0),
        "rntn" => new RecursiveTensorNetwork(words, isReal ? 30 : 10),
        _ => new TreeLSTM(words, isReal ? 120 : 20, isReal ? 120 : 20, rate: isReal ? 0.5 : 0),
    })
    {
        Seed = seed,
        // With dropout and larger steps the tensor network does not learn the treebank.
        Optimizer = new Adagrad(name switch { "lstm" => 0.05, "rntn" when isReal => 0.01, _ => 0.03 }, initialAccumulatorValue: 0, epsilon: 1e-10),
        Penalty = isReal ? name == "rnn" ? 1e-3 : 1e-4 : 0,
    };
    Stopwatch watch = Stopwatch.StartNew();
    // The epoch that is best on the dev part, of each of the two questions.
    (double dev, double test, int epoch) fine = default, binary = default;
    for (int epoch = 1; epoch <= epochs; epoch++)
    {
        double loss = classifier.Epoch(), fineDev = classifier.Accuracy(dev), binaryDev = classifier.BinaryAccuracy(dev);
        if (fineDev > fine.dev)
            fine = (fineDev, classifier.Accuracy(test), epoch);
        if (binaryDev > binary.dev)
            binary = (binaryDev, classifier.BinaryAccuracy(test), epoch);
        Console.WriteLine(Text($"{name}, epoch {epoch}: loss {loss:F3}, dev {fineDev:F4} fine, {binaryDev:F4} binary   ({watch.Elapsed.TotalSeconds:F0} s)"));
    }

    Console.WriteLine(Text($"{name}, {classifier.Network.ParameterCount} parameters, {classifier.Steps} steps in {watch.Elapsed.TotalSeconds:F0} s: test fine {fine.test:F4} (epoch {fine.epoch}), binary {binary.test:F4} (epoch {binary.epoch})"));
    watch.Restart();
    int rounds = 0;
    for (; watch.Elapsed.TotalSeconds < (isReal ? 3 : 0.3); rounds++)
        classifier.PredictRoots(test);
    Console.WriteLine(Text($"{name}: {rounds * test.Count / watch.Elapsed.TotalSeconds:F0} trees a second in inference"));
    drawn = classifier;
}

LabelledTree example = LabelledTree.Parse(folder is null ? "(1 (2 not) (3 (4 (2 very) (3 good)) (1 dull)))" : "(1 (2 (2 The) (2 film)) (1 (1 (2 is) (1 not)) (4 (2 very) (4 funny))))");
float[] told = drawn!.Predict([example])[0].ToArray<float>();
int[] classes = [.. told.Chunk(5).Select(share => Array.IndexOf(share, share.Max()))];
Console.WriteLine($"told: {new LabelledTree([.. example.Nodes.Zip(classes, (node, told) => node with { Label = told })])}");
if (picture is not null)
    Draw(example, classes, picture);

static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

// A word has a value from 0 to 4; "not" turns what follows round, "very" makes it stronger, and two phrases add. How often each word is there does not tell the value.
static LabelledTree[] Generated(int count, int seed)
{
    Random random = new(seed);
    (string Word, int Value)[] words = [("awful", 0), ("dull", 1), ("weak", 1), ("film", 2), ("story", 2), ("fine", 3), ("good", 3), ("superb", 4)];
    return [.. Enumerable.Range(0, count).Select(_ => LabelledTree.Parse(Phrase(random.Next(1, 5)).Tree))];

    (string Tree, int Value) Phrase(int depth)
    {
        int kind = depth == 0 ? 0 : random.Next(1, 5);
        if (kind == 0)
        {
            (string word, int value) = words[random.Next(words.Length)];
            return ($"({value} {word})", value);
        }

        (string tree, int right) = Phrase(depth - 1);
        if (kind <= 2)
        {
            int value = kind == 1 ? 4 - right : Math.Clamp(right + Math.Sign(right - 2), 0, 4);
            return ($"({value} (2 {(kind == 1 ? "not" : "very")}) {tree})", value);
        }

        (string other, int left) = Phrase(random.Next(depth));
        int sum = Math.Clamp(left + right - 2, 0, 4);
        return ($"({sum} {other} {tree})", sum);
    }
}

// Words in a row at the bottom, each node above the middle of its children, coloured by its class.
static void Draw(LabelledTree tree, int[] classes, string path)
{
    const int Step = 70, Rise = 55, Radius = 12;
    string[] colours = ["#b2182b", "#ef8a62", "#d0d0d0", "#67a9cf", "#2166ac"];
    (double X, double Y)[] places = new (double X, double Y)[tree.Nodes.Count];
    StringBuilder lines = new(), nodes = new();
    int word = 0, height = (tree.Depth * Rise) + 70, width = tree.Words.Count() * Step;
    foreach ((int i, TreeNode node) in tree.Nodes.Index())
    {
        places[i] = node.IsLeaf
            ? ((word++ + 0.5) * Step, 20 + (tree.Depth * Rise))
            : ((places[node.Left].X + places[node.Right].X) / 2, Math.Min(places[node.Left].Y, places[node.Right].Y) - Rise);
        foreach (int child in node.IsLeaf ? (ReadOnlySpan<int>)[] : [node.Left, node.Right])
            lines.Append(Text($"<line x1='{places[i].X}' y1='{places[i].Y}' x2='{places[child].X}' y2='{places[child].Y}' stroke='#888'/>"));
        nodes.Append(Text($"<circle cx='{places[i].X}' cy='{places[i].Y}' r='{Radius}' fill='{colours[classes[i]]}'/><text x='{places[i].X}' y='{places[i].Y + 4}' text-anchor='middle'>{"−− − 0 + ++".Split(' ')[classes[i]]}</text>"));
        if (node.IsLeaf)
            nodes.Append(Text($"<text x='{places[i].X}' y='{places[i].Y + 32}' text-anchor='middle'>{System.Security.SecurityElement.Escape(node.Word)}</text>"));
    }

    File.WriteAllText(path, Text($"<svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='{height}' font-family='sans-serif' font-size='12'><rect width='100%' height='100%' fill='white'/>{lines}{nodes}</svg>\n"));
    Console.WriteLine($"picture in {path}");
}
