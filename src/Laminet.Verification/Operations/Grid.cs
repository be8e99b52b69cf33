namespace Laminet.Verification.Operations;

/// <summary>An array of doubles with the slow, obvious operations that references are written in.</summary>
/// <param name="Shape">The lengths of the axes.</param>
/// <param name="Values">The numbers in row-major order.</param>
/// <param name="Type">The element type this operand always has (an index, a mask); null where it takes the row's.</param>
internal sealed record Grid(int[] Shape, double[] Values, DType? Type = null)
{
    public double this[params ReadOnlySpan<int> index] => Values[Place(index)];

    /// <summary>A grid whose element at an index is a function of the index.</summary>
    public static Grid From(int[] shape, Func<int[], double> element)
    {
        int length = shape.Aggregate(1, (product, axis) => product * axis);
        double[] values = new double[length];
        for (int place = 0; place < length; place++)
            values[place] = element(IndexOf(place, shape));
        return new Grid(shape, values);
    }

    /// <summary>The numbers of a tensor, of its type.</summary>
    public static Grid Of(Tensor tensor) => new([.. tensor.Shape], tensor.Cast(DType.Float64).ToArray<double>(), tensor.DType);

    /// <summary>Numbers in [minimum, maximum).</summary>
    public static Grid Random(int[] shape, int seed, double minimum = -2, double maximum = 2)
    {
        Random random = new(seed);
        return From(shape, _ => minimum + (random.NextDouble() * (maximum - minimum)));
    }

    /// <summary>
    /// Evenly spaced numbers in random order, none of them a multiple of a half: no two are equal, and none lies on the kink of
    /// a function, so that finite differences see one branch.
    /// </summary>
    public static Grid Distinct(int[] shape, int seed)
    {
        Grid places = From(shape, _ => 0);
        int length = places.Values.Length;
        int[] order = [.. Enumerable.Range(0, length)];
        new Random(seed).Shuffle(order);
        return places with { Values = [.. order.Select(place => AwayFromKinks(-2 + (4 * (place + 0.37) / length)))] };
    }

    /// <summary>Whole numbers 0 to below <paramref name="below"/> of a fixed type.</summary>
    public static Grid Whole(int[] shape, int seed, int below, DType type)
    {
        Random random = new(seed);
        return From(shape, _ => random.Next(below)) with { Type = type };
    }

    /// <summary>Applies a function to the elements of grids that broadcast together.</summary>
    public static Grid Map(Func<double[], double> function, params Grid[] grids)
    {
        int[] shape = grids.Select(grid => grid.Shape).Aggregate(BroadcastShape);
        if (grids.All(grid => grid.Shape.SequenceEqual(shape)))
            return new Grid(shape, [.. Enumerable.Range(0, grids[0].Values.Length).Select(place => function([.. grids.Select(grid => grid.Values[place])]))]);
        return From(shape, index => function([.. grids.Select(grid => grid.Broadcast(index))]));
    }

    /// <summary>Reduces the given axes: the function gets the elements of each group in row-major order.</summary>
    public Grid Reduce(int[] axes, bool keepDims, Func<double[], double> function)
    {
        int[] shape = [.. Shape.Select((length, axis) => axes.Contains(axis) ? 1 : length)];
        List<double>[] groups = [.. Enumerable.Range(0, shape.Aggregate(1, (product, length) => product * length)).Select(_ => new List<double>())];
        Grid places = new(shape, new double[groups.Length]);
        for (int place = 0; place < Values.Length; place++)
        {
            int[] index = IndexOf(place, Shape);
            foreach (int axis in axes)
                index[axis] = 0;
            groups[places.Place(index)].Add(Values[place]);
        }

        int[] kept = keepDims ? shape : [.. Shape.Where((_, axis) => !axes.Contains(axis))];
        return new Grid(kept, [.. groups.Select(group => function([.. group]))]);
    }

    /// <summary>As a tensor of the row's element type, or of this grid's own.</summary>
    public Tensor ToTensor(DType type) => Tensor.From(Values, Shape).Cast(Type ?? type);

    /// <summary>
    /// The numbers as they are in an element type: for integers, small whole numbers made from them, so that every type holds them.
    /// </summary>
    public Grid In(DType type) => Type is not null ? this : type switch
    {
        DType.Float64 => this,
        DType.Float32 => this with { Values = [.. Values.Select(value => (double)(float)value)] },
        DType.Float16 => this with { Values = [.. Values.Select(value => (double)(Half)(float)value)] },
        DType.BFloat16 => this with { Values = [.. Values.Select(value => (double)(float)(BFloat16)value)] },
        DType.Bool => this with { Values = [.. Values.Select(value => value > 0 ? 1.0 : 0)] },
        _ => this with { Values = [.. Values.Select(value => Math.Abs(Math.Round(value * 3)) % 8)] },
    };

    public static int[] IndexOf(int place, int[] shape)
    {
        int[] index = new int[shape.Length];
        for (int axis = shape.Length - 1; axis >= 0; axis--)
            (place, index[axis]) = Math.DivRem(place, shape[axis]);
        return index;
    }

    public static int[] BroadcastShape(int[] left, int[] right)
    {
        int rank = Math.Max(left.Length, right.Length);
        int[] shape = new int[rank];
        for (int axis = 1; axis <= rank; axis++)
        {
            int l = axis <= left.Length ? left[^axis] : 1, r = axis <= right.Length ? right[^axis] : 1;
            shape[^axis] = l == 1 ? r : l;
        }

        return shape;
    }

    public double Broadcast(int[] index)
    {
        int[] own = index[(index.Length - Shape.Length)..];
        for (int axis = 0; axis < own.Length; axis++)
            own[axis] = Shape[axis] == 1 ? 0 : own[axis];
        return Values[Place(own)];
    }

    private static double AwayFromKinks(double value)
    {
        double toHalf = value - (Math.Round(value * 2) / 2);
        return Math.Abs(toHalf) < 1e-4 ? value + 3e-4 : value;
    }

    private int Place(ReadOnlySpan<int> index)
    {
        int place = 0;
        for (int axis = 0; axis < Shape.Length; axis++)
            place = (place * Shape[axis]) + index[axis];
        return place;
    }
}
