using Laminet.Tensors;

namespace Laminet.Estimators;

/// <summary>Names as classes and back: the names in alphabetical order (by code units, as in scikit-learn) are numbered from 0.</summary>
public sealed class LabelEncoder
{
    private readonly string[] names;

    /// <summary>Takes the names that occur.</summary>
    /// <param name="labels">The name of each example.</param>
    public LabelEncoder(IEnumerable<string> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        names = [.. labels.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    /// <summary>The names, in the order of their numbers.</summary>
    public IReadOnlyList<string> Names => names;

    /// <summary>The number of each name, Int32 (n,).</summary>
    /// <exception cref="ArgumentException">A name is unknown.</exception>
    public Tensor Transform(IEnumerable<string> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        return Tensor.From(labels.Select(Number).ToArray());
    }

    /// <summary>The name of each number.</summary>
    /// <param name="classes">Numbers from 0, (n,).</param>
    /// <exception cref="ArgumentOutOfRangeException">A number has no name.</exception>
    public IReadOnlyList<string> InverseTransform(Tensor classes)
    {
        ArgumentNullException.ThrowIfNull(classes);
        return [.. classes.Cast(DType.Int32).ToArray<int>().Select(number => number >= 0 && number < names.Length
            ? names[number]
            : throw new ArgumentOutOfRangeException(nameof(classes), $"LabelEncoder: received the class {number}; there are {names.Length}, numbered from 0."))];
    }

    private int Number(string label)
    {
        int number = Array.BinarySearch(names, label, StringComparer.Ordinal);
        return number >= 0 ? number : throw new ArgumentException($"LabelEncoder: received '{label}', which is none of {string.Join(", ", names.Take(20))}{(names.Length > 20 ? ", ..." : "")}.");
    }
}
