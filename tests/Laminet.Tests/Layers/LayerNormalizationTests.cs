using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Verification;

namespace Laminet.Tests.Layers;

/// <summary>Equal numbers, masks and wrong uses of layer normalization and its kin; their numbers are checks of Laminet.Verification.</summary>
public class LayerNormalizationTests
{
    [Fact]
    public void Of_equal_numbers_value_and_gradient_are_finite()
    {
        Tensor x = Tensor.Zeros([2, 4]);
        Near.Equal([0, 0, 0, 0, 0, 0, 0, 0], new LayerNormalization().Call(x), 0);
        foreach (Layer layer in (Layer[])[new LayerNormalization(), new RMSNormalization()])
            Assert.All(Gradient.Of(input => layer.Call(input, new CallContext(true)).Pow(3).Sum())(x).ToArray<float>(), number => Assert.True(float.IsFinite(number)));
    }

    [Fact]
    public void Mistakes_are_told()
    {
        ShapeException wrong = Assert.Throws<ShapeException>(() => Tensor.Zeros([2, 3]).LayerNormalize(gamma: Tensor.Ones([2])));
        Assert.Equal("LayerNormalize: received a gamma or beta of shape (2,) for the shape (2, 3); expected (3,), one number for each place along the axes normalised over.", wrong.Message);
        Assert.StartsWith("RmsNormalize: received a scalar", Assert.Throws<ShapeException>(() => Tensor.Scalar(1f).RmsNormalize()).Message, StringComparison.Ordinal);
        Assert.Contains("Received epsilon = 0; expected a number above 0.", Assert.Throws<ArgumentOutOfRangeException>(() => new LayerNormalization(epsilon: 0)).Message, StringComparison.Ordinal);
        Assert.Throws<ShapeException>(() => new LayerNormalization(axis: 5).Call(Tensor.Zeros([2, 3])));
    }

    [Fact]
    public void Masks_are_passed_on()
    {
        CallContext context = new();
        Tensor masked = new Masking().Call(Tensor.From([1f, 2, 0, 0], [1, 2, 2]), context);
        Assert.Equal([true, false], context.MaskOf(new LayerNormalization().Call(masked, context))!.ToArray<bool>());
        Assert.Equal([true, false], context.MaskOf(new RMSNormalization().Call(masked, context))!.ToArray<bool>());
    }
}
