using System.Runtime.CompilerServices;

namespace Laminet.Verification.Tests.Onnx;

/// <summary>All rows, and the operators that are none, with the reason.</summary>
internal static class OnnxTable
{
    private const string Sequence = "a list of tensors or a value that may be missing; in C# it is a list or a nullable tensor";
    private const string Text = "text";

    public static IReadOnlyDictionary<string, OnnxRow> Rows { get; } = new[]
    {
        OnnxPointwise.Rows, OnnxReductions.Rows, OnnxShapes.Rows, OnnxProducts.Rows, OnnxImages.Rows, OnnxSequences.Rows, OnnxAttention.Rows, OnnxSignals.Rows, OnnxRandom.Rows,
    }.SelectMany(rows => rows).ToDictionary(row => row.Operator);

    public static IReadOnlyDictionary<string, string> Excluded { get; } = new Dictionary<string, string>
    {
        ["ConcatFromSequence"] = Sequence,
        ["Optional"] = Sequence,
        ["OptionalGetElement"] = Sequence,
        ["OptionalHasElement"] = Sequence,
        ["SequenceAt"] = Sequence,
        ["SequenceConstruct"] = Sequence,
        ["SequenceEmpty"] = Sequence,
        ["SequenceErase"] = Sequence,
        ["SequenceInsert"] = Sequence,
        ["SequenceLength"] = Sequence,
        ["SequenceMap"] = Sequence,
        ["SplitToSequence"] = Sequence,
        ["If"] = "control flow; Flow.If, which takes functions and no graphs",
        ["Loop"] = "control flow; Flow.While and Flow.Scan, which take functions and no graphs",
        ["Scan"] = "control flow; Flow.Scan, which takes a function and no graph",
        ["RegexFullMatch"] = Text,
        ["StringConcat"] = Text,
        ["StringNormalizer"] = Text,
        ["StringSplit"] = Text,
        ["TfIdfVectorizer"] = "text, or a list of tokens of any length; TextVectorization of Laminet.Text counts n-grams",
        ["ImageDecoder"] = "reads a file; ImageFile of Laminet.Vision does",
    };

    /// <summary>The names of the specification.</summary>
    public static IReadOnlyList<string> Names { get; } = File.ReadAllLines(Path.Combine(Folder(), "OnnxOperators.txt"));

    public static IReadOnlyList<OnnxExample> Examples { get; } = [.. File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Golden", "onnx.jsonl")).Select(OnnxExample.Parse)];

    public static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
