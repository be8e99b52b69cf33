using Laminet.Initializers;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Zoo.Models;

/// <summary>
/// A detector without anchors, of one stage and one level: each cell of a map tells whether it is in the middle of an object, of which class, and how far the object's sides are. (Tian, Shen, Chen and He, "FCOS: fully
/// convolutional one-stage object detection", ICCV 2019; there of five levels.) Train it with <see cref="Detection.FcosLoss"/> on targets of <see cref="Detection.FcosBoxes"/>,
/// which also turns predictions into boxes. Before <c>Model.Load</c> in a new process, call <see cref="ModelCatalog.RegisterLayers"/>.
/// </summary>
public static class Fcos
{
    /// <summary>How many pixels a cell of the map is wide and high.</summary>
    public const int Stride = 8;

    // A cell is in the middle of an object with a probability of 0.01 at first, so that the many cells without an object do not dominate the first steps.
    private static readonly double FirstLogit = -Math.Log(99);

    /// <summary>
    /// Builds the network: residual blocks down to a sixteenth of the size, back to an eighth, then two convolutions for the classes and two for the sides. Output
    /// (height / 8, width / 8, classes + 5): a logit for each class; before softplus, the distances to the left, top, right and bottom in cells; the logit of being central. Without the
    /// classifier, the map of features.
    /// </summary>
    /// <param name="settings">Image size, 224 x 224 x 3 by default, a multiple of 16, classes and so on; there is no activation at the end. Pixels <see cref="PixelScaling.ImageNet"/>.</param>
    /// <param name="width">Filters of the first convolution; each halving but the first doubles them.</param>
    /// <exception cref="ArgumentException">The images' sides are no multiples of 16.</exception>
    public static Model Create(ClassifierSettings? settings = null, int width = 32)
    {
        ImageNetwork network = new("fcos", settings, leastSide: 16);
        Shape image = network.Images.Shape;
        if (image[0] % 16 != 0 || image[1] % 16 != 0)
            throw new ArgumentException($"The model fcos received images of shape {image}; expected a height and a width that are multiples of 16: pad or resize the images.", nameof(settings));
        SymbolicTensor x = Convolution(network.Images, "stem", width, stride: 2);
        x = Block(x, "stage1", 2 * width, stride: 2);
        SymbolicTensor fine = Block(x, "stage2", 4 * width, stride: 2);
        x = Block(fine, "stage3", 8 * width, stride: 2);
        x = Convolution(x, "lateral", 4 * width, size: 1).Then(new UpSampling2D(2)).Plus(fine);
        if (!network.IncludeTop)
            return network.Features(x);
        SymbolicTensor classes = Tower(x, "classes"), sides = Tower(x, "sides");
        return network.Finish(new Concatenate().Call(
        [
            Head(classes, "classes.logits", network.Classes, FirstLogit), Head(sides, "sides.distances", 4, 0), Head(sides, "sides.center", 1, 0),
        ]));

        SymbolicTensor Tower(SymbolicTensor input, string name) => Convolution(Convolution(input, $"{name}.0", 4 * width), $"{name}.1", 4 * width);
    }

    private static SymbolicTensor Head(SymbolicTensor x, string name, int filters, double first) => x.Then(new Conv2D(
        filters, 3, padding: Padding.Same, kernelInitializer: new RandomNormal(stddev: 0.01), biasInitializer: new Constant(first))
    { Name = name });

    private static SymbolicTensor Block(SymbolicTensor input, string name, int filters, int stride)
    {
        SymbolicTensor x = Normalizing.Torch.After(Convolution(input, $"{name}.0", filters, stride: stride).Convolve($"{name}.1.conv", filters, 3), $"{name}.1.norm");
        SymbolicTensor skip = Normalizing.Torch.After(input.Convolve($"{name}.skip.conv", filters, 1, stride), $"{name}.skip.norm");
        return x.Plus(skip).Then(new Activation("relu"));
    }

    private static SymbolicTensor Convolution(SymbolicTensor x, string name, int filters, int size = 3, int stride = 1) =>
        Normalizing.Torch.After(x.Convolve($"{name}.conv", filters, size, stride), $"{name}.norm", "relu");
}
