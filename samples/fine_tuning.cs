#:project ../src/Laminet.Transfer/Laminet.Transfer.csproj
#:project ../src/Laminet.Text/Laminet.Text.csproj
// Sentiment by a fine-tuned encoder: the head alone, low-rank adapters (LoRA), or all of it at rates that fall with depth.  dotnet run -c Release samples/fine_tuning.cs
// With three arguments: MiniLM-L6's model.onnx (vocab.txt beside it), a folder of SST-2's stsa.binary.train, .dev and .test or of the Stanford Sentiment Treebank's train.txt, dev.txt and test.txt
// (three classes, of whole sentences), and head, lora or whole; then the epochs, and for SST-2 the treebank's train.txt, if the labelled phrases of its trees are to be learned too. Without: an encoder that first learns generated sentences by masked tokens, then few labels.
using Laminet.Data;
using Laminet.Losses;
using Laminet.Optimizers;
using Laminet.Optimizers.Schedules;
using Laminet.Tensors;
using Laminet.Text.Tokenizers;
using Laminet.Training;
using Laminet.Training.Callbacks;
using Laminet.Training.Transfer;
using Laminet.Transfer;
using Laminet.Zoo.Datasets;
using Laminet.Zoo.Language;

const int BatchSize = 32;
int[] buckets = [8, 16, 24, 32, 48, 64];
if (args.Length < 3)
{
    Generated();
    return;
}

Tokenizer tokenizer = Tokenizer.FromBert(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(args[0]))!, "vocab.txt"));
int epochs = args.Length > 3 ? int.Parse(args[3]) : 3, classes = File.Exists(Path.Combine(args[1], "train.txt")) ? 3 : 2;
(string Text, int Label)[] dev = Read("dev"), test = Read("test");
// Some copies of the treebank have sentences of the other parts in train.txt.
(string Text, int Label)[] train = [.. Read("train").Concat(args.Length > 4 ? Phrases(args[4]) : []).DistinctBy(one => one.Text).ExceptBy(dev.Concat(test).Select(one => one.Text), one => one.Text)];
var clock = System.Diagnostics.Stopwatch.StartNew();
(Model model, Optimizer optimizer) = Prepared(PretrainedLanguage.MiniLM(args[0]), classes, args[2], epochs * train.Length / BatchSize);
Console.WriteLine($"{train.Length} {(args.Length > 4 ? "sentences and phrases" : "sentences")}, {classes} classes; {model.TrainableWeights.Sum(weight => weight.Shape.LongCount)} of {model.ParameterCount} parameters are trained");
model.Compile(optimizer, "sparse_categorical_crossentropy", ["accuracy"]);
model.Fit(Batches(train).Shuffle(seed: 1).PaddedBatch(BatchSize, buckets, dropRemainder: true), epochs, Batches(dev).PaddedBatch(BatchSize, buckets), callbacks: [new ProgressBar(), new EarlyStopping("val_accuracy", patience: epochs, restoreBestWeights: true)]);
Console.WriteLine($"{args[2]}: test accuracy {model.Evaluate(Batches(test).PaddedBatch(BatchSize, buckets))["accuracy"]:F4} after {clock.Elapsed.TotalMinutes:F1} minutes");
foreach (string text in (string[])["the coffee in this cafe is wonderful and the people are kind .", "the cafe was dirty , and the coffee cold ."])
    Console.WriteLine($"{text}  ->  {string.Join(' ', model.Predict(Tensor.From(Tokens(text), [1, Tokens(text).Length])).ToArray<float>().Select(share => share.ToString("F3")))}");

Dataset Batches((string Text, int Label)[] part) => Dataset.FromRagged([.. part.Select(one => Tokens(one.Text))], Tensor.From([.. part.Select(one => one.Label)], [part.Length]));
int[] Tokens(string text) => [.. tokenizer.Encode(text, maxLength: buckets[^1]).Ids];

(string Text, int Label)[] Read(string part) => classes == 2
    ? [.. File.ReadLines(Path.Combine(args[1], $"stsa.binary.{part}")).Select(line => (line[2..], line[0] - '0'))]
    : [.. File.ReadLines(Path.Combine(args[1], $"{part}.txt")).Select(LabelledTree.Parse).Select(tree => (string.Join(' ', tree.Words), tree.Label switch { < 2 => 0, 2 => 1, _ => 2 }))];

