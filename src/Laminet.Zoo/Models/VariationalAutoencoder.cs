using Laminet.Configuration;
using Laminet.Data;
using Laminet.Layers;
using Laminet.Metrics;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Zoo.Models;

/// <summary>
/// A variational autoencoder: an encoder gives for an example x the mean μ and the variance σ² of normal latent numbers z, a decoder gives from z the probability of each pixel. Training minimizes the negative evidence lower bound,
/// <c>-ln p(x|z) + β KL(q(z|x) || N(0, 1))</c> with z = μ + σ ε, in nats an example: sums over pixels and over latents, a mean over examples. It is the model's own loss: compile without one and fit without targets. The logs also show its two
/// parts, <c>reconstruction</c> and <c>kl</c>. As a layer, and in <c>Predict</c>, it reconstructs an example from μ. Before <c>Model.Load</c> in a new process, call <see cref="ModelCatalog.RegisterLayers"/>.
/// Kingma, Welling: Auto-encoding variational Bayes, 2013. With <see cref="Classes"/>, encoder and decoder also see the class: Sohn, Lee, Yan, Learning structured output representation using deep conditional generative models, 2015. With
/// <see cref="Beta"/> above 1 latents that tell little are given up: Higgins et al., β-VAE, 2017.
/// </summary>
/// <example><code>
/// VariationalAutoencoder model = VariationalAutoencoder.Create([28, 28, 1], latents: 50);
/// model.Compile(new Adam(1e-3));
/// model.Fit(images, batchSize: 100, epochs: 50);                  // bytes, or numbers from 0 to 1
/// Tensor drawn = model.Sample(64, new RandomKey(1));              // (64, 28, 28, 1), 0 to 1
/// </code></example>
public sealed class VariationalAutoencoder : Model
{
    private readonly Mean reconstructions, divergences;

    static VariationalAutoencoder() => Registry.Register<VariationalAutoencoder>();

