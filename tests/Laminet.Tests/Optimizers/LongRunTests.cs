using Laminet.Optimizers;
using Laminet.Tensors;

namespace Laminet.Tests.Optimizers;

/// <summary>Rounding must not lead an optimizer astray, however long it runs.</summary>
public sealed class LongRunTests
{
    private static readonly double[] Constants = [1.74, .. Enumerable.Range(0, 130).Select(i => Math.Pow(10, (i - 65) / 15.0) * (i % 2 == 0 ? 1 : -1))];

    public static TheoryData<string> Optimizers => [.. Makers.Keys];

    private static Dictionary<string, Func<Optimizer>> Makers => new()
    {
        ["RMSprop, centered"] = () => new RMSprop(0.001, centered: true),
        ["RMSprop, centered with momentum"] = () => new RMSprop(0.001, momentum: 0.9, centered: true),
        ["RMSprop"] = () => new RMSprop(),
        ["Adadelta"] = () => new Adadelta(),
        ["Adagrad"] = () => new Adagrad(),
        ["Adam"] = () => new Adam(),
        ["Adam, amsgrad"] = () => new Adam(amsgrad: true),
        ["Adam without memory"] = () => new Adam(beta1: 0, beta2: 0),
        ["AdamW"] = () => new AdamW(),
        ["Adamax"] = () => new Adamax(),
        ["Nadam"] = () => new Nadam(),
        ["Ftrl"] = () => new Ftrl(),
        ["Lion"] = () => new Lion(),
        ["Rprop"] = () => new Rprop(),
        ["ScheduleFreeAdamW"] = () => new ScheduleFreeAdamW(),
        ["Lamb"] = () => new Lamb(),
        ["Adafactor"] = () => new Adafactor(),
    };

    // A variance is a difference of two squares that are equal but for rounding; so is every mean that has settled.
    [Theory]
    [MemberData(nameof(Optimizers))]
    public void A_constant_gradient_keeps_the_weights_finite(string name)
    {
        Optimizer optimizer = Makers[name]();
        Variable weight = new(Tensor.Zeros([Constants.Length]), "w");
        Tensor gradient = Tensor.From(Constants).Cast(DType.Float32);
        for (int step = 0; step < 10_000; step++)
            optimizer.Apply([(gradient, weight)]);
        Assert.True(weight.Value.IsFinite().All().Item<bool>(), $"{name} gave {weight.Value}");
        Assert.True((weight.Value * gradient).Less(0).All().Item<bool>(), $"{name} went uphill: {weight.Value}");
    }

    // In exact arithmetic v - m² = g² rho^t (1 - rho^t).
    [Fact]
    public void Centered_rmsprop_of_a_constant_gradient_follows_the_exact_variance()
    {
        const double Gradient = 1.74, Rate = 0.001, Rho = 0.9, Epsilon = 1e-7;
        double expected = 0;
        for (int step = 1; step <= 200; step++)
        {
            double share = Math.Pow(Rho, step);
            expected -= Rate * Gradient / Math.Sqrt((Gradient * Gradient * share * (1 - share)) + Epsilon);
        }

        Variable weight = new(Tensor.Scalar(0.0), "w");
        RMSprop optimizer = new(Rate, centered: true);
        for (int step = 1; step <= 200; step++)
            optimizer.Apply([(Tensor.Scalar(Gradient), weight)]);
        Assert.Equal(expected, weight.Value.Item<double>(), Math.Abs(expected) * 1e-6);
    }
}
