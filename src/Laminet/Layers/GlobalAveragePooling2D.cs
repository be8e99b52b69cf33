using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>The mean of each feature map: (batch, height, width, channels) to (batch, channels), or (batch, 1, 1, channels).</summary>
/// <param name="keepDims">Whether height and width stay, with length 1.</param>
public sealed class GlobalAveragePooling2D([SettingName("keepdims")] bool keepDims = false) : Layer
{
    public bool KeepDims { get; } = keepDims;

    protected override Tensor Forward(Tensor input, CallContext context) => input.Rank == 4
        ? input.Mean([1, 2], KeepDims)
        : throw new ShapeException($"received an input of shape {input.Shape}; expected (batch, height, width, channels).");
}
