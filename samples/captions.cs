#:project ../src/Laminet.Zoo/Laminet.Zoo.csproj
#:project ../src/Laminet.Vision/Laminet.Vision.csproj
#:project ../src/Laminet.Transfer/Laminet.Transfer.csproj
#:project ../src/Laminet.Text/Laminet.Text.csproj
#:project ../src/Laminet.Plots/Laminet.Plots.csproj
// Captions: networks that look at the frozen features of a picture write what it shows, and a joint space of pictures and texts finds pictures by captions.  dotnet run -c Release samples/captions.cs
// Without arguments, or with a folder for the picture alone, pairs of clothes and sentences about them. Arguments: a folder with Flickr8k's captions.txt and images; weights of SqueezeNet 1.1 and of MobileNetV2 0.35 for Keras; MiniLM's model.onnx (vocab.txt beside it);
// test (the last 200 pictures; those before are learned) or validation (the 200 before, for choosing settings); a folder for the picture.
using System.Diagnostics;
using Laminet.Data;
using Laminet.Formats.Weights.Mapping;
using Laminet.Generation;
using Laminet.Layers;
using Laminet.Losses;
using Laminet.Optimizers;
using Laminet.Optimizers.Schedules;
using Laminet.Plots;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Compilation;
using Laminet.Text.Metrics;
using Laminet.Text.Tokenizers;
using Laminet.Training;
using Laminet.Transfer;
using Laminet.Vision.Images;
using Laminet.Zoo.Datasets;
using Laminet.Zoo.Language;
using Laminet.Zoo.Models;

const int Start = 1, End = 2, Unknown = 3, Longest = 17;
bool isOfPhotographs = args.Length > 3;
var clock = Stopwatch.StartNew();
// Views of the pictures (pictures, places, channels), the first one as it is; the captions; vectors of texts; the pictures themselves.
(Tensor[] views, string[][] captions, Func<IReadOnlyList<string>, Tensor> vectorsOf, Func<int, Tensor> picture) = isOfPhotographs ? Photographs() : Clothes();
int held = isOfPhotographs ? 200 : 100, train = views[0].Shape[0] - held;
if (args.Length > 4 && args[4] == "validation")
    train -= held;
Tensor learned = Tensor.Concatenate([.. views.Select(view => view.Slice(0, train))], 0), mean = learned.Mean([0, 1]), deviation = learned.Variance([0, 1]).Sqrt() + 0.1;
learned = (learned - mean) / deviation;
Tensor tested = (views[0].Slice(train, train + held) - mean) / deviation;
string[][] references = captions[train..(train + held)];
Console.WriteLine($"{train} pictures to learn from, {held} to test, {learned.Shape[1]} places of {learned.Shape[2]} frozen features; {clock.Elapsed.TotalSeconds:F0} s");

// A joint space of pictures and texts, of which the test's captions find the test's pictures.
clock.Restart();
Tensor texts = vectorsOf([.. captions[..(train + held)].SelectMany(all => all)]).Reshape([train + held, captions[0].Length, -1]);
Console.WriteLine($"{train + held} x {captions[0].Length} captions as vectors of {texts.Shape[2]}; {clock.Elapsed.TotalSeconds:F0} s");
clock.Restart();
(Model ofPictures, Model ofTexts) = Joint();
Tensor placed = ofPictures.Predict(Pooled(tested)), asked = ofTexts.Predict(texts.Slice(train, train + held).Reshape([-1, texts.Shape[2]])), alike = asked.MatMul(placed, transposeOther: true);
Tensor own = alike.TakeAlong(Tensor.Range(0, alike.Shape[0], DType.Int32).FloorDivide(captions[0].Length).ExpandDims(-1)), nearer = alike.Greater(own).Cast(DType.Float32).Sum(-1);
Console.WriteLine(($"pictures found by captions: recall at 1 {Recall(1):F3}, at 5 {Recall(5):F3}, at 10 of {held} {Recall(10):F3}; {clock.Elapsed.TotalSeconds:F0} s"));

// What the captions of the nearest pictures have in common, without a network that writes.
const int Neighbours = 40;
Tensor known = Pooled(learned.Slice(0, train)).UnitNormalize(-1), unknown = Pooled(tested).UnitNormalize(-1);
string[] consensus = [.. unknown.MatMul(known, transposeOther: true).TopK(Neighbours).Indices.ToArray<int>().Chunk(Neighbours).Select(nearest => Consensus([.. nearest.SelectMany(i => captions[i])]))];
Console.WriteLine($"consensus of the {Neighbours} nearest pictures' captions: {Score(consensus)}");

