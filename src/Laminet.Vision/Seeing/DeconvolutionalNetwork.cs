using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Compilation;
using Laminet.Training;

namespace Laminet.Vision.Seeing;

/// <summary>
/// What excites a feature, projected back to pixels: the network's layers in reverse order. Where it pooled, each value goes back to where the maximum stood (its switch), all else is 0; where it rectified, the signal is rectified too;
/// where it convolved, the signal is convolved with the transposed filters. Biases are left out.
/// Zeiler, Fergus: Visualizing and understanding convolutional networks, 2013 (ECCV 2014).
/// </summary>
/// <example><code>
/// DeconvolutionalNetwork back = new((Sequential)model, "conv2d_1");
/// Tensor pattern = back.Project(images.At(0), channel: 7);       // (height, width, channels), about 0
/// </code></example>
public sealed class DeconvolutionalNetwork
{
    private readonly SeenModel seen;
    private readonly SymbolicTensor maps;
    private readonly Layer[] layers;
    private readonly CompiledFunction withSwitches, withoutSwitches;

    /// <summary>Looks into a model.</summary>
    /// <param name="model">Layers in a row that take images, (batch, height, width, channels). Up to the maps they may be convolutions, max pooling, rectifiers, and layers that are linear in inference: average pooling, batch normalization, dropout, rescaling, zero padding.</param>
    /// <param name="layer">The name of a layer with maps; null for the last one whose maps have more than one pixel.</param>
    /// <exception cref="ArgumentException">The model takes something else, there is no such layer, or one before it cannot be reversed.</exception>
    public DeconvolutionalNetwork(Sequential model, string? layer = null)
    {
        seen = new SeenModel(model, nameof(DeconvolutionalNetwork));
        maps = seen.Maps(layer, learned: true);
        layers = [.. new Model(model.Inputs, maps).Layers.Where(one => one is not Input)];
        foreach (Layer one in layers)
        {
            if (!IsReversible(one))
            {
                throw new ArgumentException($"{nameof(DeconvolutionalNetwork)}: the layer '{one.Name}' ({one.GetType().Name}) cannot be reversed; expected Conv2D with relu or no activation, MaxPooling2D, ReLU, AveragePooling2D, BatchNormalization, "
                    + "Dropout, Rescaling and ZeroPadding2D alone. Take a layer before it.", nameof(model));
            }
        }

        (withSwitches, withoutSwitches) = (Compile(true), Compile(false));
    }

    /// <summary>What in an image excites a channel most: the channel's strongest value alone, the first of several, goes back to pixels.</summary>
    /// <param name="image">(height, width, channels), in the model's own input range.</param>
    /// <param name="channel">The channel, from 0.</param>
    /// <param name="switches">Whether values go back to where the maxima stood; otherwise to the first place of each window.</param>
    /// <returns>(height, width, channels), about 0: above where more would excite the channel.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such channel.</exception>
    /// <exception cref="ShapeException">The image does not fit the model.</exception>
    public Tensor Project(Tensor image, int channel, bool switches = true)
    {
        Tensor batch = seen.Batch(image);
        int channels = maps.PartialShape[3]!.Value;
        if (channel < 0 || channel >= channels)
            throw new ArgumentOutOfRangeException(nameof(channel), $"{nameof(DeconvolutionalNetwork)}: received channel {channel}; the layer gives {maps}: expected 0 to {channels - 1}.");
        Tensor values = Maps(batch), row = Tensor.Scalar(channel).OneHot(channels, seen.DType), own = (values * row).Sum(-1).Reshape([-1]);
        Tensor strongest = own.ArgMax().OneHot(own.Shape[0], seen.DType) * own.Max();
        return Back(batch, strongest.Reshape([.. values.Shape[..3], 1]) * row, switches);
    }

    /// <summary>All maps of an image go back to pixels: what the layer keeps of it, but for a factor.</summary>
    /// <param name="image">(height, width, channels), in the model's own input range.</param>
    /// <param name="switches">Whether values go back to where the maxima stood; otherwise to the first place of each window.</param>
    /// <returns>(height, width, channels).</returns>
    /// <exception cref="ShapeException">The image does not fit the model.</exception>
    public Tensor Reconstruct(Tensor image, bool switches = true)
    {
        Tensor batch = seen.Batch(image);
        return Back(batch, Maps(batch), switches);
    }

    private static bool IsReversible(Layer layer) => layer switch
    {
        Conv2D convolution => convolution.Activation.Name is "relu" or "linear",
        ReLU rectifier => rectifier is { MaxValue: null, NegativeSlope: 0, Threshold: 0 },
        Activation activation => activation.Function.Name is "relu" or "linear",
        _ => layer is MaxPooling2D or AveragePooling2D or BatchNormalization or Dropout or Rescaling or ZeroPadding2D,
    };

    private static Tensor Call(Layer layer, Tensor input) => layer.Call(input, new CallContext { TakesFloats = true });

    // The transpose of a linear function, or of one that is linear near x.
    private static Tensor Transposed(Func<Tensor, Tensor> function, Tensor x, Tensor signal)
    {
        GradientTape tape = new();
        Tensor watched = tape.Watch(x);
        return tape.Gradient((function(watched) * signal).Sum(), watched);
    }

    private static Tensor Reversed(Layer layer, Tensor input, Tensor signal, bool switches) => layer switch
    {
        Conv2D convolution => Transposed(
            x => x.Convolution(convolution.Weights[0].Value, null, convolution.Strides.Pair, convolution.Padding, convolution.Dilation.Pair, convolution.Groups),
            input, convolution.Activation.Name == "relu" ? signal.Relu() : signal),
        ReLU => signal.Relu(),
        Activation activation => activation.Function.Name == "relu" ? signal.Relu() : signal,
        // Of equal numbers the first counts as the maximum.
        MaxPooling2D => Transposed(x => Call(layer, x), switches ? input : input.ZerosLike(), signal),
        _ => Transposed(x => Call(layer, x), input, signal),
    };

    private Tensor Maps(Tensor batch) => layers.Aggregate(batch, (x, layer) => Call(layer, x));

    private Tensor Back(Tensor batch, Tensor signal, bool switches) => (switches ? withSwitches : withoutSwitches).Call(batch, signal)[0].At(0);

    private CompiledFunction Compile(bool switches) => Function.Compile(
        inputs =>
        {
            List<Tensor> entering = [inputs[0]];
            foreach (Layer layer in layers.SkipLast(1))
                entering.Add(Call(layer, entering[^1]));
            return [layers.Index().Reverse().Aggregate(inputs[1], (signal, one) => Reversed(one.Item, entering[one.Index], signal, switches))];
        },
        nameof(DeconvolutionalNetwork));
}
