using Laminet.Configuration;
using Laminet.Layers;
using Laminet.Tensors;

namespace Laminet.Zoo.Models;

/// <summary>
/// The settings that all networks for images share, as in Keras: <c>ResNet.ResNet50(new() { InputShape = [96, 96, 3], Classes = 2 })</c>.
/// </summary>
public sealed record ClassifierSettings
{
    /// <summary>Height, width and channels of an image; null for the size the network was made for.</summary>
    public Shape? InputShape { get; init; }

    /// <summary>The number of classes.</summary>
    public int Classes
    {
        get;
        init => field = Setting.Require(value, value >= 1, "1 or more", nameof(Classes));
    } = 1000;

    /// <summary>Whether the classifier is there. Without it the network gives features; see <see cref="Pooling"/>.</summary>
    public bool IncludeTop { get; init; } = true;

    /// <summary>What comes out without the classifier; no effect with it.</summary>
    public FeaturePooling Pooling { get; init; }

    /// <summary>The function of the classifier's output: <c>"softmax"</c> for probabilities, null for logits.</summary>
    public ActivationFunction? ClassifierActivation { get; init; } = "softmax";

    /// <summary>What is done first with the images; null for what the reference's weights were trained with, which is stated at each network.</summary>
    public PixelScaling? Pixels { get; init; }

    /// <summary>The seed of the random numbers; null to draw a new one.</summary>
    public ulong? Seed { get; init; }
}
