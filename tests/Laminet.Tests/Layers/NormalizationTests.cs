using System.Text.Json.Nodes;
using Laminet.Data;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Tests.Golden;
using Laminet.Tests.Shared;
using Laminet.Training;

namespace Laminet.Tests.Layers;

/// <summary>The normalization layers against PyTorch's and NumPy's numbers (Golden/make_normalization_golden.py), in float64, and the faults of others that they must not have.</summary>
[Collection("Engine settings")]
public class NormalizationTests
{
    private static readonly JsonObject Expected = GoldenFile.Json("normalization.json");

    private static Tensor GroupInput => new Lcg(1).Tensor([2, 3, 2, 12], minus: 0.5);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void GroupNormalization_is_PyTorchs(int number)
    {
        JsonNode row = Expected["group"]![number]!;
        (int groups, bool affine) = (row["groups"]!.GetValue<int>(), row["affine"]!.GetValue<bool>());
        GroupNormalization layer = new(groups == 12 ? -1 : groups, epsilon: row["epsilon"]!.GetValue<double>(), center: affine, scale: affine) { DType = DType.Float64 };
        layer.Call(GroupInput);
        if (affine)
        {
            layer.Weights[0].Assign(new Lcg(5).Tensor([12], -0.5));
            layer.Weights[1].Assign(new Lcg(6).Tensor([12], 0.5));
            IReadOnlyList<Tensor> byWeights = Gradient.ValueAndGradients(() => layer.Call(GroupInput).Pow(3).Sum(), layer.Weights).Gradients;
            Near.Equal(row.Numbers("dgamma"), byWeights[0], 1e-10);
            Near.Equal(row.Numbers("dbeta"), byWeights[1], 1e-10);
        }

        Near.Equal(row.Numbers("y"), layer.Call(GroupInput), 1e-11);
        Near.Equal(row.Numbers("dx"), Gradient.Of(x => layer.Call(x).Pow(3).Sum())(GroupInput), 1e-9);
        // With the channels first it is the same.
        GroupNormalization first = new(layer.Groups, axis: 1, epsilon: layer.Epsilon, center: affine, scale: affine) { DType = DType.Float64 };
        Tensor turned = GroupInput.Transpose(0, 3, 1, 2);
        first.Call(turned);
        foreach ((Variable target, Variable source) in first.Weights.Zip(layer.Weights))
            target.Assign(source.Value);
        Near.Equal(row.Numbers("y"), first.Call(turned).Transpose(0, 2, 3, 1), 1e-11);
    }

    // 70,000 is infinity in Float16: the moments come from the float32 input, and the result is rounded after.
    [Fact]
    public void GroupNormalization_in_halves_takes_the_moments_of_the_wide_input()
    {
        Tensor y = new GroupNormalization(groups: 1) { DType = DType.Float16 }.Call(Tensor.From(new[,] { { 60000f, 70000 } }));
        Assert.Equal(DType.Float16, y.DType);
        Assert.Equal([-1, 1], y.Cast(DType.Float32).ToArray<float>());
        Tensor halves = Tensor.From(new[,] { { 60000f, 64000 } }).Cast(DType.Float16);
        Assert.Equal([-1, 1], new GroupNormalization(groups: 1) { DType = DType.Float16 }.Call(halves).Cast(DType.Float32).ToArray<float>());
    }

    // E[x²] - E[x]² in float32 is negative here.
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void GroupNormalization_keeps_its_digits_far_from_zero(int rows)
    {
        Shape shape = rows == 1 ? [1, 3] : [1, 3, 1];
        Tensor y = new GroupNormalization(groups: 1).Call(Tensor.From([10000f, 10001, 10002]).Reshape(shape));
        Near.Equal([-1.22382740, 0, 1.22382740], y, 1e-6);
    }

