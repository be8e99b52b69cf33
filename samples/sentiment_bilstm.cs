#:project ../src/Laminet.Zoo/Laminet.Zoo.csproj
// Sentiment by a bidirectional LSTM over words, no pretrained vectors; beside it logistic regression on the words.  dotnet run -c Release samples/sentiment_bilstm.cs
// With a folder of SST-2's stsa.binary.train, .dev and .test as an argument; without, generated sentences.
// With the Stanford Sentiment Treebank's train.txt as a second argument, the labelled phrases of its trees are learned too.
using Laminet.Layers;
using Laminet.Optimizers;
using Laminet.Regularizers;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Training.Callbacks;
using Laminet.Zoo.Datasets;

string? folder = args.FirstOrDefault(Directory.Exists), trees = args.FirstOrDefault(File.Exists);
int epochs = args.Select(argument => int.TryParse(argument, out int number) ? number : 0).FirstOrDefault(number => number > 0, 8);
const int Longest = 40;
(int Label, string[] Words)[] Read(string part) => [.. File.ReadLines(Path.Combine(folder!, "stsa.binary." + part)).Select(line => (line[0] - '0', line[2..].Split(' ', StringSplitOptions.RemoveEmptyEntries)))];
(int Label, string[] Words)[] train = folder is null ? Generated(1500, 1) : Read("train"), dev = folder is null ? Generated(300, 2) : Read("dev"), test = folder is null ? Generated(500, 3) : Read("test");

// Phrases labelled 2 are neither good nor bad. A tree whose sentence is in the other parts is left out.
HashSet<string> held = [.. dev.Concat(test).Select(Text)];
(int Label, string[] Words)[] phrases = trees is null ? [] : [.. File.ReadLines(trees).Select(line => LabelledTree.Parse(line.ToLowerInvariant())).Where(tree => !held.Contains(tree.Text))
    .SelectMany(tree => tree.Phrases()).Where(phrase => phrase.Label != 2).DistinctBy(phrase => phrase.Text).Select(phrase => (phrase.Label > 2 ? 1 : 0, phrase.Text.Split(' ')))];
string Text((int Label, string[] Words) phrase) => string.Join(' ', phrase.Words);

// 0 is padding, 1 a word that the training part does not have twice.
Dictionary<string, int> numbers = train.SelectMany(sentence => sentence.Words).GroupBy(word => word).Where(word => word.Count() > 1).Select((word, i) => (word.Key, i)).ToDictionary(word => word.Key, word => word.i + 2);
Tensor X((int Label, string[] Words)[] part) => Tensor.From([.. part.SelectMany(sentence => sentence.Words.Take(Longest).Select(word => numbers.GetValueOrDefault(word, 1)).Concat(Enumerable.Repeat(0, Math.Max(0, Longest - sentence.Words.Length))))], [part.Length, Longest]);
Tensor Y((int Label, string[] Words)[] part) => Tensor.From([.. part.Select(sentence => (float)sentence.Label)], [part.Length, 1]);
Console.WriteLine($"{train.Length} sentences{(trees is null ? "" : $" and {phrases.Length} phrases")}, {numbers.Count} words");

// Which words are there, and nothing of their order: a weight for each word is an embedding of length 1, summed.
var bag = new Sequential(seed: 1, new Input([Longest], DType.Int32), new Embedding(numbers.Count + 2, 1, maskZero: true, embeddingsInitializer: "zeros"), new GlobalAveragePooling1D(), new Rescaling(10), new Activation("sigmoid"));
Train(bag, new Adam(0.01), 20);
Console.WriteLine($"logistic regression on words: test accuracy {bag.Evaluate(X(test), Y(test))["accuracy"]:F4}");

var model = new Sequential(seed: 1,
    new Input([Longest], DType.Int32), new Embedding(numbers.Count + 2, 100, maskZero: true), new SpatialDropout1D(0.5),
    new Bidirectional(new LSTM(64, returnSequences: true)), new GlobalAveragePooling1D(), new Dropout(0.5), new Dense(1, "sigmoid", kernelRegularizer: new L2(1e-3)));
train = [.. train, .. phrases];
Train(model, new Adam(0.001) { GlobalClipNorm = 1 }, epochs);
Console.WriteLine($"bidirectional LSTM, {model.ParameterCount} parameters: test accuracy {model.Evaluate(X(test), Y(test))["accuracy"]:F4}");

void Train(Model trained, Optimizer optimizer, int epochs)
{
    trained.Compile(optimizer, "binary_crossentropy", ["accuracy"]);
    trained.Fit(X(train), Y(train), batchSize: 32, epochs: epochs, validationData: (X(dev), Y(dev)),
        callbacks: [new ProgressBar(), new EarlyStopping("val_accuracy", patience: 3, restoreBestWeights: true)]);
}

// Praise and blame among words that say nothing; "not" somewhere before turns them round.
static (int, string[])[] Generated(int count, int seed)
{
    Random random = new(seed);
    string[] good = ["fine", "moving", "funny", "great"], bad = ["dull", "flat", "silly", "weak"], plain = [.. Enumerable.Range(0, 60).Select(i => $"word{i}")];
    return [.. Enumerable.Range(0, count).Select(_ =>
    {
        List<string> words = [.. Enumerable.Range(0, random.Next(6, 20)).Select(_ => plain[random.Next(plain.Length)])];
        bool isGood = random.Next(2) == 1, isTurned = random.Next(4) == 0;
        int place = random.Next(1, words.Count);
        words.Insert(place, (isGood ^ isTurned ? good : bad)[random.Next(4)]);
        if (isTurned)
            words.Insert(random.Next(place), "not");
        return (isGood ? 1 : 0, words.ToArray());
    })];
}
