using Laminet.Tensors.Ops;

namespace Laminet.Tensors;

/// <summary>
/// A random key for each example of a batch. What is drawn for an example depends on its key alone: not on how many examples there are, nor on its place among them.
/// </summary>
public sealed class RandomKeys
{
    private readonly Tensor keys;

    private RandomKeys(Tensor keys) => this.keys = keys;

    /// <summary>How many keys there are.</summary>
    public int Count => keys.Length;

    /// <summary>The keys <c>key.Fold(0)</c> to <c>key.Fold(count - 1)</c>.</summary>
    /// <param name="key">The key of the batch.</param>
    /// <param name="count">How many examples it has.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    public static RandomKeys Split(RandomKey key, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return new(new FoldKeyBy().Apply(key.AsTensor(), Tensor.Range(0, count, DType.Int64)));
    }

    /// <summary>One key, for one example.</summary>
    public static RandomKeys Of(RandomKey key) => new(key.AsTensor().Reshape([1]));

    /// <summary>Makes independent keys from these and a number, as <see cref="RandomKey.Fold(ulong)"/> does.</summary>
    public RandomKeys Fold(ulong number) => new(new FoldKey(number).Apply(keys));

    /// <summary>Uniform numbers in [minimum, maximum), of shape (count, ...).</summary>
    /// <param name="example">The shape for each example.</param>
    /// <param name="minimum">The smallest number.</param>
    /// <param name="maximum">The bound; if it is the minimum, all numbers are that.</param>
    /// <param name="dtype">Float32 or Float64.</param>
    public Tensor Uniform(Shape example, double minimum = 0, double maximum = 1, DType dtype = DType.Float32) =>
        RandomKey.InRange(Draw(RandomKind.Uniform, example, dtype), minimum, maximum);

    /// <summary>Standard normal numbers, of shape (count, ...).</summary>
    /// <param name="example">The shape for each example.</param>
    /// <param name="dtype">Float32 or Float64.</param>
    public Tensor Normal(Shape example, DType dtype = DType.Float32) => Draw(RandomKind.Normal, example, dtype);

    /// <summary>Random numbers with the density x^(alpha - 1) exp(-x) / Gamma(alpha), one for each example.</summary>
    /// <param name="alpha">The shape of each distribution, (count); positive, else the number is NaN.</param>
    /// <exception cref="ShapeException">There is not one alpha for each example.</exception>
    public Tensor Gamma(Tensor alpha) => LogGamma(alpha).Exp().Cast(TypeOf(alpha));

    /// <summary>
    /// Random numbers with a density in proportion to x^(alpha - 1) (1 - x)^(beta - 1), one for each example: x / (x + y) of two gamma variates, computed from their
    /// logarithms, so that very small settings, down to 1e-300, give 0 or 1 and never 0 / 0.
    /// </summary>
    /// <param name="alpha">(count); positive, else the number is NaN.</param>
    /// <param name="beta">The same.</param>
    /// <exception cref="ShapeException">There is not one setting for each example.</exception>
    public Tensor Beta(Tensor alpha, Tensor beta) => (Fold(0).LogGamma(alpha) - Fold(1).LogGamma(beta)).Sigmoid().Cast(TypeOf(alpha));

    /// <summary>Random shares of a whole: (count, parts), each row with the sum 1, from the symmetric Dirichlet distribution.</summary>
    /// <param name="parts">How many parts.</param>
    /// <param name="alpha">The setting of the distribution; with 1, all divisions are as likely. Positive, else the numbers are NaN.</param>
    /// <param name="dtype">Float32 or Float64.</param>
    public Tensor Dirichlet(int parts, double alpha, DType dtype = DType.Float32)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parts, 1);
        Tensor setting = Tensor.Full([Count], alpha, DType.Float64);
        return Tensor.Stack([.. Enumerable.Range(0, parts).Select(part => Fold((ulong)part).LogGamma(setting))], axis: -1).Softmax().Cast(dtype);
    }

    // In Float64: an exponential's last bit depends on its place in a vector, and what is rounded to Float32 does not.
    private Tensor LogGamma(Tensor alpha) => new RandomLogGamma().Apply(keys, alpha.Cast(DType.Float64));

    private static DType TypeOf(Tensor alpha) => alpha.DType == DType.Float64 ? DType.Float64 : DType.Float32;

    private Tensor Draw(RandomKind kind, Shape example, DType dtype) => new RandomDraw(kind, [Count, .. example], dtype).Apply(keys);
}
