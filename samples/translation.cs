#:project ../src/Laminet/Laminet.csproj
// Translation: a transformer reads a sentence and writes another, word by word, in one compiled loop with its cache in place.  dotnet run -c Release samples/translation.cs
// With the path of tab-separated pairs (such as Tatoeba's fra.txt, or the zip archive it comes in) as an argument, and the epochs to train; without, digits become English words: 4 0 7 is four
// hundred seven. Held out are sentences that training never reads, with all their translations.
using System.Diagnostics;
using System.IO.Compression;
using System.Text.RegularExpressions;
using Laminet.Layers;
using Laminet.Losses;
using Laminet.Optimizers;
using Laminet.Optimizers.Schedules;
using Laminet.Tensors;
using Laminet.Tensors.Compilation;
using Laminet.Training;
using Laminet.Training.Callbacks;

string? file = args.FirstOrDefault(argument => !int.TryParse(argument, out _));
int epochs = args.Select(argument => int.TryParse(argument, out int number) ? number : 0).FirstOrDefault(number => number > 0, file is null ? 6 : 8);
const int Pad = 0, Start = 1, End = 2, Batch = 64, MostWords = 7;
(int width, double dropout, int heldOut) = file is null ? (64, 0.0, 512) : (128, 0.1, 1024);

// All translations of a sentence stay together.
Random random = new(1);
IGrouping<string, (string Source, string Target)>[] sentences = [.. (file is null ? Numbers() : Read(file)).GroupBy(pair => pair.Source).OrderBy(_ => random.Next())];
(string Source, string Target)[] train = [.. sentences[heldOut..].SelectMany(pairs => pairs)], test = [.. sentences[..heldOut].Select(pairs => pairs.First())];
Vocabulary from = new(train.Select(pair => pair.Source)), to = new(train.Select(pair => pair.Target));
int longest = (file is null ? sentences.SelectMany(pairs => pairs).Max(pair => pair.Target.Split(' ').Length) : MostWords) + 1;

// The decoder is given the words before the one it is to write.
Tensor Sources((string Source, string Target)[] pairs) => Tensor.From([.. pairs.SelectMany(pair => from.Row(pair.Source, longest))], [pairs.Length, longest]);
Tensor Targets((string Source, string Target)[] pairs, bool given) =>
    Tensor.From([.. pairs.SelectMany(pair => to.Row(given ? $"<start> {pair.Target}" : $"{pair.Target} <end>", longest))], [pairs.Length, longest]);

var source = new Input([longest], DType.Int32);
var target = new Input([longest], DType.Int32);
var read = new TokenAndPositionEmbedding(from.Count, longest, width, maskZero: true);
var write = new TokenAndPositionEmbedding(to.Count, longest, width, maskZero: true);
var encoder = new TransformerEncoder(4 * width, numHeads: 4, dropout);
var decoder = new TransformerDecoder(4 * width, numHeads: 4, dropout);
var head = new Dense(to.Count);
SymbolicTensor memory = encoder.Call(read.Call(source));
var model = new Model([source, target], head.Call(decoder.Call([write.Call(target), memory]).Only), seed: 1);
Console.WriteLine($"{train.Length} pairs, {from.Count} and {to.Count} words, {model.ParameterCount} parameters; held out: {test.Length} sentences");

int steps = epochs * ((train.Length + Batch - 1) / Batch);
model.Compile(new Adam(new Warmup(new CosineDecay(2e-3, steps, alpha: 0.02), steps / 10)) { GlobalClipNorm = 1 }, new SparseCategoricalCrossentropy(fromLogits: true), ["accuracy"]);
model.Fit((Sources(train), Targets(train, given: true)), Targets(train, given: false), batchSize: Batch, epochs: epochs,
    validationData: ((Sources(test), Targets(test, given: true)), Targets(test, given: false)), callbacks: [new ProgressBar()]);

