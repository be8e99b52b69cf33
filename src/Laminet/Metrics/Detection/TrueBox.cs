using Laminet.Tensors;

namespace Laminet.Metrics.Detection;

/// <summary>An object that is in an image.</summary>
/// <param name="Box">Where it is.</param>
/// <param name="Class">The number of its class.</param>
/// <param name="IsDifficult">Whether it need not be found: a detection of it counts neither for nor against the detector, as in VOC.</param>
public readonly record struct TrueBox(Box Box, int Class, bool IsDifficult = false)
{
    /// <summary>The objects of one image from tensors of a fixed length, in which image layers and data sets keep them. Rows whose number of the class is below 0 fill the tensors up and are left out.</summary>
    /// <param name="boxes">Left, top, right, bottom: (n, 4).</param>
    /// <param name="labels">The numbers of the classes: (n,).</param>
    /// <exception cref="ShapeException">The shapes are other ones.</exception>
    public static IReadOnlyList<TrueBox> ListOf(Tensor boxes, Tensor labels)
    {
        ArgumentNullException.ThrowIfNull(boxes);
        ArgumentNullException.ThrowIfNull(labels);
        if (boxes.Rank != 2 || boxes.Shape[1] != 4 || labels.Rank != 1 || labels.Shape[0] != boxes.Shape[0])
            throw new ShapeException($"Received boxes of shape {boxes.Shape} and labels of shape {labels.Shape}; expected those of one image, (n, 4) and (n,).");
        double[] sides = boxes.Cast(DType.Float64).ToArray<double>();
        int[] numbers = labels.Cast(DType.Int32).ToArray<int>();
        return [.. Enumerable.Range(0, numbers.Length).Where(i => numbers[i] >= 0).Select(i => new TrueBox(new Box(sides[4 * i], sides[(4 * i) + 1], sides[(4 * i) + 2], sides[(4 * i) + 3]), numbers[i]))];
    }
}
