using Laminet.Layers;
using Laminet.Tensors;

namespace Laminet.Bench.Architectures;

/// <summary>VGG-16, configuration D without batch normalisation (Simonyan and Zisserman, ICLR 2015).</summary>
internal static class Vgg
{
    public static Architecture Vgg16 { get; } = Architecture.ForImageNet("vgg16", 138_357_544, input =>
    {
        SymbolicTensor x = input;
        foreach ((int convolutions, int filters) in ((int, int)[])[(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)])
        {
            for (int i = 0; i < convolutions; i++)
                x = x.Then(new Conv2D(filters, 3, padding: Padding.Explicit(1), activation: "relu"));
            x = x.Then(new MaxPooling2D());
        }

        return x.Then(
            new Flatten(), new Dense(4096, "relu"), new Dropout(0.5), new Dense(4096, "relu"), new Dropout(0.5), new Dense(1000));
    });
}
