using Laminet.Initializers;
using Laminet.Tensors;

namespace Laminet.Tests.Initializers;

/// <summary>Means, deviations and ranges of what is random; orthogonality; keys.</summary>
public sealed class InitializerTests
{
    public static TheoryData<string, int[], double, double> Scaled => new()
    {
        // The deviation asked for, and the largest value possible.
        { "glorot_uniform", [100, 300], Math.Sqrt(2.0 / 400), Math.Sqrt(6.0 / 400) },
        { "glorot_normal", [100, 300], Math.Sqrt(2.0 / 400), 2 * Math.Sqrt(2.0 / 400) / 0.87962566103423978 },
        { "he_uniform", [200, 150], Math.Sqrt(2.0 / 200), Math.Sqrt(6.0 / 200) },
        { "he_normal", [200, 150], Math.Sqrt(2.0 / 200), 2 * Math.Sqrt(2.0 / 200) / 0.87962566103423978 },
        { "lecun_uniform", [200, 150], Math.Sqrt(1.0 / 200), Math.Sqrt(3.0 / 200) },
        { "lecun_normal", [200, 150], Math.Sqrt(1.0 / 200), 2 * Math.Sqrt(1.0 / 200) / 0.87962566103423978 },
        // A kernel of 3 by 5 positions, 20 channels to 100.
        { "he_normal", [3, 5, 20, 100], Math.Sqrt(2.0 / 300), 2 * Math.Sqrt(2.0 / 300) / 0.87962566103423978 },
        { "glorot_uniform", [3, 5, 20, 100], Math.Sqrt(2.0 / 1800), Math.Sqrt(6.0 / 1800) },
        { "glorot_uniform", [30000], Math.Sqrt(1.0 / 30000), Math.Sqrt(3.0 / 30000) },
        { "random_uniform", [30000], 0.1 / Math.Sqrt(12), 0.05 },
        { "random_normal", [30000], 0.05, double.PositiveInfinity },
        { "truncated_normal", [30000], 0.05 * 0.87962566103423978, 0.1 },
    };

    [Theory]
    [MemberData(nameof(Scaled))]
    public void Deviations_and_limits_are_as_asked(string name, int[] shape, double deviation, double limit)
    {
        Initializer initializer = name;
        foreach (DType dtype in new[] { DType.Float32, DType.Float64 })
        {
            Tensor values = initializer.Call(shape, new RandomKey(11), dtype);
            Assert.Equal(shape, values.Shape);
            Assert.Equal(dtype, values.DType);
            Tensor wide = values.Cast(DType.Float64);
            Assert.InRange(wide.Mean().ToDouble(), -0.025 * deviation, 0.025 * deviation);
            Assert.InRange(Math.Sqrt(wide.Variance().ToDouble()), 0.98 * deviation, 1.02 * deviation);
            double largest = wide.Abs().Max().ToDouble();
            Assert.InRange(largest, double.IsFinite(limit) ? 0.98 * limit : 0, limit * (1 + 1e-6));
        }
    }

    [Fact]
    public void Variance_scaling_has_every_choice()
    {
        foreach ((FanMode mode, double units) in new[] { (FanMode.FanIn, 100.0), (FanMode.FanOut, 300), (FanMode.FanAvg, 200) })
        {
            foreach (WeightDistribution distribution in Enum.GetValues<WeightDistribution>())
            {
                Tensor values = new VarianceScaling(3, mode, distribution).Call([100, 300], new RandomKey(5));
                Assert.InRange(Math.Sqrt(values.Variance().ToDouble() * units / 3), 0.98, 1.02);
            }
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => new VarianceScaling(0));
    }

    [Fact]
    public void The_key_alone_decides()
    {
        foreach (Type type in Families.ClassesOf<Initializer>())
        {
            Initializer initializer = Initializer.Registry.Create(type.Name);
            float[] first = initializer.Call([8, 6], new RandomKey(1)).ToArray<float>();
            Assert.Equal(first, initializer.Call([8, 6], new RandomKey(1)).ToArray<float>());
            bool random = type.Name is not (nameof(Zeros) or nameof(Ones) or nameof(Constant) or nameof(Identity) or nameof(STFTInitializer));
            Assert.Equal(random, !first.SequenceEqual(initializer.Call([8, 6], new RandomKey(2)).ToArray<float>()));
        }
    }

    [Theory]
    [InlineData(5, 5)]
    [InlineData(60, 17)]
    [InlineData(17, 60)]
    public void Orthogonal_vectors_are_orthonormal(int rows, int columns)
    {
        Tensor matrix = new Orthogonal(2).Call([rows, columns], new RandomKey(4), DType.Float64);
        int smaller = Math.Min(rows, columns);
        Tensor tall = rows >= columns ? matrix : matrix.Transpose();
        Tensor products = (tall.ExpandDims(1) * tall.ExpandDims(2)).Sum(0);
        Assert.InRange((products - (Tensor.Identity(smaller, DType.Float64) * 4)).Abs().Max().ToDouble(), 0, 1e-13);
        Assert.Equal([3, 3, 2, 4], new Orthogonal().Call([3, 3, 2, 4], new RandomKey(4)).Shape);
        Assert.Throws<ShapeException>(() => new Orthogonal().Call([4], new RandomKey(4)));
    }

    [Fact]
    public void Constants_are_constant()
    {
        Assert.Equal([0f, 0], new Zeros().Call([2], default).ToArray<float>());
        Assert.Equal([1, 1], new Ones().Call([2], default, DType.Int32).ToArray<int>());
        Assert.Equal([2.5, 2.5], new Constant(2.5).Call([2], default, DType.Float64).ToArray<double>());
        Assert.Equal([3f, 0, 0, 0, 3, 0], new Identity(3).Call([2, 3], default).ToArray<float>());
        Assert.Throws<ShapeException>(() => new Identity().Call([2, 3, 4], default));
    }
}
