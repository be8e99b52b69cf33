using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Zoo.Models;
using Laminet.Zoo.Tasks;

namespace Laminet.Zoo.Tests.Tasks;

public class PatchFeaturesTests
{
    // Each number of this image says where it is, so a patch less its mean says that it is whole; the mean of all says that all places occur.
    [Fact]
    public void Patches_are_parts_of_images_less_their_mean()
    {
        Tensor images = Tensor.Range(0, 2 * 6 * 5 * 2, DType.Float32).Reshape([2, 6, 5, 2]);
        Tensor patches = PatchFeatures.Draw(images, 3, 400, new RandomKey(1));
        Assert.Equal([400, 18], patches.Shape.Dimensions.ToArray());
        float[] expected = [.. from row in Enumerable.Range(-1, 3) from column in Enumerable.Range(-1, 3) from channel in (float[])[-0.5f, 0.5f] select (row * 10) + (column * 2) + channel];
        Assert.All(patches.ToArray<float>().Chunk(18), patch => Assert.All(expected.Zip(patch), pair => Assert.Equal(pair.First, pair.Second, 1e-4f)));
        Assert.Equal(patches.ToArray<float>(), PatchFeatures.Draw(images, 3, 400, new RandomKey(1)).ToArray<float>());
    }

    // The only uneven place is a spot at the end of the last image: nearly all patches are even ground, and each that is kept has the spot in it, at all of its places alike.
    [Fact]
    public void Even_ground_is_passed_over_and_every_place_occurs()
    {
        float[] pixels = new float[2 * 5 * 5];
        pixels[25 + 12] = 1;
        Tensor patches = PatchFeatures.Draw(Tensor.From(pixels, [2, 5, 5, 1]), 3, 900, new RandomKey(1));
        int[] places = [.. patches.ArgMax(-1).Cast(DType.Int32).ToArray<int>()];
        Assert.All(patches.Max(1).ToArray<float>(), greatest => Assert.Equal(8 / 9f, greatest, 1e-5f));
        // 900 draws of 9 places: 100 each, deviation 9.4.
        Assert.All(places.CountBy(place => place), place => Assert.InRange(place.Value, 55, 145));
        Assert.Equal(9, places.Distinct().Count());
    }

    // But for the lengths of the kernels.
    [Fact]
    public void The_convolution_codes_each_patch_as_the_autoencoder_does()
    {
        Tensor images = new RandomKey(1).Uniform([3, 6, 6, 2]);
        Sequential autoencoder = Autoencoder.Create([18], code: 4, output: "linear", seed: 2), model = new(new Input([6, 6, 2]), new Conv2D(4, 3, activation: "relu") { Name = "first" });
        Dense code = (Dense)Autoencoder.EncoderOf(autoencoder).GetLayer("code");
        code.Weights[1].Assign(Tensor.From([0.1f, -0.1f, 0.2f, 0]));
        PatchFeatures.Assign(code, (Conv2D)model.GetLayer("first"));
        Tensor patch = images.Slice(1, 4, axis: 1).Slice(2, 5, axis: 2).Reshape([3, 18]);
        float[] expected = Autoencoder.EncoderOf(autoencoder).Predict(patch - patch.Mean(1, keepDims: true)).ToArray<float>();
        float[] received = model.Predict(images).Slice(1, 2, axis: 1).Slice(2, 3, axis: 2).Reshape([3, 4]).ToArray<float>();
        Tensor kernel = code.Weights[0].Value;
        float[] lengths = (kernel - kernel.Mean(0)).Square().Sum(0).Sqrt().ToArray<float>();
        Assert.All(expected.Index(), one => Assert.Equal(one.Item / lengths[one.Index % 4], received[one.Index], 1e-5f));
        Assert.Contains(expected, number => number > 0);
    }

    [Fact]
    public void Wrong_use_is_told()
    {
        Tensor images = new RandomKey(1).Uniform([2, 6, 6, 1]);
        Fails<ShapeException>("sides of 7 or more", () => PatchFeatures.Draw(images, 7, 3, new RandomKey(1)));
        Fails<ShapeException>("divide them by 255", () => PatchFeatures.Draw(images.Cast(DType.UInt8), 3, 3, new RandomKey(1)));
        Fails<ArgumentOutOfRangeException>("1 or more", () => PatchFeatures.Draw(images, 3, 0, new RandomKey(1)));
        Fails<ArgumentException>("Give a smaller leastDeviation", () => PatchFeatures.Draw(images.ZerosLike(), 3, 3, new RandomKey(1)));
        Sequential autoencoder = Autoencoder.Create([9], 4), model = new(new Input([6, 6, 1]), new Conv2D(5, 3) { Name = "first" });
        Dense code = (Dense)Autoencoder.EncoderOf(autoencoder).GetLayer("code");
        Fails<ShapeException>("expected (9, 5)", () => PatchFeatures.Assign(code, (Conv2D)model.GetLayer("first")));
        Fails<InvalidOperationException>("once they are in a model with an Input", () => PatchFeatures.Assign(code, new Conv2D(4, 3)));

        static void Fails<T>(string part, Action wrong) where T : Exception => Assert.Contains(part, Assert.ThrowsAny<T>(wrong).Message, StringComparison.Ordinal);
    }
}
