using Laminet.Tensors;

namespace Laminet.Zoo.Environments;

/// <summary>Float32 numbers of a shape, each between its bounds, which may be infinite: the observations of an environment. Gymnasium's <c>Box</c>.</summary>
public sealed class Box
{
    private readonly float[] low, high;

    /// <summary>A space with bounds for each number.</summary>
    /// <param name="low">The least values, in row-major order.</param>
    /// <param name="high">The greatest values, in row-major order.</param>
    /// <param name="shape">The shape; null for a vector.</param>
    /// <exception cref="ShapeException">There are not as many bounds as the shape has elements.</exception>
    /// <exception cref="ArgumentException">A lower bound is above the upper one, or NaN.</exception>
    public Box(IReadOnlyList<float> low, IReadOnlyList<float> high, Shape? shape = null)
    {
        ArgumentNullException.ThrowIfNull(low);
        ArgumentNullException.ThrowIfNull(high);
        Shape = shape ?? [low.Count];
        if (low.Count != Shape.ElementCount || high.Count != Shape.ElementCount)
            throw new ShapeException($"{nameof(Box)}: received {low.Count} lower and {high.Count} upper bounds for the shape {Shape}; expected {Shape.ElementCount} of each.");
        (this.low, this.high) = ([.. low], [.. high]);
        int wrong = Array.FindIndex([.. low.Zip(high)], pair => !(pair.First <= pair.Second));
        if (wrong >= 0)
            throw new ArgumentException(FormattableString.Invariant($"{nameof(Box)}: received the bounds {low[wrong]} to {high[wrong]} at place {wrong}; expected the lower one first."), nameof(low));
    }

    /// <summary>A space with the same bounds for all numbers.</summary>
    /// <param name="low">The least value.</param>
    /// <param name="high">The greatest value.</param>
    /// <param name="shape">The shape.</param>
    public Box(float low, float high, Shape shape) : this([.. Enumerable.Repeat(low, shape.ElementCount)], [.. Enumerable.Repeat(high, shape.ElementCount)], shape)
    {
    }

    /// <summary>The shape of an observation.</summary>
    public Shape Shape { get; }

    /// <summary>The least values, in row-major order.</summary>
    public IReadOnlyList<float> Low => low;

    /// <summary>The greatest values, in row-major order.</summary>
    public IReadOnlyList<float> High => high;

    /// <summary>Whether there are as many numbers as the shape has, each within its bounds.</summary>
    public bool Contains(ReadOnlySpan<float> values)
    {
        if (values.Length != low.Length)
            return false;
        for (int i = 0; i < values.Length; i++)
        {
            if (!(values[i] >= low[i] && values[i] <= high[i]))
                return false;
        }

        return true;
    }

    /// <summary>
    /// Random numbers of the space: uniform between two finite bounds, a bound and an exponentially distributed number where there is one, standard normal where
    /// there is none. A bound of float.MaxValue counts as none.
    /// </summary>
    public float[] Sample(RandomKey key)
    {
        double[] uniform = key.Fold(0).Uniform([low.Length], dtype: DType.Float64).ToArray<double>(), normal = key.Fold(1).Normal([low.Length], dtype: DType.Float64).ToArray<double>();
        return [.. low.Select((least, i) => Math.Clamp((float)((Math.Abs(least) < float.MaxValue, high[i] < float.MaxValue) switch
        {
            (true, true) => least + (uniform[i] * ((double)high[i] - least)),
            (true, false) => least - Math.Log(1 - uniform[i]),
            (false, true) => high[i] + Math.Log(1 - uniform[i]),
            _ => normal[i],
        }), least, high[i]))];
    }
}
