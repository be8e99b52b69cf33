using System.Text.Json.Nodes;
using Laminet.Saving;
using Laminet.Tensors;

namespace Laminet.Initializers;

/// <summary>The first values of a variable. There is no hidden random state: the same key gives the same values.</summary>
public abstract class Initializer : IConfigurable
{
    /// <summary>The initializers that model files and strings may name.</summary>
    public static ClassRegistry<Initializer> Registry { get; } = CreateRegistry();

    /// <summary>An initializer by its name with default settings, as in <c>Initializer initializer = "glorot_uniform"</c>.</summary>
    /// <exception cref="ArgumentException">There is no initializer of that name; the message lists those that exist.</exception>
    public static implicit operator Initializer(string name) => Registry.Create(name);

    /// <summary>The values.</summary>
    /// <param name="shape">The variable's shape: (in, out) for dense kernels, (..., in, out) for convolutions.</param>
    /// <param name="key">Names the random numbers; not used where nothing is random.</param>
    /// <param name="dtype">The type of the elements; Float32 or Float64 where the values are random.</param>
    public abstract Tensor Call(Shape shape, RandomKey key, DType dtype = DType.Float32);

    /// <inheritdoc/>
    public abstract JsonObject GetConfig();

    private static ClassRegistry<Initializer> CreateRegistry()
    {
        ClassRegistry<Initializer> registry = new("initializer");
        registry.Register(_ => new Zeros());
        registry.Register(_ => new Ones());
        registry.Register(config => new Constant(config.Get("value", 0.0)));
        registry.Register(config => new RandomUniform(config.Get("minval", -0.05), config.Get("maxval", 0.05)), "random_uniform", "uniform");
        registry.Register(config => new RandomNormal(config.Get("mean", 0.0), config.Get("stddev", 0.05)), "random_normal", "normal");
        registry.Register(config => new TruncatedNormal(config.Get("mean", 0.0), config.Get("stddev", 0.05)), "truncated_normal");
        registry.Register(VarianceScaling.FromConfig, "variance_scaling");
        registry.Register(_ => new GlorotUniform(), "glorot_uniform");
        registry.Register(_ => new GlorotNormal(), "glorot_normal");
        registry.Register(_ => new HeUniform(), "he_uniform");
        registry.Register(_ => new HeNormal(), "he_normal");
        registry.Register(_ => new LecunUniform(), "lecun_uniform");
        registry.Register(_ => new LecunNormal(), "lecun_normal");
        registry.Register(config => new Orthogonal(config.Get("gain", 1.0)));
        registry.Register(config => new Identity(config.Get("gain", 1.0)));
        return registry;
    }
}
