using System.Collections;
using System.Globalization;
using System.Runtime.CompilerServices;
using Laminet.Tensors;

namespace Laminet.Configuration;

/// <summary>A setting that is one number (<c>0.5</c>) or several (<c>[0.3, 0.5]</c>).</summary>
[CollectionBuilder(typeof(Numbers), nameof(Create))]
public readonly struct Numbers : IReadOnlyList<double>
{
    private readonly double[]? values;

    private Numbers(double[] values) => this.values = values;

    /// <summary>How many there are.</summary>
    public int Count => values?.Length ?? 0;

    /// <summary>The number at an index.</summary>
    public double this[int index] => (values ?? [])[index];

    /// <summary>Creates a list of numbers from a collection expression such as <c>[0.3, 0.5]</c>.</summary>
    public static Numbers Create(ReadOnlySpan<double> values) => new(values.ToArray());

    /// <summary>One number.</summary>
    public static implicit operator Numbers(double value) => new([value]);

    /// <summary>Several numbers.</summary>
    public static implicit operator Numbers(double[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return Create(values);
    }

    /// <summary>The numbers as a vector, or one number as a scalar.</summary>
    internal Tensor ToTensor(DType dtype) => Count == 1 ? Tensor.Scalar(this[0], dtype) : Tensor.From(values ?? []).Cast(dtype);

    /// <inheritdoc/>
    public IEnumerator<double> GetEnumerator() => ((IEnumerable<double>)(values ?? [])).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public override string ToString() => Count == 1
        ? this[0].ToString(CultureInfo.InvariantCulture)
        : $"[{string.Join(", ", this.Select(value => value.ToString(CultureInfo.InvariantCulture)))}]";
}
