using System.Text.Json.Nodes;
using Laminet.Tensors;

namespace Laminet.Initializers;

/// <summary>Uniform numbers in [minval, maxval).</summary>
/// <param name="minval">The smallest.</param>
/// <param name="maxval">What all are below.</param>
public sealed class RandomUniform(double minval = -0.05, double maxval = 0.05) : Initializer
{
    /// <inheritdoc/>
    public override Tensor Call(Shape shape, RandomKey key, DType dtype = DType.Float32) => key.Uniform(shape, minval, maxval, dtype);

    /// <inheritdoc/>
    public override JsonObject GetConfig() => new() { ["minval"] = minval, ["maxval"] = maxval };
}
