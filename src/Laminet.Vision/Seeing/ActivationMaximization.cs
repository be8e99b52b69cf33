using Laminet.Configuration;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Compilation;
using Laminet.Training;

namespace Laminet.Vision.Seeing;

/// <summary>
/// The image that excites a channel or a unit most, by gradient ascent on the input: x ← clip((1 - decay) · x + rate · (high - low) · g / rms(g)), where g is the slope of the mean of the channel's map, or of the unit; of
/// a softmax or sigmoid its logit. Erhan et al.: Visualizing Higher-Layer Features of a Deep Network, 2009; Simonyan, Vedaldi, Zisserman, 2014.
/// </summary>
public sealed class ActivationMaximization
{
    private readonly SeenModel seen;
    private readonly SymbolicTensor output;
    private readonly CompiledFunction step;

    /// <summary>Looks into a model.</summary>
    /// <param name="model">A model that takes images, (batch, height, width, channels).</param>
    /// <param name="layer">The name of the layer; null for the output.</param>
    /// <exception cref="ArgumentException">The model takes something else, or there is no such layer.</exception>
    public ActivationMaximization(Model model, string? layer = null)
    {
        seen = new SeenModel(model, nameof(ActivationMaximization));
        output = layer is null ? model.Outputs.Only : model.GetLayer(layer).Output;
        if (output.PartialShape is not [_, .., not null] shape || shape.Count < 2)
        {
            throw new ArgumentException($"{nameof(ActivationMaximization)}: {(layer is null ? "the model" : $"the layer '{layer}'")} gives {output}; expected (batch, units) or (batch, height, width, channels).", nameof(layer));
        }

        Model part = new(model.Inputs, output);
        int[] places = [.. Enumerable.Range(1, output.PartialShape.Count - 2)];
        // The image, the channel as a row, the step, the decay.
        step = Function.Compile(
            inputs =>
            {
                (Tensor value, IReadOnlyList<Tensor> slopes) = Gradient.ValueAndGradients(
                    leaves =>
                    {
                        Tensor reached = SeenModel.Logits(SeenModel.Run(part, leaves[0])[0]);
                        return ((places.Length == 0 ? reached : reached.Mean(places)) * inputs[1]).Sum();
                    },
                    inputs[0]);
                Tensor size = slopes[0].Square().Mean().Sqrt();
                // A channel that does not react has no direction.
                return [value, (inputs[0] * (1 - inputs[3])) + (slopes[0] * (inputs[2] / Tensor.Where(size.Greater(0), size, size.OnesLike())))];
            },
            nameof(ActivationMaximization));
    }

    /// <summary>How many steps; 100 by default.</summary>
    public int Steps { get; init => field = Setting.Require(value, value >= 1, "1 or more"); } = 100;

    /// <summary>The length of a step, as a share of the range; 0.02 by default.</summary>
    public double Rate { get; init => field = Setting.Require(value, value > 0 && double.IsFinite(value), "above 0, such as 0.02"); } = 0.02;

    /// <summary>By which share the image shrinks in each step, 0 to below 1; 0 by default.</summary>
    public double Decay { get; init => field = Setting.Require(value, value is >= 0 and < 1, "0 to below 1"); }

    /// <summary>The model's own input range; 0 to 255 by default. The image stays within.</summary>
    public (double Low, double High) Range
    {
        get;
        init => field = Setting.Require(value, value.Low < value.High && double.IsFinite(value.High - value.Low), "two finite numbers, the smaller first");
    } = (0, 255);

    /// <summary>Height and width of the image; needed only by a model that takes images of any size.</summary>
    public (int Height, int Width)? Size { get; init; }

    /// <summary>Names the first image: the middle of the range with a tenth of it as noise.</summary>
    public ulong Seed { get; init; }

    /// <summary>Ascends from noise.</summary>
    /// <param name="channel">The channel or unit, from 0.</param>
    /// <param name="cancellation">Ends the ascent by an exception.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such channel.</exception>
    /// <exception cref="ArgumentException">The model takes images of any size, and <see cref="Size"/> is not given.</exception>
    public MaximizedInput Maximize(int channel, CancellationToken cancellation = default)
    {
        if ((seen.Input[1] ?? Size?.Height) is not { } height || (seen.Input[2] ?? Size?.Width) is not { } width || seen.Input[3] is not { } channels)
            throw new ArgumentException($"{nameof(ActivationMaximization)}: the model takes images {seen.Input}; expected a size to make one in. Set Size, such as Size = (64, 64).");
        Setting.Require(Size, Size is not { } size || (size.Height >= 1 && size.Width >= 1), "a height and a width of 1 or more", nameof(Size));
        double middle = (Range.Low + Range.High) / 2, spread = 0.05 * (Range.High - Range.Low);
        return Maximize(channel, new RandomKey(Seed).Uniform([height, width, channels], middle - spread, middle + spread, seen.DType), cancellation);
    }

    /// <summary>Ascends from an image.</summary>
    /// <param name="channel">The channel or unit, from 0.</param>
    /// <param name="start">The first image, (height, width, channels), in the model's own input range.</param>
    /// <param name="cancellation">Ends the ascent by an exception.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such channel.</exception>
    /// <exception cref="ShapeException">The image does not fit the model.</exception>
    public MaximizedInput Maximize(int channel, Tensor start, CancellationToken cancellation = default)
    {
        int channels = output.PartialShape[output.PartialShape.Count - 1]!.Value;
        if (channel < 0 || channel >= channels)
            throw new ArgumentOutOfRangeException(nameof(channel), $"{nameof(ActivationMaximization)}: received channel {channel}; the layer gives {output}: expected 0 to {channels - 1}.");
        Tensor image = seen.Batch(start, nameof(start)), row = Tensor.Scalar(channel).OneHot(channels, seen.DType);
        Tensor rate = Tensor.Scalar(Rate * (Range.High - Range.Low), seen.DType), decay = Tensor.Scalar(Decay, seen.DType);
        double[] activations = new double[Steps + 1];
        for (int i = 0; i <= Steps; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            IReadOnlyList<Tensor> next = step.Call(image, row, rate, decay);
            activations[i] = next[0].ToDouble();
            image = i < Steps ? next[1].Clip(Range.Low, Range.High) : image;
        }

        return new MaximizedInput(image.At(0), activations);
    }
}
