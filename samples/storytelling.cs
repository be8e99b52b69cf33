#:project ../src/Laminet.Zoo/Laminet.Zoo.csproj
#:project ../src/Laminet.Vision/Laminet.Vision.csproj
#:project ../src/Laminet.Transfer/Laminet.Transfer.csproj
#:project ../src/Laminet.Text/Laminet.Text.csproj
#:project ../src/Laminet.Plots/Laminet.Plots.csproj
// Stories of albums: of five pictures that are alike a network tells one after the other, and each sentence goes on from the last: what the last one names is told as another one.  dotnet run -c Release samples/storytelling.cs
// Whether it knows how a story goes: the sentences of an album, shuffled, are put in the order that is likeliest by the network, given the pictures. Without arguments, or with a folder for the picture alone, clothes. Arguments: a folder with Flickr8k's captions.txt
// and images; weights of SqueezeNet 1.1 and of MobileNetV2 0.35 for Keras; MiniLM's model.onnx (vocab.txt beside it); test (albums of the last 200 pictures; those before are learned) or validation (the 200 before, for choosing
// settings); a folder for the picture.
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
using Laminet.Text.Tokenizers;
using Laminet.Training;
using Laminet.Transfer;
using Laminet.Vision.Images;
using Laminet.Zoo.Datasets;
using Laminet.Zoo.Language;
using Laminet.Zoo.Models;

const int Start = 1, End = 2, Unknown = 3, Then = 4, Album = 5;
bool isOfPhotographs = args.Length > 3;
int longest = isOfPhotographs ? 14 : 4, near = isOfPhotographs ? 8 : 40, length = (2 * longest) + 2;
var clock = Stopwatch.StartNew();
// Views of the pictures (pictures, places, channels), the first one as it is; the captions and their vectors (pictures, captions, width); the pictures themselves.
(Tensor[] views, string[][] captions, Tensor vectors, Func<int, Tensor> picture) = isOfPhotographs ? Photographs() : Clothes();
int held = 200, train = views[0].Shape[0] - held;
if (args.Length > 4 && args[4] == "validation")
    train -= held;
Tensor learned = Tensor.Concatenate([.. views.Select(view => view.Slice(0, train))], 0), mean = learned.Mean([0, 1]), deviation = learned.Variance([0, 1]).Sqrt() + 0.1;
learned = (learned - mean) / deviation;
Tensor tested = (views[0].Slice(train, train + held) - mean) / deviation;
// How alike pictures are by what people wrote of them, and captions among themselves.
Tensor meanings = vectors.Mean(1).UnitNormalize(-1);
float[][] alike = [.. meanings.MatMul(meanings, transposeOther: true).ToArray<float>().Chunk(captions.Length)];
float[][][] sentences = [.. vectors.ToArray<float>().Chunk(vectors.Shape[1] * vectors.Shape[2]).Select(all => all.Chunk(vectors.Shape[2]).ToArray())];
int[][] neighbours = [.. Enumerable.Range(0, train).Select(one => Enumerable.Range(0, train).Where(other => other != one).OrderByDescending(other => alike[one][other]).Take(near + Album).ToArray())];
string[] words = ["", "<start>", "<end>", "<unknown>", "<then>", "another", .. captions[..train].SelectMany(all => all.SelectMany(caption => caption.Split(' '))).CountBy(word => word).Where(pair => pair.Value >= 3 && pair.Key != "another").Select(pair => pair.Key).Order(StringComparer.Ordinal)];
Dictionary<string, int> numbers = words.Index().ToDictionary(word => word.Item, word => word.Index);
Console.WriteLine($"{train} pictures to learn from, {words.Length} words; {clock.Elapsed.TotalSeconds:F0} s");

clock.Restart();
Captioner network = isOfPhotographs ? new(words.Length, 256, 128) : new(words.Length, 48, 32, dropout: 0.1);
Model model = Trained();
Console.WriteLine($"{model.ParameterCount} parameters, trained in {clock.Elapsed.TotalMinutes:F1} minutes");

