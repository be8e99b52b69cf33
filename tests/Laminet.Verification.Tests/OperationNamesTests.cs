using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Laminet.Tests.Shared;
using Laminet.Verification.Operations;

namespace Laminet.Verification.Tests;

/// <summary>
/// What an operation is called elsewhere is said once, in its documentation, as "NumPy and Keras: <c>cbrt</c>; PyTorch: <c>...</c>, what differs." docs/operations.md is made of that.
/// </summary>
public partial class OperationNamesTests
{
    private static readonly string[] Libraries = ["NumPy", "Keras", "PyTorch", "ONNX"];

    private static readonly Lazy<IReadOnlyList<Row>> Rows = new(() =>
    [
        .. Documented("Laminet.Tensors.xml"),
        // Layers, losses and the like name their own counterparts; here are those that are operations elsewhere.
        .. Documented("Laminet.xml").Where(row => row.Names("Keras").Any(KerasNames().Contains)).Select(row => row with { ByLibrary = new(row.ByLibrary) { ["Keras"] = [.. row.Names("Keras").Where(KerasNames().Contains)] } }),
        .. from subject in Coverage.Subjects() where subject.Family == Family.Activations && KerasNames().Contains(subject.Subject)
           select new Row($"ActivationFunction \"{subject.Subject}\"", new() { ["Keras"] = [subject.Subject] }, []),
    ]);

    [Fact]
    public void The_table_of_names_is_the_golden_one() => GoldenText.Verify(Path.Combine(Folder(), "../../docs/operations.md"), Page(),
        (expected, received) => $"docs/operations.md differs from the documentation of the operations: {string.Join('\n', received.Split('\n').Except(expected.Split('\n')).Take(20))}");

    [Fact]
    public void Every_name_of_Keras_exists() =>
        Assert.Empty(Rows.Value.SelectMany(row => row.Names("Keras").Where(name => !KerasNames().Contains(name)).Select(name => $"{row.Operation}: Keras has no {name}")));

    [Fact]
    public void Every_name_of_ONNX_exists() =>
        Assert.Empty(Rows.Value.SelectMany(row => row.Names("ONNX").Except(Onnx.OnnxTable.Names).Select(name => $"{row.Operation}: ONNX has no {name}")));

    [Fact]
    public void Names_are_written_in_the_form_that_the_table_reads() => Assert.Empty(
        from file in (string[])["Laminet.Tensors.xml"]
        from member in Members(file)
        where IsOperation(member.Name)
        from Match match in Loose().Matches(member.Text)
        where !Clause().Matches(member.Text).Any(clause => clause.Index <= match.Index && match.Index + match.Length <= clause.Index + clause.Length)
        select $"{member.Name}: '{match.Value}'");

    [Fact]
    public void Every_public_operation_has_a_row_or_is_none_elsewhere()
    {
        HashSet<string> named = [.. Rows.Value.Select(row => row.Operation.Split('.', ' ')[^1])];
        string[] missing = [.. OperationNames.All.Where(name => !named.Contains(name)).Order(StringComparer.Ordinal)];
        string[] alone = File.ReadAllLines(Path.Combine(Folder(), "OwnOperations.txt"));
        Assert.True(missing.SequenceEqual(alone), "Say in the documentation what these are called elsewhere, or list them in OwnOperations.txt: " + string.Join(' ', missing.Except(alone))
            + "; in that list and not missing: " + string.Join(' ', alone.Except(missing)));
    }

    [Fact]
    public void Every_operation_of_Keras_has_a_counterpart() => Assert.Empty(KerasNames().Except(Covered()));

    private static IReadOnlyList<string> Covered() => [.. Rows.Value.SelectMany(row => row.Names("Keras")).Intersect(KerasNames()).Order(StringComparer.Ordinal)];

    private static HashSet<string> KerasNames() => [.. File.ReadAllLines(Path.Combine(Folder(), "KerasNames.txt"))];

    private static bool IsRandom(string name) => name.StartsWith("random.", StringComparison.Ordinal);