    /// <summary>Joins an encoder and a decoder.</summary>
    /// <param name="encoder">Gives (batch, 2 latents) for an example: the means, then the logarithms of the variances. With classes it has a second input, (batch, classes) of 0 and 1.</param>
    /// <param name="decoder">Gives for (batch, latents) the logits of the pixels, in the examples' shape. With classes it has the same second input.</param>
    /// <param name="classes">How many classes the examples have; 0 for a model that is not told.</param>
    /// <param name="beta">β; 1 for the bound.</param>
    /// <param name="binarizes">Whether each step, also of evaluation, draws black and white pixels with the grey levels as probabilities (dynamic binarization). Otherwise the grey levels themselves are the targets.</param>
    /// <param name="seed">Names the random numbers; null to draw a new one.</param>
    public VariationalAutoencoder(Model encoder, Model decoder, int classes = 0, double beta = 1, bool binarizes = true, ulong? seed = null) : base(seed)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(decoder);
        (Encoder, Decoder) = (Track(encoder), Track(decoder));
        Classes = Setting.Require(classes, classes >= 0, "0 or more");
        Beta = Setting.Require(beta, beta >= 0 && double.IsFinite(beta), "zero or more, and finite");
        Binarizes = binarizes;
        (reconstructions, divergences) = (AddMetric(new Mean("reconstruction")), AddMetric(new Mean("kl")));
        Shape codes = encoder.OutputShape, latents = decoder.Inputs[0].Shape;
        if (codes.Rank != 1 || latents.Rank != 1 || codes[0] != 2 * latents[0])
            throw new ShapeException($"{nameof(VariationalAutoencoder)}: received an encoder of outputs {codes} and a decoder of inputs {latents}; expected (2 n,) and (n,): a mean and a log variance for each latent.");
        int inputs = classes == 0 ? 1 : 2;
        if (encoder.Inputs.Count != inputs || decoder.Inputs.Count != inputs)
            throw new ArgumentException($"{nameof(VariationalAutoencoder)}: received an encoder of {encoder.Inputs.Count} and a decoder of {decoder.Inputs.Count} inputs for {classes} classes; expected {inputs} each.", nameof(encoder));
    }

    /// <summary>The encoder.</summary>
    public Model Encoder { get; }

    /// <summary>The decoder, to logits.</summary>
    public Model Decoder { get; }

    /// <summary>How many classes the examples have; 0 for a model that is not told.</summary>
    public int Classes { get; }

    /// <summary>β, the weight of the divergence.</summary>
    public double Beta { get; }

    /// <summary>Whether pixels are drawn as black and white in each step.</summary>
    public bool Binarizes { get; }

    /// <summary>How many latent numbers an example has.</summary>
    public int Latents => Decoder.Inputs[0].Shape[0];

    /// <summary>Builds a model of dense layers.</summary>
    /// <param name="inputShape">The shape of an example.</param>
    /// <param name="latents">How many latent numbers.</param>
    /// <param name="hidden">The sizes of the encoder's hidden layers; the decoder has them in reverse. 500 and 500 by default.</param>
    /// <param name="classes">How many classes the examples have; 0 for a model that is not told.</param>
    /// <param name="beta">β; 1 for the bound.</param>
    /// <param name="binarizes">Whether pixels are drawn as black and white in each step.</param>
    /// <param name="activation">The hidden layers' activation; ReLU by default.</param>
    /// <param name="seed">The seed of the random numbers; null to draw a new one.</param>
    public static VariationalAutoencoder Create(
        Shape inputShape, int latents = 50, IReadOnlyList<int>? hidden = null, int classes = 0, double beta = 1, bool binarizes = true, ActivationFunction? activation = null, ulong? seed = null)
    {
        Setting.Require(latents, latents >= 1, "1 or more");
        hidden ??= [500, 500];
        activation ??= ActivationFunction.Relu;
        Model encoder = Network(inputShape, hidden, [new Dense(2 * latents)], "encoder");
        Model decoder = Network([latents], hidden.Reverse(), [new Dense(inputShape.ElementCount), new Reshape([.. inputShape])], "decoder");
        return new VariationalAutoencoder(encoder, decoder, classes, beta, binarizes, seed) { Name = "vae" };

        Model Network(Shape shape, IEnumerable<int> sizes, IEnumerable<Layer> last, string name)
        {
            Input input = new(shape), kind = new([Math.Max(classes, 1)]);
            SymbolicTensor x = shape.Rank == 1 ? input.Output : new Flatten().Call(input.Output);
            if (classes > 0)
                x = new Concatenate().Call([x, kind.Output]);
            x = sizes.Select(size => new Dense(size, activation)).Concat(last).Aggregate(x, (below, layer) => layer.Call(below));
            return new Model(classes > 0 ? [input.Output, kind.Output] : input.Output, x, seed) { Name = name };
        }
    }

    /// <summary>Σ over latents of (μ² + σ² - ln σ² - 1) / 2: the divergence of q(z|x) from N(0, 1) in nats, one for each example.</summary>
    /// <param name="mean">μ, (batch, latents).</param>
    /// <param name="logVariance">ln σ², (batch, latents).</param>
    public static Tensor Divergence(Tensor mean, Tensor logVariance)
    {
        ArgumentNullException.ThrowIfNull(mean);
        ArgumentNullException.ThrowIfNull(logVariance);
        return 0.5 * (mean.Square() + logVariance.Exp() - logVariance - 1).Sum(-1);
    }

    /// <summary>-ln p(x|z): the cross-entropy of pixels, summed over all of an example's, in nats, one for each example.</summary>
    /// <param name="pixels">(batch, ...), 0 to 1.</param>
    /// <param name="logits">The decoder's outputs, of the same shape.</param>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    public static Tensor CrossEntropy(Tensor pixels, Tensor logits)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        ArgumentNullException.ThrowIfNull(logits);
        if (!pixels.Shape.SequenceEqual(logits.Shape))
            throw new ShapeException($"{nameof(VariationalAutoencoder)}: received pixels of shape {pixels.Shape} and the decoder's logits of shape {logits.Shape}; expected the same shape.");
        return (logits.Softplus() - (pixels * logits)).Reshape([logits.Shape[0], -1]).Sum(1);
    }

    /// <summary>The means and the logarithms of the variances of the latents, (batch, latents) each.</summary>
    /// <param name="x">Examples: bytes, or numbers from 0 to 1.</param>
    /// <param name="labels">Their classes, (batch,), for a model of classes.</param>
    public (Tensor Mean, Tensor LogVariance) Encode(Tensor x, Tensor? labels = null) => Halves(Encoder.Predict(WithClass(Pixels(x), labels), batchSize: 500)[0]);

    /// <summary>The probabilities of the pixels for latents, in the examples' shape.</summary>
    /// <param name="latents">(batch, latents).</param>
    /// <param name="labels">The classes, (batch,), for a model of classes.</param>
    public Tensor Decode(Tensor latents, Tensor? labels = null) => Decoder.Predict(WithClass(latents, labels), batchSize: 500)[0].Sigmoid();

    /// <summary>Draws examples: the decoder's probabilities for latents of N(0, 1).</summary>
    /// <param name="count">How many.</param>
    /// <param name="key">Names the random numbers.</param>
    /// <param name="labels">The classes, (count,), for a model of classes.</param>
    public Tensor Sample(int count, RandomKey key, Tensor? labels = null) => Decode(key.Normal([Setting.Require(count, count >= 1, "1 or more"), Latents]), labels);

    /// <inheritdoc/>
    protected override Bundle<Tensor> Forward(Bundle<Tensor> inputs, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        Tensor? labels = LabelsOf(inputs);
        Tensor mean = Halves(Encoder.Call(WithClass(Pixels(inputs[0]), labels), context)[0]).First;
        return Decoder.Call(WithClass(mean, labels), context)[0].Sigmoid();
    }

    /// <inheritdoc/>
    protected override Tensor ComputeLoss(Batch batch, Bundle<Tensor> prediction, CallContext context)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(context);
        Tensor? labels = LabelsOf(batch.Inputs);
        Tensor pixels = Pixels(batch.Inputs[0]);
        if (Binarizes)
            pixels = context.NextKey().Uniform(pixels.Shape).Less(pixels).Cast(pixels.DType);
        (Tensor mean, Tensor logVariance) = Halves(Encoder.Call(WithClass(pixels, labels), context)[0]);
        Tensor latents = mean + ((0.5 * logVariance).Exp() * context.NextKey().Normal(mean.Shape, dtype: mean.DType));
        Tensor reconstruction = CrossEntropy(pixels, Decoder.Call(WithClass(latents, labels), context)[0]), divergence = Divergence(mean, logVariance);
        reconstructions.Add(reconstruction.Mean(), pixels.Shape[0]);
        divergences.Add(divergence.Mean(), pixels.Shape[0]);
        Tensor losses = reconstruction + (Beta * divergence);
        context.AddLoss((batch.SampleWeights is { Count: 1 } weights ? losses * weights[0].Cast(losses.DType) : losses).Mean());
        return base.ComputeLoss(batch, prediction, context);
    }

    private static (Tensor First, Tensor Second) Halves(Tensor codes) => codes.Split(2) is [Tensor first, Tensor second] ? (first, second) : throw new InvalidOperationException();

    private static Tensor Pixels(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.DType == DType.UInt8 ? x.Cast(DType.Float32) / 255 : x.CheckedProbabilities(nameof(VariationalAutoencoder));
    }

    private Tensor? LabelsOf(Bundle<Tensor> inputs) => inputs.Count == (Classes > 0 ? 2 : 1) ? inputs.ElementAtOrDefault(1) : throw new ShapeException(Classes > 0
        ? $"received {inputs.Count} inputs; expected examples and their classes, as in Fit([images, labels])."
        : $"received {inputs.Count} inputs; expected examples alone. To tell the model classes, give their number to its constructor, as in classes: 10.");

    private Bundle<Tensor> WithClass(Tensor x, Tensor? labels)
    {
        if (Classes == 0 != labels is null)
        {
            throw new ArgumentException(labels is null
                ? $"{nameof(VariationalAutoencoder)}: received no labels; this model has {Classes} classes and needs the class of each example."
                : $"{nameof(VariationalAutoencoder)}: received labels; this model has no classes. Give its constructor their number.", nameof(labels));
        }

        if (labels is null)
            return x;
        return labels.Rank == 1 && labels.Shape[0] == x.Shape[0] ? [x, labels.OneHot(Classes)]
            : throw new ShapeException($"{nameof(VariationalAutoencoder)}: received labels of shape {labels.Shape} for {x.Shape[0]} examples; expected ({x.Shape[0]},), a class number for each.");
    }
}
