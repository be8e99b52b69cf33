using System.Globalization;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors;

/// <content>Random counts, classes, and numbers of the gamma and the beta distribution. Element i depends on the key and on i alone.</content>
public readonly partial record struct RandomKey
{
    /// <summary>Whole numbers from the minimum to below the maximum, all of them equally likely. Keras: <c>random.randint</c>; NumPy: <c>random.randint</c>; PyTorch: <c>randint</c>.</summary>
    /// <param name="shape">The result's shape.</param>
    /// <param name="minimum">The smallest.</param>
    /// <param name="maximum">One above the largest.</param>
    /// <param name="dtype">An integer type that holds them.</param>
    /// <exception cref="ArgumentOutOfRangeException">The minimum is not below the maximum, or the type does not hold them.</exception>
    /// <exception cref="DTypeException">The type is not an integer type.</exception>
    public Tensor RandInt(Shape shape, long minimum, long maximum, DType dtype = DType.Int32)
    {
        if (!dtype.IsInteger())
            throw new DTypeException($"RandInt: received the type {dtype}; expected an integer type. Cast the result.");
        if (minimum >= maximum || minimum < DTypes.Range(dtype).Lowest || maximum - 1 > DTypes.Range(dtype).Highest)
        {
            throw new ArgumentOutOfRangeException(nameof(minimum), string.Create(CultureInfo.InvariantCulture,
                $"RandInt: received {minimum} to below {maximum} for {dtype}; the minimum must lie below the maximum, and the type must hold all numbers."));
        }

        return new RandomInteger(shape, minimum, unchecked((ulong)maximum - (ulong)minimum)).Apply(AsTensor()).Cast(dtype);
    }

    /// <summary>
    /// Classes with the probabilities softmax(logits): (batch, classes) to (batch, samples), Int32. A class with the logit minus infinity is never drawn. By the largest of logits with Gumbel noise, so it takes
    /// batch · samples · classes numbers. Keras: <c>random.categorical</c>; TensorFlow: <c>random.categorical</c>; PyTorch: <c>multinomial</c> of probabilities.
    /// </summary>
    /// <param name="logits">The logarithms of the probabilities, up to a constant for each row.</param>
    /// <param name="samples">How many are drawn for each row.</param>
    /// <exception cref="ShapeException">The logits are not (batch, classes), or there are no classes.</exception>
    public Tensor Categorical(Tensor logits, int samples)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentOutOfRangeException.ThrowIfNegative(samples);
        if (logits.Rank != 2 || logits.Shape[1] == 0)
            throw new ShapeException($"Categorical: received logits of shape {logits.Shape}; expected (batch, classes).");
        // In Float64, where no draw of a probable class is lost to rounding; the noise of 0 would be minus infinity.
        Tensor uniform = Uniform([logits.Shape[0], samples, logits.Shape[1]], dtype: DType.Float64).Maximum(Tensor.Scalar(Math.ScaleB(1, -54)));
        return (logits.Cast(DType.Float64).LogSoftmax().ExpandDims(1) - (-uniform.Log()).Log()).ArgMax();
    }

    /// <summary>
    /// Numbers with the density x^(alpha - 1) exp(-x) / Γ(alpha). Keras: <c>random.gamma</c>; NumPy: <c>random.gamma</c>. (Marsaglia and Tsang, "A simple method for generating gamma variables", 2000.)
    /// </summary>
    /// <param name="shape">The result's shape.</param>
    /// <param name="alpha">The setting of each, positive, else the number is NaN; it broadcasts to the shape.</param>
    /// <returns>Float64 if alpha is, else Float32.</returns>
    public Tensor Gamma(Shape shape, Tensor alpha) => KeysFor(shape).Gamma(Flat(alpha, shape)).Reshape(shape);

    /// <summary>Numbers with a density in proportion to x^(alpha - 1) (1 - x)^(beta - 1). Keras: <c>random.beta</c>; NumPy: <c>random.beta</c>.</summary>
    /// <param name="shape">The result's shape.</param>
    /// <param name="alpha">Positive, else the number is NaN; it broadcasts to the shape.</param>
    /// <param name="beta">The same.</param>
    /// <returns>Float64 if alpha is, else Float32.</returns>
    public Tensor Beta(Shape shape, Tensor alpha, Tensor beta) => KeysFor(shape).Beta(Flat(alpha, shape), Flat(beta, shape)).Reshape(shape);

    /// <summary>Numbers of events that have a mean, rate^k exp(-rate) / k!, whole. NumPy: <c>random.poisson</c>; PyTorch: <c>poisson</c>. (Hörmann 1993 for large rates.)</summary>
    /// <param name="shape">The result's shape.</param>
    /// <param name="rate">The mean of each, 0 or more, else the number is NaN; it broadcasts to the shape.</param>
    /// <returns>Float64 if the rate is, else Float32.</returns>
    public Tensor Poisson(Shape shape, Tensor rate)
    {
        Tensor rates = Flat(rate, shape);
        return new RandomPoisson().Apply(KeysAsTensor(shape), rates.Cast(DType.Float64)).Cast(TypeOf(rates)).Reshape(shape);
    }

    /// <summary>How many of so many independent trials succeed, whole numbers. Keras: <c>random.binomial</c>; NumPy: <c>random.binomial</c>; PyTorch: <c>binomial</c>. (Hörmann 1993 for many.)</summary>
    /// <param name="shape">The result's shape.</param>
    /// <param name="trials">How many trials, 0 or more; it broadcasts to the shape.</param>
    /// <param name="probability">That of a success, from 0 to 1, else the number is NaN; it broadcasts to the shape.</param>
    /// <returns>Float64 if the probability is, else Float32.</returns>
    public Tensor Binomial(Shape shape, Tensor trials, Tensor probability)
    {
        Tensor counts = Flat(trials, shape), probabilities = Flat(probability, shape);
        return new RandomBinomial().Apply(KeysAsTensor(shape), counts.Cast(DType.Float64), probabilities.Cast(DType.Float64)).Cast(TypeOf(probabilities)).Reshape(shape);
    }

    private static DType TypeOf(Tensor setting) => setting.DType == DType.Float64 ? DType.Float64 : DType.Float32;

    private static Tensor Flat(Tensor setting, Shape shape)
    {
        ArgumentNullException.ThrowIfNull(setting);
        return setting.BroadcastTo(shape).Reshape(shape.ElementCount);
    }

    private Tensor KeysAsTensor(Shape shape) => new FoldKeyBy().Apply(AsTensor(), Tensor.Range(0, shape.ElementCount, DType.Int64));

    private RandomKeys KeysFor(Shape shape) => RandomKeys.Split(this, shape.ElementCount);
}