Bundle<Tensor> Begin(int count) => new()
{
    ["at"] = Tensor.Scalar(0),
    ["cache"] = decoder.NewCache(count, longest),
    ["done"] = Tensor.Full([count], 0, DType.Bool),
    ["tokens"] = Tensor.Full([count, 1], Start, DType.Int32).Pad([(0, 0), (0, longest - 1)]),
};

Tensor IsOpen(Bundle<Tensor> state) => state["at"].Less(longest - 1).And(state["done"].All().Not());

// The word after the one at a position, for each sentence.
Bundle<Tensor> Step(Bundle<Tensor> state, Tensor memory, CallContext pass)
{
    Tensor at = state["at"], after = at + 1, token = state["tokens"].SliceAt(at, 1, axis: 1);
    (Tensor y, Tensor cache) = decoder.CallWithCache([write.CallAt(token, at, pass), memory], state["cache"], at, pass);
    Tensor next = Tensor.Where(state["done"], Tensor.Scalar(Pad), head.Call(y, pass).Squeeze(1).ArgMax());
    return new()
    {
        ["at"] = after,
        ["cache"] = cache,
        ["done"] = state["done"].Or(next.Equal(End)),
        ["tokens"] = state["tokens"].UpdateAt(next.ExpandDims(1), after, axis: 1),
    };
}

Func<Tensor, Tensor> translate = Function.Compile(sources =>
{
    var pass = new CallContext();
    // Its mask travels in the pass.
    Tensor memory = encoder.Call(read.Call(sources, pass), pass);
    return Flow.While(IsOpen, state => Step(state, memory, pass), Begin(memory.Shape[0]))["tokens"];
});

Tensor ByHand(Tensor sources)
{
    var pass = new CallContext();
    Tensor memory = encoder.Call(read.Call(sources, pass), pass);
    Bundle<Tensor> state = Begin(memory.Shape[0]);
    while (IsOpen(state).Item<bool>())
        state = Step(state, memory, pass);
    return state["tokens"];
}

Tensor sourcesOfTest = Sources(test);
Tensor[] batches = [.. Enumerable.Range(0, heldOut / Batch).Select(i => sourcesOfTest.Slice(i * Batch, (i + 1) * Batch))];
(double compiled, int[][] written) = Timed(batches, translate);
(double byHand, int[][] again) = Timed(batches, ByHand);
string[] translations = [.. written.Select(to.Text)];
for (int i = 0; i < 8; i++)
    Console.WriteLine($"{test[i].Source}  ->  {translations[i]}{(sentences[i].Any(pair => pair.Target == translations[i]) ? "" : $"  (expected: {test[i].Target})")}");

string[][] references = [.. sentences[..heldOut].Select(pairs => pairs.Select(pair => pair.Target).ToArray())];
double exact = references.Zip(translations).Average(pair => pair.First.Contains(pair.Second) ? 1.0 : 0);
double accuracy = model.Evaluate((sourcesOfTest, Targets(test, given: true)), Targets(test, given: false))["accuracy"];
Console.WriteLine($"held out: token accuracy {accuracy:F4} with the words before given; decoded: exact match {exact:F4}, BLEU {Bleu(translations, references):F1}");
Console.WriteLine($"sentences a second: {compiled:F0} in one compiled loop, {byHand:F0} step by step; the same words: {written.SelectMany(row => row).SequenceEqual(again.SelectMany(row => row))}");

// The first call compiles and does not count.
(double PerSecond, int[][] Rows) Timed(Tensor[] batches, Func<Tensor, Tensor> decode)
{
    decode(batches[0]);
    var clock = Stopwatch.StartNew();
    int[][] rows = [.. batches.SelectMany(batch => decode(batch).ToArray<int>().Chunk(longest))];
    return (rows.Length / clock.Elapsed.TotalSeconds, rows);
}