// Words that are rare are left unknown, and never written.
string[] words = ["", "<start>", "<end>", "<unknown>", .. captions[..train].SelectMany(all => all.SelectMany(caption => caption.Split(' '))).CountBy(word => word).Where(pair => pair.Value >= 3).Select(pair => pair.Key).Order(StringComparer.Ordinal)];
Dictionary<string, int> numbers = words.Index().ToDictionary(word => word.Item, word => word.Index);
clock.Restart();
// From other seeds: they err in other ways.
Captioner[] networks = [.. Enumerable.Range(1, isOfPhotographs ? 3 : 1).Select(seed => Trained((ulong)seed))];
Console.WriteLine(($"{networks.Length} networks of {networks[0].Weights.Sum(weight => weight.Shape.LongCount)} parameters, {words.Length} words, trained in {clock.Elapsed.TotalMinutes:F1} minutes"));
DecoderEnsemble ensemble = new(networks);
IReadOnlyList<Hypothesis>[] found = ensemble.BeamSearch(
    [.. Enumerable.Repeat<int[]>([Start], held)], new() { NumBeams = 5, MaxNewTokens = 20, StopTokens = [End] }, ensemble.Join([.. networks.Select(network => network.NewCache(tested))]));
Console.WriteLine($"networks, the best of 5 beams: {Score([.. found.Select(all => Text(all[0].Tokens))])}");

// Of the beams the one that is likely and near to its picture in the joint space.
(int Row, string Text, double Score)[] beams = [.. found.SelectMany((all, row) => all.Select(one => (row, Text(one.Tokens), one.Score)))];
Tensor places = placed.Gather(Tensor.From([.. beams.Select(beam => beam.Row)]));
float[] fits = (ofTexts.Predict(vectorsOf([.. beams.Select(beam => beam.Text)])) * places).Sum(-1).ToArray<float>();
string[] written = [.. beams.Zip(fits).GroupBy(pair => pair.First.Row).Select(row => row.MaxBy(pair => pair.First.Score + pair.Second).First.Text)];
Console.WriteLine($"networks, of 5 beams the one that also fits in the joint space: {Score(written)}");
for (int i = 0; i < 8; i++)
    Console.WriteLine($"{written[i]}   (people wrote: {references[i][0]})");
string file = Path.Combine(Directory.CreateDirectory(isOfPhotographs ? args.ElementAtOrDefault(5) ?? "captions" : args.ElementAtOrDefault(0) ?? "captions").FullName, "captions.png");
Chart.ImageGrid(Tensor.Stack([.. Enumerable.Range(0, 8).Select(i => picture(train + i))]), written[..8], columns: isOfPhotographs ? 2 : 4, side: isOfPhotographs ? 300 : 200).Save(file);
Console.WriteLine($"picture: {file}");

double Recall(int most) => nearer.Less(most).Cast(DType.Float32).Mean().ToDouble();

string Text(IReadOnlyList<int> tokens) => string.Join(' ', tokens.Select(token => words[token]));

// Over words in lower case, against all captions of a picture.
string Score(string[] texts) => $"BLEU-4 {Bleu.Corpus(texts, references, tokenize: false).Score / 100:F4}";

static Tensor Pooled(Tensor features) => Tensor.Concatenate([features.Mean(1), features.Max(1)], -1);

