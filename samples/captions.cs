#:project ../src/Laminet.Zoo/Laminet.Zoo.csproj
#:project ../src/Laminet.Vision/Laminet.Vision.csproj
#:project ../src/Laminet.Transfer/Laminet.Transfer.csproj
#:project ../src/Laminet.Text/Laminet.Text.csproj
#:project ../src/Laminet.Plots/Laminet.Plots.csproj
// Captions: networks that look at the frozen features of a picture write what it shows, and a joint space of pictures and texts finds pictures by captions.  dotnet run -c Release samples/captions.cs
// Without arguments, pairs of clothes and sentences about them. Arguments: a folder with Flickr8k's captions.txt and images; weights of SqueezeNet 1.1 and of MobileNetV2 0.35 for Keras; MiniLM's model.onnx (vocab.txt beside it);
// test (the last 200 pictures; those before are learned) or validation (the 200 before, for choosing settings); a folder for the picture.
using System.Diagnostics;
using System.Text;
using Laminet.Data;
using Laminet.Formats.Weights.Mapping;
using Laminet.Generation;
using Laminet.Layers;
using Laminet.Losses;
using Laminet.Optimizers;
using Laminet.Optimizers.Schedules;
//P
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
string S(string name, string usual) => Environment.GetEnvironmentVariable(name) ?? usual;
double D(string name, double usual) => double.Parse(S(name, usual.ToString(System.Globalization.CultureInfo.InvariantCulture)), System.Globalization.CultureInfo.InvariantCulture);
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
Console.WriteLine($"{train} pictures to learn from, {held} to test, {learned.Shape[1]} places of {learned.Shape[2]} features; {clock.Elapsed.TotalSeconds:F0} s");

// A joint space of pictures and texts.
clock.Restart();
Tensor texts = vectorsOf([.. captions[..(train + held)].SelectMany(all => all)]).Reshape([train + held, captions[0].Length, -1]);
Console.WriteLine($"texts {clock.Elapsed.TotalSeconds:F0} s");
clock.Restart();
(Model ofPictures, Model ofTexts) = Joint();
Tensor joint = ofPictures.Predict(Pooled(tested)), asked = ofTexts.Predict(texts.Slice(train, train + held).Reshape([-1, texts.Shape[2]]));
Tensor alike = asked.MatMul(joint, transposeOther: true), own = alike.TakeAlong((Tensor.Range(0, alike.Shape[0], DType.Int32).FloorDivide(captions[0].Length)).ExpandDims(-1));
Tensor ranks = alike.Greater(own).Cast(DType.Float32).Sum(-1);
double Recall(int most) => ranks.Less(most).Cast(DType.Float32).Mean().ToDouble();
Console.WriteLine($"pictures found by captions: recall at 1 {Recall(1):F3}, at 5 {Recall(5):F3}, at 10 of {held} {Recall(10):F3}; {clock.Elapsed.TotalSeconds:F0} s");

// What the nearest pictures' captions have in common, without a network that writes.
Tensor flat = Pooled(learned.Slice(0, train)).UnitNormalize(), flatTested = Pooled(tested).UnitNormalize();
int[][] nearest = [.. flatTested.MatMul(flat, transposeOther: true).TopK(40).Indices.ToArray<int>().Chunk(40)];
string[] consensus = [.. nearest.Select(some => Consensus([.. some.SelectMany(i => captions[i])]))];
Console.WriteLine($"the consensus caption of the 40 nearest pictures: {Score(consensus)}");

