using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Verification;

namespace Laminet.Tests.Optimizers;

/// <summary>What an optimizer makes of gradients that are sparse, absent or taken by other variables.</summary>
public sealed class GradientStateTests
{
    // Row 1 is looked up twice, with the gradients 1 and 3: summed first, the step is 4 / sqrt(16). One after the other it were 1.9487.
    [Fact]
    public void Gradients_of_a_row_looked_up_twice_are_summed_before_the_step()
    {
        Variable table = new(Tensor.Zeros([3, 1], DType.Float64), "table");
        Tensor weights = Tensor.From(new double[,] { { 1 }, { 3 } });
        Adagrad optimizer = new(learningRate: 1, initialAccumulatorValue: 0, epsilon: 1e-14);
        Tensor gradient = Gradient.ValueAndGradients(() => (table.Value.Gather(Tensor.From(1, 1)) * weights).Sum(), [table]).Gradients[0];
        Assert.Equal([0.0, 4, 0], gradient.ToArray<double>());
        optimizer.Apply([(gradient, table)]);
        Near.Equal([0, -1, 0], table.Value, 1e-12);
    }

    // A row that no batch looks up has a zero gradient, not none: momentum still moves it, as in Keras and in PyTorch's Adam.
    [Fact]
    public void Rows_that_a_batch_does_not_look_up_take_adams_dense_step()
    {
        Variable table = new(Tensor.Zeros([2, 1], DType.Float64), "table");
        Adam optimizer = new(0.1, epsilon: 1e-7);
        List<double> path = [];
        foreach (int row in new[] { 1, 0, 0 })
        {
            Tensor gradient = Gradient.ValueAndGradients(() => table.Value.Gather(Tensor.From(row)).Sum(), [table]).Gradients[0];
            optimizer.Apply([(gradient, table)]);
            path.Add(table.Value.At(1).ToDouble());
        }

        Near.Equal([-0.09999968, -0.16700530, -0.21880083], path, 1e-7);
    }

    // Decay in the gradient would be divided by its own size: 0.9 for either.
    [Theory]
    [InlineData(0.5, 0.89900002)]
    [InlineData(0.0, 0.999)]
    public void AdamW_takes_its_decay_off_the_weight_and_not_into_the_gradient(double gradient, double expected)
    {
        Variable weight = new(Tensor.From(1.0), "w");
        new AdamW(0.1, weightDecay: 0.01, epsilon: 1e-7).Apply([(Tensor.From(gradient), weight)]);
        // The value is PyTorch's; Keras's epsilon, which counts for more in the first step, makes it 6e-7 larger.
        Near.Equal([expected], weight.Value, 1e-6);
    }

    [Fact]
    public void A_generators_step_through_a_discriminator_leaves_the_discriminator_as_it_was()
    {
        Variable generator = new(new RandomKey(1).Normal([2, 3], dtype: DType.Float64), "generator");
        Variable discriminator = new(new RandomKey(2).Normal([3, 1], dtype: DType.Float64), "discriminator");
        Tensor noise = new RandomKey(3).Normal([4, 2], dtype: DType.Float64), real = new RandomKey(4).Normal([4, 3], dtype: DType.Float64);
        Tensor Score(Tensor x) => x.MatMul(discriminator.Value).Softplus().Mean();
        Tensor OwnGradient() => Gradient.ValueAndGradients(() => Score(real), [discriminator]).Gradients[0];
        double[] before = discriminator.Value.ToArray<double>(), gradientBefore = OwnGradient().ToArray<double>();

        SGD optimizer = new(0.1);
        Tensor gradient = Gradient.ValueAndGradients(() => Score(noise.MatMul(generator.Value)), [generator]).Gradients[0];
        Assert.True(gradient.NotEqual(0).All().Item<bool>());
        optimizer.Apply([(gradient, generator)]);

        Assert.Equal(before, discriminator.Value.ToArray<double>());
        Assert.Equal(gradientBefore, OwnGradient().ToArray<double>());
    }
}
