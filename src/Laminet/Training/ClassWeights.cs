using System.Globalization;
using Laminet.Data;
using Laminet.Tensors;

namespace Laminet.Training;

/// <summary>Turns weights by class into weights of a batch's losses, for every shape of targets that losses take.</summary>
internal static class ClassWeights
{
    private const string Who = "classWeight";

    /// <param name="batch">The examples.</param>
    /// <param name="weights">The weight of each class by its number; a class that is not named weighs 1.</param>
    /// <param name="output">The shape of one example's prediction, which tells class numbers from one-hot targets.</param>
    /// <exception cref="ArgumentException">The targets name no classes.</exception>
    public static Batch Apply(Batch batch, IReadOnlyDictionary<int, double> weights, Shape output)
    {
        Tensor y = batch.Y ?? throw new ArgumentException($"{Who} needs targets (y): the weight of an example is the weight of its class.");
        Tensor classes = ClassesOf(y, [y.Shape[0], .. output]);
        float[] values = [.. classes.ToArray<int>().Select(label => (float)weights.GetValueOrDefault(label, 1))];
        Tensor byClass = Tensor.From(values, classes.Shape);
        return new Batch(batch.Inputs, y, batch.SampleWeight is { } own ? Product(own.Cast(DType.Float32), byClass) : byClass);
    }

    /// <summary>Checks the weights against the classes an output has.</summary>
    /// <exception cref="ArgumentException">A weight is no number of 0 or more, or there is no such class.</exception>
    public static void Require(IReadOnlyDictionary<int, double> weights, Shape output)
    {
        // One number an example may stand for two classes or more.
        int? classes = output.Rank > 0 && output[^1] > 1 ? output[^1] : null;
        foreach ((int number, double weight) in weights)
        {
            if (number < 0 || number >= classes)
            {
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{Who}: received a weight for class {number}; "
                    + $"{(classes is null ? "expected class numbers of 0 or more" : $"the model has {classes} classes, 0 to {classes - 1}")}."));
            }

            if (!(weight >= 0) || double.IsInfinity(weight))
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{Who}: received the weight {weight} for class {number}; expected a finite number, 0 or more."));
        }
    }

    private static Tensor ClassesOf(Tensor y, Shape predictions)
    {
        Shape rows = predictions.Rank > 1 ? predictions[..^1] : predictions;
        if (y.Shape == rows)
            return WholeNumbers(y);
        if (y.Rank == rows.Rank + 1 && y.Shape[^1] == 1 && y.Shape[..^1] == rows)
            return WholeNumbers(y.Squeeze(-1));
        return y.Shape == predictions ? Largest(y.Cast(DType.Float32)) : throw new ShapeException(
            $"{Who}: received targets of shape {y.Shape} for predictions of shape {predictions}; expected class numbers, {rows}, or one-hot targets, {predictions}. "
            + "For other targets give each example its weight (sampleWeight).");
    }

    private static Tensor WholeNumbers(Tensor targets)
    {
        if (!targets.DType.IsFloat())
            return targets.Cast(DType.Int32);
        float[] numbers = targets.Cast(DType.Float32).ToArray<float>();
        int wrong = Array.FindIndex(numbers, number => !float.IsInteger(number));
        return wrong < 0 ? targets.Cast(DType.Int32) : throw new ArgumentException(
            $"{Who}: received the target {Text(numbers[wrong])}; expected class numbers such as 0 and 1. For other targets give each example its weight (sampleWeight).");
    }

    private static Tensor Largest(Tensor targets)
    {
        long[] counts = targets.Equal(targets.Max(-1, keepDims: true)).Cast(DType.Int64).Sum(-1).ToArray<long>();
        int wrong = Array.FindIndex(counts, count => count != 1);
        if (wrong < 0)
            return targets.ArgMax().Cast(DType.Int32);
        float[] row = targets.Reshape(counts.Length, -1)[wrong].ToArray<float>();
        throw new ArgumentException($"{Who}: received the target [{string.Join(", ", row.Take(16).Select(Text))}{(row.Length > 16 ? ", ..." : "")}], which does not name one class; "
            + "expected one-hot targets or class numbers. For several classes an example (multi-label) give each example its weight (sampleWeight).");
    }

    private static string Text(float number) => number.ToString(CultureInfo.InvariantCulture);

    // One of the two may be by example where the other is by step of a sequence.
    private static Tensor Product(Tensor own, Tensor byClass)
    {
        int rank = Math.Max(own.Rank, byClass.Rank);
        return Aligned(own) * Aligned(byClass);

        Tensor Aligned(Tensor weights) => weights.Reshape([.. weights.Shape, .. Enumerable.Repeat(1, rank - weights.Rank)]);
    }
}
