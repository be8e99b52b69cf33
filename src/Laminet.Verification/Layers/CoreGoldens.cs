using System.Text.Json.Nodes;
using Laminet.Layers;
using Laminet.Verification.Golden;

namespace Laminet.Verification.Layers;

/// <summary>Core, activation and merging layers against NumPy's numbers (Golden/make_core_golden.py) and plain formulas.</summary>
internal static class CoreGoldens
{
    private static readonly JsonNode Expected = GoldenFile.Json("core.json")["layers"]!;

    private static Tensor X => new Lcg(1).Tensor([2, 3, 4], 0.5);

    private static Tensor Y => new Lcg(2).Tensor([2, 3, 4], 0.5);

    private static Tensor Z => new Lcg(3).Tensor([2, 4], 0.5);

    [Verifies(typeof(Subtract))]
    public static void The_difference_is_NumPys() => Matches("subtract", new Subtract().Call([X, Y]));

    [Verifies(typeof(Multiply))]
    public static void The_product_is_NumPys() => Matches("multiply", new Multiply().Call([X, Y, Z]));

    [Verifies(typeof(Average))]
    public static void The_average_is_NumPys()
    {
        Matches("average", new Average().Call([X, Y, Z]));
        Expect.Sequence(X.ToArray<double>(), new Average().Call([X]).ToArray<double>());
    }

    [Verifies(typeof(Maximum))]
    public static void The_maximum_is_NumPys() => Matches("maximum", new Maximum().Call([X, Y]));

    [Verifies(typeof(Minimum))]
    public static void The_minimum_is_NumPys() => Matches("minimum", new Minimum().Call([X, Z]));

    [Verifies(typeof(Add))]
    public static void The_sum_is_NumPys() => Matches("add", new Add().Call([X, Z]));

    [Verifies(typeof(Dot))]
    public static void Dot_sums_over_an_axis_of_each()
    {
        Matches("dot", new Dot(2).Call([X, Y]));
        Matches("dot", new Dot(-1).Call([X, Y]));
        Matches("dot_axes", new Dot([2, 1]).Call([X, Z]));
        Matches("dot_first", new Dot(1).Call([X, Y]));
        Tensor vectors = new Dot(1).Call([Z, Z.Flip(0)]);
        Matches("dot_vectors", vectors);
        Expect.Equal(new Shape(2, 1), vectors.Shape);
        Matches("dot_normalized", new Dot(2, normalize: true).Call([X, Y]));
    }

    [Verifies(typeof(EinsumDense))]
    public static void EinsumDense_by_the_forms_of_Keras()
    {
        Matches("einsum_dense", With(new EinsumDense("abc,cd->abd", [null, 5], "tanh", biasAxes: "d") { DType = DType.Float64 }, Kernel(4, 4, 5), Bias));
        Matches("einsum_dense_heads", With(new EinsumDense("abc,cde->abde", [3, 2, 5], biasAxes: "e") { DType = DType.Float64 }, Kernel(5, 4, 2, 5), Bias));
        Matches("einsum_dense_left", With(new EinsumDense("...x,xy->...y", [5], biasAxes: "y") { DType = DType.Float64 }, Kernel(4, 4, 5), Bias));
        Matches("einsum_dense_right", With(new EinsumDense("ab...,bc->ac...", [5], biasAxes: "c") { DType = DType.Float64 }, Kernel(4, 3, 5), Bias.Reshape(5, 1)));

        static Tensor With(EinsumDense layer, params Tensor[] weights)
        {
            layer.Call(X);
            foreach ((Variable variable, Tensor weight) in layer.Weights.Zip(weights))
                variable.Assign(weight);
            return layer.Call(X);
        }
    }

    [Verifies(typeof(PReLU))]
    public static void Shared_slopes_are_NumPys()
    {
        PReLU layer = new(sharedAxes: [1]) { DType = DType.Float64 };
        layer.Call(X);
        layer.Weights[0].Assign(new Lcg(7).Tensor([1, 4], 0.25));
        Matches("prelu", layer.Call(X));
    }

