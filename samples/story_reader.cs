#:project ../src/Laminet.Zoo/Laminet.Zoo.csproj
// A transformer's encoder, or a recurrent reader, answers questions about stories.  dotnet run -c Release samples/story_reader.cs
// Arguments: the folder of the bAbI tasks (qa1_..._train.txt, qa1_..._test.txt, ...), or - for stories made here; transformer or recurrent; the epochs; the task. The question comes first, then the statements, the latest first,
// so that a position says how long ago a statement was.
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
const int BatchSize = 64;

(IReadOnlyList<StoryQuestion> train, IReadOnlyList<StoryQuestion> test) = (Questions("train", 1, 2000), Questions("test", 2, 400));
string[] words = ["", .. train.Concat(test).SelectMany(question => question.Story.SelectMany(statement => statement).Concat(question.Question).Append(question.Answer)).Distinct().Order(StringComparer.Ordinal)];
Dictionary<string, int> numbers = words.Index().ToDictionary(word => word.Item, word => word.Index);
int[][] Rows(IReadOnlyList<StoryQuestion> questions) =>
    [.. questions.Select(question => question.Question.Concat(question.Story.Reverse().SelectMany(statement => statement)).Select(word => numbers[word]).ToArray())];
(int[][] read, int[][] held) = (Rows(train), Rows(test));
int length = read.Concat(held).Max(row => row.Length);
Tensor Stories(int[][] rows) => Tensor.From([.. rows.SelectMany(row => row.Concat(Enumerable.Repeat(0, length - row.Length)))], [rows.Length, length]);
Tensor Answers(IReadOnlyList<StoryQuestion> questions) => Tensor.From([.. questions.Select(question => numbers[question.Answer])]);

var story = new Input([length], DType.Int32);
SymbolicTensor x;
if (kind == "transformer")
{
    x = new TokenAndPositionEmbedding(words.Length, length, 64, embeddingsInitializer: "glorot_uniform", maskZero: true).Call(story);
    for (int block = 0; block < 3; block++)
        x = new TransformerEncoder(128, numHeads: 4, normalizeFirst: true).Call(x);
    x = new GlobalAveragePooling1D().Call(new LayerNormalization().Call(x));
}
else
{
    // From the oldest statement to the question, which the reader must know from the start: so in both directions.
    x = new Embedding(words.Length, 64, maskZero: true).Call(story);
    x = new Bidirectional(new GRU(64, returnSequences: true)).Call(x);
    x = new GRU(64, goBackwards: true).Call(x);
}

Model model = new(story, new Dense(words.Length).Call(x), seed: 1);
int steps = epochs * ((train.Count + BatchSize - 1) / BatchSize);
model.Compile(new Adam(new Warmup(new CosineDecay(folder is null ? 3e-3 : 1e-3, steps, alpha: 0.01), steps / 10)) { GlobalClipNorm = 1 }, new SparseCategoricalCrossentropy(fromLogits: true), ["accuracy"]);
Console.WriteLine($"task {task}: {train.Count} questions to learn from, {test.Count} to test, {words.Length - 1} words, at most {length} to read; {kind}, {model.ParameterCount} parameters");
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
