using Laminet.Layers;
using Laminet.Losses;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Training;
using Laminet.Zoo.Datasets;
using Laminet.Zoo.Models;
using Laminet.Zoo.Tests.Golden;

namespace Laminet.Zoo.Tests.Models;

public class AutoencoderTests
{
    private static readonly GoldenNumbers Golden = new("autoencoders.json");
    private static readonly Lazy<(Tensor Train, Tensor Test)> Clothes = new(() =>
    {
        ImageDataset data = FashionMnist.Load();
        return (data.TrainImages.Slice(0, 3000).Cast(DType.Float32) / 255, data.TestImages.Slice(0, 500).Cast(DType.Float32) / 255);
    });

    // Without activations nothing can be better than principal components, and the only minimum is as good.
    [Fact]
    public void A_linear_one_finds_what_principal_components_find()
    {
        Tensor x = Golden.Of("examples", [30, 6]).Cast(DType.Float32);
        Sequential model = Autoencoder.Create([6], code: 2, codeActivation: "linear", output: "linear", seed: 1);
        model.Compile(new Adam(0.02), "mse");
        double error = model.Fit(x, x, batchSize: 30, epochs: 1500)["loss"][^1];
        Assert.InRange(error / Golden["left"][0], 0.9999, 1.01);
        Assert.Equal([30, 2], Autoencoder.EncoderOf(model).Predict(x).Shape.Dimensions.ToArray());
        Assert.Equal(model.Predict(x).ToArray<float>(), Autoencoder.DecoderOf(model).Predict(Autoencoder.EncoderOf(model).Predict(x)).ToArray<float>());
    }

    [Fact]
    public void A_denoising_one_takes_noise_away()
    {
        (Tensor train, Tensor test) = Clothes.Value;
        Sequential model = Autoencoder.Create([28, 28, 1], code: 300, noise: 0.5, seed: 1);
        Trained(model, train, epochs: 4);
        Tensor noisy = test + new RandomKey(2).Normal(test.Shape, 0, 0.5);
        double before = Decibels(noisy.Clip(0, 1), test), after = Decibels(model.Predict(noisy), test), plain = Decibels(Trained(Autoencoder.Create([28, 28, 1], 300, seed: 1), train, 4).Predict(noisy), test);
        Assert.True(after > before + 5 && after > plain + 1, $"{before} dB noisy, {after} after the denoising autoencoder, {plain} after a plain one");
        // Evaluation adds no noise.
        Assert.Equal(model.Predict(test).ToArray<float>(), model.Predict(test).ToArray<float>());
    }

    [Fact]
    public void Units_of_a_sparse_one_are_rarely_active()
    {
        (Tensor train, Tensor test) = Clothes.Value;
        Sequential sparse = Autoencoder.Create([28, 28, 1], 100, codeActivation: "sigmoid", sparsity: new SparsityDivergence(0.05, 0.02), seed: 1), plain = Autoencoder.Create([28, 28, 1], 100, codeActivation: "sigmoid", seed: 1);
        double active = Active(Trained(sparse, train, 5)), usual = Active(Trained(plain, train, 5));
        Assert.InRange(active, 0.02, 0.12);
        Assert.True(usual > 0.3, $"{usual}");
        double quality = Decibels(sparse.Predict(test), test), ofMean = Decibels(train.Mean(0).BroadcastTo(test.Shape), test);
        Assert.True(quality > ofMean + 2, $"{quality} dB, {ofMean} of the mean image");

        double Active(Sequential model) => Autoencoder.EncoderOf(model).Predict(test).Mean().ToDouble();
    }

