using System.Text.Json.Nodes;
using Laminet.Losses;
using Laminet.Tensors;
using Laminet.Verification;
using Laminet.Verification.Golden;

namespace Laminet.Tests.Losses;

/// <summary>Reading labels from logits, against the enumeration of all ways in make_losses_golden.py.</summary>
public sealed class CtcDecodingTests
{
    public static TheoryData<int> Rows => [.. Enumerable.Range(0, LearningGolden.Losses["decoding"]!.AsArray().Count)];

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_wide_beam_finds_the_most_probable_readings(int row)
    {
        JsonNode item = LearningGolden.Losses["decoding"]![row]!;
        (int steps, int classes) = (item["steps"]!.GetValue<int>(), item["classes"]!.GetValue<int>());
        JsonArray readings = item["readings"]!.AsArray();
        (Tensor labels, Tensor scores) = CtcDecoding.BeamSearch(Tensor.From(item.Numbers("logits"), [1, steps, classes]), beamWidth: 5000, topPaths: 3);
        Assert.Equal([3, 1, steps], labels.Shape);
        for (int path = 0; path < 3; path++)
        {
            bool exists = path < readings.Count;
            int[] expected = exists ? [.. readings[path]!.AsArray().Select(label => label!.GetValue<int>())] : [];
            Assert.Equal([.. expected, .. Enumerable.Repeat(-1, steps - expected.Length)], labels.At(path).Reshape([steps]).ToArray<int>());
            double score = scores.At(path, 1).ToArray<double>()[0];
            if (exists)
                Near.Equal(item.Numbers("logarithms")[path], score, 1e-9);
            else
                Assert.Equal(double.NegativeInfinity, score);
        }
    }

    [Fact]
    public void The_score_of_a_reading_is_minus_its_loss()
    {
        Tensor logits = new RandomKey(3).Normal([1, 9, 4], dtype: DType.Float64);
        (Tensor labels, Tensor scores) = CtcDecoding.BeamSearch(logits, beamWidth: 3000);
        int[] read = [.. labels.Reshape([9]).ToArray<int>().Where(label => label > 0)];
        Near.Equal(-new CTC().Call(Tensor.From(read, [1, read.Length]), logits).ToDouble(), scores.ToArray<double>()[0], 1e-9);
    }

    [Fact]
    public void Greedy_reading_merges_neighbours_and_drops_blanks()
    {
        // The largest class of each step: 1 1 0 1 2 2 and 2 0 2 (then padding).
        int[] best = [1, 1, 0, 1, 2, 2, 2, 0, 2, 1, 1, 1];
        Tensor logits = Tensor.From(best, [2, 6]).OneHot(3, DType.Float64) * 2;
        (Tensor labels, Tensor scores) = CtcDecoding.Greedy(logits, Tensor.From(6, 3));
        Assert.Equal([1, 1, 2, -1, -1, -1, 2, 2, -1, -1, -1, -1], labels.ToArray<int>());
        Assert.Equal([1, 2, 6], labels.Shape);
        Assert.Equal([-12.0, -6], scores.ToArray<double>());
        Assert.Equal([1, 1, 1, 2, 2, -1, 2, 2, -1, -1, -1, -1], CtcDecoding.Greedy(logits, Tensor.From(6, 3), mergeRepeated: false).Labels.ToArray<int>());
        Assert.Equal([1, 0, 1, -1, -1, -1], CtcDecoding.Greedy(logits.Slice(0, 1), blank: 2).Labels.ToArray<int>());
        (labels, scores) = CtcDecoding.BeamSearch(logits, Tensor.From(6, 0));
        Assert.Equal([-1, -1, -1, -1, -1, -1], labels.At(0).At(1).ToArray<int>());
        Assert.Equal(0, scores.ToArray<double>()[1]);
    }

    [Fact]
    public void A_beam_can_find_what_the_best_way_hides()
    {
        // The best way is all blank (0.6 · 0.6); together the ways that read as 1 are more probable.
        Tensor logits = Tensor.From([0.6, 0.4, 0.6, 0.4], [1, 2, 2]).Log();
        Assert.Equal([-1, -1], CtcDecoding.Greedy(logits).Labels.ToArray<int>());
        (Tensor labels, Tensor scores) = CtcDecoding.BeamSearch(logits, beamWidth: 3, topPaths: 2);
        Assert.Equal([1, -1, -1, -1], labels.ToArray<int>());
        Near.Equal([Math.Log(0.64), Math.Log(0.36)], scores, 1e-12);
    }

    [Fact]
    public void Wrong_arguments_are_told()
    {
        Tensor logits = Tensor.Zeros([2, 3, 4]);
        Assert.Equal("CtcDecoding: received logits of shape (3, 4); expected (batch, steps, classes) and lengths (batch,).", Assert.Throws<ShapeException>(() => CtcDecoding.Greedy(Tensor.Zeros([3, 4]))).Message);
        Assert.Equal("CtcDecoding: received logits of shape (2, 3, 4) and lengths of shape (3,); expected (batch, steps, classes) and lengths (batch,).",
            Assert.Throws<ShapeException>(() => CtcDecoding.Greedy(logits, Tensor.From(1, 2, 3))).Message);
        Assert.StartsWith("CtcDecoding: the length at index 1 is 4; the logits have 3 steps.", Assert.Throws<ArgumentOutOfRangeException>(() => CtcDecoding.Greedy(logits, Tensor.From(1, 4))).Message, StringComparison.Ordinal);
        Assert.StartsWith("CtcDecoding: the blank is 4; there are 4 classes, 0 to 3.", Assert.Throws<ArgumentOutOfRangeException>(() => CtcDecoding.Greedy(logits, blank: 4)).Message, StringComparison.Ordinal);
        Assert.StartsWith("CtcDecoding: received topPaths = 3; expected 1 to the beam's width, 2.", Assert.Throws<ArgumentOutOfRangeException>(() => CtcDecoding.BeamSearch(logits, beamWidth: 2, topPaths: 3)).Message, StringComparison.Ordinal);
    }
}