// Phrases labelled 2 are neither good nor bad. A tree whose sentence is in the other parts is left out.
IEnumerable<(string Text, int Label)> Phrases(string trees)
{
    HashSet<string> held = [.. dev.Concat(test).Select(one => one.Text)];
    return File.ReadLines(trees).Select(line => LabelledTree.Parse(line.ToLowerInvariant())).Where(tree => !held.Contains(tree.Text))
        .SelectMany(tree => tree.Phrases()).Where(phrase => phrase.Label != 2).Select(phrase => (phrase.Text, phrase.Label > 2 ? 1 : 0));
}

// The model with a new head, and the optimizer for a way of training it.
static (Model Model, Optimizer Optimizer) Prepared(Model encoder, int classes, string how, int steps, double pace = 1)
{
    Model model = encoder.WithHead(classes, dropout: 0.1, seed: 1);
    AdamW Optimizer(double rate) => new(new Warmup(new CosineDecay(pace * rate, steps, alpha: 0.02), Math.Max(1, steps / 10)), weightDecay: 0.01) { GlobalClipNorm = 1 };
    switch (how)
    {
        case "head":
            return (model, Optimizer(1e-3));
        case "lora":
            return (new LoraModel(model, rank: 8, alpha: 16, weights: ".*/(query|value)/kernel", trained: "head", seed: 1), Optimizer(1e-3));
        default:
            AdamW optimizer = Optimizer(1e-4);
            // All but the tables of words, positions and segments; the lowest block at a third of the rate.
            model.UnfreezeTop(0.7, optimizer, lowestFactor: 0.3);
            return (model, optimizer);
    }
}

// Sentences with three words of one mood among others. The encoder learns from sentences without labels which words go together; then few labels suffice.
static void Generated()
{
    const int Words = 60, Mask = 3, Length = 8, Labelled = 256;
    Random random = new(1);
    (int[] Tokens, int Label)[] all = [.. Enumerable.Range(0, 1792).Select(_ =>
    {
        int label = random.Next(2);
        int[] tokens = [.. Enumerable.Range(0, Length).Select(_ => random.Next(36, Words))];
        foreach (int place in Enumerable.Range(0, Length).OrderBy(_ => random.Next()).Take(3))
            tokens[place] = 4 + (16 * label) + random.Next(16);
        return (tokens, label);
    })];
    Tensor X(int from, int until) => Tensor.From([.. all[from..until].SelectMany(one => one.Tokens)], [until - from, Length]);
    Tensor Y(int from, int until) => Tensor.From([.. all[from..until].Select(one => one.Label)], [until - from]);

    BertSettings settings = new() { VocabularySize = Words, MaxLength = 16, Width = 48, NumBlocks = 2, NumHeads = 4, Dropout = 0, Seed = 1 };
    Model masked = Bert.MaskedLanguageModel(settings);
    masked.Compile(new Adam(3e-3), new SparseCategoricalCrossentropy(fromLogits: true, ignoreClass: MaskedTokens.Ignored));
    Tensor unlabelled = X(0, 1280);
    for (int epoch = 0; epoch < 4; epoch++)
    {
        (Tensor inputs, Tensor targets) = MaskedTokens.Draw(unlabelled, new RandomKey((ulong)epoch), Mask, Words, firstOrdinary: 4);
        masked.Fit(inputs, targets, batchSize: BatchSize, epochs: 1);
    }

    Model encoder = new(masked.Inputs, masked.GetLayer("block_1").Output);
    Tensor[] learned = [.. encoder.Weights.Select(weight => weight.Value)];
    foreach (string how in (string[])["head", "lora", "whole"])
    {
        foreach ((Variable weight, Tensor value) in encoder.Weights.Zip(learned))
            weight.Assign(value);
        (Model model, Optimizer optimizer) = Prepared(encoder, 2, how, 12 * Labelled / BatchSize, pace: 10);
        model.Compile(optimizer, "sparse_categorical_crossentropy", ["accuracy"]);
        model.Fit(X(0, Labelled), Y(0, Labelled), batchSize: BatchSize, epochs: 12);
        Console.WriteLine($"{how}: {model.TrainableWeights.Sum(weight => weight.Shape.LongCount)} of {model.ParameterCount} parameters trained, test accuracy {model.Evaluate(X(1280, 1792), Y(1280, 1792))["accuracy"]:F4}");
    }
}
