using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Training;
using Laminet.Zoo.Datasets;
using Laminet.Zoo.Models;
using Laminet.Zoo.Tests.Golden;

namespace Laminet.Zoo.Tests.Models;

public class VariationalAutoencoderTests
{
    [Fact]
    public void Both_parts_of_the_bound_and_their_gradients_are_those_of_PyTorch()
    {
        GoldenNumbers golden = new("autoencoders.json");
        golden.Near("reconstruction", VariationalAutoencoder.CrossEntropy(golden.Of("pixels", [3, 6]), golden.Of("logits", [3, 6])));
        Variable mean = new(golden.Of("mean", [3, 2]), "mean"), logVariance = new(golden.Of("log_variance", [3, 2]), "log_variance");
        golden.Near("divergence", VariationalAutoencoder.Divergence(mean.Value, logVariance.Value));
        IReadOnlyList<Tensor> gradients = Gradient.ValueAndGradients(
            () =>
            {
                Tensor latents = mean.Value + ((0.5 * logVariance.Value).Exp() * golden.Of("noise", [3, 2]));
                Tensor reconstruction = VariationalAutoencoder.CrossEntropy(golden.Of("pixels", [3, 6]), latents.MatMul(golden.Of("decoder", [2, 6])));
                return (reconstruction + (2.5 * VariationalAutoencoder.Divergence(mean.Value, logVariance.Value))).Mean();
            },
            [mean, logVariance]).Gradients;
        golden.Near("of_mean", gradients[0]);
        golden.Near("of_log_variance", gradients[1]);
    }

    // Trap A67, by hand: the divergence is (1 + 1 - 0 - 1) / 2 = 0.5 nat, the cross-entropy 784 ln 2 = 543.427; means over latents or pixels would be 0.25 and 0.693.
    [Theory]
    [InlineData(1, 543.927)]
    [InlineData(4, 545.427)]
    public void Sums_over_latents_and_pixels_balance_the_bound(double beta, double expected)
    {
        VariationalAutoencoder model = Linear(784, 2, [1, 0, 0, 0], beta: beta);
        IReadOnlyDictionary<string, double> figures = model.Evaluate(Tensor.Full([5, 784], 0.5), batchSize: 2);
        Assert.Equal(0.5, figures["kl"], 1e-6);
        Assert.Equal(543.427, figures["reconstruction"], 1e-3);
        Assert.Equal(expected, figures["loss"], 1e-3);
    }

    // One pixel, always 0, whose logit is the latent: the loss is the mean of softplus over N(2, 0.5²), here by quadrature.
    [Fact]
    public void Latents_are_drawn_with_the_encoder_s_mean_and_variance()
    {
        VariationalAutoencoder model = Linear(1, 1, [2, (float)Math.Log(0.25)]);
        model.Decoder.Weights[0].Assign(Tensor.Ones([1, 1]));
        double expected = Enumerable.Range(-4000, 8001).Sum(i => Math.Log(1 + Math.Exp(2 + (0.5 * i / 1000.0))) * Math.Exp(-i * (double)i / 2e6) / Math.Sqrt(2 * Math.PI) / 1000);
        IReadOnlyDictionary<string, double> figures = model.Evaluate(Tensor.Zeros([40_000, 1]), batchSize: 40_000);
        Assert.Equal(expected, figures["reconstruction"], 0.01);
        Assert.Equal(0.5 * (4 + 0.25 - Math.Log(0.25) - 1), figures["kl"], 1e-5);
    }

    // The mean is the pixel itself, so the divergence is half the mean square of what the encoder sees: 0.15 of black and white pixels, 0.045 of grey ones.
    [Theory]
    [InlineData(true, 0.15)]
    [InlineData(false, 0.045)]
    public void The_encoder_sees_drawn_pixels(bool binarizes, double expected)
    {
        VariationalAutoencoder model = Linear(1, 1, [0, 0], binarizes: binarizes);
        model.Encoder.Weights[0].Assign(Tensor.From(new float[,] { { 1, 0 } }));
        Assert.Equal(expected, model.Evaluate(Tensor.Full([40_000, 1], 0.3), batchSize: 40_000)["kl"], 0.005);
        Assert.Equal(expected, model.Fit(Tensor.Full([40_000, 1], 0.3), batchSize: 40_000)["kl"][0], 0.005);
    }

