using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Laminet.Cli.Inspection;
using Laminet.Cli.Rendering;
using Laminet.Cli.Runs;
using Laminet.Verification;

namespace Laminet.Cli.Tests;

/// <summary>The report of <c>laminet verify</c>, of checks that hold and of such that fail.</summary>
public sealed class VerifyTests : IDisposable
{
    private readonly CommandLine line = new();

    public void Dispose() => line.Dispose();

    [Fact]
    public void Chosen_subjects_are_a_table_with_the_machine()
    {
        string output = line.Run("verify", "softmax", "LeakyReLU", "Huber", "--threads", "1").Expect(0).Output;

        Assert.Matches(@"(?m)^Family +Subjects +Checks +Failed +Seconds", output);
        foreach (string family in (string[])["operations", "layers", "losses", "all"])
            Assert.Matches($@"(?m)^{family} +\d+ +[\d,]+ +0 +\d+\.\d", output);
        Assert.Matches(@"(?m)^Laminet .*, SIMD \w+, 1 threads, \.NET ", output);
        Assert.Matches(@"(?m)^All checks hold; quick run of [\d.]+ s", output);
    }

    [Fact]
    public void The_list_has_every_family_and_runs_nothing()
    {
        JsonArray all = JsonNode.Parse(line.Run("verify", "--list", "--json").Expect(0).Output)!.AsArray();

        Assert.Equal(Enum.GetNames<Family>().Select(name => name.ToLowerInvariant()), all.Select(entry => entry!["family"]!.GetValue<string>()).Distinct());
        Assert.Contains(all, entry => entry!["subject"]!.GetValue<string>() == "Conv2D" && entry["checks"]!.GetValue<int>() >= 6);
    }

    [Fact]
    public void Ctrl_C_ends_it()
    {
        line.InterruptAt = 1;
        Assert.Equal($"interrupted{Environment.NewLine}", line.Run("verify", "Softmax").Expect(130).Error);
    }

    // No check of the product fails, so the outcomes are made here.
    [Fact]
    public void A_failure_is_told_in_full()
    {
        Check wrong = new(Family.Layers, "Dense", CheckKind.Value, "relu is PyTorch's", _ => throw new VerificationException("number 3 of 12: expected 1, received 2; the tolerance is 1E-10"));
        Check broken = new(Family.Losses, "Huber", CheckKind.Value, "its values", _ => throw new InvalidOperationException("it broke"));
        int done = 0;
        IReadOnlyList<Outcome> outcomes = Verifier.Run([wrong, broken, new(Family.Losses, "Huber", CheckKind.Value, "holds", _ => { })], Depth.Full, count => Interlocked.Exchange(ref done, count), default);
        using StringWriter writer = new();
        Surroundings surroundings = new() { Output = writer, Error = writer, Directory = line.Directory };
        VerificationView.Write(new Screen(surroundings, json: false), VerificationReport.Of(outcomes, ["Metrics: X has no check."], Depth.Full, RunEnvironment.Current(TimeProvider.System), 1.5));
        string output = writer.ToString();

        Assert.Equal(3, done);
        Assert.Contains("FAILED  layers, Dense: relu is PyTorch's", output, StringComparison.Ordinal);
        Assert.Contains("        number 3 of 12: expected 1, received 2; the tolerance is 1E-10", output, StringComparison.Ordinal);
        Assert.Contains("        it threw a InvalidOperationException: it broke", output, StringComparison.Ordinal);
        Assert.Contains("MISSING Metrics: X has no check.", output, StringComparison.Ordinal);
        Assert.Matches(new Regex(@"^losses +1 +2 +1 ", RegexOptions.Multiline), output);
        Assert.Contains("2 checks failed, 1 operations or classes have no check; full run of 1.5 s", output, StringComparison.Ordinal);
    }
}
