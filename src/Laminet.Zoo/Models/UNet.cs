using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Zoo.Models;

/// <summary>
/// U-Net: names the class of each pixel. The maps shrink and grow again, and each size on the way up sees the maps of that size on the way down. (Ronneberger, Fischer and Brox, "U-Net: convolutional networks for
/// biomedical image segmentation", MICCAI 2015.) Output (height, width, classes).
/// </summary>
public static class UNet
{
    /// <summary>
    /// Builds the network. Convolutions keep the size and are normalised, as most do today; 31,036,546 trainable parameters for two classes, one channel and 64 filters. <see cref="ModelLayout.Paper"/> has biases, no
    /// normalisation and no borders: of 572 x 572 x 1 pixels, 388 x 388 come out; 31,030,658 parameters.
    /// </summary>
    /// <param name="settings">
    /// Image size, 224 x 224 x 3 by default and 572 x 572 x 1 for the paper's layout, classes and so on. Height and width must be multiples of 16; in the paper's layout, a multiple of 16 plus 12. Pixels <see cref="PixelScaling.Unit"/>. Without the classifier, the
    /// features of each pixel come out.
    /// </param>
    /// <param name="filters">Filters of the first convolutions; each of the four halvings doubles them.</param>
    /// <param name="layout">Torchvision: padding and batch normalisation with PyTorch's constants (torchvision itself has no U-Net). Paper: as in the paper.</param>
    /// <exception cref="ArgumentException">The images do not halve four times, or there is no such layout.</exception>
    public static Model Create(ClassifierSettings? settings = null, int filters = 64, ModelLayout layout = ModelLayout.Torchvision)
    {
        bool isPaper = layout.Among(nameof(UNet), ModelLayout.Torchvision, ModelLayout.Paper) == ModelLayout.Paper;
        const int Halvings = 4, Multiple = 1 << Halvings, PaperExcess = 12;
        settings ??= new();
        if (isPaper && settings.InputShape is null)
            settings = settings with { InputShape = [572, 572, 1] };
        ImageNetwork network = new("unet", settings, PixelScaling.Unit, leastSide: isPaper ? 188 : 16);
        Shape image = network.Images.Shape;
        int excess = isPaper ? PaperExcess : 0;
        if ((image[0] - excess) % Multiple != 0 || (image[1] - excess) % Multiple != 0)
        {
            throw new ArgumentException(
                $"The model unet received images of shape {image}; expected a height and a width that are multiples of {Multiple}{(excess > 0 ? $", plus {excess}" : "")}: pad or crop the images.", nameof(settings));
        }

        SymbolicTensor x = network.Images;
        SymbolicTensor[] maps = new SymbolicTensor[Halvings];
        for (int level = 0; level < Halvings; level++)
        {
            maps[level] = Pair(x, $"down{level + 1}", filters << level, isPaper);
            x = maps[level].Then(new MaxPooling2D());
        }

        x = Pair(x, "bottom", filters << Halvings, isPaper);
        for (int level = Halvings - 1; level >= 0; level--)
        {
            x = x.Then(new Conv2DTranspose(filters << level, 2, 2) { Name = $"up{level + 1}.transpose" });
            x = Pair(new Concatenate().Call([Cropped(maps[level], x.Shape), x]), $"up{level + 1}", filters << level, isPaper);
        }

        return network.IncludeTop ? network.Finish(x.Convolve("classifier", network.Classes, 1, useBias: true, activation: network.ClassifierActivation)) : network.Features(x);
    }

    private static SymbolicTensor Pair(SymbolicTensor x, string name, int filters, bool isPaper)
    {
        for (int i = 1; i <= 2; i++)
        {
            x = isPaper
                ? x.Convolve($"{name}.conv{i}", filters, 3, padding: Padding.Valid, useBias: true, activation: "relu")
                : Normalizing.Torch.After(x.Convolve($"{name}.conv{i}", filters, 3), $"{name}.norm{i}", "relu");
        }

        return x;
    }

    // Crops the middle of the maps if the convolutions without padding made the others smaller.
    private static SymbolicTensor Cropped(SymbolicTensor maps, Shape shape)
    {
        (int height, int width) = (maps.Shape[0] - shape[0], maps.Shape[1] - shape[1]);
        return height == 0 && width == 0 ? maps : maps.Then(new Cropping2D(((height / 2, height - (height / 2)), (width / 2, width - (width / 2)))));
    }
}
