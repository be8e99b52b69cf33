using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Verification;
using Laminet.Verification.Golden;

namespace Laminet.Tests.Layers;

/// <summary>The distributions of what image layers draw, and traps that others fell into.</summary>
public class AugmentationTests
{
    private const int Count = 4000;

    private static readonly RandomKey Key = new(31);

    [Fact]
    public void Shares_of_images()
    {
        Tensor image = Tensor.From([0f, 100, 200, 50, 250, 150], [1, 1, 2, 3]).BroadcastTo([Count, 1, 2, 3]);
        Share(0.5, image, new RandomFlip(FlipMode.Horizontal));
        Share(0.75, Tensor.Range(0, 4, DType.Float32).Reshape(1, 2, 2, 1).BroadcastTo([Count, 2, 2, 1]), new RandomFlip());
        Share(0.3, image, new RandomGrayscale(0.3));
        // A probability that is itself uniform up to the factor.
        Share(0.5, image, new RandomInvert());
        Share(0.4, image, new RandomInvert([0.2, 0.6]));
        Share(0.25, image, new RandomPerspective(0.5));
        Share(1, image, new RandomErasing([1, 1], [1, 1]));

        static void Share(double expected, Tensor images, ImageLayer layer)
        {
            double share = layer.Call(images, Key).NotEqual(images).Any([1, 2, 3]).Cast(DType.Float64).Mean().ToDouble();
            Assert.True(Math.Abs(expected - share) <= 5 * Math.Sqrt(expected * (1 - expected) / Count), $"{layer.GetType().Name}: {share}, expected {expected}");
        }
    }

    [Fact]
    public void Numbers_are_uniform_in_their_ranges()
    {
        Tensor gray = Tensor.Full([Count, 1, 1, 1], 100);
        Uniform(-51, 51, new RandomBrightness(0.2).Call(gray, Key) - gray);
        Uniform(25.5, 76.5, new RandomBrightness([0.3, 0.1]).Call(gray, Key) - gray);
        Tensor two = Tensor.From([100f, 120], [1, 1, 2, 1]).BroadcastTo([Count, 1, 2, 1]);
        Uniform(0.7 * 20, 1.3 * 20, new RandomContrast(0.3).Call(two, Key).Slice(1, 2, axis: 2) - new RandomContrast(0.3).Call(two, Key).Slice(0, 1, axis: 2));
        // On a ramp the value of a pixel is its place.
        Tensor ramp = Tensor.Range(0, 41, DType.Float32).Reshape(1, 1, 41, 1).BroadcastTo([Count, 41, 41, 1]);
        Uniform(-4.1, 4.1, Middle(new RandomTranslation(0, 0.1).Call(ramp, Key)) - 20);
        Tensor angles = 20 - new RandomRotation(0.1).Call(ramp, Key).Slice(20, 21, axis: 1).Slice(10, 11, axis: 2);
        // At 10 pixels from the centre: 10 cos of an angle that is uniform up to 36 degrees.
        Assert.Equal(10 * Math.Sin(Math.PI / 5) / (Math.PI / 5), angles.Mean().ToDouble(), 0.05);
        Uniform(0.8 * 10, 1.2 * 10, 20 - new RandomZoom(0.2).Call(ramp, Key).Slice(20, 21, axis: 1).Slice(10, 11, axis: 2));

        static Tensor Middle(Tensor images) => images.Slice(20, 21, axis: 1).Slice(20, 21, axis: 2);

        static void Uniform(double low, double high, Tensor numbers)
        {
            double range = high - low;
            Assert.Equal((low + high) / 2, numbers.Mean().ToDouble(), 5 * range / Math.Sqrt(12.0 * Count));
            // The variance of the square's deviation: range^4 / 180.
            Assert.Equal(range * range / 12, numbers.Cast(DType.Float64).Variance().ToDouble(), 5 * range * range / Math.Sqrt(180.0 * Count));
            Assert.InRange(numbers.Min().ToDouble(), low - 1e-3, high);
            Assert.InRange(numbers.Max().ToDouble(), low, high + 1e-3);
        }
    }

    [Fact]
    public void Posterization_keeps_the_first_bits()
    {
        Tensor value = Tensor.Full([Count, 1, 1, 1], 183);
        Assert.Equal(176, new RandomPosterization(4).Call(value, Key).ToArray<float>()[0]);
        // Trap of ranges: byte 32 is 31.99999 after the way from -1 to 1.
        Tensor bytes = Tensor.Range(0, 256, DType.Float32), symmetric = (bytes / 127.5) - 1;
        float[] kept = ((new RandomPosterization(3, [-1, 1]).Call(symmetric.Reshape(1, 16, 16, 1), Key) + 1) * 127.5).Round().ToArray<float>();
        Assert.Equal(bytes.ToArray<float>().Select(pixel => MathF.Floor(pixel / 32) * 32), kept);
        var counts = new RandomPosterization([1, 4]).Call(value, Key).ToArray<float>().CountBy(pixel => pixel).ToDictionary();
        // 10110111: one bit 128, two 128, three 160, four 176.
        Assert.Equal([128f, 160, 176], counts.Keys.Order());
        Assert.InRange(counts[128f], (Count / 2) - 160, (Count / 2) + 160);
        // Trap A15: the strength at bins 0, 9, 15 and 30 of 30.
        Assert.Equal([8f, 7, 6, 4], AugmentationSpace.Bits(Tensor.From([0f, 9, 15, 30]) / 30).ToArray<float>());
    }

