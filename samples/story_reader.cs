#:project ../src/Laminet.Zoo/Laminet.Zoo.csproj
// A transformer's encoder, or a recurrent reader, answers questions about stories.  dotnet run -c Release samples/story_reader.cs
// Arguments: the folder of the bAbI tasks (qa1_..._train.txt, qa1_..._test.txt, ...), or - for stories made here; transformer or recurrent; the epochs; the task.
using System.Diagnostics;
using Laminet.Layers;
using Laminet.Losses;
using Laminet.Optimizers;
using Laminet.Optimizers.Schedules;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Training.Callbacks;
using Laminet.Zoo.Datasets;

string? folder = args.Length > 0 && args[0] != "-" ? args[0] : null;
string kind = args.Length > 1 ? args[1] : "transformer";
int epochs = args.Length > 2 ? int.Parse(args[2]) : folder is null ? 10 : 20, task = args.Length > 3 ? int.Parse(args[3]) : 1;
const int BatchSize = 64, MostStatements = 50;

(IReadOnlyList<StoryQuestion> train, IReadOnlyList<StoryQuestion> test) = (Questions("train", 1, 2000), Questions("test", 2, 400));
string[] words = ["", .. train.Concat(test).SelectMany(question => question.Story.SelectMany(statement => statement).Concat(question.Question).Append(question.Answer)).Distinct().Order(StringComparer.Ordinal)];
Dictionary<string, int> numbers = words.Index().ToDictionary(word => word.Item, word => word.Index);
// The question first, then the statements, the latest first: a row tells how long ago a statement was.
IReadOnlyList<string>[][] Lines(IReadOnlyList<StoryQuestion> questions) => [.. questions.Select(question => (IReadOnlyList<string>[])[question.Question, .. question.Story.Reverse().Take(MostStatements)])];
(IReadOnlyList<string>[][] read, IReadOnlyList<string>[][] held) = (Lines(train), Lines(test));
int rows = read.Concat(held).Max(lines => lines.Length), width = read.Concat(held).Max(lines => lines.Max(line => line.Count));
Tensor Stories(IReadOnlyList<string>[][] stories) => Tensor.From(
    [.. stories.SelectMany(lines => Enumerable.Range(0, rows * width).Select(i => i / width < lines.Length && i % width < lines[i / width].Count ? numbers[lines[i / width][i % width]] : 0))], [stories.Length, rows, width]);
Tensor Answers(IReadOnlyList<StoryQuestion> questions) => Tensor.From([.. questions.Select(question => numbers[question.Answer])]);

var story = new Input([rows, width], DType.Int32);
SymbolicTensor x = new Dense(64).Call(new Reshape([rows, width * 32]).Call(new Embedding(words.Length, 32).Call(story)));
if (kind == "transformer")
{
    x = new Add().Call([x, new PositionEmbedding(rows).Call(x)]);
    for (int block = 0; block < 2; block++)
        x = new TransformerEncoder(128, numHeads: 4, normalizeFirst: true).Call(x);
    // What the question has become.
    x = new Flatten().Call(new Cropping1D((0, rows - 1)).Call(new LayerNormalization().Call(x)));
}
else
{
    // It knows the question when it comes to the statements.
    x = new GRU(128).Call(x);
}

Model model = new(story, new Dense(words.Length).Call(x), seed: 1);
int steps = epochs * ((train.Count + BatchSize - 1) / BatchSize);
model.Compile(new Adam(new Warmup(new CosineDecay(folder is null ? 5e-3 : 2e-3, steps, alpha: 0.05), steps / 10)) { GlobalClipNorm = 1 }, new SparseCategoricalCrossentropy(fromLogits: true), ["accuracy"]);
Console.WriteLine($"task {task}: {train.Count} questions to learn from, {test.Count} to test, {words.Length - 1} words, at most {rows - 1} statements of {width} words; {kind}, {model.ParameterCount} parameters");
var clock = Stopwatch.StartNew();
model.Fit(Stories(read), Answers(train), batchSize: BatchSize, epochs: epochs, callbacks: [new ProgressBar()]);
Console.WriteLine($"test accuracy {model.Evaluate(Stories(held), Answers(test))["accuracy"]:F4} after {clock.Elapsed.TotalMinutes:F1} minutes");

int[] answers = model.Predict(Stories(held[..4])).ArgMax().ToArray<int>();
for (int i = 0; i < answers.Length; i++)
    Console.WriteLine($"{string.Join(". ", test[i].Story.TakeLast(4).Select(statement => string.Join(' ', statement)))}. {string.Join(' ', test[i].Question)}? {words[answers[i]]} (right: {test[i].Answer})");

IReadOnlyList<StoryQuestion> Questions(string part, int seed, int count) =>
    folder is null ? Generated(seed, count) : StoryQuestion.Read(Directory.GetFiles(folder, $"qa{task}_*_{part}.txt").Single());

// Who asks for a person gets the place in the last statement about it.
static IReadOnlyList<StoryQuestion> Generated(int seed, int count)
{
    Random random = new(seed);
    string[] people = ["anna", "bruno", "clara"], places = ["garden", "kitchen", "office", "hall"];
    return [.. Enumerable.Range(0, count).Select(_ =>
    {
        (string Who, string Where)[] walks = [.. Enumerable.Range(0, random.Next(2, 6)).Select(_ => (people[random.Next(3)], places[random.Next(4)]))];
        string who = walks[random.Next(walks.Length)].Who;
        return new StoryQuestion([.. walks.Select(walk => (string[])[walk.Who, "went", walk.Where])], ["where", "is", who], walks.Last(walk => walk.Who == who).Where);
    })];
}
