namespace Laminet.Tensors.Tests.Compilation;

/// <summary>
/// Random operations on a pool of tensors. What is chosen depends on the random numbers and on shapes and types alone, so a function
/// made of them is the same whether it is traced or run.
/// </summary>
internal sealed class RandomOperations
{
    // Enough for several tiles and for two parallel tasks.
    private const int MostElements = 45_000;

    private readonly Random random;
    private readonly DType type;
    private readonly List<Tensor> pool = [];
    private readonly Action[] kinds;

    /// <param name="random">What decides.</param>
    /// <param name="type">The floating-point type that most tensors have.</param>
    public RandomOperations(Random random, DType type)
    {
        (this.random, this.type) = (random, type);
        kinds = [Unary, Unary, Binary, Binary, Binary, Compare, Where, Logic, Reduce, Move, Move, Slice, Join, Split, Largest, Normalize, Normalize, Convert, Identity, Index, Product, Product, Convolve, Pool, Border];
    }

    public IReadOnlyList<Tensor> Tensors => pool;

    public void Add(Tensor tensor)
    {
        if (tensor.Length <= MostElements)
            pool.Add(tensor);
    }

    /// <summary>Applies one operation and puts its result into the pool.</summary>
    public void Step() => kinds[random.Next(kinds.Length)]();

    /// <summary>One of the tensors that fit, rather a late one; null if there is none.</summary>
    public Tensor? Pick(Func<Tensor, bool> fits)
    {
        Tensor[] candidates = [.. pool.Where(fits)];
        return candidates.Length == 0 ? null : candidates[Math.Max(random.Next(candidates.Length), random.Next(candidates.Length))];
    }

    public Tensor PickFloat() => Pick(tensor => tensor.DType == type)!;

    /// <summary>One of the tensors of any type that have few elements; if there is none, one that is not small.</summary>
    public Tensor PickSmall(int mostElements) => Pick(tensor => tensor.Length <= mostElements) ?? PickFloat();

    /// <summary>Numbers that are the same in every call.</summary>
    public Tensor Constant(params int[] shape) => new RandomKey((ulong)random.Next()).Uniform(shape, -1, 1, type);

    private void Unary()
    {
        Tensor x = PickFloat();
        Add(random.Next(18) switch
        {
            0 => x.Tanh(),
            1 => x.Sigmoid(),
            2 => x.Relu(),
            3 => -x,
            4 => x.Abs(),
            5 => x.Sign(),
            6 => x.Sin(),
            7 => x.Cos(),
            8 => x.Softplus(),
            9 => x.Tanh().Exp(),
            10 => (x.Abs() + 1).Log(),
            11 => x.Abs().Log1p(),
            // No infinite slope: a loop sends zeros where plain code sends nothing, and 0 times infinity is NaN.
            12 => (x.Abs() + 0.25).Sqrt(),
            13 => x.Clip(-0.5, 0.75),
            14 => x.Floor(),
            15 => x.Round() * 0.5,
            16 => x.Ceiling(),
            _ => x.Tanh().Square(),
        });
    }

    private void Binary()
    {
        Tensor x = PickFloat(), y = Partner(x);
        if (random.Next(2) == 0)
            (x, y) = (y, x);
        Add(random.Next(8) switch
        {
            0 or 1 => x + y,
            2 => x - y,
            3 => x * y,
            4 => x / (y.Abs() + 1),
            5 => x.Maximum(y),
            6 => x.Minimum(y),
            _ => (x.Abs() + 0.5).Pow(y.Tanh()),
        });
    }

    private void Compare()
    {
        Tensor x = PickFloat(), y = Partner(x);
        Add(random.Next(5) switch
        {
            0 => x.Less(y),
            1 => x.LessEqual(y),
            2 => x.Equal(y),
            3 => x.IsFinite(),
            _ => x.NotEqual(y),
        });
    }

    private void Where()
    {
        Tensor x = PickFloat();
        Tensor condition = Pick(tensor => tensor.DType == DType.Bool && Broadcast(tensor.Shape, x.Shape)) ?? x.Greater(0.1);
        Tensor y = Pick(tensor => tensor.DType == type && Broadcast(tensor.Shape, x.Shape) && Broadcast(tensor.Shape, condition.Shape)) ?? x.Tanh();
        Add(random.Next(2) == 0 ? Tensor.Where(condition, x, y) : Tensor.Where(condition, y, x));
    }

    private void Logic()
    {
        if (Pick(tensor => tensor.DType == DType.Bool) is not { } x)
            return;
        Tensor y = Pick(tensor => tensor.DType == DType.Bool && Broadcast(tensor.Shape, x.Shape)) ?? x;
        Add(random.Next(5) switch { 0 => x.And(y), 1 => x.Or(y), 2 => x.Xor(y), 3 => x.Not(), _ => x.Any() });
    }