string[] words = ["", "<start>", "<end>", "<unknown>", .. captions[..train].SelectMany(all => all.SelectMany(caption => caption.Split(' '))).CountBy(word => word).Where(pair => pair.Value >= (isOfPhotographs ? 3 : 1)).Select(pair => pair.Key).Order(StringComparer.Ordinal)];
Dictionary<string, int> numbers = words.Index().ToDictionary(word => word.Item, word => word.Index);
clock.Restart();
Captioner[] networks = [.. Enumerable.Range(1, (int)D("nets", isOfPhotographs ? 3 : 1)).Select(seed => Trained((ulong)seed))];
Console.WriteLine($"trained in {clock.Elapsed.TotalMinutes:F1} minutes");
clock.Restart();
for (int i = 1; i <= networks.Length; i++)
{
    DecoderEnsemble ensemble = new(networks[..i]);
    foreach (double penalty in (double[])[0.6, 1, 1.5])
    {
        IReadOnlyList<Hypothesis>[] found = ensemble.BeamSearch([.. Enumerable.Repeat<int[]>([Start], held)], new() { NumBeams = 5, MaxNewTokens = 20, StopTokens = [End], LengthPenalty = penalty }, ensemble.Join([.. networks[..i].Select(network => network.NewCache(tested))]));
        string[] written = [.. found.Select(all => Text(all[0].Tokens))];
        Console.WriteLine($"{i} networks, {penalty}: {Score(written)} {clock.Elapsed.TotalSeconds:F0} s");
        if (i == networks.Length && penalty == 1)
        {
            string[] every = [.. found.SelectMany(all => all.Select(one => Text(one.Tokens)))];
            int beams = found[0].Count;
            Tensor vectors = ofTexts.Predict(vectorsOf(every)), raw = vectorsOf(every);
            float[] fits = vectors.Reshape([held, -1, vectors.Shape[1]]).MatMul(joint.ExpandDims(-1)).ToArray<float>();
            foreach (double weight in (double[])[0, 0.3, 1, 3, 10])
            {
                int at = 0;
                string[] chosen = [.. found.Select((all, row) => { int best = Enumerable.Range(0, all.Count).MaxBy(k => all[k].Score + weight * fits[at + k]); at += all.Count; return Text(all[best].Tokens); })];
                Console.WriteLine($"  rerank {weight}: {Score(chosen)}");
            }
            for (int k = 0; k < 10; k++)
                Console.WriteLine($"{written[k]}   ({references[k][0]})");
        }
    }
}

string Text(IReadOnlyList<int> tokens) => string.Join(' ', tokens.Select(token => words[token]));

string Score(string[] written)
{
    Bleu bleu = Bleu.Corpus(written, references, tokenize: false);
    return $"BLEU-4 {bleu.Score / 100:F4} ({string.Join(' ', bleu.Precisions.Select(precision => precision.ToString("F1")))}, brevity {bleu.BrevityPenalty:F3})";
}

static Tensor Pooled(Tensor features) => Tensor.Concatenate([features.Mean(1), features.Max(1)], -1);

Captioner Trained(ulong seed)
{
    const int BatchSize = 64;
    (int Picture, int[] Ids)[] pairs = [.. captions[..train].SelectMany((all, i) => all.Select(caption => (i, (int[])[.. caption.Split(' ').Select(word => numbers.GetValueOrDefault(word, Unknown))])))];
    Captioner network = new(words.Length, (int)D("units", isOfPhotographs ? 256 : 64), (int)D("emb", isOfPhotographs ? 128 : 32), D("drop", isOfPhotographs ? 0.5 : 0.1), D("fdrop", 0.3));
    Model model = network.ToModel(learned.Shape[1], learned.Shape[2], seed);
    int epochs = (int)D("epochs", isOfPhotographs ? 15 : 6), perEpoch = pairs.Length / BatchSize, steps = epochs * perEpoch, epoch = 0;
    model.Compile(
        new AdamW(new Warmup(new CosineDecay(D("rate", isOfPhotographs ? 2e-3 : 1e-2), steps, alpha: 0.02), steps / 10), weightDecay: D("wd", 0.05), beta2: 0.98) { GlobalClipNorm = 1 },
        new SparseCategoricalCrossentropy(fromLogits: true, labelSmoothing: D("ls", 0.1), ignoreClass: Unknown));
    History history = model.Fit(Dataset.FromBatches(Batches()), epochs: epochs, stepsPerEpoch: perEpoch);
    Console.WriteLine(string.Join(' ', history["loss"].Select(loss => loss.ToString("F2"))) + $" {clock.Elapsed.TotalSeconds:F0} s");
    return network;

    IEnumerable<Batch> Batches()
    {
        RandomKey key = new((1000 * seed) + (ulong)epoch++);
        int[] order = new int[pairs.Length];
        key.Permute(order);
        Random random = new((int)seed + (100 * epoch));
        foreach (int[] some in order.Chunk(BatchSize).Take(perEpoch))
        {
            Tensor Rows(Func<int[], IEnumerable<int>> row) => Tensor.From([.. some.SelectMany(i => row(pairs[i].Ids).Concat(Enumerable.Repeat(0, Longest)).Take(Longest))], [some.Length, Longest]);
            Tensor places = Tensor.From([.. some.Select(i => (random.Next(views.Length) * train) + pairs[i].Picture)], [some.Length]);
            yield return new Batch(new() { ["features"] = learned.Gather(places), ["target"] = Rows(ids => ids.Prepend(Start)) }, Rows(ids => ids.Append(End)));
        }
    }
}