    [Fact]
    public void It_learns_clothes_and_draws_the_kind_that_it_is_told()
    {
        ImageDataset data = FashionMnist.Load();
        (Tensor x, Tensor y) = (data.TrainImages.Slice(0, 5000), data.TrainLabels.Slice(0, 5000));
        VariationalAutoencoder model = VariationalAutoencoder.Create([28, 28, 1], 2, [128], classes: 10, seed: 1);
        model.Compile(new Optimizers.Adam(3e-3));
        model.Fit([x, y], batchSize: 50, epochs: 3);
        IReadOnlyDictionary<string, double> figures = model.Evaluate([data.TestImages, data.TestLabels], batchSize: 500);
        Tensor pixels = x.Reshape([5000, -1]).Cast(DType.Float32) / 255;
        double independent = Entropy(pixels.Mean(0)).Sum().ToDouble();
        Assert.True(figures["loss"] < independent - 80, $"{figures["loss"]} nats; pixels by themselves need {independent}");
        Assert.InRange(figures["kl"], 2, 12);
        Assert.Equal(figures["loss"], figures["kl"] + figures["reconstruction"], 1e-3);

        Tensor kinds = Tensor.Range(0, 200).Mod(10), drawn = model.Sample(200, new RandomKey(2), kinds).Reshape([200, 784]);
        Assert.True(drawn.Greater(0).All().Item<bool>() && drawn.Less(1).All().Item<bool>());
        Tensor means = Tensor.Concatenate([.. Enumerable.Range(0, 10).Select(kind => Of(kind).MatMul(pixels))], 0);
        // By direction, since latents also say how bright an image is.
        Tensor alike = drawn.MatMul(means / means.Square().Sum(1, keepDims: true).Sqrt(), transposeOther: true);
        double right = alike.ArgMax(-1).Cast(DType.Int64).Equal(kinds.Cast(DType.Int64)).Cast(DType.Float32).Mean().ToDouble();
        Assert.True(right > 0.35, $"{right} of the drawn images are most like the mean of their kind; by chance 0.1");
        Assert.True(model.Evaluate([data.TestImages, (data.TestLabels + 1).Mod(10)], batchSize: 500)["loss"] > figures["loss"] + 20);

        // Reconstructions are nearer to an image than the mean of its kind.
        Tensor test = data.TestImages.Cast(DType.Float32) / 255, again = model.Predict([test, data.TestLabels])[0];
        double error = (again - test).Square().Mean().ToDouble(), ofKind = (means.Gather(data.TestLabels, 0).Reshape(test.Shape) - test).Square().Mean().ToDouble();
        Assert.True(error < 0.75 * ofKind, $"{error} of reconstructions, {ofKind} of the means of kinds");

        Tensor Of(int kind) => y.Equal(kind).Cast(DType.Float32) is var own ? (own / own.Sum()).ExpandDims(0) : throw new InvalidOperationException();
        static Tensor Entropy(Tensor p) => -((p * (p + 1e-9).Log()) + ((1 - p) * (1 - p + 1e-9).Log()));
    }

    [Fact]
    public void A_greater_beta_tells_less()
    {
        double[] told = [.. new[] { 0.5, 4 }.Select(beta =>
        {
            VariationalAutoencoder model = VariationalAutoencoder.Create([28, 28, 1], 8, [64], beta: beta, seed: 1);
            model.Compile("adam");
            return model.Fit(FashionMnist.Load().TrainImages.Slice(0, 2000), batchSize: 50, epochs: 2)["kl"][^1];
        })];
        Assert.True(told[1] < told[0] / 2 && told[1] > 0, $"{told[0]} and {told[1]} nats");
    }

