using System.Text.Json.Nodes;
using Laminet.Losses;
using Laminet.Tensors;

namespace Laminet.Metrics;

/// <summary>A loss as a metric: the weighted mean of the losses of all examples.</summary>
/// <param name="loss">The loss; its own reduction does not matter.</param>
/// <param name="name">The name shown in logs; by default the loss's.</param>
public sealed class LossMetric(Loss loss, string? name = null) : MeanMetric(name ?? loss.Name)
{
    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["loss"] = Loss.Registry.Serialize(loss);
        return config;
    }

    /// <inheritdoc/>
    protected override Tensor Values(Tensor yTrue, Tensor yPred) => loss.Each(yTrue, yPred);

    internal static LossMetric FromConfig(JsonObject config) =>
        new(config["loss"] is { } loss ? Loss.Registry.Deserialize(loss) : new Losses.MeanSquaredError(), NameIn(config));
}
