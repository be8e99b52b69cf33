using System.Text.Json.Nodes;
using Laminet.Layers;
using Laminet.Losses;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Zoo.Datasets;

namespace Laminet.Tests.Layers;

// What each layer does is checked row by row in Laminet.Verification (LayerChecks).
[Collection("Engine settings")]
public sealed class MixedPrecisionTests
{
    [Fact]
    public void A_policy_is_for_layers_that_are_made_later_and_state_no_type()
    {
        Dense before = new(3);
        (Dense mixed, Dense wide, Dense exact) = WithPolicy("mixed_bfloat16", () => (new Dense(3), new Dense(3) { DType = DType.Float64 }, new Dense(3) { ComputeDType = DType.Float32 }));
        Assert.Equal("float32", DTypePolicy.Name);
        Assert.Equal([DType.Float32, DType.BFloat16, DType.Float64, DType.Float32], new Layer[] { before, mixed, wide, exact }.Select(layer => layer.ComputeDType));
        Assert.Equal([DType.Float32, DType.Float32, DType.Float64, DType.Float32], new Layer[] { before, mixed, wide, exact }.Select(layer => layer.DType));
        Assert.Equal(DType.Float16, WithPolicy("mixed_float16", () => new Dense(3)).ComputeDType);
    }

    [Fact]
    public void Wrong_settings_are_told()
    {
        Assert.Contains("expected one of float32, mixed_bfloat16, mixed_float16", Assert.Throws<ArgumentException>(() => DTypePolicy.Set("bf16")).Message);
        Assert.Contains("a floating-point type", Assert.Throws<ArgumentOutOfRangeException>(() => new Dense(3) { ComputeDType = DType.Int32 }).Message);
        Assert.Contains("set the type of the layers inside", Assert.Throws<ArgumentOutOfRangeException>(() => new LSTMCell(3) { ComputeDType = DType.BFloat16 }).Message);
        JsonObject config = new Dense(3).GetConfig();
        config["compute_dtype"] = "Int8";
        Assert.Contains("compute_dtype", Assert.ThrowsAny<Exception>(() => Layer.Registry.Deserialize(new JsonObject { ["class_name"] = "Dense", ["config"] = config })).ToString());
    }

    [Fact]
    public void A_mask_goes_along()
    {
        Tensor x = Tensor.From([1f, 0, 2, 3], [1, 2, 2]);
        CallContext context = new();
        context.SetMask(x, Tensor.From([true, false], [1, 2]));
        Tensor y = new Dense(3) { ComputeDType = DType.BFloat16 }.Call(x, context);
        Assert.Equal([true, false], context.MaskOf(y)!.ToArray<bool>());
        Assert.Equal([true, false], context.MaskOf(new Dense(2) { ComputeDType = DType.BFloat16 }.Call(y, context))!.ToArray<bool>());
    }

    [Fact]
    public void A_model_learns_gives_Float32_takes_less_memory_and_is_saved()
    {
        ImageDataset clothes = FashionMnist.Load();
        (Tensor x, Tensor y) = (clothes.TrainImages.Slice(0, 2000), clothes.TrainLabels.Slice(0, 2000));
        Model exact = Network(), mixed = WithPolicy("mixed_bfloat16", Network);
        foreach (Model model in (Model[])[exact, mixed])
            model.Fit(x, y, batchSize: 64, epochs: 4);
        (double full, double rounded) = (exact.Evaluate(clothes.TestImages, clothes.TestLabels)["accuracy"], mixed.Evaluate(clothes.TestImages, clothes.TestLabels)["accuracy"]);
        Assert.True(full > 0.7 && Math.Abs(full - rounded) < 0.04, $"accuracy {full} in Float32, {rounded} in mixed precision");
        Assert.All(mixed.Weights, weight => Assert.Equal(DType.Float32, weight.DType));
        Tensor predicted = mixed.Predict(x.Slice(0, 5));
        Assert.Equal(DType.Float32, predicted.DType);
        double share = (double)mixed.Plan(64).TrainingBytes!.Value / exact.Plan(64).TrainingBytes!.Value;
        Assert.True(share < 0.9, $"a step of mixed precision takes {share:F2} of the memory");

        using MemoryStream stream = new();
        string file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid()}.laminet");
        try
        {
            mixed.Save(file);
            Model loaded = Model.Load(file);
            Assert.Equal(DType.BFloat16, loaded.Layers[1].ComputeDType);
            Assert.Equal(predicted.ToArray<float>(), loaded.Predict(x.Slice(0, 5)).ToArray<float>());
            // A file says its types; a policy does not change them.
            exact.Save(file);
            Assert.All(WithPolicy("mixed_bfloat16", () => Model.Load(file)).Layers, layer => Assert.Equal(DType.Float32, layer.ComputeDType));
        }
        finally
        {
            File.Delete(file);
        }

        static Model Network()
        {
            Input image = new([28, 28, 1]);
            SymbolicTensor z = new Rescaling(1.0 / 255).Call(image);
            foreach (int filters in (int[])[16, 32])
                z = new MaxPooling2D().Call(new Activation("relu").Call(new BatchNormalization(momentum: 0.9).Call(new Conv2D(filters, 3).Call(z))));
            Model model = new(image, new Dense(10).Call(new Flatten().Call(z)), seed: 1);
            model.Compile("adam", new SparseCategoricalCrossentropy(fromLogits: true), ["accuracy"]);
            return model;
        }
    }

    // The policy is for the whole program, so no other test may run beside this one.
    private static T WithPolicy<T>(string policy, Func<T> make)
    {
        DTypePolicy.Set(policy);
        try
        {
            return make();
        }
        finally
        {
            DTypePolicy.Set("float32");
        }
    }
}
