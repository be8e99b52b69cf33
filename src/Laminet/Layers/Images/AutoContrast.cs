using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// Stretches each channel of each image to the whole range of values, in training and otherwise: (x - min) / (max - min). A channel of a single value stays. Keras:
/// <c>AutoContrast</c>.
/// </summary>
/// <param name="valueRange">The lowest and the highest value of a pixel; [0, 255] by default.</param>
public sealed class AutoContrast(Numbers? valueRange = null) : ColorLayer(valueRange)
{
    private protected override bool ActsInInference => true;

    private protected override Func<Tensor, Tensor> Recolor(ImageDraw draw) => InRange(255, Colors.Stretched);
}