Captioner Trained(ulong seed)
{
    const int BatchSize = 64;
    (int Picture, int[] Ids)[] pairs = [.. captions[..train].SelectMany((all, i) => all.Select(caption => (i, (int[])[.. caption.Split(' ').Select(word => numbers.GetValueOrDefault(word, Unknown))])))];
    Captioner network = isOfPhotographs ? new(words.Length, 256, 128) : new(words.Length, 64, 32, dropout: 0.1);
    Model model = network.ToModel(learned.Shape[1], learned.Shape[2], seed);
    int epochs = isOfPhotographs ? 15 : 5, perEpoch = pairs.Length / BatchSize, steps = epochs * perEpoch, epoch = 0;
    model.Compile(
        new AdamW(new Warmup(new CosineDecay(isOfPhotographs ? 2e-3 : 1e-2, steps, alpha: 0.02), steps / 10), weightDecay: 0.05, beta2: 0.98) { GlobalClipNorm = 1 },
        new SparseCategoricalCrossentropy(fromLogits: true, labelSmoothing: 0.1, ignoreClass: Unknown));
    model.Fit(Dataset.FromBatches(Batches()), epochs: epochs, stepsPerEpoch: perEpoch);
    return network;

    IEnumerable<Batch> Batches()
    {
        // Each epoch in another order, and with other views.
        Random random = new((1000 * (int)seed) + epoch++);
        int[] order = [.. Enumerable.Range(0, pairs.Length)];
        random.Shuffle(order);
        foreach (int[] some in order.Chunk(BatchSize).Take(perEpoch))
        {
            Tensor Rows(Func<int[], IEnumerable<int>> row) => Tensor.From([.. some.SelectMany(i => row(pairs[i].Ids).Concat(Enumerable.Repeat(0, Longest)).Take(Longest))], [some.Length, Longest]);
            Tensor seen = Tensor.From([.. some.Select(i => (random.Next(views.Length) * train) + pairs[i].Picture)], [some.Length]);
            yield return new Batch(new() { ["features"] = learned.Gather(seen), ["target"] = Rows(ids => ids.Prepend(Start)) }, Rows(ids => ids.Append(End)));
        }
    }
}

// Two linear maps into one space: the caption of a picture is nearer to it than those of others in the batch, and the other way round. (Radford et al., "Learning transferable visual models from natural language supervision", 2021.)
(Model, Model) Joint()
{
    const int Width = 256, BatchSize = 200;
    int steps = isOfPhotographs ? 300 : 100;
    Tensor pooled = Pooled(learned), flat = texts.Reshape([-1, texts.Shape[2]]);
    Input picture = new([pooled.Shape[1]]), text = new([flat.Shape[1]]);
    Model pictures = new(picture, new UnitNormalization().Call(new Dense(Width).Call(new Dropout(0.5).Call(picture))), seed: 1);
    Model sentences = new(text, new UnitNormalization().Call(new Dense(Width).Call(new Dropout(0.2).Call(text))), seed: 2);
    Variable[] weights = [.. pictures.TrainableWeights, .. sentences.TrainableWeights];
    AdamW optimizer = new(new CosineDecay(isOfPhotographs ? 1e-3 : 1e-2, steps), weightDecay: 0.1);
    SparseCategoricalCrossentropy crossentropy = new(fromLogits: true);
    RandomStream random = new(seed: 3);
    CompiledFunction step = Function.Compile(batch =>
    {
        CallContext pass = new(training: true, random.Next());
        (Tensor loss, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(() =>
        {
            Tensor alike = 15 * pictures.Call(batch[0], pass).MatMul(sentences.Call(batch[1], pass), transposeOther: true), diagonal = Tensor.Range(0, BatchSize, DType.Int32);
            return crossentropy.Call(diagonal, alike) + crossentropy.Call(diagonal, alike.Transpose());
        }, weights);
        optimizer.Apply(gradients, weights);
        return [loss];
    });
    Random draw = new(1);
    int[] order = [.. Enumerable.Range(0, train)];
    for (int i = 0; i < steps; i++)
    {
        // Of each picture one caption and one view: two captions of one picture would be each other's enemies.
        draw.Shuffle(order);
        int[] some = order[..BatchSize];
        step.Call((pooled.Gather(Tensor.From([.. some.Select(one => one + (draw.Next(views.Length) * train))])), flat.Gather(Tensor.From([.. some.Select(one => (one * texts.Shape[1]) + draw.Next(texts.Shape[1]))]))));
    }

    return (pictures, sentences);
}

// Of captions the one whose runs of words the others share most. (Devlin et al., "Exploring nearest neighbor approaches for image captioning", 2015.)
static string Consensus(string[] some)
{
    HashSet<string>[] runs = [.. some.Select(caption =>
    {
        string[] words = caption.Split(' ');
        return Enumerable.Range(1, 4).SelectMany(n => Enumerable.Range(0, Math.Max(0, words.Length - n + 1)).Select(i => string.Join(' ', words[i..(i + n)]))).ToHashSet();
    })];
    Dictionary<string, int> counts = runs.SelectMany(run => run).CountBy(run => run).ToDictionary();
    return some[Enumerable.Range(0, some.Length).MaxBy(i => runs[i].Sum(run => counts[run] - 1.0) / (runs[i].Count + 5))];
}

// Two trained networks see each picture and its mirror image.
(Tensor[], string[][], Func<IReadOnlyList<string>, Tensor>, Func<int, Tensor>) Photographs()
{
    IReadOnlyList<CaptionedImage> all = CaptionedImage.Read(Path.Combine(args[0], "captions.txt"));
    Model squeeze = Pretrained.SqueezeNet11(args[1], [227, 227, 3]);
    Model mobile = MobileNetV2.Create(new ClassifierSettings { InputShape = [224, 224, 3], IncludeTop = false, Seed = 0 }, ModelLayout.Keras, width: 0.35);
    mobile.ImportWeights(args[2], allowUnexpected: true);
    AdaptiveAveragePooling2D grid = new(4);
    List<Tensor>[] parts = [[], []];
    foreach (CaptionedImage[] some in all.Chunk(25))
    {
        Tensor small = Read(some, 224), large = Read(some, 227);
        for (int view = 0; view < 2; view++)
        {
            Tensor maps = Tensor.Concatenate([.. new[] { (squeeze, large), (mobile, small) }.Select(pair => grid.Call(pair.Item1.PredictOnBatch(view == 0 ? pair.Item2 : pair.Item2.Flip(2))))], -1);
            parts[view].Add(maps.Reshape([some.Length, 16, -1]));
        }
    }

    Tokenizer tokenizer = Tokenizer.FromBert(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(args[3]))!, "vocab.txt"));
    SentenceEncoder encoder = new(Bert.SentenceVectors(PretrainedLanguage.MiniLM(args[3])), text => tokenizer.Encode(text, maxLength: 64).Ids);
    return ([.. parts.Select(part => Tensor.Concatenate([.. part], 0))], [.. all.Select(one => one.Captions.Select(CaptionedImage.PlainText).ToArray())], some => encoder.Encode(some), i => Read([all[i]], 224).At(0));

    Tensor Read(CaptionedImage[] some, int side) => Tensor.Stack([.. some.Select(one => Image.Read(Path.Combine(args[0], "images", one.Image), new ImageReading { Size = (side, side) }))]);
}

