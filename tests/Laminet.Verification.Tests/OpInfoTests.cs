using Laminet.OpInfo;
using Laminet.Tensors;

namespace Laminet.Verification.Tests;

/// <summary>
/// PyTorch's own samples of its operators, forward and backward: of each the smallest, which eng/opinfo.py wrote into Golden/opinfo.jsonl of tests/Laminet.OpInfo, and of those that differ one that does. The program of that project
/// compares with all samples.
/// </summary>
public class OpInfoTests
{
    private static readonly Lazy<IReadOnlyList<string>> Lines = new(() => File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Golden", "opinfo.jsonl")));

    [Fact]
    public void Every_operator_passes_or_is_explained()
    {
        IReadOnlyList<Tally> tallies = Tally.Of(Lines.Value);
        Assert.Empty(Tally.Wrong(tallies, Explained.Read(), DType.Float32));
        Assert.InRange(tallies.Count(tally => tally.Passes), 480, 602);
    }

    [Fact]
    public void The_list_names_operators_as_they_are()
    {
        HashSet<string> stored = [.. Lines.Value.Select(line => Sample.Read(line).Operator)];
        foreach ((string name, Explanation explanation) in Explained.Read())
        {
            Assert.True(explanation.HasCounterpart == Counterparts.Find(name) is not null, name);
            Assert.True(explanation.HasCounterpart == stored.Contains(name), name);
            Assert.EndsWith(".", explanation.Reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_wrong_counterpart_is_seen()
    {
        Sample sine = Lines.Value.Select(Sample.Read).First(sample => sample.Operator == "sin");
        Assert.Null(Comparison.Difference(sine, a => a.X.Sin()));
        Assert.StartsWith("output 0: element", Comparison.Difference(sine, a => a.X.Sin() * 1.00002), StringComparison.Ordinal);
        Assert.StartsWith("output 0: shape", Comparison.Difference(sine, a => a.X.Sin().ExpandDims(0)), StringComparison.Ordinal);
        Assert.StartsWith("output 0: type", Comparison.Difference(sine, a => a.X.Sin().Cast(DType.Float64)), StringComparison.Ordinal);
        Assert.StartsWith("gradient 0: element", Comparison.Difference(sine, a => a.X.Detach().Sin() + (a.X * 0)), StringComparison.Ordinal);
        Assert.StartsWith("2 outputs", Comparison.Difference(sine, a => (a.X.Sin(), a.X)), StringComparison.Ordinal);
        Assert.StartsWith("InvalidOperationException", Comparison.Difference(sine, a => a.T(3)), StringComparison.Ordinal);
    }
}
