namespace Laminet.Tensors;

/// <content>The same numbers in another arrangement, of views, slices and joins. All types; every order of derivative.</content>
public sealed partial class Tensor
{
    /// <summary>The axes in an order in which one of them has moved, as a view. NumPy, Keras and PyTorch: <c>moveaxis</c>.</summary>
    /// <param name="source">Which axis moves.</param>
    /// <param name="destination">Its place in the result.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor MoveAxis(int source, int destination)
    {
        (int from, int to) = (Shape.Axis(source), Shape.Axis(destination));
        List<int> order = [.. Enumerable.Range(0, Rank)];
        order.RemoveAt(from);
        order.Insert(to, from);
        return Transpose([.. order]);
    }

    /// <summary>Two axes in each other's place, as a view. NumPy, Keras and PyTorch: <c>swapaxes</c>.</summary>
    /// <param name="first">An axis.</param>
    /// <param name="second">The other one.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor SwapAxes(int first, int second)
    {
        int[] order = [.. Enumerable.Range(0, Rank)];
        (int one, int other) = (Shape.Axis(first), Shape.Axis(second));
        (order[one], order[other]) = (order[other], order[one]);
        return Transpose(order);
    }

    /// <summary>The numbers along an axis moved on; those that leave its end come in at its beginning. NumPy, Keras and PyTorch: <c>roll</c>.</summary>
    /// <param name="shift">By how many places, to the front if negative.</param>
    /// <param name="axis">The axis; null for all numbers in row-major order.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Tensor Roll(int shift, int? axis = null)
    {
        if (axis is not { } given)
            return Reshape(-1).Roll(shift, 0).Reshape(Shape);
        int along = Shape.Axis(given), length = Shape[along];
        // As C#'s remainder has the sign of the shift.
        int first = length == 0 ? 0 : (int)((length - ((long)shift % length)) % length);
        return first == 0 ? this : Concatenate([Slice(first, axis: along), Slice(0, first, axis: along)], along);
    }

    /// <summary>The tensor laid side by side with itself. NumPy, Keras and PyTorch: <c>tile</c>.</summary>
    /// <param name="repeats">How often along each axis, the last ones first; more of them than there are axes make new ones in front.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative.</exception>
    public Tensor Tile(params ReadOnlySpan<int> repeats)
    {
        Tensor tiled = Reshape(new Shape([.. Enumerable.Repeat(1, Math.Max(0, repeats.Length - Rank)), .. Shape]));
        for (int place = 1; place <= repeats.Length; place++)
        {
            int times = repeats[^place], axis = tiled.Rank - place, length = tiled.Shape[axis];
            ArgumentOutOfRangeException.ThrowIfNegative(times, nameof(repeats));
            if (times != 1)
                tiled = tiled.ExpandDims(axis).BroadcastTo([.. tiled.Shape[..axis], times, .. tiled.Shape[axis..]]).Reshape(tiled.Shape.With(axis, checked(length * times)));
        }

        return tiled;
    }

