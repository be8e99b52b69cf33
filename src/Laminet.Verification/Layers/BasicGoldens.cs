using System.Text.Json.Nodes;
using Laminet.Layers;
using Laminet.Tensors.Autodiff;
using Laminet.Verification.Golden;

namespace Laminet.Verification.Layers;

/// <summary>Layers against PyTorch's numbers (Golden/make_layers_golden.py), in float64.</summary>
internal static class BasicGoldens
{
    private static readonly JsonObject Expected = GoldenFile.Json("layers.json");

    private static Tensor Images => new Lcg(1).Tensor([2, 5, 6, 3], minus: 0.5);

    [Verifies(typeof(Conv2D))]
    public static void Conv2D_with_same_padding() => Matches("conv2d_same",
        WithWeights(new Conv2D(4, (3, 2), padding: Padding.Same) { DType = DType.Float64 }, Kernel, Bias).Call(Images));

    [Verifies(typeof(Conv2D))]
    public static void Conv2D_with_strides_and_an_activation() => Matches("conv2d_same_stride2",
        WithWeights(new Conv2D(4, (3, 2), strides: 2, padding: Padding.Same, activation: "tanh") { DType = DType.Float64 }, Kernel, Bias).Call(Images));

    [Verifies(typeof(Conv2D))]
    public static void Conv2D_with_dilation() => Matches("conv2d_dilated",
        WithWeights(new Conv2D(4, (3, 2), dilation: 2) { DType = DType.Float64 }, Kernel, Bias).Call(Images));

    [Verifies(typeof(Conv2D))]
    public static void Conv2D_with_a_group_for_each_channel() => Matches("conv2d_depthwise",
        WithWeights(new Conv2D(6, 3, groups: 3, useBias: false, activation: "relu") { DType = DType.Float64 }, new Lcg(4).Tensor([3, 3, 1, 6], 0.5)).Call(Images));

    [Verifies(typeof(MaxPooling2D))]
    public static void MaxPooling2D_with_a_window_of_its_own() => Matches("max_pooling2d", new MaxPooling2D((2, 3), (2, 1)).Call(Images));

    [Verifies(typeof(AveragePooling2D))]
    public static void AveragePooling2D_leaves_padding_out_of_the_mean() =>
        Matches("average_pooling2d_same", new AveragePooling2D(2, padding: Padding.Same).Call(Images));

    [Verifies(typeof(GlobalAveragePooling2D))]
    public static void GlobalAveragePooling2D_is_the_mean_of_each_map()
    {
        Matches("global_average_pooling2d", new GlobalAveragePooling2D().Call(Images));
        Expect.Equal(new Shape(2, 1, 1, 3), new GlobalAveragePooling2D(keepDims: true).Call(Images).Shape);
    }

    [Verifies(typeof(Dense), "relu")]
    [Verifies(typeof(Dense), "sigmoid")]
    [Verifies(typeof(Dense), "tanh")]
    [Verifies(typeof(Dense), "softmax")]
    [Verifies(typeof(Dense), "log_softmax")]
    [Verifies(typeof(Dense), "softplus")]
    [Verifies(typeof(Dense), "softsign")]
    [Verifies(typeof(Dense), "exponential")]
    [Verifies(typeof(Dense), "linear")]
    public static void Dense_with_each_activation(string activation) => Matches("dense_" + activation,
        WithWeights(new Dense(4, activation) { DType = DType.Float64 }, new Lcg(7).Tensor([3, 4], 0.5), Bias).Call(Images));

    [Verifies(typeof(BatchNormalization))]
    public static void BatchNormalization_in_training_and_inference()
    {
        JsonNode golden = Expected["batch_normalization"]!;
        BatchNormalization layer = WithWeights(new BatchNormalization { DType = DType.Float64 }, new Lcg(5).Tensor([3], -0.5), new Lcg(6).Tensor([3], 0.5));
        CallContext context = new(training: true, new RandomKey(0));
        (Tensor loss, IReadOnlyList<Tensor> weightGradients) = Gradient.ValueAndGradients(
            () => layer.Call(Images, context).Pow(3).Sum(), [layer.Weights[0], layer.Weights[1]]);
        Expect.True(double.IsFinite(loss.ToDouble()), $"expected a finite loss, received {loss}");
        Close(golden["dgamma"], weightGradients[0]);
        Close(golden["dbeta"], weightGradients[1]);
        // The moving statistics learn once: what further passes assign is dropped.
        using (new StateScope())
        {
            Close(golden["training"], layer.Call(Images, new CallContext(true, new RandomKey(0))));
            Tensor dx = Gradient.Of(input => layer.Call(input, new CallContext(true, new RandomKey(0))).Pow(3).Sum())(Images);
            Close(golden["dx"], dx);
        }

        Close(golden["moving_mean"], layer.Weights[2].Value);
        Close(golden["moving_variance"], layer.Weights[3].Value);
        Close(golden["inference"], layer.Call(Images));
    }

    private static Tensor Kernel => new Lcg(2).Tensor([3, 2, 3, 4], 0.5);

    private static Tensor Bias => new Lcg(3).Tensor([4], 0.5);

    private static TLayer WithWeights<TLayer>(TLayer layer, params Tensor[] weights) where TLayer : Layer
    {
        layer.Call(Images);
        foreach ((Variable variable, Tensor value) in layer.Weights.Zip(weights))
            variable.Assign(value);
        return layer;
    }

    private static void Matches(string name, Tensor actual) => Close(Expected[name], actual);

    private static void Close(JsonNode? expected, Tensor actual) => Near.Equal(GoldenFile.Numbers(expected), actual, 1e-10);
}