    [Fact]
    public void GroupNormalization_refuses_groups_that_do_not_divide_the_channels()
    {
        ShapeException error = Assert.Throws<ShapeException>(() => new GroupNormalization().Call(Tensor.Zeros([2, 5, 48])));
        Assert.Contains("received 48 channels for 32 groups; expected a multiple of it. Give groups a divisor of 48, or -1 for a group for each channel.", error.Message);
        Assert.Contains("Received groups = 0; expected 1 or more, or -1", Assert.Throws<ArgumentOutOfRangeException>(() => new GroupNormalization(0)).Message);
        Assert.Contains("expected (batch, ..., channels)", Assert.Throws<ShapeException>(() => new GroupNormalization(1, axis: 0).Call(Tensor.Zeros([2, 5]))).Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void LocalResponseNormalization_is_PyTorchs(int number)
    {
        JsonNode row = Expected["response"]![number]!;
        LocalResponseNormalization layer = new(row["size"]!.GetValue<int>(), row["alpha"]!.GetValue<double>(), row["beta"]!.GetValue<double>(), row["k"]!.GetValue<double>()) { DType = DType.Float64 };
        Tensor x = (new Lcg(1).Tensor([2, 3, 11]) * 3) - 1.5;
        Near.Equal(row.Numbers("y"), layer.Call(x), 1e-12);
        Near.Equal(row.Numbers("dx"), Gradient.Of(input => layer.Call(input).Pow(3).Sum())(x), 1e-11);
        Assert.Contains("Received size = 0; expected 1 or more.", Assert.Throws<ArgumentOutOfRangeException>(() => new LocalResponseNormalization(0)).Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void UnitNormalization_divides_by_the_length(int number)
    {
        JsonNode row = Expected["unit"]![number]!;
        UnitNormalization layer = new([.. row.Numbers("axes").Select(axis => (int)axis)]) { DType = DType.Float64 };
        Tensor x = new Lcg(1).Tensor([3, 4, 5], minus: 0.5);
        Near.Equal(row.Numbers("y"), layer.Call(x), 1e-12);
        Near.Equal(row.Numbers("dx"), Gradient.Of(input => layer.Call(input).Pow(3).Sum())(x), 1e-11);
    }

    // rsqrt(0), put right after the fact, gives a NaN gradient.
    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    public void Of_a_zero_vector_UnitNormalization_is_zero_and_its_gradient_finite(DType type)
    {
        UnitNormalization layer = new() { DType = type };
        Tensor zero = Tensor.Zeros([1, 2], type);
        Assert.Equal([0, 0], layer.Call(zero).Cast(DType.Float64).ToArray<double>());
        double[] gradient = Gradient.Of(x => layer.Call(x).Sum())(zero).Cast(DType.Float64).ToArray<double>();
        Assert.All(gradient, slope => Assert.Equal(1e12, slope, 1e6));
        Assert.Equal([0, 0], layer.Call(zero.Cast(DType.Float16)).Cast(DType.Float64).ToArray<double>());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void SpectralNormalization_is_that_of_its_formula(int number)
    {
        JsonNode row = Expected["spectral"]![number]!;
        SpectralNormalization layer = new(new Dense(3, useBias: false) { DType = DType.Float64 }, row["iterations"]!.GetValue<int>()) { DType = DType.Float64 };
        Tensor x = new Lcg(1).Tensor([4, 5], minus: 0.5);
        layer.Call(x);
        Variable kernel = layer.TrainableWeights.Single(), u = layer.NonTrainableWeights.Single();
        kernel.Assign(new Lcg(2).Tensor([5, 3], minus: 0.5));
        u.Assign(new Lcg(3).Tensor([1, 3], minus: 0.5));
        using (new StateScope())
        {
            Tensor gradient = Gradient.ValueAndGradients(() => layer.Call(x, new CallContext(true)).Pow(3).Sum(), [kernel]).Gradients[0];
            Near.Equal(row.Numbers("dw"), gradient, 1e-11);
        }

        Near.Equal(row.Numbers("y"), layer.Call(x, training: true), 1e-12);
        Near.Equal(row.Numbers("kernel"), kernel.Value, 1e-12);
        Near.Equal(row.Numbers("u"), u.Value, 1e-12);
        // Inference changes nothing.
        Near.Equal(row.Numbers("y"), layer.Call(x), 1e-12);
        Near.Equal(row.Numbers("kernel"), kernel.Value, 1e-12);
        Near.Equal(row.Numbers("u"), u.Value, 1e-12);
    }

    [Fact]
    public void SpectralNormalization_of_a_diagonal_kernel_and_of_a_zero_one()
    {
        SpectralNormalization layer = new(new Dense(2, useBias: false));
        Tensor x = Tensor.From(new[,] { { 1f, 1 } });
        layer.Call(x);
        Variable kernel = layer.TrainableWeights.Single(), u = layer.NonTrainableWeights.Single();
        kernel.Assign(Tensor.From(new[,] { { 3f, 0 }, { 0, 1 } }));
        u.Assign(Tensor.Ones([1, 2]));
        layer.Call(x, training: true);
        Near.Equal([3 / 2.86356421, 0, 0, 1 / 2.86356421], kernel.Value, 1e-6);
        Near.Equal([1.04764544, 0, 0, 0.34921515], kernel.Value, 1e-6);
        Near.Equal([0.99388373, 0.11043153], u.Value, 1e-6);
        kernel.Assign(Tensor.Zeros([2, 2]));
        Tensor zero = layer.Call(x, training: true);
        Assert.Equal([0, 0], zero.ToArray<float>());
        Assert.Equal([0, 0, 0, 0], kernel.Value.ToArray<float>());
        Near.Equal([0.99388373, 0.11043153], u.Value, 1e-6);
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
    public void SpectralNormalization_needs_a_layer_with_a_kernel()
    {
        ShapeException error = Assert.Throws<ShapeException>(() => new SpectralNormalization(new BatchNormalization()).Call(Tensor.Zeros([2, 3])));
        Assert.Contains("with the weights [gamma, beta, moving_mean, moving_variance]; expected one that has a kernel or embeddings, such as Dense or Conv2D.", error.Message);
        Assert.Contains("Received powerIterations = 0; expected 1 or more.", Assert.Throws<ArgumentOutOfRangeException>(() => new SpectralNormalization(new Dense(1), 0)).Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Normalization_measures_tensors_and_data_sets(int number)
    {
        JsonNode row = Expected["normalization"]![number]!;
        int[] axes = [.. row.Numbers("axes").Select(axis => (int)axis)];
        Shape shape = row.Shape("shape");
        Tensor x = (new Lcg(1).Tensor(shape) * 10) + 1000;
        Normalization whole = new(axes) { DType = DType.Float64 }, parts = new(axes) { DType = DType.Float64 };
        whole.Adapt(x);
        Near.Equal(row.Numbers("mean"), whole.Weights[0].Value, 1e-12);
        Near.Equal(row.Numbers("variance"), whole.Weights[1].Value, 1e-10);
        Near.Equal(row.Numbers("y"), whole.Call(x), 1e-10);
        parts.Adapt(Dataset.FromTensors(x).Batch(4));
        Near.Equal(row.Numbers("mean"), parts.Weights[0].Value, 1e-12);
        Near.Equal(row.Numbers("variance"), parts.Weights[1].Value, 1e-10);
        Normalization given = new(axes, row.Numbers("mean"), row.Numbers("variance")) { DType = DType.Float64 };
        Near.Equal(row.Numbers("y"), given.Call(x), 1e-10);
        Normalization back = new(axes, row.Numbers("mean"), row.Numbers("variance"), invert: true) { DType = DType.Float64 };
        Near.Equal(x.ToArray<double>(), back.Call(given.Call(x)), 1e-12);
        // Measured again, what was measured before is forgotten.
        whole.Adapt(x * 0.5);
        Near.Equal([.. row.Numbers("mean").Select(mean => mean / 2)], whole.Weights[0].Value, 1e-12);
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
