#:project ../src/Laminet.Zoo/Laminet.Zoo.csproj
#:project ../src/Laminet.Text/Laminet.Text.csproj
#:project ../src/Laminet.Plots/Laminet.Plots.csproj
// Translation: a transformer, or a recurrent network with attention, learns from sentences in two languages; beam search writes translations, and a picture shows what each word looked at.  dotnet run -c Release samples/translate.cs
// Arguments: a folder with Multi30k's gzipped train, val and test_2016_flickr in two languages, or - for sentences of a small grammar; transformer, luong or bahdanau; the epochs; the other language, fr or de; a folder for
// the model, its vocabulary and the picture.
using System.Diagnostics;
using System.IO.Compression;
using Laminet.Data;
using Laminet.Generation;
using Laminet.Losses;
using Laminet.Optimizers;
using Laminet.Optimizers.Schedules;
using Laminet.Plots;
using Laminet.Tensors;
using Laminet.Text.Metrics;
using Laminet.Text.Tokenizers;
using Laminet.Training;
using Laminet.Training.Callbacks;
using Laminet.Zoo.Language;

string? folder = args.Length > 0 && args[0] != "-" ? args[0] : null;
string kind = args.Length > 1 ? args[1] : "transformer", other = args.Length > 3 ? args[3] : "fr";
int epochs = args.Length > 2 ? int.Parse(args[2]) : folder is null ? 8 : 12;
string output = Directory.CreateDirectory(args.Length > 4 ? args[4] : "translate").FullName;
const int Pad = 0, Start = 1, End = 2;
int tokensOfBatch = folder is null ? 512 : 2048;

(string Source, string Target)[] train = Pairs("train"), test = Pairs("test_2016_flickr");
// One vocabulary for both languages: names and numbers are the same, and one table of embeddings serves. The space before the first word makes it a word like others.
Tokenizer tokenizer = VocabularyTrainer.BytePair(train.SelectMany(pair => (string[])[$" {pair.Source}", $" {pair.Target}"]), folder is null ? 400 : 6000, ["<pad>", "<start>", "<end>"]);
tokenizer.Save(Path.Combine(output, "vocabulary.json"));

SequenceToSequence network = (kind, folder is null) switch
{
    ("transformer", true) => new Transformer(tokenizer.VocabularySize, 64, layers: 1, intermediateDim: 128, dropout: 0, normalizeFirst: true),
    ("transformer", false) => new Transformer(tokenizer.VocabularySize, 256, layers: 3, intermediateDim: 512, dropout: 0.15, normalizeFirst: true),
    ("luong", bool isSmall) => new LuongNetwork(tokenizer.VocabularySize, isSmall ? 64 : 256, dropout: isSmall ? 0 : 0.3),
    ("bahdanau", bool isSmall) => new BahdanauNetwork(tokenizer.VocabularySize, isSmall ? 64 : 256, dropout: isSmall ? 0 : 0.3),
    _ => throw new ArgumentException($"Received the network {kind}; expected transformer, luong or bahdanau."),
};
Model model = network.ToModel(seed: 1);

// Batches of similar length, of about as many tokens each; a target of 36 tokens is as long as any but a hundredth.
int[] lengths = folder is null ? [14] : [12, 16, 20, 24, 28, 36];
int[][] sources = [.. train.Select(pair => Ids(pair.Source))], targets = [.. train.Select(pair => Ids(pair.Target))];
int perEpoch = Batches(0).Count(), steps = perEpoch * epochs, epoch = 0;
Console.WriteLine($"{kind}: {train.Length} pairs, {tokenizer.VocabularySize} tokens, {model.ParameterCount} parameters, {perEpoch} steps an epoch");
model.Compile(
    new Adam(new Warmup(new CosineDecay(folder is null ? 1e-2 : 1.5e-3, steps, alpha: 0.02), Math.Min(400, steps / 8)), beta2: 0.98) { GlobalClipNorm = 1, UseEma = true, EmaMomentum = folder is null ? 0.9 : 0.998 },
    new SparseCategoricalCrossentropy(fromLogits: true, labelSmoothing: 0.1), ["accuracy"]);
var clock = Stopwatch.StartNew();
model.Fit(Dataset.FromBatches(Each()), epochs: epochs, stepsPerEpoch: perEpoch, callbacks: [new SwapEMAWeights(swapOnEpoch: true), new ProgressBar(), new ModelCheckpoint(Path.Combine(output, $"{kind}.laminet"))]);
Console.WriteLine($"trained in {clock.Elapsed.TotalMinutes:F1} minutes");

clock.Restart();
GenerationSettings greedy = new() { MaxNewTokens = folder is null ? 16 : 50, StopTokens = [End] };
string[] translations = new string[test.Length];
// The shortest first, so that the sentences of a batch are about as long.
foreach ((int Index, int[] Ids)[] batch in test.Select((pair, i) => (i, Ids(pair.Source))).OrderBy(sentence => sentence.Item2.Length).Chunk(50))
{
    foreach (((int i, _), int[] written) in batch.Zip(network.Generate([.. batch.Select(sentence => sentence.Ids)], greedy with { NumBeams = 4 }, Start)))
        translations[i] = tokenizer.Decode(written).Trim();
}

