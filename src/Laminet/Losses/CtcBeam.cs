namespace Laminet.Losses;

/// <summary>The best beginnings of a reading, step by step. Beginnings are nodes of a tree, so that two ways to one beginning meet.</summary>
/// <param name="width">How many are kept.</param>
/// <param name="classes">How many classes a step has.</param>
/// <param name="blank">The class that reads as nothing.</param>
internal sealed class CtcBeam(int width, int classes, int blank)
{
    private const int Root = 0;
    private readonly List<(int Parent, int Label)> nodes = [(-1, -1)];
    private readonly Dictionary<(int Parent, int Label), int> places = [];
    private List<(int Node, Score Score)> kept = [(Root, new Score(double.NegativeInfinity, 0))];

    /// <summary>Reads one step.</summary>
    /// <param name="logarithms">The logarithm of each class's probability.</param>
    public void Advance(ReadOnlySpan<double> logarithms)
    {
        Dictionary<int, Score> next = [];
        foreach ((int node, Score score) in kept)
        {
            int last = nodes[node].Label;
            Add(next, node, new Score(double.NegativeInfinity, score.Total + logarithms[blank]));
            for (int label = 0; label < classes; label++)
            {
                if (label == blank)
                    continue;
                // The same label again is a new one only after a blank.
                if (label == last)
                    Add(next, node, new Score(score.Label + logarithms[label], double.NegativeInfinity));
                Add(next, Child(node, label), new Score((label == last ? score.Blank : score.Total) + logarithms[label], double.NegativeInfinity));
            }
        }

        kept = [.. next.Select(pair => (pair.Key, pair.Value)).Where(pair => pair.Value.Total > double.NegativeInfinity).OrderByDescending(pair => pair.Value.Total).Take(width)];
    }

    /// <summary>The readings, the best first.</summary>
    public IEnumerable<(double Score, int[] Labels)> Best() => kept.OrderByDescending(pair => pair.Score.Total).Select(pair => (pair.Score.Total, LabelsOf(pair.Node)));

    private int Child(int parent, int label)
    {
        if (!places.TryGetValue((parent, label), out int node))
        {
            places[(parent, label)] = node = nodes.Count;
            nodes.Add((parent, label));
        }

        return node;
    }

    private int[] LabelsOf(int node)
    {
        List<int> labels = [];
        for (; node != Root; node = nodes[node].Parent)
            labels.Add(nodes[node].Label);
        labels.Reverse();
        return [.. labels];
    }

    private static void Add(Dictionary<int, Score> scores, int node, Score score) =>
        scores[node] = scores.TryGetValue(node, out Score before) ? new Score(Sum(before.Label, score.Label), Sum(before.Blank, score.Blank)) : score;

    private static double Sum(double a, double b)
    {
        double peak = Math.Max(a, b);
        return double.IsNegativeInfinity(peak) ? peak : peak + Math.Log(Math.Exp(a - peak) + Math.Exp(b - peak));
    }

    /// <summary>The logarithms of the probabilities of ways that end with a label, and with a blank.</summary>
    private readonly record struct Score(double Label, double Blank)
    {
        public double Total => Sum(Label, Blank);
    }
}
