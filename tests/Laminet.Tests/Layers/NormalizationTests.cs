using Laminet.Data;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Tests.Shared;
using Laminet.Training;
using Laminet.Verification.Golden;

namespace Laminet.Tests.Layers;

/// <summary>Training, files, allocations and wrong uses of normalization layers; their numbers are checks of Laminet.Verification.</summary>
[Collection("Engine settings")]
public class NormalizationTests
{
    [Fact]
    public void GroupNormalization_refuses_groups_that_do_not_divide_the_channels()
    {
        ShapeException error = Assert.Throws<ShapeException>(() => new GroupNormalization().Call(Tensor.Zeros([2, 5, 48])));
        Assert.Contains("received 48 channels for 32 groups; expected a multiple of it. Give groups a divisor of 48, or -1 for a group for each channel.", error.Message);
        Assert.Contains("Received groups = 0; expected 1 or more, or -1", Assert.Throws<ArgumentOutOfRangeException>(() => new GroupNormalization(0)).Message);
        Assert.Contains("expected (batch, ..., channels)", Assert.Throws<ShapeException>(() => new GroupNormalization(1, axis: 0).Call(Tensor.Zeros([2, 5]))).Message);
    }

    [Fact]
    public void SpectralNormalization_trains_compiled_and_the_largest_singular_value_stays_near_one()
    {
        Tensor x = new Lcg(1).Tensor([32, 4], minus: 0.5, DType.Float32), y = x.Sum(-1, keepDims: true) * 5;
        Dense dense = new(3, "tanh");
        SpectralNormalization spectral = new(dense);
        Sequential model = new(3, new Input([4]), spectral, new Dense(1));
        model.Compile(new Laminet.Optimizers.Adam(0.05), "mse");
        double first = model.TrainOnBatch(x, y)["loss"], last = first;
        for (int step = 0; step < 200; step++)
            last = model.TrainOnBatch(x, y)["loss"];
        Assert.True(last < 0.5 * first, $"{first} to {last}");
        // One more pass normalises what the last step moved.
        model.Call(x, training: true);
        Tensor u = spectral.NonTrainableWeights.Single().Value;
        for (int i = 0; i < 100; i++)
            u = u.MatMul(dense.Weights[0].Value, transposeOther: true).MatMul(dense.Weights[0].Value).UnitNormalize();
        Assert.Equal(1, u.MatMul(dense.Weights[0].Value, transposeOther: true).Norm().ToDouble(), 0.02);
    }

    [Fact]
    public void LocalResponseNormalization_refuses_a_size_of_0() => Assert.Contains(
        "Received size = 0; expected 1 or more.", Assert.Throws<ArgumentOutOfRangeException>(() => new LocalResponseNormalization(0)).Message);

    [Fact]
    public void SpectralNormalization_needs_a_layer_with_a_kernel()
    {
        ShapeException error = Assert.Throws<ShapeException>(() => new SpectralNormalization(new BatchNormalization()).Call(Tensor.Zeros([2, 3])));
        Assert.Contains("with the weights [gamma, beta, moving_mean, moving_variance]; expected one that has a kernel or embeddings, such as Dense or Conv2D.", error.Message);
        Assert.Contains("Received powerIterations = 0; expected 1 or more.", Assert.Throws<ArgumentOutOfRangeException>(() => new SpectralNormalization(new Dense(1), 0)).Message);
    }

    [Fact]
    public void Normalization_is_saved_with_the_model_and_training_leaves_it()
    {
        Tensor x = (new Lcg(1).Tensor([64, 3], 0, DType.Float32) * 5) + 100, y = x.Sum(-1, keepDims: true) - 300;
        Normalization normalization = new();
        normalization.Adapt(x);
        Sequential model = new(3, normalization, new Dense(1));
        model.Compile("adam", "mse");
        float[] mean = normalization.Weights[0].Value.ToArray<float>();
        model.Fit(Dataset.FromTensors(x, y).Batch(16), epochs: 2);
        Assert.Equal(mean, normalization.Weights[0].Value.ToArray<float>());
        Assert.Equal(2, normalization.NonTrainableWeights.Count);
        using Saving.Scratch folder = new();
        string path = folder.Path("normalized.laminet");
        model.Save(path);
        Assert.Equal(model.Predict(x).ToArray<float>(), Model.Load(path).Predict(x).ToArray<float>());
    }

    [Fact]
    public void Normalization_says_what_is_wrong()
    {
        Tensor x = new Lcg(1).Tensor([8, 3], 0, DType.Float32);
        Assert.Contains("has no mean and variance yet. Call its Adapt on the training data before the model is used, or give the constructor mean and variance.",
            Assert.Throws<InvalidOperationException>(() => new Normalization().Call(x)).Message);
        Sequential model = new(3, new Input([3]), new Normalization(), new Dense(1));
        model.Compile("adam", "mse");
        Assert.Contains("'normalization' (Normalization) has no mean and variance yet", Assert.Throws<InvalidOperationException>(() => model.TrainOnBatch(x, x.Slice(0, 1, axis: 1))).Message);
        Assert.Contains("Received only one of mean and variance; expected both", Assert.Throws<ArgumentException>(() => new Normalization(mean: [1])).Message);
        Normalization given = new(mean: [1, 2], variance: [1, 2]);
        Assert.Contains("received 2 numbers as mean for an input of shape (8, 3); expected 1 or 3.", Assert.Throws<ShapeException>(() => given.Call(x)).Message);
        Assert.Contains("its mean and variance were given to the constructor", Assert.Throws<InvalidOperationException>(() => given.Adapt(x)).Message);
        Assert.Contains("axis 0 is the batch", Assert.Throws<ShapeException>(() => new Normalization([0]).Adapt(x)).Message);
        Assert.Contains("Adapt received a data set without examples", Assert.Throws<ArgumentException>(() => new Normalization().Adapt(Dataset.FromBatches([]))).Message);
        Assert.Contains("Adapt: received a data set that never ends", Assert.Throws<ArgumentException>(() => new Normalization().Adapt(Dataset.FromTensors(x).Batch(2).Repeat())).Message);
        Normalization built = new();
        built.Adapt(x);
        Assert.Contains("received examples of shape (8, 2)", Assert.Throws<ShapeException>(() => built.Adapt(x.Slice(0, 2, axis: 1))).Message);
    }

    [Fact]
    public void Training_steps_with_them_allocate_nothing()
    {
        Tensor x = new Lcg(1).Tensor([8, 6, 6, 4], 0.5, DType.Float32), y = (new Lcg(2).Tensor([8]) * 3).Cast(DType.Int32);
        Normalization measured = new();
        measured.Adapt(x);
        Sequential model = new(3, measured, new SpectralNormalization(new Conv2D(8, 3)), new GroupNormalization(4), new LocalResponseNormalization(5), new Flatten(),
            new UnitNormalization(), new Dense(3, "softmax"));
        model.Compile("adam", "sparse_categorical_crossentropy");
        Assert.Equal(0, Allocations.Of(_ => model.TrainOnBatch(x, y)));
    }
}
