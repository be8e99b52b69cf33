#:project ../src/Laminet.Zoo/Laminet.Zoo.csproj
#:project ../src/Laminet.Text/Laminet.Text.csproj
// Names in texts: a bidirectional LSTM gives each word a tag, with a conditional random field over neighbours and without.  dotnet run -c Release samples/tagging.cs
// With a file in columns as of CoNLL (a word a line, its tag in the last column, an empty line between sentences), one to test on, and the epochs; without, generated sentences.
using Laminet.Layers;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Text.Metrics;
using Laminet.Training;
using Laminet.Training.Callbacks;
using Laminet.Zoo.Language;

const int Longest = 64;
(string[] Words, string[] Tags)[] train = args.Length > 0 ? Read(args[0]) : Generated(600, 1), test = args.Length > 1 ? Read(args[1]) : args.Length > 0 ? [] : Generated(200, 2);
if (test.Length == 0)
    (train, test) = (train[..(train.Length * 9 / 10)], train[(train.Length * 9 / 10)..]);
int epochs = args.Length > 2 ? int.Parse(args[2]) : 6;

// 0 is padding, 1 a word that is new. What is there once only is learned as a new word of its shape.
Dictionary<string, int> words = Numbered(train.SelectMany(one => one.Words).CountBy(Key).Where(word => word.Value > 1).Select(word => word.Key).Concat(train.SelectMany(one => one.Words).Select(Form)), 2);
Dictionary<string, int> tags = Numbered(train.SelectMany(one => one.Tags), 0);
string[] names = [.. tags.Keys];
int length = Math.Min(Longest, train.Concat(test).Max(one => one.Words.Length));
Console.WriteLine($"{train.Length} sentences, {test.Length} to test; {words.Count} words and shapes, {names.Length} tags");

foreach (bool hasTransitions in (bool[])[false, true])
{
    Sequential encoder = new(new Input([null], DType.Int32), new Embedding(words.Count + 2, 48, maskZero: true), new Dropout(0.3), new Bidirectional(new LSTM(48, returnSequences: true)), new Dropout(0.3));
    Tagger tagger = new(encoder, names.Length, hasTransitions, seed: 1);
    tagger.Compile(new Adam(5e-3) { GlobalClipNorm = 1 });
    tagger.Fit(X(train), Y(train), batchSize: 32, epochs: epochs, callbacks: [new ProgressBar()]);
    int[] chosen = tagger.Tag(X(test)).ToArray<int>();
    string[][] found = [.. test.Select((one, row) => one.Words.Select((_, i) => i < length ? names[chosen[(row * length) + i]] : "O").ToArray())];
    double right = test.Zip(found, (one, other) => one.Tags.Zip(other, (tag, given) => tag == given ? 1.0 : 0)).SelectMany(all => all).Average();
    int broken = found.Sum(row => row.Index().Count(one => one.Item.StartsWith("I-", StringComparison.Ordinal) && (one.Index == 0 || row[one.Index - 1].Length < 2 || row[one.Index - 1][1..] != one.Item[1..])));
    EntityScore score = EntityScore.Of(found, [.. test.Select(one => one.Tags)]);
    Console.WriteLine(FormattableString.Invariant($"{(hasTransitions ? "with" : "without")} transitions, {tagger.ParameterCount} parameters: F1 {score.F1:F4} of {score.Count} names, accuracy {right:F4}; {broken} tags go on where nothing began"));
    foreach ((string kind, EntityScore one) in score.Kinds)
        Console.WriteLine(FormattableString.Invariant($"  {kind}: precision {one.Precision:F3}, recall {one.Recall:F3}, F1 {one.F1:F3}"));
    Console.WriteLine("  " + string.Join(' ', test[0].Words.Zip(found[0], (word, tag) => tag == "O" ? word : $"{word}/{tag}")));
}

Tensor X((string[] Words, string[] Tags)[] part) => Padded(part.Select(one => one.Words.Select(word => words.GetValueOrDefault(Key(word), words.GetValueOrDefault(Form(word), 1)))));

Tensor Y((string[] Words, string[] Tags)[] part) => Padded(part.Select(one => one.Tags.Select(tag => tags.GetValueOrDefault(tag, 0))));

Tensor Padded(IEnumerable<IEnumerable<int>> rows) => Tensor.From([.. rows.SelectMany(row => row.Concat(Enumerable.Repeat(0, length)).Take(length))], [rows.Count(), length]);

static Dictionary<string, int> Numbered(IEnumerable<string> all, int first) => all.Distinct().Select((one, i) => (one, i)).ToDictionary(one => one.one, one => one.i + first);

// Capitals mean something, digits only that they are digits.
static string Key(string word) => string.Concat(word.Select(letter => char.IsDigit(letter) ? '0' : letter));

// Its first letter's case, its last letters, and whether it has digits: what is known of a word that was never seen.
static string Form(string word) => $"<{(char.IsUpper(word[0]) ? 'A' : char.IsDigit(word[0]) ? '0' : 'a')}{(word.Length > 4 ? word[^2..] : "")}>";

static (string[] Words, string[] Tags)[] Read(string path)
{
    List<(string[], string[])> sentences = [];
    List<(string Word, string Tag)> open = [];
    foreach (string line in File.ReadLines(path).Append(""))
    {
        string[] columns = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (columns.Length > 1 && columns[0] != "-DOCSTART-")
            open.Add((columns[0], columns[^1]));
        if (columns.Length > 0 || open.Count == 0)
            continue;
        sentences.Add(([.. open.Select(one => one.Word)], [.. open.Select(one => one.Tag)]));
        open = [];
    }

    return [.. sentences];
}

// The same words are a person or a place; what stands before tells which, and a name may have several words.
static (string[], string[])[] Generated(int count, int seed)
{
    Random random = new(seed);
    string[] names = ["Paris", "Jordan", "Florence", "Austin", "Madison", "Chelsea"], second = ["North", "West", "Hill", "Lake"], verbs = ["met", "saw", "called", "thanked"], ways = ["in", "near", "from"], plain = ["today", "again", "slowly", "and", "then"];
    return [.. Enumerable.Range(0, count).Select(_ =>
    {
        List<(string Word, string Tag)> words = [];
        for (int clause = random.Next(1, 4); clause > 0; clause--)
        {
            words.AddRange([("we", "O"), (Any(verbs), "O")]);
            Name("PER");
            words.Add((Any(ways), "O"));
            Name("LOC");
            words.AddRange(random.GetItems(plain, random.Next(0, 3)).Select(word => (word, "O")));
        }

        return (words.Select(one => one.Word).ToArray(), words.Select(one => one.Tag).ToArray());

        void Name(string kind)
        {
            words.Add((Any(names), $"B-{kind}"));
            words.AddRange(random.GetItems(second, random.Next(0, 3)).Select(word => (word, $"I-{kind}")));
        }
    })];

    string Any(string[] all) => all[random.Next(all.Length)];
}
