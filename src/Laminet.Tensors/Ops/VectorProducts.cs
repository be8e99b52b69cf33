namespace Laminet.Tensors;

/// <content>Products of vectors and of chosen axes, by way of <see cref="MatMul"/>.</content>
public sealed partial class Tensor
{
    /// <summary>
    /// Of vectors their inner product, of matrices the matrix product, with a scalar the product; else the sum over the last axis of this and the last but one of the other. NumPy and Keras: <c>dot</c>; PyTorch:
    /// <c>dot</c>, of vectors alone.
    /// </summary>
    /// <param name="other">The other factor.</param>
    /// <exception cref="ShapeException">The lengths differ.</exception>
    public Tensor Dot(Tensor other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Rank == 0 || other.Rank == 0 ? this * other : TensorDot(other, [-1], [other.Rank == 1 ? 0 : -2]);
    }

    /// <summary>The sum over the last axes of both. NumPy, Keras and PyTorch: <c>inner</c>.</summary>
    /// <inheritdoc cref="Dot"/>
    public Tensor Inner(Tensor other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Rank == 0 || other.Rank == 0 ? this * other : TensorDot(other, [-1], [-1]);
    }

    /// <summary>The sum of the products of all numbers, in row-major order. NumPy, Keras and PyTorch: <c>vdot</c>.</summary>
    /// <inheritdoc cref="Dot"/>
    public Tensor VDot(Tensor other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Reshape(-1).Dot(other.Reshape(-1));
    }

    /// <summary>The product of every number of this with every one of the other: (length, other's length). NumPy, Keras and PyTorch: <c>outer</c>.</summary>
    /// <param name="other">The other factor.</param>
    public Tensor Outer(Tensor other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Reshape(-1, 1) * other.Reshape(1, -1);
    }

