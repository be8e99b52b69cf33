using Laminet.Layers;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Tests.Layers;

/// <summary>Where other libraries went wrong with convolution, pooling and resizing, and what the layers say to wrong settings and inputs.</summary>
public class ConvolutionTests
{
    // 23 and 24 cells both have a convolution with 12.
    [Theory]
    [InlineData(null, "same", 24)]
    [InlineData(0, "same", 23)]
    [InlineData(1, "same", 24)]
    [InlineData(null, "valid", 25)]
    public void A_transposed_convolution_has_the_length_of_Keras(int? outputPadding, string padding, int length)
    {
        Size2D? added = outputPadding is { } cells ? cells : null;
        Assert.Equal(new Shape(1, length, length, 2), new Conv2DTranspose(2, 3, 2, padding, outputPadding: added).Call(Tensor.Ones([1, 12, 12, 1])).Shape);
    }

    [Fact]
    public void The_odd_cell_of_same_padding_is_cut_off_at_the_end()
    {
        Tensor kernel = Tensor.From(1f, 10, 100).Reshape([3, 1, 1]);
        Assert.Equal([1f, 10, 102, 20, 203, 30], Tensor.From(1f, 2, 3).Reshape([1, 3, 1]).TransposedConvolution1D(kernel, 2, Padding.Same).ToArray<float>());
    }

    [Fact]
    public void Same_padding_is_not_one_cell_on_each_side()
    {
        Tensor x = Tensor.From(1f, 2, 3, 4, 5, 6).Reshape([1, 6, 1]), ones = Tensor.Ones([3, 1, 1]);
        Assert.Equal([6f, 12, 11], x.Convolution1D(ones, stride: 2, padding: "same").ToArray<float>());
        Assert.Equal([3f, 9, 15], x.Convolution1D(ones, stride: 2, padding: Padding.Explicit((1, 1))).ToArray<float>());
    }

    [Fact]
    public void Adaptive_windows_begin_at_the_floor_and_end_at_the_ceiling()
    {
        Tensor x = Tensor.Range(0, 10).Cast(DType.Float32).Reshape([1, 10, 1]);
        Assert.Equal([1.5f, 4.5f, 7.5f], new AdaptiveAveragePooling1D(3).Call(x).ToArray<float>());
        Assert.Equal([3f, 6, 9], new AdaptiveMaxPooling1D(3).Call(x).ToArray<float>());
    }

    [Fact]
    public void No_window_of_ceil_mode_begins_in_the_padding_at_the_end() =>
        Assert.Equal([1f, 3, 5], Tensor.From(1f, 2, 3, 4, 5).Reshape([1, 5, 1]).MaxPool1D(2, 2, Padding.Explicit(1), ceil: true).ToArray<float>());

    [Theory]
    [InlineData(6, 2, 4, 1, 2)]
    [InlineData(2, 2, 3, 1, 1)]
    [InlineData(112, 3, 2, 0, 56)]
    public void Ceil_mode_has_the_length_of_PyTorch(int length, int window, int stride, int padding, int expected) =>
        Assert.Equal(expected, Tensor.Ones([1, length, 1]).MaxPool1D(window, stride, Padding.Explicit(padding), ceil: true).Shape[1]);

    [Fact]
    public void Bilinear_pixels_have_half_pixel_centres()
    {
        Tensor x = Tensor.From(6f, 7, 11, 12).Reshape([1, 2, 2, 1]);
        float[] expected = [6, 6.25f, 6.75f, 7, 7.25f, 7.5f, 8, 8.25f, 9.75f, 10, 10.5f, 10.75f, 11, 11.25f, 11.75f, 12];
        Assert.Equal(expected, x.Resize((4, 4)).ToArray<float>());
        Assert.Equal(expected, new UpSampling2D(interpolation: Interpolation.Bilinear).Call(x).ToArray<float>());
    }

    [Fact]
    public void Nearest_pixels_are_exact()
    {
        Assert.Equal([1f, 4, 8, 11, 14, 17, 20, 24, 27, 30], Nearest(32, 10));
        Assert.Equal(13, Nearest(26, 11)[5]);

        static float[] Nearest(int old, int length) =>
            Tensor.Range(0, old).Cast(DType.Float32).Reshape([1, 1, old, 1]).Resize((1, length), Interpolation.Nearest).ToArray<float>();
    }