    private void Reduce()
    {
        Tensor x = PickFloat();
        int[] some = [.. Enumerable.Range(0, x.Rank).Where(_ => random.Next(2) == 0)];
        Axes axes = random.Next(4) == 0 ? Axes.All : some;
        bool keep = random.Next(2) == 0;
        Add((x.Length == 0 ? 0 : random.Next(6)) switch
        {
            0 or 1 => x.Sum(axes, keep).Tanh(),
            2 => x.Mean(axes, keep),
            3 => x.Max(axes, keep),
            4 => x.Min(axes, keep),
            _ => x.Rank == 0 ? x.Mean() : x.Softmax(random.Next(x.Rank)),
        });
    }

    private void Move()
    {
        Tensor x = Pick(_ => true)!;
        Add(random.Next(5) switch
        {
            0 => x.Reshape([x.Length]),
            1 => x.ExpandDims(random.Next(x.Rank + 1)),
            2 when x.Rank > 1 => x.Transpose(Shuffled(x.Rank)).Reshape([x.Length]),
            3 when x.Rank < 3 => x.BroadcastTo([2, .. x.Shape.Dimensions]),
            _ => x.Rank == 0 ? x : x.Transpose(Shuffled(x.Rank)),
        });
    }

    private void Slice()
    {
        if (Pick(tensor => tensor.Rank > 0) is not { } x)
            return;
        int axis = random.Next(x.Rank), length = x.Shape[axis];
        Add(random.Next(4) switch
        {
            0 => x.Flip(axis),
            1 when length > 0 => x.At(random.Next(length), axis),
            2 => x.Slice(random.Next(length + 1), null, -1 - random.Next(2), axis),
            _ => x.Slice(random.Next(length + 1) / 2, null, 1 + random.Next(2), axis),
        });
    }

    private void Join()
    {
        Tensor x = PickFloat();
        Tensor other = Pick(tensor => tensor.Spec == x.Spec)!;
        Add(x.Rank == 0 || random.Next(2) == 0 ? Tensor.Stack([x, other], random.Next(x.Rank + 1)) : Tensor.Concatenate([x, other, x], random.Next(x.Rank)));
    }

    // Some parts only, so that others have no reader.
    private void Split()
    {
        if (Pick(tensor => tensor.Rank > 0) is not { } x)
            return;
        int axis = random.Next(x.Rank), length = x.Shape[axis], first = random.Next(length + 1);
        Tensor[] parts = x.Split([first, length - first, 0], axis);
        Add(parts[random.Next(2)]);
        if (random.Next(2) == 0)
            Add(Tensor.Concatenate([parts[1], parts[0]], axis));
    }

    private void Largest()
    {
        if (Pick(tensor => tensor.DType == type && tensor.Rank > 0) is not { } x)
            return;
        int axis = random.Next(x.Rank);
        (Tensor values, Tensor indices) = x.TopK(random.Next(x.Shape[axis] + 1), axis);
        switch (random.Next(3))
        {
            case 0: Add(values); break;
            case 1: Add(indices); break;
            default: Add(values * indices.Cast(type)); break;
        }
    }

    // With what follows a normalisation in a network, so that each way to fold it is met.
    private void Normalize()
    {
        if (Pick(tensor => tensor.DType == type && tensor.Rank > 1 && tensor.Length > 0) is not { } x)
            return;
        Tensor gamma = Pick(tensor => tensor.DType == type && tensor.Rank == 1 && tensor.Shape[0] == x.Shape[-1]) ?? Constant(x.Shape[-1]);
        Tensor y, mean, variance;
        if (random.Next(2) == 0)
            y = x.BatchNormalize(out mean, out variance, gamma, relu: random.Next(4) == 0);
        else
            y = x.Normalize(mean = gamma.Sin(), variance = gamma.Square(), random.Next(2) == 0 ? gamma : null, random.Next(2) == 0 ? gamma : null);
        Add(random.Next(5) switch
        {
            0 => y.Relu(),
            1 => y + x,
            2 => (x + y).Relu(),
            3 => y - mean,
            _ => y,
        });
        if (random.Next(3) == 0)
            Add(variance);
    }

    private void Convert()
    {
        Tensor x = Pick(_ => true)!;
        Add(random.Next(3) switch
        {
            0 => x.Cast(type),
            1 => x.Cast(type == DType.Float32 ? DType.Float64 : DType.Float32).Cast(type),
            _ => x.Cast(DType.Int32).Cast(type) * 0.5,
        });
    }