    [Fact]
    public void Erased_rectangles_have_their_size()
    {
        Tensor image = Tensor.Full([Count, 40, 60, 1], 5);
        Tensor erased = new RandomErasing([1, 1], [0.04, 0.25], 99).Call(image, Key).Equal(99).Cast(DType.Float32);
        Tensor height = erased.Max(2).Sum([1, 2]), width = erased.Max(1).Sum([1, 2]);
        Assert.Equal((height * width).ToArray<float>(), erased.Sum([1, 2, 3]).ToArray<float>());
        Assert.InRange(height.Min().ToDouble(), 8, 9);
        Assert.InRange(height.Max().ToDouble(), 19, 20);
        // The mean of the square root of a uniform number between a and b.
        double mean = (Math.Pow(0.25, 1.5) - Math.Pow(0.04, 1.5)) / (1.5 * 0.21);
        Assert.Equal(40 * mean, height.Mean().ToDouble(), 0.4);
        Assert.Equal(60 * mean, width.Mean().ToDouble(), 0.6);
        // Noise: half of it is below 0 and clipped.
        float[] noise = [.. new RandomErasing([1, 1], [1, 1]).Call(image.Slice(0, 1), Key).ToArray<float>()];
        Assert.All(noise, pixel => Assert.InRange(pixel, 0, 255));
        Assert.InRange(noise.Count(pixel => pixel == 0), 1000, 1400);
    }

    [Fact]
    public void MixUp_draws_a_share_for_each_image()
    {
        // Trap A13: images of 0 and 1, so that a mixed pixel is the share, or 1 minus it, or nothing is mixed.
        Tensor x = Tensor.Range(0, Count, DType.Float32).Mod(2).Reshape(Count, 1, 1, 1), y = Tensor.Concatenate([x.Reshape(Count, 1), Tensor.Ones([Count, 1])]);
        Bundle<Tensor> mixed = new MixUp(0.2).Call(new Bundle<Tensor> { ["images"] = x, ["labels"] = y }, Key);
        float[] pixels = mixed["images"].ToArray<float>(), labels = mixed["labels"].Slice(0, 1, axis: 1).ToArray<float>();
        for (int i = 0; i < Count; i++)
            Assert.Equal(pixels[i], labels[i], 1e-6f);
        // About half of the images meet one of the other number; their shares are those of Beta(0.2, 0.2), one for each image.
        Tensor own = x.Reshape([Count]);
        double[] shares = [.. Enumerable.Range(0, Count).Where(i => pixels[i] != own[i].ToDouble()).Select(i => (double)pixels[i])];
        Assert.InRange(shares.Length, Count * 0.4, Count * 0.6);
        Assert.InRange(shares.Distinct().Count(), shares.Length / 4, shares.Length);
        Assert.Equal(0.178571, shares.Select(share => (share - 0.5) * (share - 0.5)).Average(), 0.01);
    }

    [Theory]
    [InlineData(1e-50)]
    [InlineData(1e39)]
    public void Every_setting_of_MixUp_gives_numbers(double alpha)
    {
        Tensor x = new Lcg(9).Tensor([40, 2, 2, 1], dtype: DType.Float32);
        Assert.All(new MixUp(alpha).Call(x, Key).ToArray<float>(), pixel => Assert.InRange(pixel, 0, 1));
    }

    [Fact]
    public void CutMix_weighs_labels_by_the_pixels_that_are_left()
    {
        // Trap A14.
        ImageRectangle rectangle = CutMix.Rectangle(Tensor.From([0.5], [1, 1]), Tensor.From([10.0], [1, 1]), Tensor.From([50.0], [1, 1]), 100, 100);
        Assert.Equal((0, 45, 15, 85), (rectangle.Left.ToDouble(), rectangle.Right.ToDouble(), rectangle.Top.ToDouble(), rectangle.Bottom.ToDouble()));
        Assert.Equal(0.685, 1 - (rectangle.Area.ToDouble() / 10000), 1e-12);
        Tensor x = Tensor.Range(0, 200, DType.Float32).Reshape(200, 1, 1, 1).BroadcastTo([200, 9, 13, 1]), y = Tensor.Range(0, 200).OneHot(200);
        Bundle<Tensor> cut = new CutMix().Call(new Bundle<Tensor> { ["images"] = x, ["labels"] = y, ["segmentation_masks"] = x.Cast(DType.Int32) }, Key);
        Tensor own = cut["images"].Equal(x).Cast(DType.Float32).Mean([1, 2, 3]);
        Near.Equal([.. own.ToArray<float>().Select(share => (double)share)], (cut["labels"] * y.Cast(DType.Float32)).Sum(1), 1e-5);
        Assert.Equal(cut["images"].ToArray<float>().Select(pixel => (int)pixel), cut["segmentation_masks"].ToArray<int>());
        Assert.Throws<ShapeException>(() => new CutMix().Call(new Bundle<Tensor> { ["images"] = x, ["bounding_boxes"] = Tensor.Zeros([200, 1, 4]) }, Key));
    }

