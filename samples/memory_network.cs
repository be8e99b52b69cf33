#:project ../src/Laminet.Zoo/Laminet.Zoo.csproj
// A memory network answers questions about stories, and shows which statements it looked at.  dotnet run -c Release samples/memory_network.cs
// Arguments: the folder of the bAbI tasks (qa1_..._train.txt, qa1_..._test.txt, ...), without it stories made here; the tasks, as in 1-20 or 1,5,7; epochs=N; halve=N; restarts=N, tried while the held-out error is above 2 %; seed=N; verbose; the file of the picture (.svg).
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Laminet.Tensors;
using Laminet.Zoo.Datasets;
using Laminet.Zoo.Tasks;

string? folder = args.FirstOrDefault(Directory.Exists), picture = args.FirstOrDefault(argument => argument.EndsWith(".svg", StringComparison.Ordinal));
int Setting(string name, int usual) => args.Where(argument => argument.StartsWith(name + "=", StringComparison.Ordinal)).Select(argument => int.Parse(argument[(name.Length + 1)..], CultureInfo.InvariantCulture)).FirstOrDefault(usual);
(int epochs, int halve, int restarts, int seed) = (Setting("epochs", folder is null ? 20 : 60), Setting("halve", 15), Setting("restarts", 1), Setting("seed", 1));
int[] tasks = folder is null ? [1] : [.. (args.FirstOrDefault(argument => char.IsDigit(argument[0])) ?? "1").Split(',').SelectMany(part => part.Split('-') switch
{
    [var one] => [int.Parse(one, CultureInfo.InvariantCulture)],
    [var first, var last] => Enumerable.Range(int.Parse(first, CultureInfo.InvariantCulture), int.Parse(last, CultureInfo.InvariantCulture) - int.Parse(first, CultureInfo.InvariantCulture) + 1),
    _ => throw new ArgumentException($"Received the tasks {part}; expected numbers, as in 1-20."),
})];
string? FileOf(int task, string part) => Directory.GetFiles(folder!, $"qa{task}_*_{part}.txt").FirstOrDefault();

List<double> errors = [];
(StoryAnswering Network, IReadOnlyList<StoryQuestion> Test)? first = null;
foreach (int task in tasks.Where(task => folder is null || FileOf(task, "train") is not null))
{
    IReadOnlyList<StoryQuestion> train = folder is null ? Generated(1000, 1) : StoryQuestion.Read(FileOf(task, "train")!), test = folder is null ? Generated(500, 2) : StoryQuestion.Read(FileOf(task, "test")!);
    StoryAnswering? best = null;
    Stopwatch watch = Stopwatch.StartNew();
    for (int attempt = 0; attempt < restarts && (best is null || best.HeldOutError > 0.02); attempt++)
    {
        StoryAnswering one = new(train, units: folder is null ? 20 : 50) { Seed = (ulong)(seed + attempt) };
        one.Fit(epochs, halve, args.Contains("verbose") ? (epoch, isLinear, loss, error) => Console.WriteLine(Text($"  epoch {epoch}{(isLinear ? ", linear" : "")}: loss {loss:F4}, held-out error {error:P1}   ({watch.Elapsed.TotalSeconds:F0} s)")) : null);
        if (best is null || one.HeldOutError < best.HeldOutError)
            best = one;
    }

    errors.Add(best!.Error(test));
    first ??= (best, test);
    Console.WriteLine(Text($"task {task}: {train.Count} questions, held-out error {100 * best.HeldOutError:F2} %, test error {100 * errors[^1]:F2} % (seed {best.Seed}, {best.Epochs} epochs, {watch.Elapsed.TotalSeconds:F0} s)"));
}

Console.WriteLine(Text($"mean test error of {errors.Count} tasks: {100 * errors.Average():F2} %"));

// What each hop looked at, in a story of which only one statement or two matter.
(StoryAnswering network, IReadOnlyList<StoryQuestion> questions) = first!.Value;
StoryQuestion asked = questions.First(question => question.Story.Count is >= 6 and <= 12);
(string answer, Tensor attention) = network.Answer(asked);
for (int i = 0; i < asked.Story.Count; i++)
    Console.WriteLine($"  {string.Join(' ', asked.Story[i]),-40}{string.Concat(Enumerable.Range(0, attention.Shape[0]).Select(hop => Text($"{attention.At(hop).At(i).ToDouble(),6:F2}")))}");
Console.WriteLine($"  {string.Join(' ', asked.Question)}? {answer} (right: {asked.Answer})");
if (picture is not null)
    Draw(asked, answer, attention, picture);

static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

// Stories like those of bAbI's first task: people walk from place to place. The answer is the place in the last statement about the person asked for.
static IReadOnlyList<StoryQuestion> Generated(int count, int seed)
{
    Random random = new(seed);
    string[] people = ["anna", "bruno", "clara", "david"], ways = ["went to", "moved to", "travelled to"], places = ["garden", "kitchen", "office", "hall", "attic"];
    StringBuilder text = new();
    for (int story = 0; story < count; story++)
    {
        int length = random.Next(2, 9);
        Dictionary<string, string> where = [];
        for (int line = 1; line <= length; line++)
        {
            string person = people[random.Next(people.Length)];
            where[person] = places[random.Next(places.Length)];
            text.Append(CultureInfo.InvariantCulture, $"{line} {person} {ways[random.Next(ways.Length)]} the {where[person]}.\n");
        }

        (string who, string place) = where.ElementAt(random.Next(where.Count));
        text.Append(CultureInfo.InvariantCulture, $"{length + 1} where is {who}?\t{place}\n");
    }

    return StoryQuestion.Parse(new StringReader(text.ToString()));
}

// The statements below each other, beside each a square for each hop, the darker the more it was looked at.
static void Draw(StoryQuestion asked, string answer, Tensor attention, string path)
{
    const int Row = 24, Left = 290, Square = 40;
    int hops = attention.Shape[0];
    StringBuilder content = new();
    for (int hop = 0; hop < hops; hop++)
        content.Append(Text($"<text x='{Left + (hop * Square) + (Square / 2)}' y='16' text-anchor='middle'>hop {hop + 1}</text>"));
    for (int i = 0; i < asked.Story.Count; i++)
    {
        content.Append(Text($"<text x='10' y='{((i + 1) * Row) + 16}'>{string.Join(' ', asked.Story[i])}</text>"));
        for (int hop = 0; hop < hops; hop++)
            content.Append(Text($"<rect x='{Left + (hop * Square)}' y='{(i + 1) * Row}' width='{Square - 4}' height='{Row - 4}' stroke='#ccc' fill='#08519c' fill-opacity='{attention.At(hop).At(i).ToDouble():F3}'/>"));
    }

    content.Append(Text($"<text x='10' y='{((asked.Story.Count + 1) * Row) + 20}' font-weight='bold'>{string.Join(' ', asked.Question)}? {answer}</text>"));
    File.WriteAllText(path, Text($"<svg xmlns='http://www.w3.org/2000/svg' width='{Left + (hops * Square) + 10}' height='{(asked.Story.Count + 2) * Row + 10}' font-family='sans-serif' font-size='13'><rect width='100%' height='100%' fill='white'/>{content}</svg>\n"));
    Console.WriteLine($"picture in {path}");
}
