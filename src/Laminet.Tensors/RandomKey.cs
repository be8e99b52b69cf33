using System.Globalization;
using Laminet.Tensors.Ops;
using Laminet.Tensors.Runtime;

namespace Laminet.Tensors;

/// <summary>
/// The key of a stream of random numbers. There is no hidden state: the same key always gives the same numbers, on any number
/// of threads. For other numbers, make another key with <see cref="Fold(ulong)"/>. Keras: <c>random.SeedGenerator</c>;
/// PyTorch: <c>Generator</c>.
/// </summary>
/// <param name="Seed">The 64 bits that name the stream.</param>
public readonly partial record struct RandomKey(ulong Seed)
{
    /// <summary>The 64 bits that name the stream.</summary>
    /// <exception cref="InvalidOperationException">A function is being compiled, and the key differs in each call.</exception>
    public ulong Seed
    {
        get => Symbol is null ? field : throw new InvalidOperationException("The number of the key is not known while a function is compiled; pass AsTensor() to operations instead.");
        init;
    } = Seed;

    // The number as a tensor of a function that is being compiled, so that every call can be given another key.
    private Tensor? Symbol { get; init; }

    /// <summary>
    /// The key for an Int64 scalar. In a function that is being compiled, it stands for the value in each call.
    /// NumPy: <c>array</c>; Keras: <c>array</c>, <c>convert_to_tensor</c>; PyTorch: <c>tensor</c>.
    /// </summary>
    /// <exception cref="DTypeException">The tensor is no Int64 scalar.</exception>
    public static RandomKey From(Tensor key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.Rank != 0 || key.DType != DType.Int64)
            throw new DTypeException($"RandomKey: received {key.Spec}; expected an Int64 scalar.");
        return key.Operation is null ? new RandomKey((ulong)key.Item<long>()) : new RandomKey(0) { Symbol = key };
    }

    /// <summary>The key as an Int64 scalar, for operations.</summary>
    public Tensor AsTensor() => Symbol ?? Tensor.Scalar((long)Seed);

    /// <summary>Makes an independent key from this one and a number, such as the index of a layer, a step or an epoch.</summary>
    public RandomKey Fold(ulong number)
    {
        if (Symbol is not null)
            return new RandomKey(0) { Symbol = new FoldKey(number).Apply(Symbol) };
        // A stream that no draw uses: draws count blocks in the lower half with a small upper half.
        (uint a, uint b, _, _) = Philox.Block(Seed, number, 0x464F4C44_00000000);
        return new RandomKey(((ulong)b << 32) | a);
    }

    /// <summary>The same for a number that differs in each call of a compiled function, such as the step count.</summary>
    /// <param name="number">An Int64 scalar.</param>
    /// <exception cref="DTypeException">The tensor is no Int64 scalar.</exception>
    public RandomKey Fold(Tensor number)
    {
        ArgumentNullException.ThrowIfNull(number);
        return From(new FoldKeyBy().Apply(AsTensor(), number));
    }

    /// <summary>Uniform numbers in [minimum, maximum). Keras: <c>random.uniform</c>; PyTorch: <c>rand</c>; ONNX: <c>RandomUniform</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The minimum is not below the maximum.</exception>
    public Tensor Uniform(Shape shape, double minimum = 0, double maximum = 1, DType dtype = DType.Float32)
    {
        if (!(minimum < maximum))
            throw new ArgumentOutOfRangeException(nameof(minimum), string.Create(CultureInfo.InvariantCulture,
                $"Uniform: received the range {minimum} to {maximum}; the minimum must lie below the maximum."));
        if (dtype.IsHalf())
        {
            // Rounding may reach the maximum, which is not in the range.
            double below = dtype == DType.Float16 ? (double)Half.BitDecrement((Half)maximum) : BFloat16.BitDecrement((BFloat16)maximum);
            return Uniform(shape, minimum, maximum).Minimum(Tensor.Scalar(below, DType.Float32)).Cast(dtype);
        }

        return InRange(Draw(RandomKind.Uniform, shape, dtype), minimum, maximum);
    }

    /// <summary>Uniform numbers in [0, 1), which are overwritten, as numbers in [minimum, maximum).</summary>
    internal static Tensor InRange(Tensor uniform, double minimum, double maximum)
    {
        if (minimum == 0 && maximum == 1)
            return uniform;
        // The sum may round up to the maximum, which is not in the range.
        double last = Math.Max(minimum, uniform.DType == DType.Float64 ? Math.BitDecrement(maximum) : MathF.BitDecrement((float)maximum));
        return Elementwise.Overwriting(uniform, (new Multiply(), maximum - minimum), (new Add(), minimum), (new Minimum(), last));
    }

    /// <summary>Normally distributed numbers. Keras: <c>random.normal</c>; PyTorch: <c>randn</c>; ONNX: <c>RandomNormal</c>.</summary>
    public Tensor Normal(Shape shape, double mean = 0, double deviation = 1, DType dtype = DType.Float32) =>
        Elementwise.Overwriting(Draw(RandomKind.Normal, shape, dtype.Computed()), (new Multiply(), deviation), (new Add(), mean)).Cast(dtype);

    /// <summary>
    /// Normally distributed numbers, drawn again until they lie within two deviations of the mean, as Keras does.
    /// Keras: <c>random.truncated_normal</c>; PyTorch: <c>nn.init.trunc_normal_</c>.
    /// </summary>
    public Tensor TruncatedNormal(Shape shape, double mean = 0, double deviation = 1, DType dtype = DType.Float32) =>
        Elementwise.Overwriting(Draw(RandomKind.TruncatedNormal, shape, dtype.Computed()), (new Multiply(), deviation), (new Add(), mean)).Cast(dtype);

    /// <summary>True with the given probability. PyTorch: <c>bernoulli</c>; ONNX: <c>Bernoulli</c>.</summary>
    public Tensor Bernoulli(Shape shape, double probability) => probability is >= 0 and <= 1
        ? Draw(RandomKind.Uniform, shape, DType.Float32).Less(probability)
        : throw new ArgumentOutOfRangeException(nameof(probability), string.Create(CultureInfo.InvariantCulture,
            $"Received the probability {probability}; expected a number from 0 to 1."));

    /// <summary>
    /// The numbers 0 to <paramref name="length"/> - 1 in random order, every order equally likely, as Int32.
    /// Keras: <c>random.shuffle</c>, with <c>x.Gather(permutation)</c>; PyTorch: <c>randperm</c>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative.</exception>
    public Tensor Permutation(int length)
    {
        if (length < 0)
            throw new ArgumentOutOfRangeException(nameof(length), $"Permutation: received the length {length}; it must be zero or more.");
        int[] order = new int[length];
        Permute(order);
        return Tensor.From(order);
    }

    /// <summary>Fills <paramref name="order"/> with a random permutation of its positions.</summary>
    public void Permute(Span<int> order)
    {
        if (Symbol is not null)
            throw new InvalidOperationException("A permutation cannot be drawn while a function is compiled. Draw it outside and pass it to the function.");
        for (int i = 0; i < order.Length; i++)
            order[i] = i;
        for (int i = order.Length - 1; i > 0; i--)
        {
            // Below(i + 1) without bias: the 64-bit product's error is under 2^-32 of one part in i + 1.
            (uint a, uint b, _, _) = Philox.Block(Seed, (ulong)i, 1);
            int other = (int)Math.BigMul(((ulong)b << 32) | a, (ulong)i + 1, out _);
            (order[i], order[other]) = (order[other], order[i]);
        }
    }

    private Tensor Draw(RandomKind kind, Shape shape, DType dtype) =>
        new RandomDraw(kind, shape, dtype).Apply(AsTensor());
}
