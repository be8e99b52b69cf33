using Laminet.Initializers;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Zoo.Models;

/// <summary>
/// A transformer over the patches of an image, with one more token from which the class is read. (Dosovitskiy et al., "An image is worth 16 x 16 words: transformers for image recognition at scale",
/// ICLR 2021.) Torchvision's layout; pixels <see cref="PixelScaling.ImageNet"/>. Without the classifier it gives the tokens, (1 + patches, features), or that of the class with any pooling.
/// </summary>
public static class VisionTransformer
{
    private const double Epsilon = 1e-6;

    /// <summary>The tiny one: 12 blocks, 192 features, 3 heads, patches of 16 x 16; 5,717,416 parameters for images of 224 x 224 x 3 and 1000 classes.</summary>
    /// <param name="settings">Image size, a multiple of the patches, classes and so on; the defaults if null.</param>
    /// <exception cref="ArgumentException">The images are smaller than a patch, or patches do not cover them.</exception>
    public static Model Tiny(ClassifierSettings? settings = null) => Create("vit_tiny", settings, 224, patch: 16, blocks: 12, features: 192, heads: 3);

    /// <summary>The base: 12 blocks, 768 features, 12 heads, patches of 16 x 16; 86,567,656 parameters for images of 224 x 224 x 3 and 1000 classes.</summary>
    /// <inheritdoc cref="Tiny"/>
    public static Model Base(ClassifierSettings? settings = null) => Create("vit_b_16", settings, 224, patch: 16, blocks: 12, features: 768, heads: 12);

    /// <summary>A small variant for images of 32 x 32: 6 blocks, 192 features, 3 heads, patches of 4 x 4.</summary>
    /// <inheritdoc cref="Tiny"/>
    public static Model Small(ClassifierSettings? settings = null) => Create("vit_small", settings, 32, patch: 4, blocks: 6, features: 192, heads: 3);

    private static Model Create(string name, ClassifierSettings? settings, int side, int patch, int blocks, int features, int heads)
    {
        ImageNetwork network = new(name, settings, side: side, leastSide: patch);
        Shape image = network.Images.Shape;
        if (image[0] % patch != 0 || image[1] % patch != 0)
            throw new ArgumentException($"The model {name} received images of shape {image}; expected a height and a width that are multiples of {patch}, the size of its patches.", nameof(settings));
        int patches = image[0] / patch * (image[1] / patch);
        SymbolicTensor x = network.Images.Then(
            new Conv2D(features, patch, patch, kernelInitializer: new LecunNormal()) { Name = "conv_proj" },
            new Reshape([patches, features]), new ClassToken() { Name = "class_token" });
        x = x.Plus(x.Then(new PositionEmbedding(1 + patches, new RandomNormal(stddev: 0.02)) { Name = "encoder.pos_embedding" }));
        for (int block = 0; block < blocks; block++)
            x = Block(x, $"encoder.layers.encoder_layer_{block}.", features, heads);
        x = x.Then(new LayerNormalization(epsilon: Epsilon) { Name = "encoder.ln" });
        if (!network.IncludeTop && settings!.Pooling == FeaturePooling.None)
            return network.Finish(x);
        x = x.Then(new Cropping1D((0, patches)), new Flatten());
        return network.Finish(network.IncludeTop ? network.Classified(x, "heads.head") : x);
    }

    private static SymbolicTensor Block(SymbolicTensor x, string place, int features, int heads)
    {
        x = x.Plus(x.Then(new LayerNormalization(epsilon: Epsilon) { Name = $"{place}ln_1" }, new MultiHeadAttention(heads) { Name = $"{place}self_attention" }));
        return x.Plus(x.Then(
            new LayerNormalization(epsilon: Epsilon) { Name = $"{place}ln_2" },
            new Dense(4 * features, "gelu") { Name = $"{place}mlp.0" }, new Dense(features) { Name = $"{place}mlp.3" }));
    }
}
