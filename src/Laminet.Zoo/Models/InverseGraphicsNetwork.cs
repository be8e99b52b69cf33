using Laminet.Configuration;
using Laminet.Initializers;
using Laminet.Layers;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Compilation;
using Laminet.Training;

namespace Laminet.Zoo.Models;

/// <summary>
/// A deep convolutional inverse graphics network: a variational autoencoder each of whose latent units, or groups of units, comes to stand for one factor of how an image was rendered. A mini-batch varies one factor alone, such as the
/// pose, and its unit must explain it: in that batch all other units have their batch mean, and in place of the decoder's gradient they get λ times their distance from that mean, so that they learn to stay as they are.
/// <para>The loss of an image x: |x - decoder(z)|² / (2 σ²) + KL(q(z | x) ‖ N(0, 1)), z ~ q(z | x) = N(μ(x), exp(ν(x))).</para>
/// Kulkarni, Whitney, Kohli, Tenenbaum: Deep convolutional inverse graphics network, 2015.
/// </summary>
/// <example><code>
/// InverseGraphicsNetwork network = new(new Shape(32, 32, 1), latents: 8, seed: 1);
/// network.Learn(images, 0..1);                                   // one solid, turned: unit 0 alone explains what varies
/// network.Learn(images, 1..8);                                   // other solids in one pose
/// Tensor pose = network.Encode(images).Slice(0, 1, axis: 1);
/// </code></example>
public sealed class InverseGraphicsNetwork : IHasState
{
    // Under relu the first steps, which darken all pixels, can kill a decoder's units for good.
    private const string Leaky = "leaky_relu";

    private readonly RandomStream random;
    private readonly CompiledFunction step;
    private readonly IReadOnlyList<Variable> weights;

    /// <summary>A network whose weights are drawn.</summary>
    /// <param name="imageShape">Height, width and channels of an image; height and width are multiples of 8.</param>
    /// <param name="latents">The number of latent units.</param>
    /// <param name="optimizer">How it learns; Adam with the rate 0.001 by default.</param>
    /// <param name="sigma">σ, the noise of a pixel; 0.05 by default.</param>
    /// <param name="clamping">λ; 1 by default.</param>
    /// <param name="seed">Names the weights and the noise.</param>
    public InverseGraphicsNetwork(Shape imageShape, int latents, Optimizer? optimizer = null, double sigma = 0.05, double clamping = 1, ulong seed = 0)
    {
        if (imageShape.Rank != 3 || imageShape[0] % 8 != 0 || imageShape[1] % 8 != 0 || imageShape.ElementCount == 0)
            throw new ShapeException($"{nameof(InverseGraphicsNetwork)}: received images of shape {imageShape}; expected (height, width, channels), with multiples of 8 for height and width. Pad or resize them.");
        (ImageShape, Latents) = (imageShape, Setting.Require(latents, latents >= 2, "2 or more: one for what varies, one for the rest"));
        Setting.Require(sigma, sigma > 0 && double.IsFinite(sigma), "above 0");
        Setting.Require(clamping, clamping >= 0 && double.IsFinite(clamping), "0 or more");
        (int height, int width) = (imageShape[0] / 8, imageShape[1] / 8);
        Encoder = new(
            seed, new Input(imageShape), new Conv2D(16, 4, strides: 2, padding: Padding.Same, activation: Leaky), new Conv2D(32, 4, strides: 2, padding: Padding.Same, activation: Leaky),
            new Conv2D(32, 4, strides: 2, padding: Padding.Same, activation: Leaky), new Flatten(), new Dense(64, Leaky), new Dense(2 * latents));
        Decoder = new(
            seed, new Input([latents]), new Dense(64, Leaky), new Dense(height * width * 32, Leaky), new Reshape([height, width, 32]),
            new Conv2DTranspose(32, 4, strides: 2, padding: Padding.Same, activation: Leaky), new Conv2DTranspose(16, 4, strides: 2, padding: Padding.Same, activation: Leaky),
            new Conv2DTranspose(imageShape[2], 4, strides: 2, padding: Padding.Same, activation: "sigmoid", biasInitializer: new Constant(-2)));
        Encoder.Initialize(new RandomKey(seed).Fold(0));
        Decoder.Initialize(new RandomKey(seed).Fold(1));
        Optimizer = optimizer ?? new Adam(1e-3);
        random = new RandomStream(seed);
        weights = [.. Encoder.TrainableWeights, .. Decoder.TrainableWeights];
        step = Function.Compile(
            inputs =>
            {
                (Tensor images, Tensor active, CallContext pass) = (inputs[0], inputs[1], new CallContext(training: true, random.Next()));
                Tensor error = Tensor.Scalar(0f), divergence = error;
                IReadOnlyList<Tensor> gradients = Gradient.ValueAndGradients(
                    () =>
                    {
                        Tensor coded = Encoder.Call(images, pass), mean = coded.Slice(0, latents, axis: 1), log = coded.Slice(latents, axis: 1).Clip(-10.0, 10.0);
                        (Tensor latent, Tensor penalty) = Clamped(mean + ((log / 2).Exp() * random.Next().Normal(mean.Shape)), active, clamping);
                        error = (Decoder.Call(latent, pass) - images).Square().Sum([1, 2, 3]).Mean() / (2 * sigma * sigma);
                        divergence = (mean.Square() + log.Exp() - log - 1).Sum(1).Mean() / 2;
                        return error + divergence + penalty;
                    },
                    weights).Gradients;
                Optimizer.Apply(gradients, weights);
                return [error, divergence];
            },
            nameof(InverseGraphicsNetwork));
    }