    /// <summary>Each entry of an axis several times, one copy after the other. NumPy and Keras: <c>repeat</c>; PyTorch: <c>repeat_interleave</c>.</summary>
    /// <param name="repeats">How often.</param>
    /// <param name="axis">The axis; null for all numbers in row-major order.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public Tensor Repeat(int repeats, int? axis = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(repeats);
        if (axis is not { } given)
            return Reshape(-1).Repeat(repeats, 0);
        int along = Shape.Axis(given);
        return ExpandDims(along + 1).BroadcastTo([.. Shape[..(along + 1)], repeats, .. Shape[(along + 1)..]]).Reshape(Shape.With(along, checked(Shape[along] * repeats)));
    }

    /// <summary>Turned by 90 degrees, from the first axis towards the second. NumPy, Keras and PyTorch: <c>rot90</c>.</summary>
    /// <param name="times">How often; negative the other way.</param>
    /// <param name="first">The first axis.</param>
    /// <param name="second">The second one.</param>
    /// <exception cref="ArgumentException">The axes are the same.</exception>
    public Tensor Rot90(int times = 1, int first = 0, int second = 1)
    {
        (int from, int to) = (Shape.Axis(first), Shape.Axis(second));
        if (from == to)
            throw new ArgumentException($"Rot90: received the axis {first} twice; expected two axes of {Shape}.", nameof(second));
        return (((times % 4) + 4) % 4) switch
        {
            0 => this,
            1 => Flip(to).SwapAxes(from, to),
            2 => Flip([from, to]),
            _ => SwapAxes(from, to).Flip(to),
        };
    }

    /// <summary>The entries of two axes whose positions differ by the offset, as a last axis. NumPy, Keras and PyTorch: <c>diagonal</c>.</summary>
    /// <param name="offset">The position along the second axis less that along the first.</param>
    /// <param name="first">The first axis.</param>
    /// <param name="second">The second one.</param>
    /// <exception cref="ArgumentException">The axes are the same.</exception>
    public Tensor Diagonal(int offset = 0, int first = 0, int second = 1)
    {
        (int rows, int columns) = (Shape.Axis(first), Shape.Axis(second));
        if (rows == columns)
            throw new ArgumentException($"Diagonal: received the axis {first} twice; expected two axes of {Shape}.", nameof(second));
        Tensor matrices = Transpose([.. Enumerable.Range(0, Rank).Where(axis => axis != rows && axis != columns), rows, columns]);
        (int height, int width) = (Shape[rows], Shape[columns]);
        int count = (int)Math.Max(0, offset >= 0 ? Math.Min(height, (long)width - offset) : Math.Min((long)height + offset, width));
        Shape outer = matrices.Shape[..^2];
        Tensor flat = matrices.Reshape(new Shape([.. outer, height * width]));
        if (count == 0)
            return flat.Slice(0, 0, axis: -1);
        // In row-major order a diagonal is every (width + 1)th number.
        int start = offset >= 0 ? offset : -offset * width;
        return flat.Slice(start, start + ((count - 1) * (width + 1)) + 1, width + 1, axis: -1);
    }

    /// <summary>The sum of a diagonal, of the type of <see cref="Sum"/>. NumPy, Keras and PyTorch: <c>trace</c>.</summary>
    /// <inheritdoc cref="Diagonal"/>
    public Tensor Trace(int offset = 0, int first = 0, int second = 1) => Diagonal(offset, first, second).Sum(-1);

    /// <summary>Of a vector the matrix with it on a diagonal and zeros elsewhere; of a matrix its diagonal. NumPy, Keras and PyTorch: <c>diag</c>.</summary>
    /// <param name="offset">The column of a number of the diagonal less its row.</param>
    /// <exception cref="ShapeException">The tensor is neither a vector nor a matrix.</exception>
    public Tensor Diag(int offset = 0)
    {
        if (Rank == 2)
            return Diagonal(offset);
        if (Rank != 1)
            throw new ShapeException($"Diag: received the shape {Shape}; expected a vector or a matrix. For diagonals of several matrices call Diagonal.");
        int size = checked(Length + Math.Abs(offset)), start = offset >= 0 ? offset : -offset * size;
        // Every (size + 1)th number of the matrix in row-major order.
        Tensor spread = Reshape(Length, 1).Pad([(0, 0), (0, size)], 0L).Reshape(-1);
        return spread.Slice(0, Math.Min(spread.Length, (size * size) - start)).Pad([(start, Math.Max(0, (size * size) - start - spread.Length))], 0L).Reshape(size, size);
    }

    /// <summary>The matrix with all numbers on a diagonal, in row-major order. NumPy, Keras and PyTorch: <c>diagflat</c>.</summary>
    /// <inheritdoc cref="Diag"/>
    public Tensor DiagFlat(int offset = 0) => Reshape(-1).Diag(offset);

    /// <summary>Matrices of ones on and below a diagonal, and zeros above. NumPy and Keras: <c>tri</c>.</summary>
    /// <param name="rows">How many rows.</param>
    /// <param name="columns">How many columns; as many as rows if null.</param>
    /// <param name="offset">The diagonal's column less its row.</param>
    /// <param name="dtype">The element type.</param>
    public static Tensor Tri(int rows, int? columns = null, int offset = 0, DType dtype = DType.Float32) => IsLower(rows, columns ?? rows, offset).Cast(dtype);

    /// <summary>A matrix with 1 on a diagonal and 0 elsewhere. NumPy, Keras and PyTorch: <c>eye</c>.</summary>
    /// <param name="rows">How many rows.</param>
    /// <param name="columns">How many columns; as many as rows by default.</param>
    /// <param name="offset">The diagonal: above the main one if positive.</param>
    /// <param name="dtype">The element type.</param>
    public static Tensor Eye(int rows, int? columns = null, int offset = 0, DType dtype = DType.Float32) =>
        (Range(0, rows).ExpandDims(1) + offset).Equal(Range(0, columns ?? rows)).Cast(dtype);

    /// <summary>The matrices of the last two axes with zeros above a diagonal. NumPy, Keras and PyTorch: <c>tril</c>.</summary>
    /// <param name="offset">The diagonal's column less its row.</param>
    /// <exception cref="ShapeException">There are fewer than two axes.</exception>
    public Tensor TriL(int offset = 0) => MaskedBy(Lower("TriL", offset));

    /// <summary>The matrices of the last two axes with zeros below a diagonal. NumPy, Keras and PyTorch: <c>triu</c>.</summary>
    /// <inheritdoc cref="TriL"/>
    public Tensor TriU(int offset = 0) => MaskedBy(Lower("TriU", offset == int.MinValue ? offset : offset - 1).Not());

    /// <summary>The entries of an axis, each without it. Keras: <c>ops.unstack</c>; PyTorch: <c>unbind</c>.</summary>
    /// <param name="axis">The axis.</param>
    public Tensor[] Unstack(int axis = 0)
    {
        int along = Shape.Axis(axis);
        return [.. Enumerable.Range(0, Shape[along]).Select(place => At(place, along))];
    }

    /// <summary>Parts of an axis of lengths that differ by at most one, the longer ones first. NumPy and Keras: <c>array_split</c>; PyTorch: <c>tensor_split</c>.</summary>
    /// <param name="parts">How many.</param>
    /// <param name="axis">The axis.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no parts.</exception>
    public Tensor[] ArraySplit(int parts, int axis = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(parts);
        (int length, int longer) = Math.DivRem(Shape[Shape.Axis(axis)], parts);
        return Split([.. Enumerable.Range(0, parts).Select(part => part < longer ? length + 1 : length)], axis);
    }

    /// <summary>Tensors joined along the second axis, vectors along their only one. NumPy, Keras and PyTorch: <c>hstack</c>.</summary>
    /// <param name="tensors">The tensors.</param>
    public static Tensor HStack(IReadOnlyList<Tensor> tensors)
    {
        Tensor[] all = OfRank(tensors, 1, (x, _) => x.Reshape(1));
        return Concatenate(all, all[0].Rank == 1 ? 0 : 1);
    }

    /// <summary>Tensors joined along the first axis, vectors as rows. NumPy, Keras and PyTorch: <c>vstack</c>.</summary>
    /// <param name="tensors">The tensors.</param>
    public static Tensor VStack(IReadOnlyList<Tensor> tensors) => Concatenate(OfRank(tensors, 2, (x, _) => x.Reshape(1, x.Length)), 0);

    /// <summary>Tensors joined along the third axis; what has fewer axes gets them, a vector of n as (1, n, 1). NumPy, Keras and PyTorch: <c>dstack</c>.</summary>
    /// <param name="tensors">The tensors.</param>
    public static Tensor DStack(IReadOnlyList<Tensor> tensors) => Concatenate(OfRank(tensors, 3, (x, rank) => rank == 2 ? x.ExpandDims(-1) : x.Reshape(1, x.Length, 1)), 2);

    /// <summary>Vectors as columns of a matrix, matrices side by side. NumPy, Keras and PyTorch: <c>column_stack</c>.</summary>
    /// <param name="tensors">The tensors.</param>
    public static Tensor ColumnStack(IReadOnlyList<Tensor> tensors) => Concatenate(OfRank(tensors, 2, (x, _) => x.Reshape(x.Length, 1)), 1);

    /// <summary>
    /// The coordinates of a grid: each vector repeated along the axes of the others. NumPy, Keras and PyTorch: <c>meshgrid</c>.
    /// </summary>
    /// <param name="vectors">The coordinates along each axis.</param>
    /// <param name="swapFirst">Whether the first two axes change their places, for x and y of a picture: NumPy's and Keras's "xy", their default; false for "ij".</param>
    /// <exception cref="ShapeException">One is no vector.</exception>
    public static Tensor[] Meshgrid(IReadOnlyList<Tensor> vectors, bool swapFirst = true)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        if (vectors.FirstOrDefault(vector => vector.Rank != 1) is { } other)
            throw new ShapeException($"Meshgrid: received the shape {other.Shape}; expected vectors.");
        int[] places = [.. Enumerable.Range(0, vectors.Count)];
        if (swapFirst && places.Length > 1)
            (places[0], places[1]) = (1, 0);
        int[] lengths = new int[places.Length];
        foreach ((Tensor vector, int place) in vectors.Zip(places))
            lengths[place] = vector.Length;
        return [.. vectors.Zip(places, (vector, place) => vector.Reshape(new Shape([.. places.Select((_, axis) => axis == place ? vector.Length : 1)])).BroadcastTo(lengths))];
    }

    /// <summary>The powers of a vector's numbers, a row each: from the highest down to 0, or from 0 up. NumPy and Keras: <c>vander</c>.</summary>
    /// <param name="columns">How many powers; as many as there are numbers if null.</param>
    /// <param name="increasing">Whether power 0 comes first.</param>
    /// <exception cref="ShapeException">The tensor is no vector.</exception>
    public Tensor Vander(int? columns = null, bool increasing = false)
    {
        if (Rank != 1)
            throw new ShapeException($"Vander: received the shape {Shape}; expected a vector.");
        int count = columns ?? Length;
        ArgumentOutOfRangeException.ThrowIfNegative(count, nameof(columns));
        if (count == 0)
            return Zeros([Length, 0], DType);
        List<Tensor> powers = [OnesLike()];
        while (powers.Count < count)
            powers.Add(powers[^1] * this);
        return Stack(increasing ? powers : [.. powers.AsEnumerable().Reverse()], 1);
    }

    private Tensor Lower(string name, int offset) => Rank >= 2
        ? IsLower(Shape[^2], Shape[^1], offset)
        : throw new ShapeException($"{name}: received the shape {Shape}; expected matrices in the last two axes.");

    private static Tensor IsLower(int rows, int columns, int offset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        return Range(0, columns, DType.Int64).LessEqual(Range(0, rows, DType.Int64).Reshape(rows, 1) + (long)offset);
    }

    // With at least so many axes.
    private static Tensor[] OfRank(IReadOnlyList<Tensor> tensors, int least, Func<Tensor, int, Tensor> raise)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        return tensors.Count > 0
            ? [.. tensors.Select(tensor => tensor.Rank < least ? raise(tensor, tensor.Rank) : tensor)]
            : throw new ArgumentException("Received no tensors; expected at least one.", nameof(tensors));
    }
}