    [Fact]
    public void Antialiasing_counts_all_pixels_under_a_new_one()
    {
        Tensor x = Tensor.From(0.0, 10, 20, 30, 40, 50, 60, 255).Reshape([1, 1, 8, 1]);
        Near([11.0526, 35, 112.5], x.Resize((1, 3), antialias: true), 1e-4);
        Near([8.3333, 35, 92.5], x.Resize((1, 3)), 1e-4);
        // Pillow's numbers are of whole pixels, rounded.
        Near([9, 30, 121], x.Resize((1, 3), Interpolation.Bicubic, antialias: true), 0.5);
        Near([10, 25, 124], x.Resize((1, 3), Interpolation.Lanczos3, antialias: true), 0.5);
        Assert.Equal(127.5, Tensor.From(0.0, 255, 255, 0).Reshape([1, 2, 2, 1]).Resize((1, 1), antialias: true).ToDouble(), 1e-10);

        static void Near(double[] expected, Tensor actual, double tolerance)
        {
            foreach ((double wanted, double received) in expected.Zip(actual.ToArray<double>()))
                Assert.Equal(wanted, received, tolerance);
        }
    }

    [Fact]
    public void A_causal_convolution_does_not_see_what_comes_later()
    {
        var layer = new Conv1D(2, 3, padding: "causal", dilation: 2);
        Tensor x = new RandomKey(1).Normal([1, 8, 2]);
        Tensor changed = Tensor.Concatenate([x.Slice(0, 5, axis: 1), new RandomKey(2).Normal([1, 3, 2])], 1);
        Assert.Equal(layer.Call(x).Slice(0, 5, axis: 1).ToArray<float>(), layer.Call(changed).Slice(0, 5, axis: 1).ToArray<float>());
    }

    [Fact]
    public void A_wide_distance_weighted_mean_is_the_mean()
    {
        Tensor x = new RandomKey(1).Normal([2, 7, 5, 3]);
        Tensor difference = new DistanceWeightedPooling2D(3, 2, "same", width: 1e4).Call(x) - new AveragePooling2D(3, 2, "same").Call(x);
        Assert.True(difference.Abs().Max().ToDouble() < 1e-5);
    }

    [Fact]
    public void The_layers_learn_in_compiled_steps()
    {
        Model model = new Sequential(
            new Input([8, 8, 2]), new Conv2D(4, 3, padding: "same", activation: "relu"), new DepthwiseConv2D(3, 2, "same"), new SeparableConv2D(6, 3, padding: "same"),
            new DistanceWeightedPooling2D(padding: "same", trainableWidth: true), new Conv2DTranspose(3, 3, 2, "same"), new UpSampling2D(interpolation: Interpolation.Bilinear),
            new AdaptiveAveragePooling2D(3), new Flatten(), new Dense(1));
        Tensor x = new RandomKey(1).Normal([64, 8, 8, 2]);
        Tensor y = x.Mean([1, 2]).Slice(0, 1, axis: 1) * 8;
        model.Compile(new Adam(0.01), "mean_squared_error");
        IReadOnlyList<double> losses = model.Fit(x, y, epochs: 12)["loss"];
        Assert.True(losses[^1] < 0.7 * losses[0], string.Join(' ', losses));
        Assert.NotEqual(0, Assert.Single(model.Weights, weight => weight.Name == "log_width").Value.ToDouble());
    }

    public static TheoryData<string> Wrong => [.. Errors.Keys];

