using System.Text.Json.Nodes;
using Laminet.Saving;

namespace Laminet.Initializers;

/// <summary>Random weights of variance scale / n with every choice free; the Glorot, He and Lecun initializers are the usual ones.</summary>
/// <param name="scale">The variance times n; above 0.</param>
/// <param name="mode">What n is.</param>
/// <param name="distribution">How the weights are distributed.</param>
public sealed class VarianceScaling(
    double scale = 1, FanMode mode = FanMode.FanIn, WeightDistribution distribution = WeightDistribution.TruncatedNormal)
    : ScaledInitializer(scale, mode, distribution)
{
    private static readonly Dictionary<string, FanMode> Modes = new()
    {
        ["fan_in"] = FanMode.FanIn,
        ["fan_out"] = FanMode.FanOut,
        ["fan_avg"] = FanMode.FanAverage,
    };

    private static readonly Dictionary<string, WeightDistribution> Distributions = new()
    {
        ["truncated_normal"] = WeightDistribution.TruncatedNormal,
        ["untruncated_normal"] = WeightDistribution.UntruncatedNormal,
        ["uniform"] = WeightDistribution.Uniform,
    };

    /// <inheritdoc/>
    public override JsonObject GetConfig() => new()
    {
        ["scale"] = Scale,
        ["mode"] = Modes.Single(pair => pair.Value == Mode).Key,
        ["distribution"] = Distributions.Single(pair => pair.Value == Distribution).Key,
    };

    internal static VarianceScaling FromConfig(JsonObject config) => new(
        config.Get("scale", 1.0), Modes[config.Get("mode", "fan_in")], Distributions[config.Get("distribution", "truncated_normal")]);
}
