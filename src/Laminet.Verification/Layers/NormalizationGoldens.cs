using System.Text.Json.Nodes;
using Laminet.Data;
using Laminet.Layers;
using Laminet.Tensors.Autodiff;
using Laminet.Verification.Golden;

namespace Laminet.Verification.Layers;

/// <summary>The normalization layers against PyTorch's and NumPy's numbers (Golden/make_normalization_golden.py), in float64, and the faults of others that they must not have.</summary>
internal static class NormalizationGoldens
{
    private static readonly JsonObject Expected = GoldenFile.Json("normalization.json");

    private static Tensor GroupInput => new Lcg(1).Tensor([2, 3, 2, 12], minus: 0.5);

    [Verifies(typeof(GroupNormalization), 0)]
    [Verifies(typeof(GroupNormalization), 1)]
    [Verifies(typeof(GroupNormalization), 2)]
    [Verifies(typeof(GroupNormalization), 3)]
    public static void GroupNormalization_is_PyTorchs(int number)
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
    [Verifies(typeof(GroupNormalization))]
    public static void GroupNormalization_in_halves_takes_the_moments_of_the_wide_input()
    {
        Tensor y = new GroupNormalization(groups: 1) { DType = DType.Float16 }.Call(Tensor.From(new[,] { { 60000f, 70000 } }));
        Expect.Equal(DType.Float16, y.DType);
        Expect.Sequence([-1, 1], y.Cast(DType.Float32).ToArray<float>());
        Tensor halves = Tensor.From(new[,] { { 60000f, 64000 } }).Cast(DType.Float16);
        Expect.Sequence([-1, 1], new GroupNormalization(groups: 1) { DType = DType.Float16 }.Call(halves).Cast(DType.Float32).ToArray<float>());
    }

    // E[x²] - E[x]² in float32 is negative here.
    [Verifies(typeof(GroupNormalization), 1)]
    [Verifies(typeof(GroupNormalization), 3)]
    public static void GroupNormalization_keeps_its_digits_far_from_zero(int rows)
    {
        Shape shape = rows == 1 ? [1, 3] : [1, 3, 1];
        Tensor y = new GroupNormalization(groups: 1).Call(Tensor.From([10000f, 10001, 10002]).Reshape(shape));
        Near.Equal([-1.22382740, 0, 1.22382740], y, 1e-6);
    }

    [Verifies(typeof(LocalResponseNormalization), 0)]
    [Verifies(typeof(LocalResponseNormalization), 1)]
    [Verifies(typeof(LocalResponseNormalization), 2)]
    [Verifies(typeof(LocalResponseNormalization), 3)]
    public static void LocalResponseNormalization_is_PyTorchs(int number)
    {
        JsonNode row = Expected["response"]![number]!;
        LocalResponseNormalization layer = new(row["size"]!.GetValue<int>(), row["alpha"]!.GetValue<double>(), row["beta"]!.GetValue<double>(), row["k"]!.GetValue<double>()) { DType = DType.Float64 };
        Tensor x = (new Lcg(1).Tensor([2, 3, 11]) * 3) - 1.5;
        Near.Equal(row.Numbers("y"), layer.Call(x), 1e-12);
        Near.Equal(row.Numbers("dx"), Gradient.Of(input => layer.Call(input).Pow(3).Sum())(x), 1e-11);
    }

    [Verifies(typeof(UnitNormalization), 0)]
    [Verifies(typeof(UnitNormalization), 1)]
    [Verifies(typeof(UnitNormalization), 2)]
    public static void UnitNormalization_divides_by_the_length(int number)
    {
        JsonNode row = Expected["unit"]![number]!;
        UnitNormalization layer = new([.. row.Numbers("axes").Select(axis => (int)axis)]) { DType = DType.Float64 };
        Tensor x = new Lcg(1).Tensor([3, 4, 5], minus: 0.5);
        Near.Equal(row.Numbers("y"), layer.Call(x), 1e-12);
        Near.Equal(row.Numbers("dx"), Gradient.Of(input => layer.Call(input).Pow(3).Sum())(x), 1e-11);
    }

    // rsqrt(0), put right after the fact, gives a NaN gradient.
    [Verifies(typeof(UnitNormalization), DType.Float32)]
    [Verifies(typeof(UnitNormalization), DType.Float64)]
    public static void Of_a_zero_vector_UnitNormalization_is_zero_and_its_gradient_finite(DType type)
    {
        UnitNormalization layer = new() { DType = type };
        Tensor zero = Tensor.Zeros([1, 2], type);
        Expect.Sequence([0, 0], layer.Call(zero).Cast(DType.Float64).ToArray<double>());
        double[] gradient = Gradient.Of(x => layer.Call(x).Sum())(zero).Cast(DType.Float64).ToArray<double>();
        Near.Equal([1e12, 1e12], gradient, 1e-6);
        Expect.Sequence([0, 0], layer.Call(zero.Cast(DType.Float16)).Cast(DType.Float64).ToArray<double>());
    }

    [Verifies(typeof(SpectralNormalization), 0)]
    [Verifies(typeof(SpectralNormalization), 1)]
    [Verifies(typeof(SpectralNormalization), 2)]
    public static void SpectralNormalization_is_that_of_its_formula(int number)
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

    [Verifies(typeof(SpectralNormalization))]
    public static void SpectralNormalization_of_a_diagonal_kernel_and_of_a_zero_one()
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
        Expect.Sequence([0, 0], zero.ToArray<float>());
        Expect.Sequence([0, 0, 0, 0], kernel.Value.ToArray<float>());
        Near.Equal([0.99388373, 0.11043153], u.Value, 1e-6);
    }

    [Verifies(typeof(Normalization), 0)]
    [Verifies(typeof(Normalization), 1)]
    [Verifies(typeof(Normalization), 2)]
    [Verifies(typeof(Normalization), 3)]
    public static void Normalization_measures_tensors_and_data_sets(int number)
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
}
