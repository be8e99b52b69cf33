using Laminet.Tensors.Blocks;
using Laminet.Tensors.Compilation;
using Laminet.Tensors.Compilation.Passes;
using Laminet.Verification.Operations;

namespace Laminet.Tensors.Tests.Compilation.Passes;

public class EpilogueFoldingTests
{
    private static readonly Dictionary<string, (Func<Tensor, Tensor, Tensor, Tensor> Function, string Left)> Rows = new()
    {
        // Of a product p, a vector b along its last axis, and r of its shape.
        ["bias"] = ((p, b, r) => p + b, "+Bias"),
        ["bias first"] = ((p, b, r) => b + p, "+Bias"),
        ["relu"] = ((p, b, r) => p.Relu(), "+Relu"),
        ["residual"] = ((p, b, r) => p + r, "+Residual"),
        ["residual first"] = ((p, b, r) => r + p, "+Residual"),
        ["bias, relu"] = ((p, b, r) => (p + b).Relu(), "+Bias+Relu"),
        ["bias, residual, relu"] = ((p, b, r) => (r + (p + b)).Relu(), "+Residual+Bias+Relu"),
        ["residual, relu"] = ((p, b, r) => (p + r).Relu(), "+Residual+Relu"),
        // A second bias, a second residual, what comes after the relu, and what is no sum, stay outside.
        ["two biases"] = ((p, b, r) => p + b + b, "+Bias Add"),
        ["two residuals"] = ((p, b, r) => p + r + r, "+Residual Add"),
        ["bias after relu"] = ((p, b, r) => p.Relu() + b, "+Relu Add"),
        ["residual after relu"] = ((p, b, r) => p.Relu() + r, "+Relu Add"),
        ["relu twice"] = ((p, b, r) => p.Relu().Relu(), "+Relu Relu"),
        ["difference"] = ((p, b, r) => p - b, " Subtract"),
        ["scalar"] = ((p, b, r) => p + 1, " Add"),
        // The product is read twice, or is a result.
        ["two readers"] = ((p, b, r) => (p + b) * p, " Add Multiply"),
        ["twice itself"] = ((p, b, r) => p + p, " Add"),
    };