    [Fact]
    public void The_divergence_of_activations_and_its_gradient_are_those_of_PyTorch()
    {
        Variable activations = new(Golden.Of("activations", [7, 4]), "activations");
        SparsityDivergence penalty = new(0.05, 3);
        (Tensor value, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(() => penalty.Call(activations.Value), [activations]);
        Golden.Near("sparsity", value);
        Golden.Near("of_activations", gradients[0]);
        Assert.Equal(0, penalty.Call(Tensor.Full([4, 3], 0.05, DType.Float64)).ToDouble(), 1e-12);
        Assert.True(double.IsFinite(penalty.Call(Tensor.Zeros([4, 3])).ToDouble()) && double.IsFinite(penalty.Call(Tensor.Ones([4, 3])).ToDouble()));
    }

    [Fact]
    public void The_Jacobian_s_closed_form_and_its_gradients_are_those_of_PyTorch()
    {
        ContractiveAutoencoder model = new(3, contraction: 1) { DType = DType.Float64 };
        Tensor x = Golden.Of("x", [4, 5]);
        model.Call(x);
        model.Kernel.Assign(Golden.Of("kernel", [5, 3]));
        model.Weights[1].Assign(Golden.Of("bias", [3]));
        Golden.Near("squares", model.SquaredJacobian(model.Encode(x)));
        IReadOnlyList<Tensor> gradients = Gradient.ValueAndGradients(
            () =>
            {
                CallContext context = new();
                model.Call(x, context);
                return Assert.Single(context.Losses);
            },
            [model.Kernel, model.Weights[1]]).Gradients;
        Golden.Near("of_kernel", gradients[0]);
        Golden.Near("of_bias", gradients[1]);
    }

    [Fact]
    public void Codes_of_a_contractive_one_change_less()
    {
        (Tensor train, Tensor test) = (Clothes.Value.Train.Reshape([3000, 784]), Clothes.Value.Test.Reshape([500, 784]));
        (double Square, double Quality)[] figures = [.. new[] { 0, 5e-3 }.Select(contraction =>
        {
            ContractiveAutoencoder model = new(100, contraction, seed: 1);
            Trained(model, train, 5);
            return (model.SquaredJacobian(model.Encode(test)).Mean().ToDouble(), Decibels(model.Predict(test), test));
        })];
        Assert.True(figures[1].Square < figures[0].Square / 2 && figures[1].Quality > figures[0].Quality - 1.5, $"{figures[0]} without, {figures[1]} with");
    }

    [Fact]
    public void A_convolutional_one_needs_few_weights()
    {
        (Tensor train, Tensor test) = Clothes.Value;
        Sequential model = Autoencoder.Convolutional([28, 28, 1], seed: 1);
        // By hand: (9 + 1) 16, (9 * 16 + 1) 8, (9 * 8 + 1) 16... of the transposed ones, kernels 3 x 3 x out x in and a bias for each output.
        Assert.Equal(160 + 1160 + (9 * 8 * 16 + 16) + (9 * 16 + 1), model.ParameterCount);
        Assert.Equal([7, 7, 8], Autoencoder.EncoderOf(model).OutputShape.Dimensions.ToArray());
        Trained(model, train, 4);
        Assert.True(Decibels(model.Predict(test), test) > Decibels(train.Mean(0).BroadcastTo(test.Shape), test) + 6);
    }

    [Fact]
    public void Saved_ones_go_on()
    {
        ModelCatalog.RegisterLayers();
        Tensor x = new RandomKey(1).Uniform([10, 6]);
        foreach (Model model in (Model[])[Autoencoder.Create([6], 3, [4], noise: 0.1, sparsity: new SparsityDivergence(0.1, 2), codeActivation: "sigmoid"), new ContractiveAutoencoder(3)])
        {
            float[] expected = Trained(model, x, 1).Predict(x).ToArray<float>();
            string path = Path.Combine(Path.GetTempPath(), $"laminet-autoencoder-{Guid.NewGuid():N}.laminet");
            try
            {
                model.Save(path);
                Model loaded = Model.Load(path);
                Assert.Equal(expected, loaded.Predict(x).ToArray<float>());
                Assert.Equal(model.Evaluate(x, x)["loss"], loaded.Evaluate(x, x)["loss"]);
            }
            finally
            {
                File.Delete(path);
            }
        }
    }

    [Fact]
    public void Wrong_use_is_told()
    {
        Fails<ShapeException>("sides that 4 divides", () => Autoencoder.Convolutional([30, 28, 1]));
        Fails<ArgumentOutOfRangeException>("1 or more", () => Autoencoder.Create([4], 0));
        Fails<ArgumentOutOfRangeException>("above 0 and below 1", () => _ = new SparsityDivergence(0));
        Fails<ShapeException>("(batch, ..., units)", () => new SparsityDivergence().Call(Tensor.Zeros([4])));
        Fails<ArgumentOutOfRangeException>("zero or more", () => _ = new ContractiveAutoencoder(3, -1));
        Fails<InvalidOperationException>("has no weights yet", () => _ = new ContractiveAutoencoder(3).Kernel);
        Fails<ShapeException>("Reshape the examples to vectors", () => new ContractiveAutoencoder(3).Call(Tensor.Zeros([2, 3, 4])));
        Fails<ArgumentException>("no layer 'encoder'", () => Autoencoder.EncoderOf(new Sequential(new Input([4]), new Dense(3))));

        static void Fails<T>(string part, Action wrong) where T : Exception => Assert.Contains(part, Assert.ThrowsAny<T>(wrong).Message, StringComparison.Ordinal);
    }

    private static Model Trained(Model model, Tensor x, int epochs)
    {
        model.Compile(new Adam(3e-3), new BinaryCrossentropy());
        model.Fit(x, x, batchSize: 50, epochs: epochs);
        return model;
    }

    private static Sequential Trained(Sequential model, Tensor x, int epochs) => (Sequential)Trained((Model)model, x, epochs);

    // The peak signal-to-noise ratio of numbers from 0 to 1.
    private static double Decibels(Tensor received, Tensor clean) => -10 * Math.Log10((received - clean).Square().Mean().ToDouble());
}