    // What simplification takes away or must not.
    private void Identity()
    {
        Tensor x = PickFloat();
        Add(random.Next(8) switch
        {
            0 => x * 1.0,
            1 => 1.0 * x,
            2 => x / 1.0,
            3 => x - 0.0,
            4 => x - -0.0,
            5 => x + 0.0,
            6 => -(-x),
            _ => x.Reshape([1, .. x.Shape.Dimensions]).Sum(0),
        });
    }

    private void Index()
    {
        if (Pick(tensor => tensor.DType == type && tensor.Rank > 0 && tensor.Length > 0) is not { } x)
            return;
        int axis = random.Next(x.Rank), length = x.Shape[axis];
        Tensor places = random.Next(2) == 0 ? x.ArgMax(axis) : x.ArgMin(axis, keepDims: true);
        Add(random.Next(4) switch
        {
            0 => places,
            1 => places.OneHot(length, type),
            2 => x.Gather(Tensor.From(new[] { length - 1, 0, length / 2 }), axis),
            _ => places.Reshape([places.Length]).Slice(0, 5).OneHot(length, type).Sum(0),
        });
    }

    // Products with bias, residual and activation in every combination, so that each way to fold them is met.
    private void Product()
    {
        if (Pick(tensor => tensor.DType == type && tensor.Rank is 2 or 3 && tensor.Shape[-1] < 40 && tensor.Length is > 0 and < 4000) is not { } x)
            return;
        bool transposed = random.Next(4) == 0;
        int columns = random.Next(3) == 0 ? x.Shape[-1] : 1 + random.Next(6);
        Tensor weights = transposed ? Constant(columns, x.Shape[-1]) : Constant(x.Shape[-1], columns);
        Add(Finished(x.MatMul(random.Next(3) == 0 ? weights.Sin() : weights, false, transposed)));
    }

    private void Convolve()
    {
        if (Pick(tensor => tensor.DType == type && tensor.Rank == 4 && tensor.Length is > 0 and < 4000) is not { } x)
            return;
        int channels = x.Shape[3], groups = random.Next(3) == 0 ? channels : 1, filters = random.Next(2) == 0 ? channels : groups * (1 + random.Next(3));
        Tensor kernel = Constant(1 + random.Next(3), 1 + random.Next(3), channels / groups, filters);
        Add(Finished(x.Convolution(
            kernel, random.Next(4) == 0 ? Constant(filters) : null, random.Next(3) == 0 ? (2, 1) : null, Padding.Same, groups: groups, relu: random.Next(8) == 0)));
    }

    private Tensor Finished(Tensor product)
    {
        for (int parts = random.Next(4); parts > 0; parts--)
        {
            Tensor bias = Pick(tensor => tensor.DType == type && tensor.Rank == 1 && tensor.Shape[0] == product.Shape[-1]) ?? Constant(product.Shape[-1]);
            product = random.Next(5) switch
            {
                0 => product + bias,
                1 => bias + product,
                2 => product.Relu(),
                3 => product + (Pick(tensor => tensor.Spec == product.Spec) ?? Constant([.. product.Shape])),
                _ => (Pick(tensor => tensor.Spec == product.Spec) ?? product) + product,
            };
        }

        return product;
    }

    private void Pool()
    {
        if (Pick(tensor => tensor.DType == type && tensor.Rank == 4 && tensor.Length is > 0 and < 4000) is not { } x)
            return;
        Add(random.Next(2) == 0 ? x.MaxPool((2, 2), (1, 2), Padding.Same) : x.AveragePool((2, 3), (2, 1), Padding.Same));
    }

    private void Border()
    {
        Tensor x = PickFloat();
        Add(x.Pad([.. x.Shape.Select(_ => (random.Next(2), random.Next(2)))], random.Next(2) * 0.5));
    }

    private Tensor Partner(Tensor x)
    {
        if (random.Next(4) == 0)
            return Tensor.Scalar((random.NextDouble() * 2) - 1, type);
        return Pick(tensor => tensor.DType == type && Broadcast(tensor.Shape, x.Shape))!;
    }

    private int[] Shuffled(int rank)
    {
        int[] order = [.. Enumerable.Range(0, rank)];
        random.Shuffle(order);
        return order;
    }

    private static bool Broadcast(Shape left, Shape right)
    {
        for (int axis = 1; axis <= Math.Min(left.Rank, right.Rank); axis++)
        {
            if (left[-axis] != right[-axis] && left[-axis] != 1 && right[-axis] != 1)
                return false;
        }

        return true;
    }
}
