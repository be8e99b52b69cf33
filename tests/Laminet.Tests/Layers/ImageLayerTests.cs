using Laminet.Data;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Tensors.Compilation;
using Laminet.Training;
using Laminet.Verification;
using Laminet.Verification.Golden;

namespace Laminet.Tests.Layers;

/// <summary>What all image layers have in common: when they act, their keys, data pipelines, models, and what they refuse.</summary>
public class ImageLayerTests
{
    private static readonly Tensor Photos = new Lcg(7).Tensor([6, 8, 10, 3], dtype: DType.Float32) * 255;

    // Each with settings with which it changes something.
    private static readonly Func<ImageLayer>[] OfEachExample =
    [
        () => new RandomFlip(), () => new RandomRotation(0.2), () => new RandomTranslation(0.3, 0.3), () => new RandomZoom(0.4, 0.4), () => new RandomShear(0.5, 0.5), () => new RandomPerspective(),
        () => new RandomElasticTransform(), () => new RandomCrop(5, 6), () => new RandomBrightness(0.3), () => new RandomContrast(0.5), () => new RandomSaturation([0.1, 0.9]), () => new RandomHue(0.5),
        () => new RandomColorJitter(null, 0.2, 0.3, [0.3, 0.7], 0.4), () => new RandomColorDegeneration(1), () => new RandomGrayscale(), () => new RandomInvert(), () => new RandomPosterization([1, 6]),
        () => new RandomSharpness(1), () => new RandomGaussianBlur(), () => new RandomErasing(), () => new Solarization(0.2, 0.8), () => new Equalization(), () => new ContrastLimitedAdaptiveHistogramEqualization(tileGridSize: 3), () => new RandAugment(), () => new AugMix(),
    ];

    public static TheoryData<int> Places => [.. Enumerable.Range(0, OfEachExample.Length)];

