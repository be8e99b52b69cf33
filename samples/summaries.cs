#:project ../src/Laminet.Zoo/Laminet.Zoo.csproj
#:project ../src/Laminet.Transfer/Laminet.Transfer.csproj
#:project ../src/Laminet.Text/Laminet.Text.csproj
// Summaries: of the captions of a picture the one nearest to all, by sentence embeddings, the one that shares most words with the others, and one that a network writes: it reads all and can copy from them.  dotnet run -c Release samples/summaries.cs
// Each caption in turn is held back: the other four are summarised, and the summary's ROUGE-L is that against the one held back, which neither the choice nor the network has seen.
// Without arguments, reports of an event that a generator gets wrong at places. Arguments: Flickr8k's captions.txt; MiniLM's model.onnx (vocab.txt beside it); test (the last 200 pictures; those before are learned) or validation
// (the 200 before, for choosing settings).
using System.Diagnostics;
using Laminet.Data;
using Laminet.Generation;
using Laminet.Losses;
using Laminet.Optimizers;
using Laminet.Optimizers.Schedules;
using Laminet.Tensors;
using Laminet.Text.Metrics;
using Laminet.Text.Tokenizers;
using Laminet.Training;
using Laminet.Transfer;
using Laminet.Zoo.Datasets;
using Laminet.Zoo.Language;

const int Pad = 0, Start = 1, End = 2, Unknown = 3, Between = 4, Captions = 5, BatchSize = 64, Places = 8;
bool isOfPictures = args.Length > 1;
int longest = isOfPictures ? 14 : 6;
(string[][] texts, Func<IReadOnlyList<string>, Tensor> vectorsOf) = isOfPictures ? Pictures() : Events();
int held = isOfPictures ? 200 : 100, train = texts.Length - held;
if (args.Length > 2 && args[2] == "validation")
    train -= held;
texts = texts[..(train + held)];
var clock = Stopwatch.StartNew();
Tensor vectors = vectorsOf([.. texts.SelectMany(all => all)]).Reshape([texts.Length, Captions, -1]);
float[][] alike = [.. vectors.MatMul(vectors, transposeOther: true).ToArray<float>().Chunk(Captions * Captions)];
Console.WriteLine($"{train} texts of {Captions} captions to learn from, {held} to test; vectors in {clock.Elapsed.TotalSeconds:F0} s");

string[] words = ["", "<start>", "<end>", "<unknown>", "<and>", .. texts[..train].SelectMany(all => all.SelectMany(caption => caption.Split(' '))).CountBy(word => word).Where(pair => pair.Value >= 2).Select(pair => pair.Key).Order(StringComparer.Ordinal)];
Dictionary<string, int> numbers = words.Index().ToDictionary(word => word.Item, word => word.Index);
clock.Restart();
LuongNetwork network = Trained();
Console.WriteLine($"{network.Weights.Sum(weight => weight.Shape.LongCount)} parameters, {words.Length} words, trained in {clock.Elapsed.TotalMinutes:F1} minutes");

(int Text, int Held)[] cases = [.. Enumerable.Range(train, held).SelectMany(text => Enumerable.Range(0, Captions).Select(caption => (text, caption)))];
IReadOnlyList<Hypothesis>[] found = [.. cases.Chunk(100).SelectMany(some => network.BeamSearch([.. some.Select(one => Read(one.Text, Others(one.Held)))], new() { NumBeams = 10, MaxNewTokens = longest + 2, StopTokens = [End] }, Start))];
// Of the beams the one that shares most with what was read: people agree on it (Kumar and Byrne 2004: the least expected loss).
string[] written = [.. cases.Zip(found, (one, all) => all.Select(beam => Text(beam.Tokens, Unknowns(one.Text, Others(one.Held)))).MaxBy(text => Shared(text, one.Text, Others(one.Held)))!)];
Rouge random = Rouge.Mean([.. cases.SelectMany(one => Others(one.Held).Select(other => Against(one, texts[one.Text][other])))]);
Rouge nearest = Rouge.Mean([.. cases.Select(one => Against(one, texts[one.Text][Nearest(one.Text, Others(one.Held))]))]);
Rouge sharing = Rouge.Mean([.. cases.Select(one => Against(one, texts[one.Text][Sharing(one.Text, Others(one.Held))]))]), byNetwork = Rouge.Mean([.. cases.Zip(written, Against)]);
Console.WriteLine($"ROUGE-L: a random caption {random.F:F4}, the one nearest to all {nearest.F:F4}, the one that shares most {sharing.F:F4}, written by the network {byNetwork.F:F4}");
for (int i = 0; i < 4; i++)
{
    (int text, int caption) = cases[Captions * i];
    Console.WriteLine($"read: {string.Join(" / ", Others(caption).Select(other => texts[text][other]))}\n  nearest to all: {texts[text][Nearest(text, Others(caption))]}\n  written: {written[Captions * i]}\n  held back: {texts[text][caption]}");
}

Rouge Against((int Text, int Held) one, string summary) => Rouge.L(summary, texts[one.Text][one.Held]);

static int[] Others(int caption) => [.. Enumerable.Range(0, Captions).Where(other => other != caption)];

// Of some captions of a text the one whose vector is most alike to theirs.
int Nearest(int text, int[] some) => some.MaxBy(one => some.Sum(other => alike[text][(one * Captions) + other]));