// Two linear maps into one space: the caption of a picture is nearer to it than those of others in the batch, and the other way round. (Radford et al., "Learning transferable visual models from natural language supervision", 2021.)
(Model, Model) Joint()
{
    const int Width = 256;
    Tensor pooled = Pooled(learned);
    Input picture = new([pooled.Shape[1]]), text = new([texts.Shape[2]]);
    Model pictures = new(picture, new UnitNormalization().Call(new Dense(Width).Call(new Dropout(D("jdrop", 0.5)).Call(picture))), seed: 1);
    Model words = new(text, new UnitNormalization().Call(new Dense(Width).Call(new Dropout(D("jtdrop", 0.2)).Call(text))), seed: 2);
    Variable[] weights = [.. pictures.TrainableWeights, .. words.TrainableWeights];
    int steps = (int)D("jsteps", 300);
    AdamW optimizer = new(new CosineDecay(D("jrate", 1e-3), steps), weightDecay: D("jwd", 0.1));
    SparseCategoricalCrossentropy crossentropy = new(fromLogits: true);
    RandomStream random = new(seed: 3);
    CompiledFunction step = Function.Compile(batch =>
    {
        CallContext pass = new(training: true, random.Next());
        (Tensor loss, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(() =>
        {
            Tensor alike = pictures.Call(batch[0], pass).MatMul(words.Call(batch[1], pass), transposeOther: true) * D("jscale", 15);
            Tensor diagonal = Tensor.Range(0, alike.Shape[0], DType.Int32);
            return crossentropy.Call(diagonal, alike) + crossentropy.Call(diagonal, alike.Transpose());
        }, weights);
        optimizer.Apply(gradients, weights);
        return [loss];
    });
    Random draw = new(1);
    double last = 0;
    for (int i = 0; i < steps; i++)
    {
        int[] some = [.. Enumerable.Range(0, train)];
        draw.Shuffle(some);
        some = some[..Math.Min(200, train)];
        last = step.Call((pooled.Gather(Tensor.From([.. some.Select(one => one + (draw.Next(views.Length) * train))])),
            texts.Reshape([-1, texts.Shape[2]]).Gather(Tensor.From([.. some.Select(one => (one * texts.Shape[1]) + draw.Next(texts.Shape[1]))])))).Only.ToDouble();
    }
    Console.WriteLine($"joint loss {last:F3}");
    return (pictures, words);
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
    return ([.. parts.Select(part => Tensor.Concatenate([.. part], 0))], [.. all.Select(one => one.Captions.Select(Plain).ToArray())], some => encoder.Encode(some), i => Read([all[i]], 224).At(0));

    Tensor Read(CaptionedImage[] some, int side) => Tensor.Stack([.. some.Select(one => Image.Read(Path.Combine(args[0], "images", one.Image), new ImageReading { Size = (side, side) }))]);
}

// Words in lower case, without punctuation.
static string Plain(string caption)
{
    StringBuilder plain = new();
    foreach (char letter in caption.ToLowerInvariant())
        plain.Append(char.IsAsciiLetterOrDigit(letter) ? letter : letter == '\'' ? null : ' ');
    return string.Join(' ', plain.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries));
}

// Two clothes beside each other, seen by a convnet that has learned the clothes.
(Tensor[], string[][], Func<IReadOnlyList<string>, Tensor>, Func<int, Tensor>) Clothes()
{
    string[] names = ["shirt", "trouser", "pullover", "dress", "coat", "sandal", "blouse", "sneaker", "bag", "boot"];
    ImageDataset data = FashionMnist.Load();
    Sequential convnet = new(new Input([28, 28, 1]), new Rescaling(1.0 / 255), new Conv2D(16, 3, padding: Padding.Same, activation: "relu"), new MaxPooling2D(), new Conv2D(32, 3, padding: Padding.Same, activation: "relu"), new MaxPooling2D(), new GlobalAveragePooling2D(), new Dense(10));
    convnet.Compile(new Adam(1e-2), new SparseCategoricalCrossentropy(fromLogits: true));
    convnet.Fit(data.TrainImages.Slice(0, 4000), data.TrainLabels.Slice(0, 4000), batchSize: 64, epochs: 2);
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