// Albums of pictures that were not seen, each picture in one.
Random random = new(7);
List<int> free = [.. Enumerable.Range(train, held)];
int[][] albums = [.. Enumerable.Range(0, held / Album).Select(_ => Drawn(free[0], last => free.OrderByDescending(other => alike[last][other]), random, i => free.Remove(i)))];
string[][] stories = [.. albums.Select(album => Story(album, random, share: 1))];
int[][] orders = [.. Permutations(Album)];
(double exact, double places, double chanceExact, double chancePlaces, double gain) = (0, 0, 0, 0, 0);
foreach ((int[] album, string[] story) in albums.Zip(stories))
{
    // Sentences that are equal may stand for each other.
    double Right(int[] order) => order.Index().Average(place => story[place.Item] == story[place.Index] ? 1.0 : 0);
    (int[] best, double gained) = Likeliest(album, story);
    (exact, places, gain) = (exact + (Right(best) == 1 ? 1.0 : 0), places + Right(best), gain + gained);
    (chanceExact, chancePlaces) = (chanceExact + orders.Average(order => Right(order) == 1 ? 1.0 : 0), chancePlaces + orders.Average(Right));
}

Console.WriteLine($"{albums.Length} albums of {Album} unseen pictures: sentences in their places {places / albums.Length:F3} (by chance {chancePlaces / albums.Length:F3}), whole orders {exact / albums.Length:F3} (by chance {chanceExact / albums.Length:F3})");
Console.WriteLine($"a sentence is likelier after the one before it than after others of its album by {gain / albums.Length:F2} nats");

string[][] told = Told();
(int Again, int Another)[] counts = [.. told.Select(Repeats)];
Console.WriteLine($"told: {counts.Sum(count => count.Again)} times a sentence names what the last one named, {counts.Sum(count => count.Another)} of them as another");
for (int i = 0; i < 3; i++)
    Console.WriteLine(string.Join("; ", told[i]));
string file = Path.Combine(Directory.CreateDirectory(isOfPhotographs ? args.ElementAtOrDefault(5) ?? "storytelling" : args.ElementAtOrDefault(0) ?? "storytelling").FullName, "storytelling.png");
Chart.ImageGrid(Tensor.Stack([.. albums[..3].SelectMany(album => album.Select(picture))]), [.. told[..3].SelectMany(story => story)], columns: Album, side: 200).Save(file);
Console.WriteLine($"picture: {file}");

// A picture, and then always one of those that are most alike to the last.
int[] Drawn(int first, Func<int, IEnumerable<int>> byLikeness, Random random, Func<int, bool>? taken = null)
{
    List<int> album = [first];
    taken?.Invoke(first);
    while (album.Count < Album)
    {
        int[] some = [.. byLikeness(album[^1]).Where(other => !album.Contains(other)).Take(near)];
        album.Add(some[random.Next(some.Length)]);
        taken?.Invoke(album[^1]);
    }

    return [.. album];
}

// A caption of each picture: some caption of the first; then the one most alike to the last sentence, or by chance another one.
string[] Story(int[] album, Random random, double share)
{
    int last = random.Next(captions[album[0]].Length);
    List<string> story = [captions[album[0]][last]];
    for (int i = 1; i < Album; i++)
    {
        float[] before = sentences[album[i - 1]][last];
        last = random.NextDouble() < share
            ? Enumerable.Range(0, captions[album[i]].Length).MaxBy(one => System.Numerics.Tensors.TensorPrimitives.Dot<float>(before, sentences[album[i]][one]))
            : random.Next(captions[album[i]].Length);
        story.Add(Continued(captions[album[i]][last], story[^1]));
    }

    return [.. story];
}

// A thing that the last sentence has named is another one: "a dog" becomes "another dog".
static string Continued(string caption, string before)
{
    string[] said = before.Split(' '), words = caption.Split(' ');
    return string.Join(' ', words.Select((word, i) => word is "a" or "an" && i + 1 < words.Length && said.Contains(words[i + 1]) ? "another" : word));
}

static (int Again, int Another) Repeats(string[] story)
{
    var named = story.Skip(1).Zip(story, (sentence, before) => (Words: sentence.Split(' '), Said: before.Split(' ')))
        .SelectMany(pair => pair.Words.Zip(pair.Words.Skip(1)).Where(two => two.First is "a" or "an" or "another" && pair.Said.Contains(two.Second))).ToArray();
    return (named.Length, named.Count(two => two.First == "another"));
}