// Words that agree, one to four in a row, against the best reference, and a penalty for being short (Papineni et al., 2002).
static double Bleu(string[] translations, string[][] references)
{
    double logarithm = 0;
    for (int n = 1; n <= 4; n++)
    {
        int agree = 0, all = 0;
        foreach ((string translation, string[] each) in translations.Zip(references))
        {
            var most = each.SelectMany(reference => Runs(reference, n).GroupBy(run => run).Select(run => (run.Key, Count: run.Count()))).GroupBy(run => run.Key).ToDictionary(run => run.Key, run => run.Max(one => one.Count));
            foreach (IGrouping<string, string> run in Runs(translation, n).GroupBy(run => run))
                (agree, all) = (agree + Math.Min(run.Count(), most.GetValueOrDefault(run.Key)), all + run.Count());
        }

        logarithm += Math.Log(Math.Max(agree, 1e-9) / Math.Max(all, 1)) / 4;
    }

    int length = translations.Sum(Length), best = translations.Zip(references).Sum(pair => pair.Second.Select(Length).OrderBy(each => Math.Abs(each - Length(pair.First))).ThenBy(each => each).First());
    return 100 * Math.Exp(logarithm + Math.Min(0, 1 - ((double)best / length)));

    static int Length(string text) => text.Split(' ').Length;

    static IEnumerable<string> Runs(string text, int n) => text.Split(' ') is var words && words.Length < n ? [] : Enumerable.Range(0, words.Length - n + 1).Select(i => string.Join(' ', words[i..(i + n)]));
}

// Lower case; punctuation marks are words of their own. Only short sentences.
static IEnumerable<(string Source, string Target)> Read(string path)
{
    using Stream stream = path.EndsWith(".zip", StringComparison.OrdinalIgnoreCase)
        ? ZipFile.OpenRead(path).Entries.First(entry => entry.Name.EndsWith(".txt", StringComparison.Ordinal) && !entry.Name.StartsWith('_')).Open() : File.OpenRead(path);
    using StreamReader reader = new(stream);
    while (reader.ReadLine() is { } line)
    {
        string[] parts = [.. line.Split('\t').Take(2).Select(part => string.Join(' ', Regex.Matches(part.ToLowerInvariant(), @"[\w'’]+|[^\w\s]").Select(match => match.Value)))];
        if (parts.Length == 2 && parts.All(part => part.Split(' ').Length <= MostWords))
            yield return (parts[0], parts[1]);
    }
}

// Numbers below a million, as many of each length as there may be.
static IEnumerable<(string Source, string Target)> Numbers()
{
    Random random = new(2);
    return Enumerable.Range(0, 16_000).Select(_ => random.Next((int)Math.Pow(10, random.Next(1, 7)))).Distinct().Select(number => (string.Join(' ', $"{number}".ToCharArray()), Words(number)));
}

static string Words(int number)
{
    string[] small = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".Split(' ');
    string[] tens = "- - twenty thirty forty fifty sixty seventy eighty ninety".Split(' ');
    return number switch
    {
        < 20 => small[number],
        < 100 => With(tens[number / 10], number % 10),
        < 1000 => With($"{small[number / 100]} hundred", number % 100),
        _ => With($"{Words(number / 1000)} thousand", number % 1000),
    };

    static string With(string first, int rest) => rest == 0 ? first : $"{first} {Words(rest)}";
}

// The words that training has twice, numbered; padding first.
internal sealed class Vocabulary
{
    private readonly string[] words;
    private readonly Dictionary<string, int> numbers;

    public Vocabulary(IEnumerable<string> texts)
    {
        words = ["", "<start>", "<end>", "<unknown>", .. texts.SelectMany(text => text.Split(' ')).GroupBy(word => word).Where(word => word.Count() > 1).Select(word => word.Key)];
        numbers = words.Index().ToDictionary(word => word.Item, word => word.Index);
    }

    public int Count => words.Length;

    public IEnumerable<int> Row(string text, int length)
    {
        int[] row = [.. text.Split(' ').Select(word => numbers.GetValueOrDefault(word, 3))];
        return row.Concat(Enumerable.Repeat(0, length - row.Length));
    }

    public string Text(int[] row) => string.Join(' ', row.Skip(1).TakeWhile(number => number > 2 || number == 1).Select(number => words[number]));
}