    /// <summary>Height, width and channels.</summary>
    public Shape ImageShape { get; }

    /// <summary>The number of latent units.</summary>
    public int Latents { get; }

    /// <summary>From images to μ and ν, (images, 2 latents).</summary>
    public Sequential Encoder { get; }

    /// <summary>From latent units to images of 0 to 1, at first dark ones.</summary>
    public Sequential Decoder { get; }

    /// <summary>How it learns.</summary>
    public Optimizer Optimizer { get; }

    IEnumerable<(string Name, Variable Variable)> IHasState.State =>
        [.. Prefixed("encoder", Encoder), .. Prefixed("decoder", Decoder), .. Prefixed("optimizer", Optimizer), .. Prefixed("random", random)];

    /// <summary>One step on a mini-batch in which one factor varies.</summary>
    /// <param name="images">Float32 (images, height, width, channels) of 0 to 1, at least two.</param>
    /// <param name="active">The latent units that shall explain what varies.</param>
    /// <returns>The mean |x - decoder(z)|² / (2 σ²) and the mean divergence, in nats.</returns>
    /// <exception cref="ShapeException">The images do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are no such units.</exception>
    /// <exception cref="InvalidOperationException">The network has diverged.</exception>
    public (double Error, double Divergence) Learn(Tensor images, Range active)
    {
        Require(images);
        if (images.Shape[0] < 2)
            throw new ShapeException($"{nameof(InverseGraphicsNetwork)}: received one image; expected a mini-batch of at least two, in which one factor varies.");
        (int offset, int length) = active.GetOffsetAndLength(Latents);
        Setting.Require(length, length >= 1, "at least one active unit", nameof(active));
        float[] mask = new float[Latents];
        mask.AsSpan(offset, length).Fill(1);
        IReadOnlyList<Tensor> results = step.Call(images, Tensor.From(mask));
        (double error, double divergence) = (results[0].ToDouble(), results[1].ToDouble());
        return double.IsFinite(error + divergence)
            ? (error, divergence)
            : throw new InvalidOperationException(FormattableString.Invariant($"{nameof(InverseGraphicsNetwork)}: the error is {error}, the divergence {divergence}: the network has diverged. Lower the learning rate, or clip the gradient."));
    }

    /// <summary>μ of images, (images, latents).</summary>
    /// <param name="images">(images, height, width, channels) of 0 to 1.</param>
    public Tensor Encode(Tensor images)
    {
        Require(images);
        return Encoder.Predict(images).Slice(0, Latents, axis: 1);
    }

    /// <summary>Renders images, (images, height, width, channels).</summary>
    /// <param name="latents">(images, latents).</param>
    public Tensor Decode(Tensor latents) => Decoder.Predict(latents);

    /// <summary>What goes into the decoder: active units as they are, the others their batch mean; and a term whose gradient by the others is λ times their distance from it.</summary>
    internal static (Tensor Latent, Tensor Penalty) Clamped(Tensor latent, Tensor active, double clamping)
    {
        Tensor mean = latent.Mean(0, keepDims: true).Detach();
        return ((latent * active) + (mean * (1 - active)), clamping / 2 * ((latent - mean).Square() * (1 - active)).Sum(1).Mean());
    }

    private static IEnumerable<(string Name, Variable Variable)> Prefixed(string prefix, IHasState part) => part.State.Select(one => ($"{prefix}/{one.Name}", one.Variable));

    private void Require(Tensor images)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.Rank != 4 || images.Shape[0] == 0 || images.Shape[1..] != ImageShape)
            throw new ShapeException($"{nameof(InverseGraphicsNetwork)}: received images of shape {images.Shape}; expected (images, {string.Join(", ", ImageShape)}), at least one. Resize them, or build the network for their size.");
        if (!images.IsFinite().All().Item<bool>())
            throw new ArgumentException($"{nameof(InverseGraphicsNetwork)}: the images hold NaN or infinity; expected numbers from 0 to 1.", nameof(images));
    }
}