// Two clothes beside each other, seen by a convnet that has learned the clothes.
(Tensor[], string[][], Func<IReadOnlyList<string>, Tensor>, Func<int, Tensor>) Clothes()
{
    string[] names = ["shirt", "trouser", "pullover", "dress", "coat", "sandal", "blouse", "sneaker", "bag", "boot"];
    ImageDataset data = FashionMnist.Load();
    Sequential convnet = new(new Input([28, 28, 1]), new Rescaling(1.0 / 255), new Conv2D(16, 3, padding: Padding.Same, activation: "relu"), new MaxPooling2D(), new Conv2D(32, 3, padding: Padding.Same, activation: "relu"), new MaxPooling2D(), new GlobalAveragePooling2D(), new Dense(10));
    convnet.Compile(new Adam(1e-2), new SparseCategoricalCrossentropy(fromLogits: true));
    convnet.Fit(data.TrainImages.Slice(0, 3000), data.TrainLabels.Slice(0, 3000), batchSize: 64, epochs: 2);
    Tensor left = data.TestImages.Slice(0, 700), right = data.TestImages.Slice(700, 1400), pairs = Tensor.Concatenate([left, right], 2);
    Input wide = new([28, 56, 1]);
    SymbolicTensor x = wide;
    foreach (Layer layer in convnet.Layers.Where(layer => layer is not Input).Take(5))
        x = layer.Call(x);
    Tensor maps = new Model(wide, new AdaptiveAveragePooling2D((2, 4)).Call(x)).Predict(pairs);
    int[] labels = data.TestLabels.ToArray<int>();
    string[][] captions = [.. Enumerable.Range(0, 700).Select(i => (names[labels[i]], names[labels[i + 700]])).Select(pair => (string[])
        [$"a {pair.Item1} and a {pair.Item2}", $"a {pair.Item2} and a {pair.Item1}", $"a {pair.Item1} next to a {pair.Item2}", $"a {pair.Item2} beside a {pair.Item1}", $"a {pair.Item1} is shown with a {pair.Item2}"])];
    string[] all = [.. captions.SelectMany(some => some.SelectMany(caption => caption.Split(' '))).Distinct()];
    // Counts of the words.
    return ([maps.Reshape([700, 8, -1])], captions, some => Tensor.From([.. some.SelectMany(text => all.Select(word => (float)text.Split(' ').Count(one => one == word)))], [some.Count, all.Length]), i => pairs.At(i));
}
