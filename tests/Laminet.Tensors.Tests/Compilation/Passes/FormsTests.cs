using Laminet.Tensors.Compilation;
using Laminet.Tensors.Compilation.Passes;
using Laminet.Tensors.Ops;

namespace Laminet.Tensors.Tests.Compilation.Passes;

public class FormsTests
{
    private readonly Variable kernel = Kernel(3, 3, 4, 32);

    [Fact]
    public void A_kernel_that_stays_as_it_is_is_read_in_panels()
    {
        Operation convolution = Packed(x => x.Convolution(kernel.Value)).First<FoldedConvolution>();
        Assert.True(convolution.Inputs[1].Form is KernelInPanels);
        Assert.Equal(kernel.Shape.ElementCount, convolution.Inputs[1].Spec.Shape.ElementCount);
        Assert.Equal(36, convolution.Inputs[1].Spec.Shape[1]);
    }

    [Fact]
    public void Several_convolutions_share_a_kernel_in_panels() =>
        Assert.Equal(2, Packed(x => x.Convolution(kernel.Value) + x.Relu().Convolution(kernel.Value)).Operations.Count(operation => operation.Primitive is FoldedConvolution { Packed: not null }));

    [Fact]
    public void A_kernel_that_somebody_else_reads_too_stays_plain() => AssertPlain(x => x.Convolution(kernel.Value) + kernel.Value.Sum());

    [Fact]
    public void A_kernel_that_is_the_image_too_stays_plain() => AssertPlain(_ => kernel.Value.Reshape([1, 36, 32, 1]).Convolution(Kernel(3, 3, 1, 20).Value));

    [Fact]
    public void Kernels_of_groups_and_of_filters_that_fill_no_tile_stay_plain()
    {
        AssertPlain(x => x.Convolution(Kernel(3, 3, 2, 32).Value, groups: 2));
        AssertPlain(x => x.Convolution(Kernel(3, 3, 4, 7).Value));
    }

    [Fact]
    public void A_kernel_without_filters_stays_plain() => AssertPlain(x => x.Convolution(Kernel(3, 3, 4, 0).Value));

    [Fact]
    public void A_kernel_that_the_function_changes_stays_plain()
    {
        AssertPlain(x =>
        {
            Tensor y = x.Convolution(kernel.Value);
            kernel.Assign(kernel.Value * 2);
            return y;
        });
        AssertPlain(x =>
        {
            Tensor y = x.Convolution(kernel.Value);
            Graphs.Update(kernel, kernel.Value);
            return y;
        });
    }

    [Fact]
    public void Values_are_the_same_bits_in_either_form_and_follow_the_variable()
    {
        Tensor x = new RandomKey(3).Normal([2, 8, 8, 4]);
        CompiledFunction compiled = Function.Compile(inputs => [inputs[0].Convolution(kernel.Value)]);
        for (int round = 0; round < 3; round++)
        {
            float[] plain = x.Convolution(kernel.Value).ToArray<float>();
            Assert.Equal(plain, compiled.Call(x)[0].ToArray<float>());
            Assert.Equal(plain, compiled.Call(x)[0].ToArray<float>());
            kernel.Assign(kernel.Value * 1.5 - 0.25);
        }
    }

    [Theory]
    // Maps of 7 x 7 and of 14 x 14, whose rows and panels tasks share: as many panels as rows of tiles, fewer and more; rows that lie a page apart.
    [InlineData(7, 96, 320)]
    [InlineData(7, 96, 1280)]
    [InlineData(14, 100, 192)]
    [InlineData(14, 1024, 128)]
    [InlineData(3, 31, 4096)]
    // A narrower tile for the last panel, of few rows and of many.
    [InlineData(7, 96, 240)]
    [InlineData(7, 60, 464)]
    [InlineData(14, 480, 80)]
    [InlineData(14, 300, 112)]
    [InlineData(20, 96, 24)]
    [InlineData(20, 240, 40)]
    public void A_convolution_by_points_of_few_rows_gives_the_same_bits_in_either_form(int side, int channels, int filters)
    {
        Variable weights = Kernel(1, 1, channels, filters);
        Tensor x = new RandomKey(3).Normal([1, side, side, channels]);
        CompiledFunction compiled = Function.Compile(inputs => [inputs[0].Convolution(weights.Value)]);
        Assert.Equal(x.Convolution(weights.Value).ToArray<float>(), compiled.Call(x)[0].ToArray<float>());
    }

    [Fact]
    public void A_right_factor_of_many_rows_is_read_in_panels_and_gives_the_same_bits()
    {
        Variable factor = Kernel(300, 96);
        Tensor x = new RandomKey(3).Normal([300, 300]), bias = new RandomKey(4).Normal([96]);
        Operation product = Forms.Run(Graphs.Of(rows => rows.MatMul(factor.Value), 300, 300)).First<FoldedMatMul>();
        Assert.True(product.Inputs[1].Form is KernelInPanels);
        CompiledFunction compiled = Function.Compile(inputs => [inputs[0].MatMul(factor.Value), (inputs[0].MatMul(Kernel(300, 96).Value) + bias).Relu()]);
        for (int round = 0; round < 2; round++)
        {
            Assert.Equal(x.MatMul(factor.Value).ToArray<float>(), compiled.Call(x)[0].ToArray<float>());
            factor.Assign(factor.Value * 1.5 - 0.25);
        }

        Assert.Equal((x.MatMul(Kernel(300, 96).Value) + bias).Relu().ToArray<float>(), compiled.Call(x)[1].ToArray<float>());
    }

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    public void A_left_factor_that_is_a_view_meets_panels_too(DType type)
    {
        Variable factor = new(new RandomKey(1).Normal([300, 96], dtype: type), "factor");
        Tensor x = new RandomKey(3).Normal([300, 600], dtype: type);
        CompiledFunction compiled = Function.Compile(inputs => [inputs[0].Transpose().MatMul(factor.Value), inputs[0].Slice(0, 600, axis: 1, step: 2).MatMul(factor.Value)]);
        Bundle<Tensor> results = compiled.Call(x);
        Assert.Equal(x.Transpose().MatMul(factor.Value).Cast(DType.Float64).ToArray<double>(), results[0].Cast(DType.Float64).ToArray<double>());
        Assert.Equal(x.Slice(0, 600, axis: 1, step: 2).MatMul(factor.Value).Cast(DType.Float64).ToArray<double>(), results[1].Cast(DType.Float64).ToArray<double>());
    }

    [Theory]
    [InlineData(20, 300, 96)]
    [InlineData(300, 300, 90)]
    [InlineData(300, 20, 96)]
    public void Right_factors_of_few_rows_of_columns_that_fill_no_tile_and_small_ones_stay_plain(int rows, int depth, int columns)
    {
        Variable factor = Kernel(depth, columns);
        Assert.DoesNotContain(Forms.Run(Graphs.Of(x => x.MatMul(factor.Value), rows, depth)).Operations, operation => operation.Form is not null);
    }

    private static Variable Kernel(params int[] shape) => new(new RandomKey(1).Normal(new Shape(shape)), "kernel");

    private static void AssertPlain(Func<Tensor, Tensor> function) =>
        Assert.DoesNotContain(Packed(function).Operations, operation => operation.Form is not null || operation.Primitive is FoldedConvolution { Packed: not null });

    private static Graph Packed(Func<Tensor, Tensor> function) => Forms.Run(Graphs.Of(function, 2, 8, 8, 4));
}
