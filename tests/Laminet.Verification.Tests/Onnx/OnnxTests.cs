using System.Globalization;
using System.Text;
using Laminet.Tensors;
using Laminet.Tests.Shared;

namespace Laminet.Verification.Tests.Onnx;

/// <summary>
/// Each numeric operator of ONNX (opset 28) is one call or a composition of public operations; the examples are those of its specification, which eng/onnx_cases.py wrote into Golden/onnx.jsonl. docs/onnx.md is made of the table.
/// </summary>
public class OnnxTests
{
    public static TheoryData<string> Operators => [.. OnnxTable.Rows.Keys];

    [Fact]
    public void Each_operator_has_a_row_or_a_reason()
    {
        Assert.Equal(OnnxTable.Names.Order(StringComparer.Ordinal), OnnxTable.Rows.Keys.Concat(OnnxTable.Excluded.Keys).Order(StringComparer.Ordinal));
        Assert.Equal(OnnxTable.Rows.Keys.Order(StringComparer.Ordinal), OnnxTable.Examples.Select(example => example.Operator).Distinct().Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Operators))]
    public void The_row_gives_the_numbers_of_the_specification(string name)
    {
        string[] wrong = [.. from example in OnnxTable.Examples
                             where example.Operator == name
                             let difference = OnnxTable.Rows[name].Difference(example)
                             where difference is not null
                             select $"{example.Name}: {difference}"];
        Assert.True(wrong.Length == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void A_wrong_row_is_seen()
    {
        OnnxExample example = OnnxTable.Examples.First(example => example.Operator == "Sin");
        Assert.Null(OnnxRow.Of("Sin", e => e.X.Sin()).Difference(example));
        Assert.StartsWith("output 0: element", OnnxRow.Of("Sin", e => e.X.Sin() * 1.0001).Difference(example), StringComparison.Ordinal);
        Assert.StartsWith("output 0: shape", OnnxRow.Of("Sin", e => e.X.Sin().ExpandDims(0)).Difference(example), StringComparison.Ordinal);
        Assert.StartsWith("output 0: type", OnnxRow.Of("Sin", e => e.X.Sin().Cast(DType.Float64)).Difference(example), StringComparison.Ordinal);
        Assert.StartsWith("0 outputs", OnnxRow.Of("Sin", e => Array.Empty<Tensor>()).Difference(example), StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_is_the_golden_one() => GoldenText.Verify(Path.Combine(OnnxTable.Folder(), "../../../docs/onnx.md"), Page(),
        (expected, received) => $"docs/onnx.md differs from the table of rows: {string.Join('\n', received.Split('\n').Except(expected.Split('\n')).Take(20))}");

    private static string Page()
    {
        var counts = OnnxTable.Examples.GroupBy(example => example.Operator).ToDictionary(group => group.Key, group => group.Count());
        StringBuilder page = new();
        page.Append(CultureInfo.InvariantCulture, $"""
            # ONNX's operators in Laminet

            Made by `OnnxTests` from the rows in tests/Laminet.Verification.Tests/Onnx; accept a change with `LAMINET_ACCEPT=1`. Of the {OnnxTable.Names.Count} operators of ai.onnx, opset 28, {OnnxTable.Rows.Count} are one call or a composition
            of public operations, and {OnnxTable.Excluded.Count} are none, with the reason. `e.X` and `e.Y` are the first two inputs and `e.In(i)` any; a name alone, such as `Pad`, is a function of that folder. The last column says how many
            examples a row is held to, {OnnxTable.Examples.Count} in all: those of ONNX's specification with at most 1,500 numbers, and a few that `eng/onnx_cases.py` computes for operators without one. In float32 they agree within 1e-5, of numbers beyond
            1 relatively; where the specification writes numbers by hand, within its last decimal. Examples in other element types than Laminet's (text, floats of 4 and 8 bits, integers of 2 and 4) are left out. Laminet does not read ONNX models.

            | ONNX | Laminet | examples |
            |---|---|---|

            """);
        foreach (string name in OnnxTable.Names.Order(StringComparer.Ordinal))
        {
            page.Append(CultureInfo.InvariantCulture, $"| `{name}` | ");
            page.Append(OnnxTable.Rows.TryGetValue(name, out OnnxRow? row)
                ? string.Create(CultureInfo.InvariantCulture, $"`{row.Written}` | {counts.GetValueOrDefault(name)}{(OnnxTable.Examples.Any(example => example.Operator == name && row.IsRandom(example)) ? ", shapes and types of random ones" : "")} |\n")
                : $"none: {OnnxTable.Excluded[name]} | |\n");
        }

        return page.Replace("\r", "").ToString();
    }
}