    [Fact]
    public void A_saved_model_goes_on()
    {
        ModelCatalog.RegisterLayers();
        Tensor x = new RandomKey(1).Uniform([20, 6]), labels = Tensor.Range(0, 20).Mod(3);
        VariationalAutoencoder model = VariationalAutoencoder.Create([2, 3], 2, [4], classes: 3, beta: 2, binarizes: false, seed: 1);
        model.Compile("adam");
        model.Fit([x.Reshape([20, 2, 3]), labels], epochs: 2);
        string path = Path.Combine(Path.GetTempPath(), $"laminet-vae-{Guid.NewGuid():N}.laminet");
        try
        {
            model.Save(path);
            var loaded = Assert.IsType<VariationalAutoencoder>(Model.Load(path));
            Assert.Equal((3, 2.0, false, 2), (loaded.Classes, loaded.Beta, loaded.Binarizes, loaded.Latents));
            Assert.Equal(model.Decode(Tensor.Ones([3, 2]), Tensor.Range(0, 3)).ToArray<float>(), loaded.Decode(Tensor.Ones([3, 2]), Tensor.Range(0, 3)).ToArray<float>());
            Assert.Equal(model.Encode(x.Reshape([20, 2, 3]), labels).Mean.ToArray<float>(), loaded.Encode(x.Reshape([20, 2, 3]), labels).Mean.ToArray<float>());
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits()
    {
        Tensor x = new RandomKey(1).Uniform([64, 6]);
        float[] Trained(bool eagerly)
        {
            VariationalAutoencoder model = VariationalAutoencoder.Create([6], 2, [4], seed: 7);
            model.RunEagerly = eagerly;
            model.Compile("adam");
            model.Fit(x, batchSize: 16, epochs: 3);
            return [.. model.Weights.SelectMany(weight => weight.Value.ToArray<float>())];
        }

        Assert.Equal(Trained(false), Trained(false));
        Assert.All(Trained(false).Zip(Trained(true)), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    // Twice the weight of the first half and none of the second is the loss of the first half, scaled alike.
    [Fact]
    public void Sample_weights_count()
    {
        VariationalAutoencoder model = Linear(3, 1, [0, 0]);
        Tensor x = Tensor.Concatenate([Tensor.Zeros([2, 3]), Tensor.Ones([2, 3])], 0);
        model.Decoder.Weights[1].Assign(Tensor.Full([3], 1));
        double zeros = model.Evaluate(x.Slice(0, 2))["loss"], weighted = model.Evaluate(x, sampleWeight: Tensor.From([2f, 2f, 0f, 0f]))["loss"];
        Assert.Equal(3 * Math.Log(1 + Math.E), zeros, 1e-5);
        Assert.Equal(zeros, weighted, 1e-5);
        // Targets, as other autoencoders have them, change nothing.
        Assert.Equal(zeros, model.Evaluate(x.Slice(0, 2), x.Slice(0, 2))["loss"], 1e-5);
    }

    [Fact]
    public void Wrong_use_is_told()
    {
        VariationalAutoencoder plain = VariationalAutoencoder.Create([4], 2, [3]), told = VariationalAutoencoder.Create([4], 2, [3], classes: 3);
        plain.Compile("adam");
        told.Compile("adam");
        Tensor x = Tensor.Zeros([5, 4]), labels = Tensor.Zeros([5], DType.Int32);
        Fails<ShapeException>("as in Fit([images, labels])", () => told.Fit(x));
        Fails<ShapeException>("as in classes: 10", () => plain.Fit([x, labels]));
        Fails<ArgumentException>("needs the class of each example", () => told.Encode(x));
        Fails<ArgumentException>("this model has no classes", () => plain.Decode(Tensor.Zeros([5, 2]), labels));
        Fails<ShapeException>("expected (5,), a class number for each", () => told.Encode(x, Tensor.Zeros([4], DType.Int32)));
        Fails<ArgumentOutOfRangeException>("1 or more", () => plain.Sample(0, new RandomKey(1)));
        Fails<ArgumentOutOfRangeException>("255", () => plain.Fit(Tensor.Full([5, 4], 255)));
        Fails<ArgumentOutOfRangeException>("zero or more", () => VariationalAutoencoder.Create([4], 2, beta: -1));
        Fails<ShapeException>("a mean and a log variance for each latent", () => _ = new VariationalAutoencoder(new Sequential(new Input([4]), new Dense(3)), new Sequential(new Input([2]), new Dense(4))));
        Fails<ArgumentException>("for 2 classes; expected 2 each", () => _ = new VariationalAutoencoder(new Sequential(new Input([4]), new Dense(4)), new Sequential(new Input([2]), new Dense(4)), classes: 2));
        VariationalAutoencoder narrow = new(new Sequential(new Input([4]), new Dense(4)), new Sequential(new Input([2]), new Dense(3)));
        narrow.Compile("adam");
        Fails<ShapeException>("expected the same shape", () => narrow.Fit(x));

        static void Fails<T>(string part, Action wrong) where T : Exception => Assert.Contains(part, Assert.ThrowsAny<T>(wrong).Message, StringComparison.Ordinal);
    }

    // Weights of zero: the encoder gives its biases, the decoder logits of 0.
    private static VariationalAutoencoder Linear(int pixels, int latents, float[] codes, double beta = 1, bool binarizes = false)
    {
        VariationalAutoencoder model = VariationalAutoencoder.Create([pixels], latents, hidden: [], beta: beta, binarizes: binarizes, seed: 1);
        foreach (Variable weight in model.Weights)
            weight.Assign(Tensor.Zeros(weight.Shape));
        model.Encoder.Weights[1].Assign(Tensor.From(codes));
        model.Compile(new Optimizers.SGD(0));
        return model;
    }
}
