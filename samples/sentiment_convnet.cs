#:project ../src/Laminet/Laminet.csproj
// Kim's convnet for sentences: windows of 3, 4 and 5 words, the strongest answer of each filter.  dotnet run -c Release samples/sentiment_convnet.cs
// Kim, "Convolutional neural networks for sentence classification", 2014; no pretrained vectors.
// With a folder of SST-2's stsa.binary.train, .dev and .test as an argument; without, generated sentences.
using Laminet.Layers;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Training.Callbacks;

string? folder = args.FirstOrDefault(argument => !int.TryParse(argument, out _));
int epochs = args.Select(argument => int.TryParse(argument, out int number) ? number : 0).FirstOrDefault(number => number > 0, 8);
const int Longest = 40;
(int Label, string[] Words)[] Read(string part) => [.. File.ReadLines(Path.Combine(folder!, "stsa.binary." + part)).Select(line => (line[0] - '0', line[2..].Split(' ', StringSplitOptions.RemoveEmptyEntries)))];
(int Label, string[] Words)[] train = folder is null ? Generated(1500, 1) : Read("train"), dev = folder is null ? Generated(300, 2) : Read("dev"), test = folder is null ? Generated(500, 3) : Read("test");

// 0 is padding, 1 a word that the training part does not have twice.
Dictionary<string, int> numbers = train.SelectMany(sentence => sentence.Words).GroupBy(word => word).Where(word => word.Count() > 1).Select((word, i) => (word.Key, i)).ToDictionary(word => word.Key, word => word.i + 2);
Tensor X((int Label, string[] Words)[] part) => Tensor.From([.. part.SelectMany(sentence => sentence.Words.Take(Longest).Select(word => numbers.GetValueOrDefault(word, 1)).Concat(Enumerable.Repeat(0, Math.Max(0, Longest - sentence.Words.Length))))], [part.Length, Longest]);
Tensor Y((int Label, string[] Words)[] part) => Tensor.From([.. part.Select(sentence => (float)sentence.Label)], [part.Length, 1]);

var input = new Input([Longest], DType.Int32);
SymbolicTensor words = new SpatialDropout1D(0.3).Call(new Embedding(numbers.Count + 2, 128).Call(input));
SymbolicTensor[] answers = [.. new[] { 3, 4, 5 }.Select(width => new GlobalMaxPooling1D().Call(new Conv1D(100, width, activation: "relu").Call(words)))];
var model = new Model(input, new Dense(1, "sigmoid").Call(new Dropout(0.5).Call(new Concatenate().Call(answers))), seed: 1);
model.Compile(new Adam(0.001), "binary_crossentropy", ["accuracy"]);
Console.WriteLine($"{train.Length} sentences, {numbers.Count} words, {model.ParameterCount} parameters");
model.Fit(X(train), Y(train), batchSize: 50, epochs: epochs, validationData: (X(dev), Y(dev)), callbacks: [new ProgressBar(), new EarlyStopping("val_accuracy", patience: 3, restoreBestWeights: true)]);
Console.WriteLine($"test accuracy {model.Evaluate(X(test), Y(test))["accuracy"]:F4}");

// Praise and blame among words that say nothing; "not" before turns them round.
static (int, string[])[] Generated(int count, int seed)
{
    Random random = new(seed);
    string[] good = ["fine", "moving", "funny", "great"], bad = ["dull", "flat", "silly", "weak"], plain = [.. Enumerable.Range(0, 60).Select(i => $"word{i}")];
    return [.. Enumerable.Range(0, count).Select(_ =>
    {
        List<string> words = [.. Enumerable.Range(0, random.Next(6, 20)).Select(_ => plain[random.Next(plain.Length)])];
        bool isGood = random.Next(2) == 1, isTurned = random.Next(3) == 0;
        string judgement = (isGood ^ isTurned ? good : bad)[random.Next(4)];
        words.InsertRange(random.Next(words.Count), isTurned ? ["not", judgement] : [judgement]);
        return (isGood ? 1 : 0, words.ToArray());
    })];
}
