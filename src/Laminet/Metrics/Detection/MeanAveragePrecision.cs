using Laminet.Configuration;

namespace Laminet.Metrics.Detection;

/// <summary>
/// Mean average precision of a detector over a data set. In the order of their scores over all images, each detection takes the object of its class and image with the largest IoU; it is right if that IoU is at least
/// the threshold and the object is not taken yet. (Everingham et al., "The PASCAL visual object classes challenge", IJCV 2010. As in VOC, a detection whose best object is taken is wrong, also
/// if it fits another.)
/// </summary>
/// <example><code>
/// MeanAveragePrecision map = new(classes: 3);
/// map.Add([new TrueBox(new Box(0, 0, 10, 10), Class: 1)], [new FoundBox(new Box(1, 0, 10, 9), Class: 1, Score: 0.8)]);   // once an image
/// Console.WriteLine(map.Result());
/// </code></example>
/// <param name="classes">The number of classes.</param>
/// <param name="threshold">The least IoU of a right detection.</param>
/// <param name="rule">How the precision is averaged.</param>
public sealed class MeanAveragePrecision(int classes, double threshold = 0.5, AveragePrecisionRule rule = AveragePrecisionRule.Voc2010)
{
    private readonly List<(IReadOnlyList<TrueBox> Truth, IReadOnlyList<FoundBox> Found)> images = [];

    private enum Match
    {
        Wrong,
        Right,
        Ignored,
    }

    /// <summary>The number of classes.</summary>
    public int Classes { get; } = Setting.Require(classes, classes >= 1, "1 or more");

    /// <summary>The least IoU of a right detection.</summary>
    public double Threshold { get; } = Setting.Require(threshold, threshold is > 0 and <= 1, "above 0 and at most 1");

    /// <summary>How the precision is averaged.</summary>
    public AveragePrecisionRule Rule { get; } = rule;

    /// <summary>Takes the objects and the detections of one image.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A class is not 0 to classes - 1.</exception>
    /// <exception cref="ArgumentException">A score is NaN.</exception>
    public void Add(IReadOnlyList<TrueBox> truth, IReadOnlyList<FoundBox> found)
    {
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentNullException.ThrowIfNull(found);
        RequireClasses(truth.Select(one => one.Class), nameof(truth));
        RequireClasses(found.Select(one => one.Class), nameof(found));
        if (found.Any(one => double.IsNaN(one.Score)))
            throw new ArgumentException("Received a detection whose score is NaN; expected a number.", nameof(found));
        images.Add(([.. truth], [.. found]));
    }

    /// <summary>The average precision of a class; null if no image has an object of it that must be found.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public double? OfClass(int number)
    {
        RequireClasses([number], nameof(number));
        int objects = images.Sum(image => image.Truth.Count(one => one.Class == number && !one.IsDifficult));
        return objects == 0 ? null : Average([.. Matches(number).Where(match => match != Match.Ignored).Select(match => match == Match.Right)], objects);
    }

    /// <summary>The mean over the classes that have objects; NaN if none has.</summary>
    public double Result()
    {
        double[] all = [.. Enumerable.Range(0, Classes).Select(OfClass).OfType<double>()];
        return all.Length == 0 ? double.NaN : all.Average();
    }

    private void RequireClasses(IEnumerable<int> numbers, string parameter)
    {
        foreach (int number in numbers.Where(number => number < 0 || number >= Classes))
            throw new ArgumentOutOfRangeException(parameter, number, $"Received the class {number}; expected 0 to {Classes - 1}.");
    }

    // Whether each detection of a class is right, in the order of the scores; equal scores keep theirs.
    private IEnumerable<Match> Matches(int number)
    {
        bool[][] taken = [.. images.Select(image => new bool[image.Truth.Count])];
        foreach ((int place, FoundBox one) in images.SelectMany((image, place) => image.Found.Where(one => one.Class == number).Select(one => (place, one))).OrderByDescending(pair => pair.one.Score))
        {
            IReadOnlyList<TrueBox> truth = images[place].Truth;
            int best = -1;
            double overlap = 0;
            for (int i = 0; i < truth.Count; i++)
            {
                if (truth[i].Class == number && truth[i].Box.IoU(one.Box) is double here && here > overlap)
                    (best, overlap) = (i, here);
            }

            if (best < 0 || overlap < Threshold)
                yield return Match.Wrong;
            else if (truth[best].IsDifficult)
                yield return Match.Ignored;
            else
                yield return taken[place][best] ? Match.Wrong : Match.Right;
            if (best >= 0 && overlap >= Threshold)
                taken[place][best] = true;
        }
    }

    private double Average(bool[] isRight, int objects)
    {
        double[] precision = new double[isRight.Length];
        int[] found = new int[isRight.Length];
        int right = 0;
        for (int i = 0; i < isRight.Length; i++)
        {
            right += isRight[i] ? 1 : 0;
            (found[i], precision[i]) = (right, right / (i + 1.0));
        }

        for (int i = precision.Length - 2; i >= 0; i--)
            precision[i] = Math.Max(precision[i], precision[i + 1]);
        if (Rule == AveragePrecisionRule.Voc2010)
            return Enumerable.Range(0, isRight.Length).Where(i => isRight[i]).Sum(i => precision[i]) / objects;
        int steps = Rule == AveragePrecisionRule.Voc2007 ? 10 : 100;
        // Compared as whole numbers: 0.7 of 10 objects are 7.
        return Enumerable.Range(0, steps + 1).Average(step => Array.FindIndex(found, count => (long)count * steps >= (long)step * objects) is >= 0 and int first ? precision[first] : 0);
    }
}