    [Fact]
    public void Mixed_images_have_the_boxes_of_both()
    {
        Tensor boxes = Tensor.From([0f, 0, 4, 4, 2, 2, 6, 6], [2, 1, 4]);
        Bundle<Tensor> mixed = new MixUp().Call(new Bundle<Tensor> { ["images"] = Tensor.Zeros([2, 8, 8, 1]), ["bounding_boxes"] = boxes, ["bounding_box_labels"] = Tensor.From([1, 2], [2, 1]) }, Key);
        int[] labels = mixed["bounding_box_labels"].ToArray<int>();
        Assert.Equal(boxes.ToArray<float>(), mixed["bounding_boxes"].Slice(0, 1, axis: 1).ToArray<float>());
        Assert.Equal([1, 2], [labels[0], labels[2]]);
        Assert.Equal(boxes.Gather(Tensor.From([labels[1] - 1, labels[3] - 1])).ToArray<float>(), mixed["bounding_boxes"].Slice(1, 2, axis: 1).ToArray<float>());
    }

    [Fact]
    public void Hues_are_exact_and_go_round()
    {
        // Trap A16.
        double[] hsv = Tensor.From([1, 0, 1 / 255.0, 0, 128 / 255.0, 1, 0.3, 0.3, 0.3, 0, 0, 0], [4, 3]).RgbToHsv().ToArray<double>();
        Near.Equal([0.999346, 1, 1, 0.583007, 1, 1, 0, 0, 0.3, 0, 0, 0], hsv, 1e-6);
        Near.Equal([1, 0.3, 0], Tensor.From([0.95 + 0.1, 1, 1]).HsvToRgb(), 1e-12);
        Near.Equal([1, 0.3, 0], Tensor.From([0.05 - 1, 1, 1]).HsvToRgb(), 1e-12);
        Tensor colors = new Lcg(2).Tensor([500, 3]);
        Near.Equal(colors.ToArray<double>(), colors.RgbToHsv().HsvToRgb(), 1e-12);
        // Grey stays grey, without NaN, whatever the turn.
        Tensor gray = Tensor.Full([5, 2, 2, 3], 70);
        Assert.Equal(gray.ToArray<float>(), new RandomHue(1).Call(gray, Key).Round().ToArray<float>());
        Assert.Equal(gray.ToArray<float>(), new RandomSaturation([0.9, 0.9]).Call(gray, Key).Round().ToArray<float>());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.3)]
    [InlineData(0.7)]
    [InlineData(1)]
    public void A_saturation_is_changed_as_by_way_of_hues(double factor)
    {
        // Colours at random, and black, grey, white, full and almost grey ones.
        Tensor colors = Tensor.Concatenate([new Lcg(2).Tensor([500, 3]) + 0.5, Tensor.From([0, 0, 0, 0.3, 0.3, 0.3, 1, 1, 1, 0, 1, 0, 1, 1, 0, 0.5, 0.5, 0.5000001], [6, 3])], axis: 0);
        double times = Math.Min(factor / (1 - factor + 1e-7), 1e4);
        Tensor hsv = (colors.RgbToHsv() * Tensor.From([1, times, 1])).Minimum(Tensor.From([double.PositiveInfinity, 1, double.PositiveInfinity]));
        Tensor changed = new RandomSaturation([factor, factor], [0, 1]) { DType = DType.Float64 }.Call(colors.Reshape(1, 22, 23, 3), Key);
        Near.Equal(hsv.HsvToRgb().ToArray<double>(), changed, 1e-9);
        Assert.Contains("expected three channels", Assert.Throws<ShapeException>(() => new RandomSaturation(factor).Call(Tensor.Zeros([1, 4, 4, 2]), Key)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Flat_images_stay_what_they_are()
    {
        Tensor flat = Tensor.Full([2, 4, 4, 3], 93);
        foreach (ImageLayer layer in (ImageLayer[])[new AutoContrast(), new Equalization(), new RandomContrast(0.5), new RandomSharpness(1), new RandomGaussianBlur([1, 1], 5)])
            Near.Equal(Enumerable.Repeat(93.0, 96).ToArray(), layer.Call(flat, Key), 1e-5);
    }

    [Fact]
    public void AugMix_stays_near_a_weak_mixture()
    {
        Tensor images = new Lcg(5).Tensor([20, 12, 12, 3], dtype: DType.Float32);
        AugMix mix = new([0, 1]);
        Tensor mixed = mix.Call(images, Key);
        Assert.InRange(mixed.Min().ToDouble(), 0, 1);
        Assert.InRange(mixed.Max().ToDouble(), 0, 1);
        Assert.All((mixed - images).Abs().Mean([1, 2, 3]).ToArray<float>(), change => Assert.InRange(change, 1e-6f, 0.4f));
    }
}
