using System.Globalization;
using Laminet.Tensors;

namespace Laminet.Estimators;

/// <summary>The classes of a classification, and targets as a network's outputs have them: one output for two classes, one a class for more, one a label where an example may have several.</summary>
internal sealed class ClassLabels
{
    private readonly double[] classes;

    private ClassLabels(double[] classes, bool isMultilabel, DType type) => (this.classes, IsMultilabel, DType) = (classes, isMultilabel, type);

    public bool IsMultilabel { get; }

    /// <summary>The type of the labels, in which predictions are given.</summary>
    public DType DType { get; }

    public int Count => classes.Length;

    public Tensor Classes => Tensor.From(classes).Cast(DType);

    public PerceptronOutput Output => IsMultilabel || classes.Length <= 2 ? PerceptronOutput.Logistic : PerceptronOutput.Softmax;

    /// <summary>Whether targets say for each of several labels if an example has it.</summary>
    public static bool AreSeveral(Tensor y) => y.Rank == 2 && y.Shape[1] > 1;

    /// <summary>Those that occur in targets: (n,) or (n, 1) of whole numbers, or (n, labels) of 0 and 1.</summary>
    public static ClassLabels Of(string who, Tensor y)
    {
        double[] numbers = y.Cast(DType.Float64).ToArray<double>();
        if (Array.FindIndex(numbers, number => Math.Floor(number) != number) is >= 0 and int fraction)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"{who}: received the target {numbers[fraction]} (position {fraction}); expected classes as whole numbers, for instance by a LabelEncoder. For numbers use MLPRegressor."), nameof(y));
        }

        double[] classes = [.. numbers.Distinct().Order()];
        if (AreSeveral(y))
        {
            return Array.Exists(classes, value => value is not (0 or 1))
                ? throw new ArgumentException($"{who}: received targets of shape {y.Shape} with the values {Text(classes)}; expected 0 and 1, whether an example has each label. For several numbers an example use MLPRegressor.", nameof(y))
                : new ClassLabels([.. Enumerable.Range(0, y.Shape[1]).Select(label => (double)label)], true, y.DType);
        }

        return new ClassLabels(classes, false, y.DType);
    }

    /// <summary>Those of a classifier that gives an example one class, of two or more.</summary>
    public static ClassLabels OfOne(string who, Tensor x, Tensor y)
    {
        Examples.Require(who, x);
        Examples.RequireSame(who, x, y);
        if (AreSeveral(y))
            throw new ShapeException($"{who}: received targets of shape {y.Shape}; expected one class for each example, ({x.Shape[0]},). One-hot rows become classes by ArgMax(-1).");
        ClassLabels found = Of(who, y);
        return found.Count >= 2 ? found : throw new ArgumentException($"{who}: received targets of the one class {found}; expected two or more to tell apart.", nameof(y));
    }

    public static ClassLabels From(Tensor classes, bool isMultilabel) => new([.. classes.Cast(DType.Float64).ToArray<double>().Order()], isMultilabel, classes.DType);

    public bool HasSame(ClassLabels other) => IsMultilabel == other.IsMultilabel && classes.SequenceEqual(other.classes);

    public override string ToString() => Text(classes);

    /// <summary>Targets for the network, (n, outputs), Float64.</summary>
    public Tensor Encode(string who, Tensor y)
    {
        if (IsMultilabel)
        {
            return y.Rank == 2 && y.Shape[1] == classes.Length
                ? y.Cast(DType.Float64)
                : throw new ShapeException($"{who}: received targets of shape {y.Shape}; expected (n, {classes.Length}), 0 or 1 for each label.");
        }

        double[] numbers = y.Cast(DType.Float64).ToArray<double>();
        int[] places = [.. numbers.Select(number => Array.BinarySearch(classes, number))];
        if (Array.FindIndex(places, place => place < 0) is >= 0 and int unknown)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"{who}: received the class {numbers[unknown]} (position {unknown}), which is none of {Text(classes)}."), nameof(y));
        }

        Tensor indices = Tensor.From(places);
        return classes.Length <= 2 ? indices.Cast(DType.Float64).Reshape([-1, 1]) : indices.OneHot(classes.Length).Cast(DType.Float64);
    }

    /// <summary>The classes that a network's outputs name.</summary>
    public Tensor Decode(Tensor outputs)
    {
        if (IsMultilabel)
            return outputs.Greater(0.5).Cast(DType);
        Tensor places = Output == PerceptronOutput.Softmax ? outputs.ArgMax(-1) : outputs.Greater(0.5).Cast(DType.Int32).Reshape([-1]);
        return Classes.Gather(classes.Length == 1 ? places * 0 : places, 0);
    }

    /// <summary>The classes that decisions name: of two classes (n,), above 0 for the greater; else (n, classes), the greatest.</summary>
    public Tensor DecodeSigned(Tensor decisions) => Classes.Gather(decisions.Rank == 1 ? decisions.Greater(0).Cast(DType.Int32) : decisions.ArgMax(-1), 0);

    private static string Text(double[] classes) => $"[{string.Join(" ", classes.Select(value => value.ToString(CultureInfo.InvariantCulture)))}]";
}
