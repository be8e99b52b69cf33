using System.Text.Json.Nodes;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// In training, sets a share of the numbers to zero, each independently, and scales the rest by 1 / (1 - rate); otherwise does
/// nothing. (Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", JMLR 2014.)
/// </summary>
public sealed class Dropout : Layer
{
    /// <summary>Creates the layer.</summary>
    /// <param name="rate">The share set to zero, at least 0 and below 1.</param>
    public Dropout(double rate)
    {
        if (!(rate >= 0 && rate < 1))
            throw new ArgumentOutOfRangeException(nameof(rate), $"Dropout: received the rate {rate}; expected at least 0 and below 1.");
        Rate = rate;
    }

    /// <summary>The share set to zero.</summary>
    public double Rate { get; }

    /// <inheritdoc/>
    public override JsonObject GetConfig()
    {
        JsonObject config = base.GetConfig();
        config["rate"] = Rate;
        return config;
    }

    /// <inheritdoc/>
    protected override Tensor Forward(Tensor input, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(context);
        return context.Training && Rate > 0 ? input.Dropout(context.NextKey(), Rate) : input;
    }
}