    private static string Page()
    {
        IReadOnlyList<string> covered = Covered(), names = [.. KerasNames().Order(StringComparer.Ordinal)];
        StringBuilder page = new();
        page.Append(CultureInfo.InvariantCulture, $"""
            # Operations and what they are called elsewhere

            Made from the documentation of the operations by `OperationNamesTests`; accept a change with `LAMINET_ACCEPT=1`. Methods without a class are those of `Tensor`. Where arguments or results differ, the
            operation's documentation says how; the last column has what is most easily overlooked. Of `keras.ops` {covered.Count(name => !IsRandom(name))} of {names.Count(name => !IsRandom(name))} names have a
            counterpart, of `keras.random` {covered.Count(IsRandom)} of {names.Count(IsRandom)}.

            | Laminet | NumPy | Keras | PyTorch | ONNX | what differs |
            |---|---|---|---|---|---|

            """);
        foreach (Row row in Rows.Value.OrderBy(row => row.Operation.Contains('.', StringComparison.Ordinal) || row.Operation.Contains(' ', StringComparison.Ordinal)).ThenBy(row => row.Operation, StringComparer.Ordinal))
        {
            string differences = string.Join("; ", row.Differences.Select(difference => difference.Replace("|", "\\|", StringComparison.Ordinal)));
            page.Append('|').Append(string.Join('|', [$" `{row.Operation}` ", .. Libraries.Select(library => $" {string.Join(", ", row.Names(library).Select(name => $"`{name}`"))} "), $" {differences} "])).Append("|\n");
        }

        return page.Replace("\r", "").ToString();
    }

    private static IEnumerable<Row> Documented(string file)
    {
        foreach ((string name, string text) in Members(file).Where(member => !member.Name.Contains('#', StringComparison.Ordinal)))
        {
            Dictionary<string, List<string>> names = [];
            List<string> differences = [];
            foreach (Match clause in Clause().Matches(text))
            {
                string[] libraries = clause.Groups["libraries"].Value.Split([", ", " and "], StringSplitOptions.None);
                string[] theirs = [.. clause.Groups["name"].Captures.Select(capture => capture.Value)];
                foreach (string library in libraries)
                    names[library] = [.. names.GetValueOrDefault(library, []), .. theirs.Select(name => library == "Keras" ? Module().Replace(name, "") : name)];
                string rest = clause.Groups["rest"].Value.TrimStart(',', ' ').Trim();
                if (rest.Length > 0 && libraries.Any(Libraries.Contains))
                    differences.Add($"{string.Join(" and ", libraries)}: {rest}");
            }

            if (names.Keys.Any(Libraries.Contains))
                yield return new Row(Called(name), names, differences);
        }
    }

    // T:Laminet.Tensors.Primitive, M:Laminet.Tensors.Tensor.Abs, P:Laminet.Tensors.Tensor.Rank; of overloads the first that has names.
    private static string Called(string member)
    {
        string path = member[2..].Split('(')[0].Split("``")[0];
        string[] parts = path.Split('.');
        string name = parts[^1] switch { "op_Addition" => "Add", "op_Subtraction" => "Subtract", "op_Multiply" => "Multiply", "op_Division" => "Divide", "op_UnaryNegation" => "Negate", "Part" => "Indexer", var other => other };
        return member[0] == 'T' || parts[^2] == "Tensor" ? name : $"{parts[^2]}.{name}";
    }

    private static bool IsOperation(string member) => member.StartsWith("M:Laminet.Tensors.Tensor.", StringComparison.Ordinal);

    // Words, with names between backticks, of each documented member's summary.
    private static IEnumerable<(string Name, string Text)> Members(string file) =>
        from member in XDocument.Load(Path.Combine(AppContext.BaseDirectory, file)).Descendants("member")
        let summary = member.Element("summary")
        where summary is not null
        let words = string.Concat(summary.Nodes().Select(node => node is XElement { Name.LocalName: "c" } code ? $"`{code.Value}`" : node is XElement element ? element.Attribute("cref")?.Value.Split('.')[^1] ?? element.Value : node.ToString()))
        select (member.Attribute("name")!.Value, Spaces().Replace(words, " ").Trim());

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

    [GeneratedRegex(@"(?<libraries>\b(?:NumPy|Keras|PyTorch|ONNX|SciPy|JAX|TensorFlow|einops)(?:(?:, | and )(?:NumPy|Keras|PyTorch|ONNX|SciPy|JAX|TensorFlow|einops))*): `(?<name>[^`]+)`(?:(?:, | and | or )`(?<name>[^`]+)`)*(?<rest>(?:[^;.`]|`[^`]*`)*)(?=[;.])")]
    private static partial Regex Clause();

    // Another library and its name, in whatever form.
    [GeneratedRegex(@"\b(?:NumPy|Keras|PyTorch|ONNX)(?:'s)?:? `[^`]+`")]
    private static partial Regex Loose();

    // Keras's operations have one name in all modules.
    [GeneratedRegex(@"^(ops\.)?(image\.|linalg\.|nn\.|numpy\.)?")]
    private static partial Regex Module();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    private sealed record Row(string Operation, Dictionary<string, List<string>> ByLibrary, IReadOnlyList<string> Differences)
    {
        public IEnumerable<string> Names(string library) => ByLibrary.GetValueOrDefault(library, []).Distinct();
    }
}
