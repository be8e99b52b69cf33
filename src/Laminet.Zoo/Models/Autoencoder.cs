using Laminet.Configuration;
using Laminet.Layers;
using Laminet.Regularizers;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Zoo.Models;

/// <summary>
/// Autoencoders: an encoder makes a code of an example, a decoder the example of its code; they are trained as <c>Fit(x, x)</c>. Each is a model of two models, <see cref="EncoderOf"/> and <see cref="DecoderOf"/>. Without hidden layers and with
/// linear activations the best code spans the same space as principal components (Bourlard, Kamp, 1988; Baldi, Hornik, 1989); deep ones do better (Hinton, Salakhutdinov: Reducing the dimensionality of data with neural networks, 2006). See also
/// <see cref="ContractiveAutoencoder"/> and <see cref="VariationalAutoencoder"/>.
/// </summary>
/// <example><code>
/// Sequential plain = Autoencoder.Create([28, 28, 1], code: 32, hidden: [256]);
/// Sequential denoising = Autoencoder.Create([28, 28, 1], code: 256, noise: 0.5);
/// Sequential sparse = Autoencoder.Create([28, 28, 1], code: 256, codeActivation: "sigmoid", sparsity: new SparsityDivergence(0.05, 1));
/// plain.Compile("adam", "binary_crossentropy");
/// plain.Fit(x, x, epochs: 10);                                     // numbers from 0 to 1
/// Tensor codes = Autoencoder.EncoderOf(plain).Predict(x);
/// </code></example>
public static class Autoencoder
{
    /// <summary>Builds one of dense layers.</summary>
    /// <param name="inputShape">The shape of an example, of numbers from 0 to 1 for the usual <paramref name="output"/>.</param>
    /// <param name="code">How many numbers a code has.</param>
    /// <param name="hidden">The sizes of the encoder's hidden layers, ReLU; the decoder has them in reverse. None by default.</param>
    /// <param name="codeActivation">The code's activation; ReLU by default.</param>
    /// <param name="noise">The standard deviation of the normal noise that training adds to examples. The targets stay clean, so the network learns to take noise away. Vincent, Larochelle, Bengio, Manzagol: Extracting and composing robust features
    /// with denoising autoencoders, 2008.</param>
    /// <param name="sparsity">A penalty on codes, such as <see cref="SparsityDivergence"/> or L1; null for none.</param>
    /// <param name="output">The outputs' activation; sigmoid by default.</param>
    /// <param name="seed">The seed of the random numbers; null to draw a new one.</param>
    public static Sequential Create(
        Shape inputShape, int code, IReadOnlyList<int>? hidden = null, ActivationFunction? codeActivation = null, double noise = 0, Regularizer? sparsity = null, ActivationFunction? output = null, ulong? seed = null)
    {
        Setting.Require(code, code >= 1, "1 or more");
        hidden ??= [];
        IEnumerable<Layer> flat = inputShape.Rank == 1 ? [] : [new Flatten()];
        Dense codes = new(code, codeActivation ?? ActivationFunction.Relu) { ActivityRegularizer = sparsity, Name = "code" };
        Layer[] outputs = [new Dense(inputShape.ElementCount, output ?? "sigmoid"), .. inputShape.Rank == 1 ? (Layer[])[] : [new Reshape([.. inputShape])]];
        return Joined(inputShape, [.. flat, .. Relus(hidden), codes], [.. Relus(hidden.Reverse()), .. outputs], noise, seed);

        static IEnumerable<Layer> Relus(IEnumerable<int> sizes) => sizes.Select(size => new Dense(size, "relu"));
    }

    /// <summary>Builds one of convolutions: each layer of the encoder halves the sides, each of the decoder doubles them. The code is the maps of the last layer of the encoder. Masci, Meier, Cireşan, Schmidhuber: Stacked convolutional auto-encoders for
    /// hierarchical feature extraction, 2011.</summary>
    /// <param name="inputShape">Height, width and channels of an example of numbers from 0 to 1. The sides must halve as often as there are layers.</param>
    /// <param name="filters">The filters of the encoder's layers; 16 and 8 by default.</param>
    /// <param name="noise">The standard deviation of the normal noise that training adds to examples.</param>
    /// <param name="seed">The seed of the random numbers; null to draw a new one.</param>
    /// <exception cref="ShapeException">The sides cannot be halved so often.</exception>
    public static Sequential Convolutional(Shape inputShape, IReadOnlyList<int>? filters = null, double noise = 0, ulong? seed = null)
    {
        filters ??= [16, 8];
        Setting.Require(filters.Count, filters.Count is >= 1 and <= 12, "1 to 12 layers", nameof(filters));
        int part = 1 << filters.Count;
        if (inputShape.Rank != 3 || inputShape[0] % part != 0 || inputShape[1] % part != 0)
            throw new ShapeException($"{nameof(Autoencoder)}: received examples of shape {inputShape} for {filters.Count} layers that halve the sides; expected (height, width, channels) with sides that {part} divides. Pad them, or give fewer layers.");
        Layer[] encoder = [.. filters.Select(count => new Conv2D(count, 3, strides: 2, padding: Padding.Same, activation: "relu"))];
        Layer[] decoder =
        [
            .. filters.SkipLast(1).Reverse().Select(count => new Conv2DTranspose(count, 3, strides: 2, padding: Padding.Same, activation: "relu")),
            new Conv2DTranspose(inputShape[2], 3, strides: 2, padding: Padding.Same, activation: "sigmoid"),
        ];
        return Joined(inputShape, encoder, decoder, noise, seed);
    }

    /// <summary>The part that makes codes of examples.</summary>
    /// <param name="autoencoder">A model that this class built.</param>
    public static Model EncoderOf(Model autoencoder) => PartOf(autoencoder, "encoder");

    /// <summary>The part that makes examples of codes.</summary>
    /// <param name="autoencoder">A model that this class built.</param>
    public static Model DecoderOf(Model autoencoder) => PartOf(autoencoder, "decoder");

    private static Sequential Joined(Shape inputShape, IReadOnlyList<Layer> encoder, IReadOnlyList<Layer> decoder, double noise, ulong? seed)
    {
        Sequential first = new(seed, [new Input(inputShape), .. encoder]) { Name = "encoder" };
        Sequential second = new(seed, [new Input(first.OutputShape), .. decoder]) { Name = "decoder" };
        Layer[] noisy = noise == 0 ? [] : [new GaussianNoise(noise)];
        return new Sequential(seed, [new Input(inputShape), .. noisy, first, second]) { Name = "autoencoder" };
    }

    private static Model PartOf(Model autoencoder, string name)
    {
        ArgumentNullException.ThrowIfNull(autoencoder);
        return autoencoder.GetLayer(name) as Model ?? throw new ArgumentException($"{nameof(Autoencoder)}: the layer '{name}' is no model. Give a model that {nameof(Autoencoder)} built.", nameof(autoencoder));
    }
}