int[] Ids(string sentence) => [.. sentence.Split(' ').Select(word => numbers.GetValueOrDefault(word, Unknown))];

int[] Prompt(string? before) => before is null ? [Start] : [Start, .. Ids(before).TakeLast(longest), Then];

// The tokens before each token, and the tokens to write, of which those of the prompt do not count.
(Tensor Given, Tensor Wanted) Rows((string? Before, string Sentence)[] examples)
{
    (int[] Prompt, int[] Ids)[] rows = [.. examples.Select(one => (Prompt(one.Before), Ids(one.Sentence)))];
    Tensor Of(Func<int[], int[], IEnumerable<int>> row) => Tensor.From([.. rows.SelectMany(one => row(one.Prompt, one.Ids).Concat(Enumerable.Repeat(0, length)).Take(length))], [rows.Length, length]);
    return (Of((prompt, ids) => [.. prompt, .. ids]), Of((prompt, ids) => [.. prompt[1..].Select(_ => Unknown), .. ids, End]));
}

Model Trained()
{
    const int Batches = 64;
    Model model = network.ToModel(learned.Shape[1], learned.Shape[2], seed: 1);
    int epochs = isOfPhotographs ? 15 : 4, perEpoch = train * Album / Batches, steps = epochs * perEpoch, epoch = 0;
    model.Compile(
        new AdamW(new Warmup(new CosineDecay(isOfPhotographs ? 2e-3 : 1e-2, steps, alpha: 0.02), steps / 10), weightDecay: 0.05, beta2: 0.98) { GlobalClipNorm = 1 },
        new SparseCategoricalCrossentropy(fromLogits: true, labelSmoothing: 0.1, ignoreClass: Unknown));
    model.Fit(Dataset.FromBatches(Examples()), epochs: epochs, stepsPerEpoch: perEpoch);
    return model;

    // Each epoch tells other stories.
    IEnumerable<Batch> Examples()
    {
        Random random = new(epoch++);
        (int Picture, string? Before, string Sentence)[] all = [.. Enumerable.Range(0, train).SelectMany(first =>
        {
            int[] album = Drawn(first, last => neighbours[last], random);
            string[] story = Story(album, random, share: 0.5);
            return album.Select((one, i) => (one, i == 0 ? null : story[i - 1], story[i]));
        })];
        random.Shuffle(all);
        foreach ((int Picture, string? Before, string Sentence)[] some in all.Chunk(Batches).Take(perEpoch))
        {
            (Tensor given, Tensor wanted) = Rows([.. some.Select(one => (one.Before, one.Sentence))]);
            Tensor seen = Tensor.From([.. some.Select(one => (random.Next(views.Length) * train) + one.Picture)]);
            yield return new Batch(new() { ["features"] = learned.Gather(seen), ["target"] = given }, wanted);
        }
    }
}

// ln p of each sentence about each picture after none and after each one; the order of the largest sum; and how much larger ln p is after the sentence before than after the other three.
(int[] Order, double Gain) Likeliest(int[] album, string[] story)
{
    (int Picture, int Sentence, int Before)[] cases = [.. from place in Enumerable.Range(0, Album) from sentence in Enumerable.Range(0, Album) from before in Enumerable.Range(-1, Album + 1) select (place, sentence, before)];
    (Tensor given, Tensor wanted) = Rows([.. cases.Select(one => (one.Before < 0 ? null : story[one.Before], story[one.Sentence]))]);
    Tensor features = tested.Gather(Tensor.From([.. cases.Select(one => album[one.Picture] - train)]));
    Tensor logs = model.PredictOnBatch((features, given)).Only.LogSoftmax().TakeAlong(wanted.ExpandDims(-1)).Squeeze(-1);
    float[] sums = Tensor.Where(wanted.Equal(0).Or(wanted.Equal(Unknown)), Tensor.Scalar(0f), logs).Sum(-1).ToArray<float>();
    double Of(int place, int sentence, int before) => sums[(((place * Album) + sentence) * (Album + 1)) + before + 1];
    return (orders.MaxBy(order => order.Index().Sum(place => Of(place.Index, place.Item, place.Index == 0 ? -1 : order[place.Index - 1])))!,
        Enumerable.Range(1, Album - 1).Average(i => Of(i, i, i - 1) - Enumerable.Range(0, Album).Where(before => before != i && before != i - 1).Average(before => Of(i, i, before))));
}

