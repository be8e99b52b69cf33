using Laminet.Configuration;

namespace Laminet.Metrics.Detection;

/// <summary>
/// Keeps one of the detections that mean the same object: in the order of their scores, each is kept unless its IoU with one that is kept already is above a threshold. Equal scores keep
/// their order; a detection that was dropped cannot drop another one. As <c>torchvision.ops.nms</c>.
/// </summary>
public static class NonMaximumSuppression
{
    /// <summary>The places of the boxes that are kept, the best first.</summary>
    /// <param name="boxes">The boxes.</param>
    /// <param name="scores">A score for each.</param>
    /// <param name="threshold">The largest IoU that two kept boxes have, 0 to 1.</param>
    /// <param name="limit">How many are kept at most.</param>
    /// <exception cref="ArgumentOutOfRangeException">The threshold is not 0 to 1, or the limit is below 0.</exception>
    /// <exception cref="ArgumentException">There are not as many scores as boxes, or a score is NaN.</exception>
    public static IReadOnlyList<int> Keep(IReadOnlyList<Box> boxes, IReadOnlyList<double> scores, double threshold = 0.5, int limit = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(boxes);
        ArgumentNullException.ThrowIfNull(scores);
        Check(threshold, limit);
        if (boxes.Count != scores.Count)
            throw new ArgumentException($"Received {scores.Count} scores for {boxes.Count} boxes; expected one for each.", nameof(scores));
        if (scores.Any(double.IsNaN))
            throw new ArgumentException("Received a score that is NaN; expected numbers. The model's weights may have overflowed.", nameof(scores));
        List<int> kept = [];
        foreach (int place in Enumerable.Range(0, boxes.Count).OrderByDescending(place => scores[place]))
        {
            if (kept.Count == limit)
                break;
            if (kept.TrueForAll(other => boxes[other].IoU(boxes[place]) <= threshold))
                kept.Add(place);
        }

        return kept;
    }

    /// <summary>The detections that are kept, the best first; those of different classes do not compete.</summary>
    /// <param name="found">The detections of one image.</param>
    /// <param name="threshold">The largest IoU that two kept boxes of a class have, 0 to 1.</param>
    /// <param name="limit">How many are kept at most.</param>
    /// <exception cref="ArgumentOutOfRangeException">The threshold is not 0 to 1, or the limit is below 0.</exception>
    /// <exception cref="ArgumentException">A score is NaN.</exception>
    public static IReadOnlyList<FoundBox> Keep(IReadOnlyList<FoundBox> found, double threshold = 0.5, int limit = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(found);
        Check(threshold, limit);
        return [.. found.GroupBy(one => one.Class).SelectMany(group => OfClass([.. group])).OrderByDescending(one => one.Score).Take(limit)];

        IEnumerable<FoundBox> OfClass(FoundBox[] group) =>
            Keep([.. group.Select(one => one.Box)], [.. group.Select(one => one.Score)], threshold, limit).Select(place => group[place]);
    }

    private static void Check(double threshold, int limit)
    {
        Setting.Require(threshold, threshold is >= 0 and <= 1, "0 to 1");
        Setting.Require(limit, limit >= 0, "0 or more");
    }
}
