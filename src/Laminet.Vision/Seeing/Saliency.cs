using Laminet.Configuration;
using Laminet.Tensors;
using Laminet.Tensors.Compilation;
using Laminet.Training;

namespace Laminet.Vision.Seeing;

/// <summary>
/// Which numbers of an image move the score of a class: gradients of the score by the image. The score is the logit, before softmax or sigmoid. The model runs as in inference. Gradients are
/// compiled once for each shape; an instance is for one model and uses its present weights.
/// </summary>
/// <example><code>
/// Tensor photo = Image.Read("bee.jpg", new ImageReading { Size = (224, 224) });
/// var saliency = new Saliency(model);
/// Tensor attribution = saliency.IntegratedGradients(photo);
/// Image.Write("why.png", HeatMap.Over(photo, HeatMap.OfAttribution(attribution)));
/// </code></example>
public sealed class Saliency
{
    private readonly SeenModel seen;
    private readonly CompiledFunction gradients;

    /// <summary>Looks into a model.</summary>
    /// <param name="model">A model that takes images, (batch, height, width, channels), and gives scores, (batch, classes).</param>
    /// <param name="batchSize">How many images run at a time, 1 or more: more need more memory. The results do not depend on it but for rounding.</param>
    /// <exception cref="ArgumentException">The model takes or gives something else.</exception>
    public Saliency(Model model, int batchSize = 16)
    {
        seen = new SeenModel(model, nameof(Saliency));
        _ = seen.Classes;
        BatchSize = Setting.Require(batchSize, batchSize >= 1, "1 or more");
        gradients = Function.Compile(
            inputs => [Tensors.Autodiff.Gradient.ValueAndGradients(leaves => (SeenModel.Logits(SeenModel.Run(model, leaves[0])[0]) * inputs[1]).Sum(), inputs[0]).Gradients[0]], nameof(Saliency));
    }

    /// <summary>How many images run at a time.</summary>
    public int BatchSize { get; }

    /// <summary>
    /// The gradient of the class's score S by the image: dS/dx. Its absolute value says how much a small change of a pixel changes the score.
    /// Simonyan, Vedaldi, Zisserman: Deep Inside Convolutional Networks, 2014.
    /// </summary>
    /// <param name="image">(height, width, channels), in the model's own input range.</param>
    /// <param name="target">The class; null for the predicted one.</param>
    /// <returns>(height, width, channels), with signs.</returns>
    /// <exception cref="ShapeException">The image does not fit the model.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    /// <exception cref="ArgumentException">The image holds NaN or infinity.</exception>
    public Tensor Gradient(Tensor image, int? target = null)
    {
        Tensor batch = seen.Batch(image);
        return gradients.Call(batch, seen.Row(seen.Target(batch, target)))[0].At(0);
    }

    /// <summary>
    /// The mean gradient of noisy copies of the image: 1/n sum of dS/dx at x + e, where e is normal with the deviation noise · (max x - min x). It is less grainy than the gradient.
    /// Smilkov et al.: SmoothGrad: removing noise by adding noise, 2017.
    /// </summary>
    /// <param name="image">(height, width, channels), in the model's own input range.</param>
    /// <param name="target">The class; null for the one predicted for the image without noise.</param>
    /// <param name="samples">How many noisy copies, 1 or more.</param>
    /// <param name="noise">The deviation as a share of the range of the image's values, 0 or more. The paper uses 0.1 to 0.2.</param>
    /// <param name="seed">Names the noise: the same seed gives the same copies, for every batch size.</param>
    /// <returns>(height, width, channels), with signs.</returns>
    /// <inheritdoc cref="Gradient" path="/exception"/>
    public Tensor SmoothGrad(Tensor image, int? target = null, int samples = 32, double noise = 0.15, ulong seed = 0)
    {
        Setting.Require(samples, samples >= 1, "1 or more");
        Setting.Require(noise, noise >= 0 && double.IsFinite(noise), "0 or more, such as 0.15");
        Tensor batch = seen.Batch(image);
        double deviation = noise * (batch.Max() - batch.Min()).ToDouble();
        RandomKey key = new(seed);
        return Mean(batch, target, samples, sample => batch + key.Fold((ulong)sample).Normal(batch.Shape, deviation: deviation, dtype: batch.DType));
    }

    /// <summary>
    /// Integrated gradients: (x - b) · ∫ dS/dx at b + t (x - b) dt for t from 0 to 1, by the midpoint rule. The attributions add up to S(x) - S(b), up to the error of the rule, which falls with the number
    /// of steps (completeness). Sundararajan, Taly, Yan: Axiomatic Attribution for Deep Networks, 2017.
    /// </summary>
    /// <param name="image">(height, width, channels), in the model's own input range.</param>
    /// <param name="target">The class; null for the predicted one.</param>
    /// <param name="baseline">The image b that shows nothing, of the image's shape; null for zeros, which is black where the range begins at 0.</param>
    /// <param name="steps">How many points of the way are used, 1 or more.</param>
    /// <returns>(height, width, channels), with signs.</returns>
    /// <inheritdoc cref="Gradient" path="/exception"/>
    public Tensor IntegratedGradients(Tensor image, int? target = null, Tensor? baseline = null, int steps = 64)
    {
        Setting.Require(steps, steps >= 1, "1 or more");
        Tensor batch = seen.Batch(image);
        Tensor start = baseline is null ? batch.ZerosLike() : seen.Batch(baseline, nameof(baseline));
        if (start.Shape != batch.Shape)
            throw new ShapeException($"{nameof(Saliency)}: received a baseline of shape {baseline!.Shape} for an image of shape {image.Shape}; expected the same shape.");
        Tensor way = batch - start;
        return Mean(batch, target, steps, step => start + (way * ((step + 0.5) / steps))) * way.At(0);
    }

    // The last batch is filled up with its last image, so that all have one form and are compiled once.
    private Tensor Mean(Tensor batch, int? target, int count, Func<int, Tensor> image)
    {
        Tensor row = seen.Row(seen.Target(batch, target)), sum = batch.ZerosLike().Cast(DType.Float64);
        int size = Math.Min(BatchSize, count);
        for (int first = 0; first < count; first += size)
        {
            int used = Math.Min(size, count - first);
            Tensor[] images = [.. Enumerable.Range(first, used).Select(image)];
            Tensor all = Tensor.Concatenate([.. images, .. Enumerable.Repeat(images[^1], size - used)], axis: 0);
            sum += gradients.Call(all, row)[0].Slice(0, used).Cast(DType.Float64).Sum(0, keepDims: true);
        }

        return (sum / count).Cast(batch.DType).At(0);
    }
}
