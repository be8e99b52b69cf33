using System.Text.RegularExpressions;
using Laminet.Text.Metrics;

namespace Laminet.Text.Tests.Metrics;

public class EntityScoreTests
{
    // The example of seqeval's own page, with its report.
    [Fact]
    public void The_example_of_seqeval()
    {
        string[][] right = [["O", "O", "O", "B-MISC", "I-MISC", "I-MISC", "O"], ["B-PER", "I-PER", "O"]], found = [["O", "O", "B-MISC", "I-MISC", "I-MISC", "I-MISC", "O"], ["B-PER", "I-PER", "O"]];
        EntityScore score = EntityScore.Of(found, right);
        Assert.Equal((0.5, 0.5, 0.5, 2), (score.Precision, score.Recall, score.F1, score.Count));
        Assert.Equal((0.0, 0.0, 0.0, 1), Numbers(score.Kinds["MISC"]));
        Assert.Equal((1.0, 1.0, 1.0, 1), Numbers(score.Kinds["PER"]));
    }

    // Rules of conlleval: what begins, goes on and ends a name, for each pair of letters.
    [Theory]
    [InlineData("B-PER I-PER O B-LOC", "PER 0-1, LOC 3-3")]
    [InlineData("B-PER B-PER", "PER 0-0, PER 1-1")]
    [InlineData("I-PER I-PER O I-LOC", "PER 0-1, LOC 3-3")]
    [InlineData("B-PER I-LOC", "PER 0-0, LOC 1-1")]
    [InlineData("I-PER I-LOC I-PER", "PER 0-0, LOC 1-1, PER 2-2")]
    [InlineData("S-PER S-PER B-LOC I-LOC E-LOC", "PER 0-0, PER 1-1, LOC 2-4")]
    [InlineData("E-PER E-PER", "PER 0-0, PER 1-1")]
    [InlineData("B-PER E-PER I-PER", "PER 0-1, PER 2-2")]
    [InlineData("B-A-B I-A-B", "A-B 0-1")]
    [InlineData("B I O I", "_ 0-1, _ 3-3")]
    [InlineData("BPER IPER", "PER 0-1")]
    [InlineData("O O", "")]
    public void Names_are_found(string tags, string expected) =>
        Assert.Equal(expected, string.Join(", ", EntityScore.Entities(tags.Split(' ')).Select(entity => $"{entity.Kind} {entity.First}-{entity.Last}")));

    // Where B always begins a name, a regular expression over the letters finds the same.
    [Fact]
    public void Random_tags_as_a_pattern_reads_them()
    {
        Random random = new(1);
        for (int round = 0; round < 300; round++)
        {
            List<string> tags = [];
            while (tags.Count < 12)
            {
                string kind = random.Next(2) == 0 ? "X" : "Y";
                if (random.Next(2) == 0)
                    tags.Add("O");
                else
                    tags.AddRange([$"B-{kind}", .. Enumerable.Repeat($"I-{kind}", random.Next(3))]);
            }

            string letters = string.Concat(tags.Select(tag => tag[0]));
            Assert.Equal(Regex.Matches(letters, "BI*").Select(match => (tags[match.Index][2..], match.Index, match.Index + match.Length - 1)), EntityScore.Entities(tags));
        }
    }

    [Fact]
    public void Partly_right_names_count_for_nothing()
    {
        EntityScore score = EntityScore.Of([["B-PER", "I-PER", "O", "B-LOC"], ["O"]], [["B-PER", "O", "O", "B-LOC"], ["B-ORG"]]);
        Assert.Equal((1.0 / 2, 1.0 / 3, 0.4, 3), Numbers(score));
        Assert.Equal(0, EntityScore.Of([["O"]], [["O"]]).F1);
    }

    [Fact]
    public void Wrong_use_is_told()
    {
        Assert.Contains("Text 0 has 1 tags, its reference 2", Assert.Throws<ArgumentException>(() => EntityScore.Of([["O"]], [["O", "O"]])).Message, StringComparison.Ordinal);
        Assert.Contains("Received 1 texts and 0 references", Assert.Throws<ArgumentException>(() => EntityScore.Of([["O"]], [])).Message, StringComparison.Ordinal);
        Assert.Contains("The tag of place 1 is empty", Assert.Throws<ArgumentException>(() => EntityScore.Entities(["O", ""])).Message, StringComparison.Ordinal);
    }

    private static (double, double, double, int) Numbers(EntityScore score) => (score.Precision, score.Recall, Math.Round(score.F1, 12), score.Count);
}