for (int i = 0; i < 5; i++)
    Console.WriteLine($"{test[i].Source}  ->  {translations[i]}{(translations[i] == test[i].Target ? "" : $"  (expected: {test[i].Target})")}");
double exact = translations.Zip(test).Average(pair => pair.First == pair.Second.Target ? 1.0 : 0);
Console.WriteLine($"test: BLEU {Bleu.Corpus(translations, [.. test.Select(pair => pair.Target)]).Score:F1}, exact match {exact:F3}; {test.Length / clock.Elapsed.TotalSeconds:F0} sentences a second with 4 beams");
Console.Write($"{test[0].Source}  ->  ");
await foreach (int token in network.Stream(Ids(test[0].Source), greedy, Start))
    Console.Write(tokenizer.Decode([token]));
Console.WriteLine();

// Rows are what was written, the stop included.
int[] read = Ids(test[0].Source), wrote = network.Generate([read], greedy, Start)[0];
Tensor looks = network.AttentionScores(Tensor.From(read, [1, read.Length]), Tensor.From([Start, .. wrote], [1, wrote.Length + 1])).At(0);
string picture = Path.Combine(output, $"{kind}_attention.png");
Chart.Heatmap(looks, [.. wrote.Append(End).Select(Piece)], [.. read.Select(Piece)], $"{kind}: what each token looked at").Save(picture);
Console.WriteLine($"attention: {picture}");

string Piece(int id) => tokenizer.Decode([id], skipSpecialTokens: false).Trim();

int[] Ids(string text) => [.. tokenizer.Encode($" {text}").Ids];

// Each epoch in another order.
IEnumerable<Batch> Each() => Batches(++epoch);

IEnumerable<Batch> Batches(int seed)
{
    int[] order = new int[train.Length];
    new RandomKey((ulong)seed).Permute(order);
    List<int>[] waiting = [.. lengths.Select(_ => new List<int>())];
    foreach (int i in order)
    {
        int place = Array.FindIndex(lengths, length => length >= Math.Max(sources[i].Length, targets[i].Length + 1));
        if (place < 0)
            continue;
        waiting[place].Add(i);
        if (waiting[place].Count < tokensOfBatch / lengths[place])
            continue;
        Tensor Rows(Func<int, IEnumerable<int>> row) => Tensor.From(
            [.. waiting[place].SelectMany(number => row(number).Concat(Enumerable.Repeat(Pad, lengths[place])).Take(lengths[place]))], [waiting[place].Count, lengths[place]]);
        // Teacher forcing: the decoder is given the tokens before the one it is to write.
        yield return new Batch(new() { ["source"] = Rows(number => sources[number]), ["target"] = Rows(number => targets[number].Prepend(Start)) }, Rows(number => targets[number].Append(End)));
        waiting[place].Clear();
    }
}

(string, string)[] Pairs(string part)
{
    return folder is null ? Grammar(part == "train") : [.. Lines("en").Zip(Lines(other))];

    IEnumerable<string> Lines(string language)
    {
        using StreamReader reader = new(new GZipStream(File.OpenRead(Path.Combine(folder!, $"{part}.{language}.gz")), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
            yield return line.Trim();
    }
}

// In French the adjective follows its noun, and has its gender.
static (string, string)[] Grammar(bool isTrain)
{
    (string, string, bool)[] nouns =
        [("dog", "chien", false), ("cat", "chat", false), ("horse", "cheval", false), ("car", "voiture", true), ("flower", "fleur", true), ("boat", "bateau", false), ("house", "maison", true), ("bird", "oiseau", false)];
    (string, string, string)[] adjectives = [("green", "vert", "verte"), ("black", "noir", "noire"), ("white", "blanc", "blanche"), ("slow", "lent", "lente"), ("heavy", "lourd", "lourde"), ("red", "rouge", "rouge")];
    (string, string)[] verbs = [("sees", "voit"), ("finds", "trouve"), ("likes", "aime"), ("follows", "suit")];
    (string, string)[] phrases = [.. nouns.SelectMany(noun => adjectives.Select(adjective => ($"a {adjective.Item1} {noun.Item1}", $"{(noun.Item3 ? "une" : "un")} {noun.Item2} {(noun.Item3 ? adjective.Item3 : adjective.Item2)}")))];
    (string, string)[] all = [.. phrases.SelectMany(subject => verbs.SelectMany(verb => phrases.Select(seen => ($"{subject.Item1} {verb.Item1} {seen.Item1}.", $"{subject.Item2} {verb.Item2} {seen.Item2}."))))];
    new Random(1).Shuffle(all);
    return isTrain ? all[..4000] : all[^100..];
}
