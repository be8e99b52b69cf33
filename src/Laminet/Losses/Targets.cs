using Laminet.Tensors;

namespace Laminet.Losses;

/// <summary>
/// The checks that losses and metrics make of targets, labels and weights before they compute. Nothing is broadcast: (n,)
/// targets against (n, 1) predictions are (n, 1) targets; broadcast, they would silently compare every target with every prediction.
/// </summary>
internal static class Targets
{
    /// <summary>Targets of the predictions' shape, in their element type.</summary>
    public static Tensor SameShape(string who, Tensor targets, Tensor predictions)
    {
        // As in Keras, a number for each example fits an output of one unit.
        if (targets.Rank == predictions.Rank - 1 && predictions.Shape[-1] == 1 && targets.Shape.Dimensions.SequenceEqual(predictions.Shape.Dimensions[..^1]))
            targets = targets.ExpandDims(-1);
        RequireSameShape(who, targets, predictions);
        return targets.Cast(predictions.DType);
    }

    /// <summary>Checks that targets have the predictions' shape.</summary>
    public static void RequireSameShape(string who, Tensor targets, Tensor predictions)
    {
        if (targets.Shape != predictions.Shape)
        {
            throw new ShapeException($"{who}: received targets of shape {targets.Shape} for predictions of shape {predictions.Shape}; "
                + $"the shapes must be equal, since targets are not broadcast. {Advice(targets.Shape, predictions.Shape)}");
        }
    }

    /// <summary>Class labels as Int32, one for each row of predictions; a last axis of length 1 is dropped.</summary>
    public static Tensor Labels(string who, Tensor labels, Tensor predictions)
    {
        RequireLabels(who, labels, predictions);
        return (labels.Rank == predictions.Rank ? labels.Squeeze(-1) : labels).Cast(DType.Int32);
    }

    /// <summary>Checks that there is one class label for each row of predictions; a last axis of length 1 does no harm.</summary>
    public static void RequireLabels(string who, Tensor labels, Tensor predictions)
    {
        if (labels.DType is not (DType.Int32 or DType.Int64 or DType.UInt8))
        {
            throw new DTypeException($"{who}: received labels of {labels.Spec}; expected class numbers as Int32, Int64 or UInt8. Cast them"
                + (labels.Shape == predictions.Shape ? ", or for one-hot targets use the categorical variant without 'Sparse'." : "."));
        }

        Classes(who, predictions);
        ReadOnlySpan<int> expected = predictions.Shape.Dimensions[..^1], given = labels.Shape.Dimensions;
        bool column = labels.Rank == predictions.Rank && labels.Shape[-1] == 1;
        if (!(column ? given[..^1] : given).SequenceEqual(expected))
        {
            throw new ShapeException($"{who}: received labels of shape {labels.Shape} for predictions of shape {predictions.Shape}; "
                + $"expected one label for each row of {predictions.Shape[-1]} class scores, the shape {new Shape(expected)}."
                + (labels.Shape == predictions.Shape ? " For one-hot targets use the categorical variant without 'Sparse'." : ""));
        }
    }

    /// <summary>A tensor of a given rank with one axis moved to the end; another tensor as it is. Probabilities of a sigmoid stay known as such.</summary>
    public static Tensor WithLast(Tensor tensor, int axis, int rank)
    {
        if (axis == -1 || tensor.Rank != rank || tensor.Shape.Axis(axis) is var place && place == rank - 1)
            return tensor;
        int[] order = [.. Enumerable.Range(0, rank).Where(other => other != place), place];
        return tensor.SigmoidLogits is { } logits ? logits.Transpose(order).Sigmoid() : tensor.Transpose(order);
    }

    /// <summary>The number of classes, the length of the last axis.</summary>
    public static int Classes(string who, Tensor predictions) => predictions.Rank > 0
        ? predictions.Shape[-1]
        : throw new ShapeException($"{who}: received predictions of shape (); expected one number per class on the last axis.");

    /// <summary>The usual shape and type of class labels.</summary>
    public static TensorSpec LabelsFor(TensorSpec predictions) => new([.. predictions.Shape.SkipLast(1)], DType.Int32);

    /// <summary>
    /// The shape of weights for values of a given shape, without trailing axes of length 1: () or the outer axes of the
    /// values, each weight then counting for all values within.
    /// </summary>
    /// <exception cref="ShapeException">They do not fit.</exception>
    public static Shape OuterAxes(string who, Shape weights, Shape values, string what = "sample weights", string one = "weight") => TryOuterAxes(weights, values)
        ?? throw new ShapeException($"{who}: received {what} of shape {weights} for values of shape {values}; "
            + $"expected one {one}, one for each sample, or one for each value: the values' shape or its outer axes.");

    /// <summary>The same, or null if the weights do not fit.</summary>
    public static Shape? TryOuterAxes(Shape weights, Shape values)
    {
        int rank = weights.Rank;
        while (rank > 0 && weights[rank - 1] == 1 && (rank > values.Rank || values[rank - 1] != 1))
            rank--;
        return rank <= values.Rank && weights[..rank] == values[..rank] ? weights[..rank] : default(Shape?);
    }

    private static string Advice(Shape targets, Shape predictions) =>
        targets.ElementCount == predictions.ElementCount
            ? $"Reshape one of them: targets.Reshape([{string.Join(", ", predictions)}])."
            : targets.Rank == predictions.Rank - 1 && new Shape(predictions.Dimensions[..^1]) == targets
                ? "For class numbers as targets use the 'Sparse' variant of the loss or metric, or convert them with OneHot."
                : "Check the last layer's units and the data's labels.";
}