    /// <summary>The sum of products over the last axes of this and the first of the other. NumPy, Keras and PyTorch: <c>tensordot</c>.</summary>
    /// <param name="other">The other factor.</param>
    /// <param name="axes">How many axes.</param>
    /// <exception cref="ShapeException">The lengths differ, or there are fewer axes.</exception>
    public Tensor TensorDot(Tensor other, int axes = 2)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (axes < 0 || axes > Rank || axes > other.Rank)
            throw new ShapeException($"TensorDot: received {axes} axes for {Shape} and {other.Shape}; expected 0 to {Math.Min(Rank, other.Rank)}.");
        return TensorDot(other, Enumerable.Range(Rank - axes, axes).ToArray(), Enumerable.Range(0, axes).ToArray());
    }

    /// <summary>The sum of products over pairs of axes; the result has the other axes of this and then those of the other.</summary>
    /// <param name="other">The other factor.</param>
    /// <param name="axes">Those of this.</param>
    /// <param name="otherAxes">Their partners.</param>
    /// <exception cref="ShapeException">The lengths differ.</exception>
    public Tensor TensorDot(Tensor other, ReadOnlySpan<int> axes, ReadOnlySpan<int> otherAxes)
    {
        ArgumentNullException.ThrowIfNull(other);
        (int[] kept, int[] summed) = Parted(this, axes);
        (int[] otherKept, int[] otherSummed) = Parted(other, otherAxes);
        Shape left = Shape, right = other.Shape;
        if (!summed.Select(axis => left[axis]).SequenceEqual(otherSummed.Select(axis => right[axis])))
        {
            throw new ShapeException($"TensorDot: received the axes [{string.Join(", ", axes.ToArray())}] of {left} and [{string.Join(", ", otherAxes.ToArray())}] of {right}; "
                + "expected pairs of axes of the same length.");
        }

        int count = summed.Aggregate(1, (product, axis) => product * left[axis]);
        int rows = kept.Aggregate(1, (product, axis) => product * left[axis]), columns = otherKept.Aggregate(1, (product, axis) => product * right[axis]);
        Tensor product = Transpose([.. kept, .. summed]).Reshape(rows, count).MatMul(other.Transpose([.. otherSummed, .. otherKept]).Reshape(count, columns));
        return product.Reshape(new Shape([.. kept.Select(axis => left[axis]), .. otherKept.Select(axis => right[axis])]));
    }

    /// <summary>Each number of this times the whole other tensor, in blocks. NumPy, Keras and PyTorch: <c>kron</c>.</summary>
    /// <param name="other">The blocks.</param>
    public Tensor Kron(Tensor other)
    {
        ArgumentNullException.ThrowIfNull(other);
        int rank = Math.Max(Rank, other.Rank);
        int[] lengths = [.. Enumerable.Repeat(1, rank - Rank), .. Shape], blocks = [.. Enumerable.Repeat(1, rank - other.Rank), .. other.Shape];
        Tensor product = Reshape(new Shape([.. lengths.SelectMany(length => (int[])[length, 1])])) * other.Reshape(new Shape([.. blocks.SelectMany(length => (int[])[1, length])]));
        return product.Reshape(new Shape([.. lengths.Zip(blocks, (length, block) => checked(length * block))]));
    }

    /// <summary>
    /// The cross product a × b of vectors of three numbers: (a₂b₃ - a₃b₂, a₃b₁ - a₁b₃, a₁b₂ - a₂b₁); the other axes broadcast. NumPy, Keras: <c>cross</c>; PyTorch: <c>linalg.cross</c>.
    /// </summary>
    /// <param name="other">b.</param>
    /// <param name="axis">The axis of the three numbers, in both.</param>
    /// <exception cref="ShapeException">The axis has another length.</exception>
    public Tensor Cross(Tensor other, int axis = -1)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (Shape[Shape.Axis(axis)] != 3 || other.Shape[other.Shape.Axis(axis)] != 3)
            throw new ShapeException($"Cross: received {Shape} and {other.Shape}; expected the length 3 along axis {axis}.");
        Tensor a = MoveAxis(axis, -1), b = other.MoveAxis(axis, -1);
        Tensor result = (a.Roll(-1, -1) * b.Roll(1, -1)) - (a.Roll(1, -1) * b.Roll(-1, -1));
        return result.MoveAxis(-1, axis < 0 ? axis : axis + result.Rank - Math.Max(Rank, other.Rank));
    }

    /// <summary>
    /// The sums of products of a vector with another that is moved along it: c[k] = Σ x[n + k] v[n]. NumPy and Keras: <c>correlate</c>. With <c>v.Flip()</c> it is a convolution. Floating point
    /// only.
    /// </summary>
    /// <param name="other">v, a vector that is not empty.</param>
    /// <param name="mode">Which positions.</param>
    /// <exception cref="ShapeException">One is no vector, or empty.</exception>
    public Tensor Correlate(Tensor other, CorrelationMode mode = CorrelationMode.Valid)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (Rank != 1 || other.Rank != 1 || Length == 0 || other.Length == 0)
            throw new ShapeException($"Correlate: received {Shape} and {other.Shape}; expected two vectors that are not empty.");
        if (other.Length > Length)
            return other.Correlate(this, mode).Flip();
        int overlap = other.Length - 1, before = overlap / 2;
        (int Before, int After) padding = mode switch
        {
            CorrelationMode.Valid => (0, 0),
            CorrelationMode.Same => (overlap - before, before),
            CorrelationMode.Full => (overlap, overlap),
            _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "Correlate: there is no such mode."),
        };
        DType common = DTypes.Promote(DType, other.DType);
        return Cast(common).Reshape(1, Length, 1).Convolution1D(other.Cast(common).Reshape(other.Length, 1, 1), padding: Padding.Explicit(padding)).Reshape(-1);
    }

    private static (int[] Kept, int[] Summed) Parted(Tensor x, ReadOnlySpan<int> axes)
    {
        int[] summed = [.. axes.ToArray().Select(axis => x.Shape.Axis(axis))];
        return summed.Distinct().Count() == summed.Length
            ? ([.. Enumerable.Range(0, x.Rank).Except(summed)], summed)
            : throw new ShapeException($"TensorDot: received the axes [{string.Join(", ", summed)}] of {x.Shape}; an axis is named twice.");
    }
}