    [Fact]
    public void Every_layer_is_here_or_of_the_whole_batch()
    {
        Type[] others = [typeof(MixUp), typeof(CutMix), typeof(AutoContrast), typeof(CenterCrop), typeof(Resizing)];
        Assert.Equal(
            typeof(ImageLayer).Assembly.GetExportedTypes().Where(type => type.IsSubclassOf(typeof(ImageLayer)) && !type.IsAbstract).Except(others).Select(type => type.Name).Order(),
            OfEachExample.Select(create => create().GetType().Name).Order());
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void An_example_has_its_own_key(int place)
    {
        ImageLayer layer = OfEachExample[place]();
        RandomKey key = new(11);
        Tensor changed = Training(layer, Photos, key);
        Assert.NotEqual(Photos.ToArray<float>(), changed.ToArray<float>());
        for (int i = 0; i < 6; i++)
        {
            // Alone, in a batch of another size, and in another place.
            float[] expected = changed.At(i).ToArray<float>();
            Assert.Equal(expected, layer.Call(Photos.At(i), key.Fold((ulong)i)).ToArray<float>());
            if (i < 4)
                Assert.Equal(expected, Training(layer, Photos.Slice(0, 4), key).At(i).ToArray<float>());
        }

        // These draw nothing.
        Assert.Equal(layer is Equalization or ContrastLimitedAdaptiveHistogramEqualization, changed.ToArray<float>().SequenceEqual(Training(layer, Photos, new RandomKey(13)).ToArray<float>()));
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void A_pipeline_and_a_compiled_model_give_the_same_bits(int place)
    {
        ImageLayer layer = OfEachExample[place]();
        float[] expected = Training(layer, Photos, new RandomKey(5)).ToArray<float>();
        CompiledFunction compiled = Function.Compile(inputs => [Training(layer, inputs[0], RandomKey.From(inputs[1]))]);
        Assert.Equal(expected, compiled.Call(Photos, new RandomKey(5).AsTensor())[0].ToArray<float>());
        Assert.Equal(expected, layer.Call(new Batch(Photos), new RandomKey(5)).X.ToArray<float>());
        // In a model a layer draws its key from the pass.
        CallContext pass = new(training: true, new RandomKey(8));
        Assert.Equal(Training(layer, Photos, new CallContext(training: true, new RandomKey(8)).NextKey()).ToArray<float>(), layer.Call(Photos, pass).ToArray<float>());
        // In a pipeline the key of a batch is that of its place in the epoch.
        Dataset data = Dataset.FromTensors(Photos).Batch(2).Map(layer.Call, seed: 3);
        float[][] batches = [.. data.Batches(epoch: 4).Select(batch => batch.X.ToArray<float>())];
        for (int i = 0; i < 3; i++)
            Assert.Equal(Training(layer, Photos.Slice(2 * i, (2 * i) + 2), new RandomKey(3).Fold(4).Fold((ulong)i)).ToArray<float>(), batches[i]);
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void Bytes_become_floats_in_training_and_in_inference(int place)
    {
        ImageLayer layer = OfEachExample[place]();
        Tensor bytes = Photos.Cast(DType.UInt8);
        Assert.Equal(DType.Float32, layer.Call(bytes).DType);
        Assert.Equal(DType.Float32, Training(layer, bytes, new RandomKey(1)).DType);
        Assert.Equal(Training(layer, bytes.Cast(DType.Float32), new RandomKey(1)).ToArray<float>(), Training(layer, bytes, new RandomKey(1)).ToArray<float>());
        if (layer is not (RandomCrop or ContrastLimitedAdaptiveHistogramEqualization))
            Assert.Equal(bytes.Cast(DType.Float32).ToArray<float>(), layer.Call(bytes).ToArray<float>());
    }

    [Fact]
    public void With_a_factor_of_0_nothing_changes()
    {
        ImageLayer[] idle =
        [
            new RandomRotation(0), new RandomTranslation(0, 0), new RandomZoom(0), new RandomShear(), new RandomPerspective(0), new RandomPerspective(1, 0), new RandomElasticTransform(0), new RandomElasticTransform(1, 0), new RandomBrightness(0),
            new RandomContrast(0), new RandomHue(0), new RandomColorJitter(), new RandomColorDegeneration(0), new RandomGrayscale(0), new RandomInvert(0), new RandomPosterization(8), new RandomSharpness([0.5, 0.5]),
            new RandomGaussianBlur(0), new RandomErasing(0), new RandomSaturation([0.5, 0.5]), new Solarization(0, [1, 1]),
        ];
        Tensor whole = Photos.Floor();
        foreach (ImageLayer layer in idle)
            Near.Equal(whole.ToArray<float>().Select(pixel => (double)pixel).ToArray(), Training(layer, whole, new RandomKey(9)), layer is RandomHue or RandomSaturation or RandomPerspective ? 1e-4 : 0);
    }

    [Fact]
    public void Workers_draw_what_one_reader_draws()
    {
        // Trap A17: one draw for each of 8 examples.
        Tensor black = Tensor.Zeros([8, 1, 1, 1]);
        float[][] draws = [.. new[] { 1, 2, 4 }.Select(workers => Dataset.FromTensors(black).Map(new RandomBrightness([0.1, 0.9]).Call, seed: 5, parallelism: workers)
            .Batches().Select(batch => batch.X.ToArray<float>()[0]).ToArray())];
        Assert.Equal(8, draws[0].Distinct().Count());
        Assert.Equal(draws[0], draws[1]);
        Assert.Equal(draws[0], draws[2]);
    }

    [Fact]
    public void A_model_trains_with_them_and_predicts_without()
    {
        Tensor x = new Lcg(3).Tensor([16, 8, 8, 3], dtype: DType.Float32), y = Tensor.Range(0, 16) - (Tensor.Range(0, 16).FloorDivide(2) * 2);
        Sequential model = new(4, new Input([8, 8, 3]), new RandomFlip(), new RandomRotation(0.1), new RandomTranslation(0.1, 0.1), new RandomZoom(0.1), new RandomErasing(valueRange: [0, 1]), new RandAugment([0, 1]), new Flatten(), new Dense(2, "softmax"));
        model.Compile("adam", "sparse_categorical_crossentropy");
        double[] losses = [.. model.Fit(x, y, batchSize: 8, epochs: 3).Epochs.Select(logs => logs["loss"])];
        Assert.All(losses, loss => Assert.True(double.IsFinite(loss)));
        Sequential head = new(4, new Input([8, 8, 3]), new Flatten(), new Dense(2, "softmax"));
        head.Predict(x);
        foreach ((Variable target, Variable source) in head.Weights.Zip(model.Weights))
            target.Assign(source.Value);
        Assert.Equal(head.Predict(x).ToArray<float>(), model.Predict(x).ToArray<float>());
    }

    [Fact]
    public void A_mixing_layer_mixes_the_labels_of_a_pipeline()
    {
        Tensor x = Tensor.Range(0, 4, DType.Float32).Reshape(4, 1, 1, 1).BroadcastTo([4, 6, 6, 1]), y = Tensor.Range(0, 4).OneHot(4);
        foreach (ImageLayer layer in (ImageLayer[])[new MixUp(1), new CutMix()])
        {
            Batch mixed = Dataset.FromTensors(x, y).Batch(4).Map(layer.Call, seed: 1).Batches().Single();
            float[] means = mixed.X.Mean([1, 2, 3]).ToArray<float>();
            // The expected class under the labels is the mean pixel: both are mixed by the same shares.
            float[] expected = (mixed.Y! * Tensor.Range(0, 4, DType.Float32)).Sum(1).ToArray<float>();
            Assert.NotEqual([0f, 1, 2, 3], means);
            for (int i = 0; i < 4; i++)
                Assert.Equal(expected[i], means[i], 1e-5f);
            Assert.All(mixed.Y!.Sum(1).ToArray<float>(), sum => Assert.Equal(1, sum, 1e-6f));
        }
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        Says<ShapeException>(() => new RandomFlip().Call(Tensor.Zeros([3, 4])), "Layer RandomFlip: received images of shape (3, 4); expected (batch, height, width, channels), or (height, width, channels) for one.");
        Says<ShapeException>(
            () => new RandomFlip().Call(new Bundle<Tensor> { ["images"] = Photos, ["masks"] = Photos }),
            "Layer RandomFlip: received 2 inputs (images, masks); expected images alone, or a bundle with 'images' and any of segmentation_masks, bounding_boxes, bounding_box_labels, labels.");
        Says<ShapeException>(
            () => new RandomFlip().Call(new Bundle<Tensor> { ["images"] = Photos, ["labels"] = Tensor.Zeros([5]) }), "Layer RandomFlip: received 'labels' of shape (5,) for images of shape (6, 8, 10, 3); expected as many examples.");
        Says<ShapeException>(
            () => new MixUp().Call(new Bundle<Tensor> { ["images"] = Photos, ["labels"] = Tensor.Zeros([6], DType.Int32) }, training: true),
            "Layer MixUp: received labels of shape (6,); expected shares of classes (batch, classes), which can be mixed. OneHot(classes) makes them from class numbers.");
        Says<ShapeException>(() => Training(new RandomGrayscale(1), Photos.Slice(0, 2, axis: 3), new RandomKey(1)), "Layer RandomGrayscale: received images of shape (6, 8, 10, 2); expected three channels, red, green and blue, or one.");
        Says<ArgumentOutOfRangeException>(() => new RandomRotation([0.1, 0.2, 0.3]), "Received factor = [0.1, 0.2, 0.3]; expected one number or two, from -1 to 1. (Parameter 'factor')");
        Says<ArgumentOutOfRangeException>(() => new RandomPosterization(0), "Received factor = 0; expected one number or two, from 1 to 8. (Parameter 'factor')");
        Says<ArgumentOutOfRangeException>(() => new RandomBrightness(0.1, [1, 0]), "Received valueRange = [1, 0]; expected two finite numbers, the lowest and the highest value of a pixel, as in [0, 255]. (Parameter 'valueRange')");
        Says<ArgumentOutOfRangeException>(() => new RandomZoom(0.1, interpolation: Interpolation.Bicubic), "Received interpolation = Bicubic; expected Bilinear or Nearest. (Parameter 'interpolation')");
        Says<ArgumentOutOfRangeException>(
            () => new ContrastLimitedAdaptiveHistogramEqualization(tileGridSize: (0, 8)), "Received 0 x 8 tiles; expected 1 or more in each direction. (Parameter 'tileGridSize')");
        Says<ArgumentOutOfRangeException>(() => new ContrastLimitedAdaptiveHistogramEqualization(clipLimit: -1), "Received clipLimit = -1; expected zero or more, and finite. (Parameter 'clipLimit')");
        Says<ShapeException>(
            () => new ContrastLimitedAdaptiveHistogramEqualization(tileGridSize: 100_000).Call(Photos),
            "Layer ContrastLimitedAdaptiveHistogramEqualization: received images of shape (6, 8, 10, 3) for 100000 x 100000 tiles, whose tables of 256 numbers for each image, tile and channel are "
            + "46080000000000 numbers; a tensor holds 2147483647. Give fewer tiles, or fewer images at a time.");
        Says<ArgumentException>(() => new Resizing(2, 2, cropToAspectRatio: true, padToAspectRatio: true), "Received cropToAspectRatio and padToAspectRatio; expected one of them, or none. (Parameter 'padToAspectRatio')");
        Says<ArgumentException>(
            () => new RandomFlip().Call(new Batch([Photos, Photos]), new RandomKey(1)), "Layer RandomFlip: received a batch with the inputs [, ]; expected one input, or one named 'images'. (Parameter 'batch')");
    }

    [Theory]
    [InlineData(0, 8, 10)]
    [InlineData(6, 0, 10)]
    [InlineData(6, 8, 0)]
    public void Layers_of_colours_leave_images_without_pixels(int count, int height, int width)
    {
        Tensor none = Tensor.Zeros([count, height, width, 3]);
        foreach (ImageLayer layer in (ImageLayer[])[new Equalization(), new ContrastLimitedAdaptiveHistogramEqualization(), new AutoContrast(), new RandomBrightness(0.3), new RandomHue(0.2)])
            Assert.Equal(none.Shape, Training(layer, none, new RandomKey(1)).Shape);
    }

    private static void Says<TException>(Func<object> action, string message) where TException : Exception => Assert.Equal(message, Assert.ThrowsAny<TException>(action).Message);

    private static Tensor Training(ImageLayer layer, Tensor x, RandomKey key) => layer.Call(x, key);
}
