using Laminet.Initializers;

namespace Laminet.Verification.Initializers;

/// <summary>Means, deviations and ranges of what is random; orthogonality; keys; constants and transforms by their formulas.</summary>
internal static class InitializerChecks
{
    // The deviation of a normal distribution that is cut off at two deviations.
    private const double Truncated = 0.87962566103423978;

    // The deviation asked for, and the largest value possible.
    private static readonly (Initializer Initializer, int[] Shape, double Deviation, double Limit)[] Scaled =
    [
        (new GlorotUniform(), [100, 300], Math.Sqrt(2.0 / 400), Math.Sqrt(6.0 / 400)),
        (new GlorotNormal(), [100, 300], Math.Sqrt(2.0 / 400), 2 * Math.Sqrt(2.0 / 400) / Truncated),
        (new HeUniform(), [200, 150], Math.Sqrt(2.0 / 200), Math.Sqrt(6.0 / 200)),
        (new HeNormal(), [200, 150], Math.Sqrt(2.0 / 200), 2 * Math.Sqrt(2.0 / 200) / Truncated),
        (new LecunUniform(), [200, 150], Math.Sqrt(1.0 / 200), Math.Sqrt(3.0 / 200)),
        (new LecunNormal(), [200, 150], Math.Sqrt(1.0 / 200), 2 * Math.Sqrt(1.0 / 200) / Truncated),
        // A kernel of 3 by 5 positions, 20 channels to 100.
        (new HeNormal(), [3, 5, 20, 100], Math.Sqrt(2.0 / 300), 2 * Math.Sqrt(2.0 / 300) / Truncated),
        (new GlorotUniform(), [3, 5, 20, 100], Math.Sqrt(2.0 / 1800), Math.Sqrt(6.0 / 1800)),
        (new GlorotUniform(), [30000], Math.Sqrt(1.0 / 30000), Math.Sqrt(3.0 / 30000)),
        (new RandomUniform(), [30000], 0.1 / Math.Sqrt(12), 0.05),
        (new RandomNormal(), [30000], 0.05, double.PositiveInfinity),
        (new TruncatedNormal(), [30000], 0.05 * Truncated, 0.1),
        .. from mode in ((FanMode Mode, double Units)[])[(FanMode.FanIn, 100), (FanMode.FanOut, 300), (FanMode.FanAvg, 200)]
           from distribution in Enum.GetValues<WeightDistribution>()
           let deviation = Math.Sqrt(3 / mode.Units)
           select (new VarianceScaling(3, mode.Mode, distribution), (int[])[100, 300], deviation, distribution switch
           {
               WeightDistribution.Uniform => Math.Sqrt(3) * deviation,
               WeightDistribution.TruncatedNormal => 2 * deviation / Truncated,
               _ => double.PositiveInfinity,
           }),
    ];

    public static IEnumerable<Check> All() =>
    [
        .. Scaled.Select((row, number) => new Check(
            Family.Initializers, row.Initializer.GetType().Name, CheckKind.Value, $"row {number}, shape ({string.Join(", ", row.Shape)}): deviation and limit are as asked", _ => HasDeviation(row.Initializer, row.Shape, row.Deviation, row.Limit))),
        .. Families.ClassesOf<Initializer>().Select(type => new Check(Family.Initializers, type.Name, CheckKind.Consistency, "the key alone decides", _ => DependsOnTheKeyAlone(type))),
    ];

    private static void HasDeviation(Initializer initializer, int[] shape, double deviation, double limit)
    {
        foreach (DType dtype in new[] { DType.Float32, DType.Float64 })
        {
            Tensor values = initializer.Call(shape, new RandomKey(11), dtype);
            Expect.Equal(new TensorSpec(shape, dtype), values.Spec);
            Tensor wide = values.Cast(DType.Float64);
            Expect.InRange(wide.Mean().ToDouble(), -0.025 * deviation, 0.025 * deviation, $"{dtype}, mean");
            Expect.InRange(Math.Sqrt(wide.Variance().ToDouble()), 0.98 * deviation, 1.02 * deviation, $"{dtype}, deviation");
            Expect.InRange(wide.Abs().Max().ToDouble(), double.IsFinite(limit) ? 0.98 * limit : 3 * deviation, limit * (1 + 1e-6), $"{dtype}, largest value");
        }
    }