// All albums at once, a sentence after the other, each after the one before it; not one that the album has already.
string[][] Told()
{
    string[][] told = [.. albums.Select(_ => Array.Empty<string>())];
    for (int i = 0; i < Album; i++)
    {
        Tensor features = tested.Gather(Tensor.From([.. albums.Select(album => album[i] - train)]));
        IReadOnlyList<Hypothesis>[] found = network.BeamSearch(features, new() { NumBeams = 5, MaxNewTokens = longest + 2, StopTokens = [End] }, [.. told.Select(story => Prompt(story.LastOrDefault()))]);
        told = [.. told.Zip(found, (story, all) => (story, all.Select(one => string.Join(' ', one.Tokens.Select(token => words[token])))))
            .Select(pair => (string[])[.. pair.story, pair.Item2.FirstOrDefault(one => !isOfPhotographs || !pair.story.Contains(one)) ?? pair.Item2.First()])];
    }

    return told;
}

static IEnumerable<int[]> Permutations(int count) => count == 0 ? [[]] : Permutations(count - 1).SelectMany(rest => Enumerable.Range(0, count).Select(place => (int[])[.. rest[..place], count - 1, .. rest[place..]]));

// Two trained networks see each picture and its mirror image.
(Tensor[], string[][], Tensor, Func<int, Tensor>) Photographs()
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
    string[][] captions = [.. all.Select(one => one.Captions.Select(CaptionedImage.PlainText).ToArray())];
    return ([.. parts.Select(part => Tensor.Concatenate([.. part], 0))], captions, encoder.Encode([.. captions.SelectMany(some => some)]).Reshape([captions.Length, captions[0].Length, -1]), i => Read([all[i]], 224).At(0));

    Tensor Read(CaptionedImage[] some, int side) => Tensor.Stack([.. some.Select(one => Image.Read(Path.Combine(args[0], "images", one.Image), new ImageReading { Size = (side, side) }))]);
}

// Clothes, seen by a convnet that has learned others.
static (Tensor[], string[][], Tensor, Func<int, Tensor>) Clothes()
{
    string[] names = ["shirt", "trouser", "pullover", "dress", "coat", "sandal", "blouse", "sneaker", "bag", "boot"], forms = ["here is a", "there is a", "now comes a"];
    ImageDataset data = FashionMnist.Load();
    Model convnet = new Sequential(
        new Input([28, 28, 1]), new Rescaling(1.0 / 255), new Conv2D(16, 3, padding: Padding.Same, activation: "relu"), new MaxPooling2D(), new Conv2D(32, 3, padding: Padding.Same, activation: "relu"), new AdaptiveAveragePooling2D(2) { Name = "maps" },
        new Flatten(), new Dense(10));
    convnet.Compile(new Adam(1e-2), new SparseCategoricalCrossentropy(fromLogits: true));
    convnet.Fit(data.TrainImages.Slice(0, 3000), data.TrainLabels.Slice(0, 3000), batchSize: 64, epochs: 2);
    Tensor images = data.TestImages.Slice(0, 800), maps = new Model(convnet.Inputs, convnet.GetLayer("maps").Output).Predict(images);
    string[][] captions = [.. data.TestLabels.ToArray<int>()[..800].Select(label => forms.Select(form => $"{form} {names[label]}").ToArray())];
    // A vector tells the picture's features and the form of the sentence.
    Tensor features = maps.Mean([1, 2]).UnitNormalize(-1).ExpandDims(1).BroadcastTo([800, forms.Length, 32]), number = Tensor.Range(0, forms.Length, DType.Int32), form = number.ExpandDims(-1).Equal(number).Cast(DType.Float32).ExpandDims(0).BroadcastTo([800, forms.Length, forms.Length]);
    return ([maps.Reshape([800, 4, -1])], captions, Tensor.Concatenate([features, form], -1), i => images.At(i));
}