    [Verifies(typeof(Softmax))]
    public static void Softmax_of_a_mask_and_of_several_axes()
    {
        Tensor mask = Tensor.From(new bool[,] { { true, false, true }, { false, false, false } });
        Matches("softmax_mask", new Softmax().Call(X, mask: mask));
        Near.Equal(GoldenFile.Numbers(GoldenFile.Json("core.json")["activations"]!["softmax_axes"]!["y"]), new Softmax([1, 2]).Call((new Lcg(8).Tensor([3, 6, 4]) * 4) - 2), 1e-13);
        // Of scores of each step, (batch, time), the padding's are left out.
        Tensor shares = new Softmax().Call(Tensor.From(new double[,] { { 1, 1, 5 } }), mask: Tensor.From(new bool[,] { { true, true, false } }));
        Expect.Sequence([0.5, 0.5, 0], shares.ToArray<double>());
    }

    [Verifies(typeof(Permute))]
    public static void The_permutation_is_NumPys() => Matches("permute", new Permute(2, 1).Call(X));

    [Verifies(typeof(RepeatVector))]
    public static void The_repetition_is_NumPys() => Matches("repeat_vector", new RepeatVector(3).Call(Z));

    [Verifies(typeof(Identity))]
    public static void Its_output_is_its_input() => Expect.Sequence(X.ToArray<double>(), new Identity().Call(X).ToArray<double>());

    [Verifies(typeof(Lambda))]
    public static void Its_output_is_the_functions() => Expect.Sequence(X.ToArray<double>().Select(x => x * x), new Lambda(x => x.Square()).Call(X).ToArray<double>());

    [Verifies(typeof(Lambda))]
    public static void Its_output_has_the_functions_shape()
    {
        Tensor sums = new Lambda(x => x.Sum([1, 2])).Call(X);
        Expect.Equal(new Shape(2), sums.Shape);
        Near.Equal([.. X.ToArray<double>().Chunk(12).Select(example => example.Sum())], sums, 1e-14);
    }

    [Verifies(typeof(Lambda))]
    public static void Its_output_has_the_functions_type() => Expect.Sequence(X.ToArray<double>().Select(x => x > 0), new Lambda(x => x.Greater(0)).Call(X).ToArray<bool>());

    [Verifies(typeof(ReLU))]
    public static void ReLU_is_its_formula()
    {
        Pointwise(new ReLU(3, 0.25, 0.5), x => x >= 3 ? 3 : x >= 0.5 ? x : 0.25 * (x - 0.5));
        Pointwise(new ReLU(), x => Math.Max(0, x));
    }

    [Verifies(typeof(LeakyReLU))]
    public static void LeakyReLU_is_its_formula()
    {
        Pointwise(new LeakyReLU(), x => x >= 0 ? x : 0.3 * x);
        Pointwise(new LeakyReLU(0.125), x => x >= 0 ? x : 0.125 * x);
    }

    [Verifies(typeof(ELU))]
    public static void ELU_is_its_formula()
    {
        Pointwise(new ELU(), x => x >= 0 ? x : Math.Exp(x) - 1);
        Pointwise(new ELU(0.5), x => x >= 0 ? x : 0.5 * (Math.Exp(x) - 1));
    }

    [Verifies(typeof(Activation))]
    public static void Activation_applies_its_function()
    {
        Pointwise(new Activation("tanh"), Math.Tanh);
        Pointwise(new Activation(new ActivationFunction(x => x.Square())), x => x * x);
    }

    [Verifies(typeof(Rescaling))]
    public static void Rescaling_is_its_formula() => Pointwise(new Rescaling(2, -0.75) { DType = DType.Float64 }, x => (2 * x) - 0.75);

    private static void Pointwise(Layer layer, Func<double, double> formula)
    {
        Tensor x = (new Lcg(5).Tensor([4, 9]) * 8) - 4;
        Near.Equal([.. x.ToArray<double>().Select(formula)], layer.Call(x), 1e-14);
    }

    private static Tensor Kernel(int seed, params int[] shape) => new Lcg(seed).Tensor([.. shape], 0.5);

    private static Tensor Bias => new Lcg(6).Tensor([5], 0.5);

    private static void Matches(string name, Tensor actual) => Near.Equal(GoldenFile.Numbers(Expected[name]), actual, 1e-13);
}
