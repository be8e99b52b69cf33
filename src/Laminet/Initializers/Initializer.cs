using System.Text.Json.Nodes;
using Laminet.Configuration;
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

    /// <summary>Creates the values.</summary>
    /// <param name="shape">The variable's shape: (in, out) for dense kernels, (..., in, out) for convolutions.</param>
    /// <param name="key">The key of the random numbers; not used if the values are not random.</param>
    /// <param name="dtype">The type of the elements; Float32 or Float64 where the values are random.</param>
    public abstract Tensor Call(Shape shape, RandomKey key, DType dtype = DType.Float32);

    /// <inheritdoc/>
    public virtual JsonObject GetConfig() => Registry.AddSettings(this, []);

    private static ClassRegistry<Initializer> CreateRegistry()
    {
        ClassRegistry<Initializer> registry = new("initializer");
        registry.RegisterBuiltIn<Zeros>();
        registry.RegisterBuiltIn<Ones>();
        registry.RegisterBuiltIn<Constant>();
        registry.RegisterBuiltIn<RandomUniform>("random_uniform", "uniform");
        registry.RegisterBuiltIn<RandomNormal>("random_normal", "normal");
        registry.RegisterBuiltIn<TruncatedNormal>("truncated_normal");
        registry.RegisterBuiltIn<VarianceScaling>("variance_scaling");
        registry.RegisterBuiltIn<GlorotUniform>("glorot_uniform");
        registry.RegisterBuiltIn<GlorotNormal>("glorot_normal");
        registry.RegisterBuiltIn<HeUniform>("he_uniform");
        registry.RegisterBuiltIn<HeNormal>("he_normal");
        registry.RegisterBuiltIn<LecunUniform>("lecun_uniform");
        registry.RegisterBuiltIn<LecunNormal>("lecun_normal");
        registry.RegisterBuiltIn<Orthogonal>();
        registry.RegisterBuiltIn<Identity>();
        registry.RegisterBuiltIn<STFTInitializer>();
        return registry;
    }
}
