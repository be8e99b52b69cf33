namespace Laminet.OpInfo;

/// <summary>Tensors from nothing, and from the generator of random numbers.</summary>
internal static class Creation
{
    private static readonly RandomKey Key = new(7);

    public static Dictionary<string, Func<Arguments, object>> Table { get; } = new()
    {
        ["arange"] = a => Range(a),
        ["linspace"] = a => Tensor.LinSpace(a.Num(0), a.Num(1), a.Int(2), dtype: Type(a)),
        ["logspace"] = a => Tensor.LogSpace(a.Num(0), a.Num(1), a.Int(2), @base: a.Num(3, "base", 10), dtype: Type(a)),
        ["eye"] = a => Tensor.Eye(a.Int(0), a.Has(1, "m") ? a.Int(1, "m") : null, dtype: Type(a)),
        ["ones"] = a => Tensor.Ones(Shape.Create(a.Ints(0)), Type(a)),
        ["zeros"] = a => Tensor.Zeros(Shape.Create(a.Ints(0)), Type(a)),
        ["ones_like"] = a => a.X.OnesLike().Cast(Type(a)),
        ["zeros_like"] = a => a.X.ZerosLike().Cast(Type(a)),
        ["full_like"] = a => Tensor.Full(a.X.Shape, a.Num(1), Type(a)),
        ["new_ones"] = a => Tensor.Ones(Shape.Create(a.Ints(1)), Type(a)),
        ["new_zeros"] = a => Tensor.Zeros(Shape.Create(a.Ints(1)), Type(a)),
        ["new_full"] = a => Tensor.Full(Shape.Create(a.Ints(1)), a.Num(2), Type(a)),
        ["fill"] = a => a.IsTensor(1, "value") ? a.T(1, "value").BroadcastTo(a.X.Shape) : a.X.FullLike(a.Raw(1, "value") is true ? 1 : a.Num(1, "value")),
        ["randn"] = a => Key.Normal(Shape.Create(a.Ints(0)), dtype: Type(a)),
        ["randn_like"] = a => Key.Normal(a.X.Shape, dtype: Type(a)),
        ["rand_like"] = a => Key.Uniform(a.X.Shape, dtype: Type(a)),
        ["randint_like"] = a => Key.RandInt(a.X.Shape, a.Has(2, "high") ? a.Int(1) : 0, a.Has(2, "high") ? a.Int(2, "high") : a.Int(1)).Cast(Type(a)),
        ["uniform"] = a => Key.Uniform(a.X.Shape, a.Num(1), a.Num(2), a.X.DType),
        ["normal"] = Normal,
        ["normal/number_mean"] = Normal,
        ["bernoulli"] = a => Key.Uniform(a.X.Shape, dtype: a.X.DType).Less(a.X).Cast(a.X.DType),
        ["multinomial"] = a => a.Flag(2, "replacement") ? Key.Categorical(a.X.Rank == 1 ? a.X.Log().Reshape(1, a.X.Length) : a.X.Log(), a.Int(1)) is Tensor drawn && a.X.Rank == 1 ? drawn.Reshape(a.Int(1)) : Key.Categorical(a.AsVectors().X.Log(), a.Int(1)) : Without(a),
        ["nn.functional.feature_alpha_dropout"] = AlphaDropped,
        ["nn.functional.dropout"] = a => Dropped(a, a.X.Shape),
        ["nn.functional.dropout2d"] = a => Dropped(a, Channels(a.X, 3)),
        ["nn.functional.dropout3d"] = a => Dropped(a, Channels(a.X, 4)),
    };

    private static DType Type(Arguments a) => a.Type(-1, "dtype") ?? (a.IsTensor(0) ? a.X.DType : DType.Float32);

    // Whole numbers give whole numbers.
    private static Tensor Range(Arguments a) => !a.Has(-1, "dtype") && Enumerable.Range(0, a.Count).All(i => a.Raw(i) is long)
        ? Tensor.ARange(a.Count == 1 ? 0 : a.Num(0), a.Num(a.Count == 1 ? 0 : 1), a.Num(2, "step", 1), DType.Int64)
        : a.Count == 1 && !a.Has(-1, "end") ? Tensor.ARange(0, a.Num(0), dtype: Type(a)) : Tensor.ARange(a.Num(0), a.Num(1, "end"), a.Num(2, "step", 1), Type(a));

    private static Tensor Normal(Arguments a)
    {
        // PyTorch has no gradient here; ours would be that of mean + deviation z.
        Tensor mean = a.Operand(0).Detach(), deviation = a.Operand(1).Detach();
        return mean + (deviation * Key.Normal(Shape.Broadcast(mean.Shape, deviation.Shape), dtype: a.Float));
    }

    // Without replacement: the largest of log p with Gumbel's noise.
    private static Tensor Without(Arguments a) => (a.X.Log() - (-Key.Uniform(a.X.Shape, 1e-6, 1, a.X.DType).Log()).Log()).TopK(a.Int(1)).Indices;

    private static Tensor Dropped(Arguments a, Shape noise)
    {
        double rate = a.Num(1, "p", 0.5);
        if (!a.Flag(2, "training", true) || rate == 0)
            return a.X;
        return rate == 1 ? a.X * 0 : noise == a.X.Shape ? a.X.Dropout(Key, rate) : a.X * Tensor.Ones(noise, a.X.DType).Dropout(Key, rate);
    }

    // What is dropped becomes SELU's smallest value, and all is scaled so that mean and variance stay.
    private static Tensor AlphaDropped(Arguments a)
    {
        double rate = a.Num(1, "p", 0.5);
        if (!a.Flag(2, "training", false) || rate == 0)
            return a.X;
        if (rate == 1)
            return a.X * 0;
        const double Least = 1.7580993408473766;
        double scale = 1 / Math.Sqrt((1 - rate) * (1 + (rate * Least * Least)));
        Tensor kept = Key.Bernoulli(Shape.Create([.. a.X.Shape.Select((length, axis) => axis < 2 ? length : 1)]), 1 - rate).Cast(a.X.DType);
        return ((a.X * kept) - ((1 - kept) * Least) + (rate * Least)) * scale;
    }

    // Whole channels are dropped: of a batch the noise is (batch, channels, 1, ...).
    private static Shape Channels(Tensor x, int unbatched) => Shape.Create([.. x.Shape.Select((length, axis) => axis < x.Rank - unbatched + 1 ? length : 1)]);
}