    private static readonly Dictionary<string, (Action Call, string Message)> Errors = new()
    {
        ["causal image"] = (() => _ = new Conv2D(2, 3, padding: "causal"), "Received padding = causal; expected valid, same or explicit cells; causal padding is for sequences. (Parameter 'padding')"),
        ["kernel size"] = (() => _ = new Conv1D(2, 0), "Received kernelSize (0); expected 1 or more along each axis. (Parameter 'kernelSize')"),
        ["strides"] = (() => _ = new Conv3D(2, 1, strides: (1, 0, 1)), "Received strides (1, 0, 1); expected 1 or more along each axis. (Parameter 'strides')"),
        ["margins"] = (() => _ = new Cropping2D((1, -1)), "Received cropping ((1, 1), (-1, -1)); expected numbers of zero or more. (Parameter 'cropping')"),
        ["width"] = (() => _ = new DistanceWeightedPooling2D(width: 0), "Received width = 0; expected a number above 0. (Parameter 'width')"),
        ["rank of sequences"] = (() => new Conv1D(2, 3) { Name = "c" }.Call(Tensor.Ones([4, 5])), "Layer 'c' (Conv1D): received an input of shape (4, 5); expected (batch, length, channels). Sequences of plain numbers need a channel axis: Reshape to (length, 1) first."),
        ["rank of images"] = (() => new GlobalMaxPooling2D { Name = "g" }.Call(Tensor.Ones([4, 5, 5])), "Layer 'g' (GlobalMaxPooling2D): received an input of shape (4, 5, 5); expected (batch, height, width, channels). Grey images need a channel axis: Reshape to (height, width, 1) first."),
        ["rank of volumes"] = (() => new UpSampling3D { Name = "u" }.Call(Tensor.Ones([4, 5, 5, 5])), "Layer 'u' (UpSampling3D): received an input of shape (4, 5, 5, 5); expected (batch, depth, height, width, channels). Grey volumes need a channel axis: Reshape to (depth, height, width, 1) first."),
        ["nothing left"] = (() => new Cropping1D((2, 3)) { Name = "c" }.Call(Tensor.Ones([1, 5, 2])), "Layer 'c' (Cropping1D): received an input of shape (1, 5, 2); cropping (2, 3) leaves nothing of axis 1, 5 long. Crop less, or give larger inputs."),
        ["groups"] = (() => new Conv1D(4, 1, groups: 2) { Name = "c" }.Call(Tensor.Ones([1, 5, 3])), "Layer 'c' (Conv1D): received 3 channels; 2 groups do not divide them."),
        ["channels of another input"] = (() =>
        {
            var layer = new DepthwiseConv1D(1) { Name = "d" };
            layer.Call(Tensor.Ones([1, 5, 3]));
            layer.Call(Tensor.Ones([1, 5, 2]));
        }, "Layer 'd' (DepthwiseConv1D): received an input of shape (1, 5, 2); expected 3 channels, as many as the layer was built for. Make a new layer for another number."),
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_mistake_is_told(string name) => Assert.Equal(Errors[name].Message, Assert.ThrowsAny<Exception>(Errors[name].Call).Message);

    [Fact]
    public void Neighbours_see_padding_so_masks_are_dropped_and_that_is_told()
    {
        foreach (Layer layer in new Layer[] { new Conv1D(2, 1), new MaxPooling1D(1), new GlobalMaxPooling1D(), new UpSampling1D(), new ZeroPadding1D(), new Cropping1D(0), new AdaptiveMaxPooling1D(2) })
        {
            List<string> warnings = [];
            CallContext context = new(false, new RandomKey(1), warnings.Add);
            Tensor masked = new Masking().Call(Tensor.Ones([2, 4, 2]), context);
            Assert.Null(context.MaskOf(layer.Call(masked, context)));
            Assert.Contains("receives a mask and drops it", Assert.Single(warnings), StringComparison.Ordinal);
        }
    }

    // Keras's own: Conv2DTranspose is conv2d_transpose.
    [Fact]
    public void Nameless_layers_are_named_as_in_Keras()
    {
        var input = new Input([4, 4, 1]);
        Layer[] layers = [new Conv2DTranspose(1, 1), new DepthwiseConv2D(1), new ZeroPadding2D(), new UpSampling2D(), new GlobalMaxPooling2D()];
        SymbolicTensor last = layers.Aggregate((SymbolicTensor)input, (tensor, layer) => layer.Call(tensor));
        _ = new Model(input, last);
        Assert.Equal(["conv2d_transpose", "depthwise_conv2d", "zero_padding2d", "up_sampling2d", "global_max_pooling2d"], layers.Select(layer => layer.Name));
    }
}