    public static TheoryData<string> Names => [.. Rows.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Sums_and_relu_go_into_a_matrix_product(string name)
    {
        (Func<Tensor, Tensor, Tensor, Tensor> function, string left) = Rows[name];
        Graph graph = EpilogueFolding.Run(Graphs.Of(x => [function(x[0].MatMul(x[1]), x[2], x[3])], [5, 4], [4, 3], [3], [5, 3]));
        Assert.Equal($"MatMul{left}", graph.Names());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Sums_and_relu_go_into_a_convolution(string name)
    {
        (Func<Tensor, Tensor, Tensor, Tensor> function, string left) = Rows[name];
        Graph graph = EpilogueFolding.Run(Graphs.Of(x => [function(x[0].Convolution(x[1]), x[2], x[3])], [1, 5, 5, 4], [2, 2, 4, 3], [3], [1, 4, 4, 3]));
        // A bias and a relu are the convolution's own; only a residual makes another operation of it.
        Assert.Equal(left.Contains("Residual", StringComparison.Ordinal) ? $"Convolution{left}" : $"Convolution{left.Replace("+Bias", "").Replace("+Relu", "")}", graph.Names());
    }

    public static TheoryData<string, string> OfLimits => new()
    {
        { "clip", "Convolution+Relu+Clip" },
        { "relu, clip", "Convolution+Relu+Clip" },
        { "bias, residual, clip", "Convolution+Residual+Bias+Relu+Clip" },
        { "clip, lower clip", "Convolution+Relu+Clip" },
        { "clip, higher clip", "Convolution+Relu+Clip" },
        // What comes after stays outside, and so does a clip that begins elsewhere or is read beside the convolution.
        { "clip, residual", "Convolution+Relu+Clip Add" },
        { "clip, relu", "Convolution+Relu+Clip Relu" },
        { "clip from -1", "Convolution Clip" },
        { "clip from -0", "Convolution Clip" },
        { "clip to what Float32 rounds to 0", "Convolution Clip" },
        { "two readers", "Convolution Clip Multiply" },
    };

    /// <summary>Images and kernels of each way to convolve: by points of many maps and of few, in panels and not, one by one, in groups, by patches, by Winograd's transforms, on maps of one pixel.</summary>
    private static readonly (int[] Image, int[] Kernel, int Groups)[] Ways =
    [
        ([2, 20, 20, 9], [1, 1, 9, 96], 1), ([1, 7, 7, 40], [1, 1, 40, 160], 1), ([1, 7, 7, 40], [1, 1, 40, 27], 1), ([2, 9, 9, 37], [3, 3, 1, 37], 37), ([1, 9, 9, 8], [3, 3, 4, 6], 2),
        ([1, 30, 30, 3], [3, 3, 3, 29], 1), ([1, 12, 12, 64], [3, 3, 64, 64], 1), ([1, 1, 1, 300], [1, 1, 300, 700], 1), ([1, 1, 1, 30], [1, 1, 30, 1], 1),
    ];

    [Theory]
    [MemberData(nameof(OfLimits))]
    public void A_clip_from_0_goes_into_a_convolution(string name, string expected)
    {
        foreach (DType type in (DType[])[DType.Float32, DType.Float64])
        {
            foreach ((int[] image, int[] kernel, int groups) in Ways)
            {
                Variable weights = new(new RandomKey(1).Normal(new Shape(kernel)).Cast(type), "kernel"), bias = new(new RandomKey(2).Normal([kernel[3]]).Cast(type), "bias");
                float[] numbers = new RandomKey(3).Normal(new Shape(image)).ToArray<float>();
                (numbers[1], numbers[^1]) = (float.NaN, float.PositiveInfinity);
                Tensor x = Tensor.From(numbers, new Shape(image)).Cast(type), residual = x.Convolution(weights.Value, groups: groups).Sin();
                IReadOnlyList<Tensor> Run(IReadOnlyList<Tensor> inputs)
                {
                    Tensor y = inputs[0].Convolution(weights.Value, groups: groups);
                    return [name switch
                    {
                        "clip" => y.Clip(0, 0.5),
                        "relu, clip" => y.Relu().Clip(0, 0.5),
                        "bias, residual, clip" => (y + bias.Value + inputs[1]).Clip(0, 0.5),
                        "clip, lower clip" => y.Clip(0, 0.5).Clip(0, 0.25),
                        "clip, higher clip" => y.Clip(0, 0.5).Clip(0, 0.75),
                        "clip, residual" => y.Clip(0, 0.5) + inputs[1],
                        "clip, relu" => y.Clip(0, 0.5).Relu(),
                        "clip from -1" => y.Clip(-1, 0.5),
                        "clip from -0" => y.Clip(-0.0, 0.5),
                        "clip to what Float32 rounds to 0" => y.Clip(0, 1e-50),
                        _ => y.Clip(0, 0.5) * y,
                    }];
                }

                string names = EpilogueFolding.Run(Tracer.Trace([x.Spec, residual.Spec], Run)).Names();
                Assert.Equal(expected, names);
                // The kernel adds the residual before the bias.
                double tolerance = name != "bias, residual, clip" ? 0 : type == DType.Float32 ? 1e-5 : 1e-13;
                Assert.Equal(Run([x, residual])[0].Cast(DType.Float64).ToArray<double>(), Function.Compile(Run).Call(x, residual)[0].Cast(DType.Float64).ToArray<double>(),
                    (eager, compiled) => eager.Equals(compiled) || Math.Abs(eager - compiled) <= tolerance);
            }
        }
    }

    [Fact]
    public void A_clip_stays_behind_a_matrix_product_and_a_normalisation()
    {
        Assert.Equal("MatMul Clip", EpilogueFolding.Run(Graphs.Of(x => [x[0].MatMul(x[1]).Clip(0, 6)], [5, 4], [4, 3])).Names());
        Assert.Equal("MatMul+Bias Clip", EpilogueFolding.Run(Graphs.Of(x => [(x[0].MatMul(x[1]) + x[2]).Clip(0, 6)], [5, 4], [4, 3], [3])).Names());
        Assert.Equal("Normalize Clip", EpilogueFolding.Run(Graphs.Of(x => [new Normalize(1e-3, false, false).Apply(x[0], x[1], x[1], x[1], x[1]).Clip(0, 6)], [2, 5, 5, 24], [24])).Names());
    }

    public static TheoryData<string, string> OfNormalisations => new()
    {
        { "residual", "Normalize+Residual" },
        { "residual first, relu", "Normalize+Residual+Relu" },
        { "relu", "Normalize" },
        { "relu, then residual", "Normalize Add" },
        { "bias", "Normalize Add" },
        { "two readers", "Normalize Add Multiply" },
        { "of two, the first", "Normalize Normalize+Residual+Relu" },
    };

    [Theory]
    [MemberData(nameof(OfNormalisations))]
    public void A_sum_and_a_relu_go_into_a_normalisation(string name, string expected)
    {
        IReadOnlyList<Tensor> Function(IReadOnlyList<Tensor> x)
        {
            (Tensor n, Tensor r) = (new Normalize(1e-3, false, false).Apply(x[0], x[1], x[2], x[3], x[4]), x[5]);
            return [name switch
            {
                "residual" => n + r,
                "residual first, relu" => (r + n).Relu(),
                "relu" => n.Relu(),
                "relu, then residual" => n.Relu() + r,
                "bias" => n + x[4],
                "two readers" => (n + r) * n,
                _ => (n + new Normalize(1e-2, false, false).Apply(r, x[1], x[2], x[3], x[4])).Relu(),
            }];
        }

        int[][] shapes = [[2, 5, 5, 24], [24], [24], [24], [24], [2, 5, 5, 24]];
        string names = EpilogueFolding.Run(Graphs.Of(x => [.. Function(x)], shapes)).Names();
        Assert.Equal(expected, names);
        Tensor[] inputs = [.. shapes.Select((shape, i) => new RandomKey((ulong)i).Uniform(new Shape(shape), 0.1, 1))];
        Assert.Equal(Function(inputs)[0].ToArray<float>(), Tensors.Compilation.Function.Compile(Function).Call(inputs)[0].ToArray<float>());
    }

    [Theory]
    [InlineData(DType.Float16)]
    [InlineData(DType.BFloat16)]
    public void Of_halves_the_relu_alone_goes_into_a_product(DType type)
    {
        IReadOnlyList<Tensor> Run(IReadOnlyList<Tensor> inputs)
        {
            Tensor[] x = [.. inputs.Select(input => input.Cast(type))];
            return [(x[0].MatMul(x[1]) + x[2]).Relu(), x[0].MatMul(x[1]).Relu(), x[3].Convolution(x[4]).Relu(), new Normalize(1e-3, false, false).Apply(x[3], x[2], x[2], x[2], x[2]).Relu()];
        }

        Shape[] shapes = [[5, 4], [4, 3], [3], [2, 5, 5, 3], [2, 2, 3, 7]];
        Tensor[] inputs = [.. shapes.Select((shape, i) => new RandomKey((ulong)i).Uniform(shape, i == 2 ? 0.1 : -1, 1))];
        string names = EpilogueFolding.Run(Graphs.Of(x => [.. Run(x)], [.. shapes.Select(shape => shape.Dimensions.ToArray())])).Names();
        Assert.Equal("MatMul Add Relu MatMul+Relu Convolution Normalize", names.Replace("Cast ", "", StringComparison.Ordinal));
        Assert.Equal(Bits(Run(inputs)), Bits(Function.Compile(Run).Call(inputs)));

        float[][] Bits(IReadOnlyList<Tensor> results) => [.. results.Select(result => result.Cast(DType.Float32).ToArray<float>())];
    }

    [Fact]
    public void A_product_that_is_a_result_or_seen_by_a_host_call_stays()
    {
        Assert.Equal("MatMul Add", EpilogueFolding.Run(Graphs.Of(x => [x[0].MatMul(x[1]) is var p ? p : p, p + x[2]], [5, 4], [4, 3], [3])).Names());
        Assert.Equal("MatMul host call Relu", EpilogueFolding.Run(Graphs.Of(
            x =>
            {
                Tensor product = x[0].MatMul(x[1]);
                Function.HostCall(_ => { }, [product]);
                return [product.Relu()];
            },
            [5, 4],
            [4, 3])).Names());
    }

    [Fact]
    public void A_sum_that_makes_the_product_larger_stays()
    {
        Assert.Equal("MatMul Add", EpilogueFolding.Run(Graphs.Of(x => [x[0].MatMul(x[1]) + x[2]], [5, 4], [4, 1], [3])).Names());
        Assert.Equal("MatMul Add", EpilogueFolding.Run(Graphs.Of(x => [x[0].MatMul(x[1]) + x[2]], [5, 4], [4, 3], [2, 5, 3])).Names());
        Assert.Equal("MatMul Add", EpilogueFolding.Run(Graphs.Of(x => [x[0].MatMul(x[1]) + x[2]], [5, 4], [4, 3], [5, 1])).Names());
    }

    [Fact]
    public void Of_two_products_added_one_takes_the_other_as_its_residual()
    {
        Graph graph = EpilogueFolding.Run(Graphs.Of(x => [(x[0].MatMul(x[1]) + x[2].MatMul(x[3])).Relu()], [5, 4], [4, 3], [5, 2], [2, 3]));
        Assert.Equal("MatMul MatMul+Residual+Relu", graph.Names());
    }

    [Theory]
    // Rows, inner, columns: nothing to add up, a column, a row, several blocks of the sum, several threads, outer axes.
    [InlineData(new[] { 3, 0 }, new[] { 0, 4 })]
    [InlineData(new[] { 5, 7 }, new[] { 7, 1 })]
    [InlineData(new[] { 1, 7 }, new[] { 7, 5 })]
    [InlineData(new[] { 1, 9 }, new[] { 9, 1 })]
    [InlineData(new[] { 33, 1500 }, new[] { 1500, 37 })]
    [InlineData(new[] { 130, 65 }, new[] { 65, 70 })]
    [InlineData(new[] { 2, 3, 5, 4 }, new[] { 3, 4, 6 })]
    [InlineData(new[] { 0, 4 }, new[] { 4, 3 })]
    public void A_folded_matrix_product_gives_what_it_is_made_of(int[] left, int[] right)
    {
        Shape product = Tensor.ShapeOnly(left).MatMul(Tensor.ShapeOnly(right)).Shape;
        Check((x, w) => x.MatMul(w), left, right, product);
    }

    [Theory]
    // Height, width, channels, kernel, filters, groups, stride: pointwise, deep, depthwise, grouped, strided, one filter.
    [InlineData(4, 5, 3, 1, 7, 1, 1)]
    [InlineData(5, 6, 700, 1, 9, 1, 1)]
    [InlineData(5, 6, 300, 3, 19, 1, 1)]
    [InlineData(6, 5, 17, 3, 17, 17, 1)]
    [InlineData(6, 5, 6, 3, 9, 3, 1)]
    [InlineData(9, 8, 5, 3, 6, 1, 2)]
    [InlineData(9, 8, 5, 2, 1, 1, 1)]
    [InlineData(33, 31, 8, 3, 24, 1, 1)]
    public void A_folded_convolution_gives_what_it_is_made_of(int height, int width, int channels, int kernel, int filters, int groups, int stride)
    {
        Tensor Product(Tensor x, Tensor w) => x.Convolution(w, null, (stride, stride), Padding.Same, groups: groups);
        int[] image = [2, height, width, channels], weights = [kernel, kernel, channels / groups, filters];
        Check(Product, image, weights, Product(Tensor.ShapeOnly(image), Tensor.ShapeOnly(weights)).Shape);
    }

    // The residual is computed in the program, so that the result may be written over it.
    private static void Check(Func<Tensor, Tensor, Tensor> product, int[] left, int[] right, Shape shape)
    {
        Tensor[] inputs = [.. new[] { left, right, [shape[-1]], [.. shape] }.Select((each, i) => new RandomKey((ulong)i).Uniform(new Shape(each), -1, 1, DType.Float64))];
        foreach (string name in Rows.Keys)
        {
            IReadOnlyList<Tensor> Function(IReadOnlyList<Tensor> x) => [Rows[name].Function(product(x[0], x[1]), x[2], x[3].Sin()).Tanh()];
            CompiledFunction compiled = Tensors.Compilation.Function.Compile(Function);
            double[] expected = Function(inputs)[0].ToArray<double>();
            for (int call = 0; call < 2; call++)
                Compare.Values(expected, compiled.Call(inputs)[0], 1e-12, name);
        }
    }
}