// The mean ROUGE-L of a summary with some captions of a text.
double Shared(string summary, int text, int[] some) => some.Average(one => Rouge.L(summary, texts[text][one]).F);

// Of some captions of a text the one that shares most with the others.
int Sharing(int text, int[] some) => some.MaxBy(one => Shared(texts[text][one], text, some));

// What is read of a text and is not in the vocabulary: such words have the tokens after it, in their order, so that they can be copied.
string[] Unknowns(int text, int[] some) => [.. some.SelectMany(caption => texts[text][caption].Split(' ').Take(longest)).Where(word => !numbers.ContainsKey(word)).Distinct().Take(Places)];

int[] Ids(string caption, string[] unknowns) => [.. caption.Split(' ').Take(longest).Select(word => numbers.TryGetValue(word, out int id) ? id : Array.IndexOf(unknowns, word) is >= 0 and int place ? words.Length + place : Unknown)];

string Text(IReadOnlyList<int> ids, string[] unknowns) => string.Join(' ', ids.Select(id => id < words.Length ? words[id] : unknowns.ElementAtOrDefault(id - words.Length)));

int[] Read(int text, int[] some) => [.. some.SelectMany(caption => Ids(texts[text][caption], Unknowns(text, some)).Prepend(Between))];

LuongNetwork Trained()
{
    LuongNetwork network = new(words.Length + Places, isOfPictures ? 128 : 48, dropout: isOfPictures ? 0.3 : 0, copies: true);
    int epochs = isOfPictures ? 8 : 5, perEpoch = train * Captions / BatchSize, steps = epochs * perEpoch, epoch = 0;
    Model model = network.ToModel(seed: 1);
    model.Compile(
        new AdamW(new Warmup(new CosineDecay(isOfPictures ? 2e-3 : 1e-2, steps, alpha: 0.02), steps / 10), weightDecay: 0.02, beta2: 0.98) { GlobalClipNorm = 1 },
        new SparseCategoricalCrossentropy(fromLogits: true, ignoreClass: Unknown));
    model.Fit(Dataset.FromBatches(Batches()), epochs: epochs, stepsPerEpoch: perEpoch);
    return network;

    // Four captions in any order, and the one of them that shares most with the others.
    IEnumerable<Batch> Batches()
    {
        Random random = new(epoch++);
        (int, int)[] order = [.. Enumerable.Range(0, train).SelectMany(text => Enumerable.Range(0, Captions).Select(caption => (text, caption)))];
        random.Shuffle(order);
        foreach ((int Text, int Held)[] some in order.Chunk(BatchSize).Take(perEpoch))
        {
            (int[] Read, int[] Target)[] rows = [.. some.Select(one =>
            {
                int[] others = Others(one.Held);
                random.Shuffle(others);
                return (Read(one.Text, others), Ids(texts[one.Text][Sharing(one.Text, others)], Unknowns(one.Text, others)));
            })];
            (int[][] read, int[][] targets) = ([.. rows.Select(row => row.Read)], [.. rows.Select(row => row.Target)]);
            int length = (read.Max(row => row.Length) + 15) / 16 * 16;
            yield return new Batch(new() { ["source"] = Rows(read, length), ["target"] = Rows([.. targets.Select(row => (int[])[Start, .. row])], longest + 1) }, Rows([.. targets.Select(row => (int[])[.. row, End])], longest + 1));
        }
    }

    static Tensor Rows(int[][] rows, int length) => Tensor.From([.. rows.SelectMany(row => row.Concat(Enumerable.Repeat(Pad, length)).Take(length))], [rows.Length, length]);
}

(string[][], Func<IReadOnlyList<string>, Tensor>) Pictures()
{
    Tokenizer tokenizer = Tokenizer.FromBert(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(args[1]))!, "vocab.txt"));
    SentenceEncoder encoder = new(Bert.SentenceVectors(PretrainedLanguage.MiniLM(args[1])), text => tokenizer.Encode(text, maxLength: 64).Ids);
    return ([.. CaptionedImage.Read(args[0]).Select(one => one.Captions.Select(CaptionedImage.PlainText).ToArray())], some => encoder.Encode(some));
}

// Who did what and where, as five tell it, each right in three of four things.
static (string[][], Func<IReadOnlyList<string>, Tensor>) Events()
{
    string[][] parts = ["dog cat girl boy man".Split(' '), "runs sleeps sits jumps waits".Split(' '), "in on behind near".Split(' '), "garden street house river hill".Split(' ')];
    Random random = new(1);
    string[][] texts = [.. Enumerable.Range(0, 500).Select(_ =>
    {
        string[] right = [.. parts.Select(part => part[random.Next(part.Length)])];
        return Enumerable.Range(0, Captions).Select(_ => right.Zip(parts, (word, part) => random.Next(4) == 0 ? part[random.Next(part.Length)] : word).ToArray()).Select(told => $"a {told[0]} {told[1]} {told[2]} the {told[3]}").ToArray();
    })];
    string[] all = [.. parts.SelectMany(part => part)];
    return (texts, some => Tensor.From([.. some.SelectMany(text => all.Select(word => text.Split(' ').Contains(word) ? 0.5f : 0))], [some.Count, all.Length]));
}
