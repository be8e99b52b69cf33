using Laminet.Configuration;
using Laminet.Metrics.Detection;
using Laminet.Tensors;
using Laminet.Zoo.Models;

namespace Laminet.Zoo.Detection;

/// <summary>From boxes to the targets of <see cref="Fcos"/>, and from its predictions to boxes.</summary>
public static class FcosBoxes
{
    /// <summary>
    /// The targets of an image, (height / 8, width / 8, 5): the number of the class, or -1 where there is no object, then the distances from the middle of the cell to the left, top, right and bottom of the object, in
    /// cells. A cell belongs to an object if the cell's middle lies in the box and near the middle of the box. If several objects fit, it belongs to the smallest.
    /// An object smaller than a cell may get no cell.
    /// </summary>
    /// <param name="truth">The objects; difficult ones are left out.</param>
    /// <param name="height">The height of the image, a multiple of 16.</param>
    /// <param name="width">The width of the image, a multiple of 16.</param>
    /// <param name="radius">How far from the middle of an object its cells are at most, along each axis, in cells.</param>
    /// <exception cref="ArgumentOutOfRangeException">A side is not above 0 and a multiple of 16, or a class is below 0.</exception>
    public static Tensor Targets(IReadOnlyList<TrueBox> truth, int height, int width, double radius = 1.5)
    {
        ArgumentNullException.ThrowIfNull(truth);
        Setting.Require(height, height > 0 && height % 16 == 0, "a multiple of 16");
        Setting.Require(width, width > 0 && width % 16 == 0, "a multiple of 16");
        if (truth.FirstOrDefault(one => one.Class < 0) is { Class: < 0 and int wrong })
            throw new ArgumentOutOfRangeException(nameof(truth), wrong, $"Received an object of class {wrong}; expected 0 or more.");
        (int rows, int columns) = (height / Fcos.Stride, width / Fcos.Stride);
        float[] targets = new float[rows * columns * 5];
        TrueBox[] smallestLast = [.. truth.Where(one => !one.IsDifficult).OrderByDescending(one => one.Box.Area)];
        for (int cell = 0; cell < rows * columns; cell++)
        {
            Span<float> target = targets.AsSpan(cell * 5, 5);
            target.Fill(1);
            target[0] = -1;
            (double x, double y) = Middle(cell, columns);
            foreach ((Box box, int number, _) in smallestLast)
            {
                (double left, double top, double right, double bottom) = (x - box.Left, y - box.Top, box.Right - x, box.Bottom - y);
                // Asked this way round, a box with NaN gets no cell.
                if (!(Math.Min(Math.Min(left, right), Math.Min(top, bottom)) > 0 && Math.Max(Math.Abs(x - box.Center.X), Math.Abs(y - box.Center.Y)) <= radius * Fcos.Stride))
                    continue;
                target[0] = number;
                (target[1], target[2]) = ((float)(left / Fcos.Stride), (float)(top / Fcos.Stride));
                (target[3], target[4]) = ((float)(right / Fcos.Stride), (float)(bottom / Fcos.Stride));
            }
        }

        return Tensor.From(targets, [rows, columns, 5]);
    }

    /// <summary>The targets of a batch of images, (batch, height / 8, width / 8, 5), from tensors of a fixed length; rows whose label is below 0 fill them up.</summary>
    /// <param name="boxes">Left, top, right, bottom in pixels: (batch, n, 4).</param>
    /// <param name="labels">The numbers of the classes: (batch, n).</param>
    /// <param name="height">The height of the images, a multiple of 16.</param>
    /// <param name="width">The width of the images, a multiple of 16.</param>
    /// <param name="radius">How far from the middle of an object its cells are at most, along each axis, in cells.</param>
    /// <exception cref="ShapeException">The shapes are other ones.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A side is not above 0 and a multiple of 16.</exception>
    public static Tensor Targets(Tensor boxes, Tensor labels, int height, int width, double radius = 1.5)
    {
        ArgumentNullException.ThrowIfNull(boxes);
        ArgumentNullException.ThrowIfNull(labels);
        return boxes.Rank == 3 && labels.Rank == 2 && boxes.Shape[0] == labels.Shape[0]
            ? Tensor.Stack([.. Enumerable.Range(0, boxes.Shape[0]).Select(i => Targets(TrueBox.ListOf(boxes.At(i), labels.At(i)), height, width, radius))])
            : throw new ShapeException($"Received boxes of shape {boxes.Shape} and labels of shape {labels.Shape}; expected those of a batch, (batch, n, 4) and (batch, n).");
    }

    /// <summary>
    /// The objects that predictions name, the best first. The score of a class is sqrt(its probability times that of being central); of overlapping boxes of a class one is kept.
    /// </summary>
    /// <param name="predictions">What the network gives for one image, (height / 8, width / 8, classes + 5).</param>
    /// <param name="leastScore">Boxes below are left out.</param>
    /// <param name="threshold">The largest IoU that two boxes of a class have, see <see cref="NonMaximumSuppression"/>.</param>
    /// <param name="limit">How many boxes at most.</param>
    /// <exception cref="ShapeException">The predictions have another shape.</exception>
    public static IReadOnlyList<FoundBox> Found(Tensor predictions, double leastScore = 0.05, double threshold = 0.6, int limit = 100)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        if (predictions.Rank != 3 || predictions.Shape[-1] < 6)
            throw new ShapeException($"Received predictions of shape {predictions.Shape}; expected those of one image, (rows, columns, classes + 5).");
        (int rows, int columns, int numbers) = (predictions.Shape[0], predictions.Shape[1], predictions.Shape[2]);
        float[] all = predictions.ToArray<float>();
        (double right, double bottom) = (columns * Fcos.Stride, rows * Fcos.Stride);
        List<FoundBox> found = [];
        for (int cell = 0; cell < rows * columns; cell++)
        {
            ReadOnlySpan<float> here = all.AsSpan(cell * numbers, numbers), sides = here[(numbers - 5)..];
            double central = Sigmoid(sides[4]);
            for (int number = 0; number < numbers - 5; number++)
            {
                double score = Math.Sqrt(Sigmoid(here[number]) * central);
                // Not "below", so that NaN is left out.
                if (!(score >= leastScore))
                    continue;
                (double x, double y) = Middle(cell, columns);
                found.Add(new FoundBox(
                    new Box(Math.Max(0, x - Side(sides[0])), Math.Max(0, y - Side(sides[1])), Math.Min(right, x + Side(sides[2])), Math.Min(bottom, y + Side(sides[3]))), number, score));
            }
        }

        return NonMaximumSuppression.Keep(found, threshold, limit);

        static double Sigmoid(double logit) => 1 / (1 + Math.Exp(-logit));

        static double Side(double number) => Fcos.Stride * (number > 30 ? number : Math.Log(1 + Math.Exp(number)));
    }

    private static (double X, double Y) Middle(int cell, int columns) => (((cell % columns) + 0.5) * Fcos.Stride, ((cell / columns) + 0.5) * Fcos.Stride);
}
