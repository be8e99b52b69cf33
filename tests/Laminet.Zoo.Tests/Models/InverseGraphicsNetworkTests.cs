using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Zoo.Models;

namespace Laminet.Zoo.Tests.Models;

public class InverseGraphicsNetworkTests
{
    // By hand: what is not active becomes its batch mean, and is pulled towards it alone, whatever the decoder's slope.
    [Fact]
    public void Units_that_do_not_vary_get_the_distance_from_their_mean_as_gradient()
    {
        Tensor latent = Tensor.From(new float[] { 1, 2, 3, 5, 0, 10 }, [2, 3]), active = Tensor.From(0f, 1, 0), slopes = Tensor.From(new float[] { 7, 8, 9, -1, -2, -3 }, [2, 3]);
        Assert.Equal([3f, 2, 6.5f, 3, 0, 6.5f], InverseGraphicsNetwork.Clamped(latent, active, 4).Latent.ToArray<float>());
        Tensor gradient = Gradient.Of(z =>
        {
            (Tensor clamped, Tensor penalty) = InverseGraphicsNetwork.Clamped(z, active, 4);
            return (clamped * slopes).Sum() + penalty;
        })(latent);
        // 4 (z - mean) / 2 images.
        Assert.Equal([-4f, 8, -7, 4, -2, 7], gradient.ToArray<float>());
    }

    // A bar that moves to the right, bright or dark: unit 0 comes to say where it is, and unit 1 does not.
    [Fact]
    public void The_unit_of_a_factor_tells_that_factor()
    {
        Random random = new(1);
        InverseGraphicsNetwork network = new([16, 16, 1], latents: 2, new Adam(2e-3), clamping: 10, seed: 1);
        (double first, double last) = (0, 0);
        for (int step = 0; step < 400; step++)
        {
            (double place, double light) = (random.NextDouble(), random.NextDouble());
            last = step % 2 == 0
                ? network.Learn(Tensor.Stack([.. Enumerable.Range(0, 16).Select(_ => Bar(random.NextDouble(), light))]), 0..1).Error
                : network.Learn(Tensor.Stack([.. Enumerable.Range(0, 16).Select(_ => Bar(place, random.NextDouble()))]), 1..).Error;
            first = step == 0 ? last : first;
        }

        Assert.True(last < first / 2, $"{first} to {last}");
        (double Place, double Light)[] tested = [.. Enumerable.Range(0, 100).Select(_ => (random.NextDouble(), random.NextDouble()))];
        Tensor units = network.Encode(Tensor.Stack([.. tested.Select(one => Bar(one.Place, one.Light))]));
        double own = Correlation(units.At(0, axis: 1), one => one.Place), other = Correlation(units.At(1, axis: 1), one => one.Place);
        Assert.True(own > 0.9 && other < 0.75, $"{own}, {other}");
        Assert.Equal([2, 16, 16, 1], network.Decode(Tensor.Zeros([2, 2])).Shape);

        double Correlation(Tensor unit, Func<(double Place, double Light), double> factor)
        {
            double[] z = unit.Cast(DType.Float64).ToArray<double>(), f = [.. tested.Select(factor)];
            (double meanZ, double meanF) = (z.Average(), f.Average());
            return Math.Abs(z.Zip(f, (a, b) => (a - meanZ) * (b - meanF)).Sum()) / Math.Sqrt(z.Sum(a => Math.Pow(a - meanZ, 2)) * f.Sum(b => Math.Pow(b - meanF, 2)));
        }
    }

    [Fact]
    public void Wrong_use_is_told()
    {
        Assert.Equal("InverseGraphicsNetwork: received images of shape (28, 28, 1); expected (height, width, channels), with multiples of 8 for height and width. Pad or resize them.",
            Assert.Throws<ShapeException>(() => new InverseGraphicsNetwork([28, 28, 1], 3)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new InverseGraphicsNetwork([8, 8, 1], 1));
        InverseGraphicsNetwork network = new([8, 8, 1], 3);
        Assert.Equal("InverseGraphicsNetwork: received images of shape (2, 8, 4, 1); expected (images, 8, 8, 1), at least one. Resize them, or build the network for their size.",
            Assert.Throws<ShapeException>(() => network.Learn(Tensor.Zeros([2, 8, 4, 1]), 0..1)).Message);
        Assert.Equal("InverseGraphicsNetwork: received one image; expected a mini-batch of at least two, in which one factor varies.", Assert.Throws<ShapeException>(() => network.Learn(Tensor.Zeros([1, 8, 8, 1]), 0..1)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => network.Learn(Tensor.Zeros([2, 8, 8, 1]), 2..2));
        Assert.Throws<ArgumentOutOfRangeException>(() => network.Learn(Tensor.Zeros([2, 8, 8, 1]), 2..5));
        Assert.Throws<ArgumentException>(() => network.Encode(Tensor.Full([2, 8, 8, 1], double.NaN)));
    }

    private static Tensor Bar(double place, double light)
    {
        float[] image = new float[256];
        for (int i = 0; i < 256; i++)
            image[i] = (float)((0.3 + (0.7 * light)) * Math.Exp(-Math.Pow(((i % 16) - 3 - (9 * place)) / 1.5, 2)));
        return Tensor.From(image, [16, 16, 1]);
    }
}