    private static void DependsOnTheKeyAlone(Type type)
    {
        Initializer initializer = Initializer.Registry.Create(type.Name);
        float[] first = initializer.Call([8, 6], new RandomKey(1)).ToArray<float>();
        Expect.Sequence(first, initializer.Call([8, 6], new RandomKey(1)).ToArray<float>(), "the same key again");
        bool random = type.Name is not (nameof(Zeros) or nameof(Ones) or nameof(Constant) or nameof(Identity) or nameof(STFTInitializer));
        Expect.Equal(random, !first.SequenceEqual(initializer.Call([8, 6], new RandomKey(2)).ToArray<float>()), "whether another key gives other numbers");
    }

    [Verifies(typeof(Orthogonal), 5, 5)]
    [Verifies(typeof(Orthogonal), 60, 17)]
    [Verifies(typeof(Orthogonal), 17, 60)]
    public static void Vectors_are_orthonormal(int rows, int columns)
    {
        Tensor matrix = new Orthogonal(2).Call([rows, columns], new RandomKey(4), DType.Float64);
        int smaller = Math.Min(rows, columns);
        Tensor tall = rows >= columns ? matrix : matrix.Transpose();
        Tensor products = (tall.ExpandDims(1) * tall.ExpandDims(2)).Sum(0);
        Expect.InRange((products - (Tensor.Identity(smaller, DType.Float64) * 4)).Abs().Max().ToDouble(), 0, 1e-13, "the largest difference from orthogonality");
        Expect.Equal([3, 3, 2, 4], new Orthogonal().Call([3, 3, 2, 4], new RandomKey(4)).Shape);
    }

    [Verifies(typeof(Zeros))]
    public static void Zeros_are_zeros() => Expect.Sequence([0f, 0], new Zeros().Call([2], default).ToArray<float>());

    [Verifies(typeof(Ones))]
    public static void Ones_are_ones() => Expect.Sequence([1, 1], new Ones().Call([2], default, DType.Int32).ToArray<int>());

    [Verifies(typeof(Constant))]
    public static void Constants_are_constant() => Expect.Sequence([2.5, 2.5], new Constant(2.5).Call([2], default, DType.Float64).ToArray<double>());

    [Verifies(typeof(Identity))]
    public static void The_diagonal_is_the_gain() => Expect.Sequence([3f, 0, 0, 0, 3, 0], new Identity(3).Call([2, 3], default).ToArray<float>());

    // w(j) cos(2 pi j k / n) / s, or -sin; Hann's window over its whole length, s the root of the sum of its squares.
    [Verifies(typeof(STFTInitializer), ComplexSide.Real)]
    [Verifies(typeof(STFTInitializer), ComplexSide.Imag)]
    public static void The_kernel_is_a_windowed_transform(ComplexSide side)
    {
        const int frame = 7, bins = 5;
        double[] window = [.. Enumerable.Range(0, frame).Select(j => 0.5 - (0.5 * Math.Cos(2 * Math.PI * j / (frame - 1))))];
        double scale = Math.Sqrt(window.Sum(weight => weight * weight));
        double[] expected =
        [
            .. from j in Enumerable.Range(0, frame)
               from k in Enumerable.Range(0, bins)
               let angle = 2 * Math.PI * j * k / (2 * (bins - 1))
               select window[j] / scale * (side == ComplexSide.Real ? Math.Cos(angle) : -Math.Sin(angle)),
        ];
        Near.Equal(expected, new STFTInitializer(side).Call([frame, 1, bins], default, DType.Float64), 1e-14);
        Near.Equal(expected, new STFTInitializer(side).Call([frame, bins], default), 1e-6);
    }
}
