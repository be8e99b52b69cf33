using Laminet.Layers;
using Laminet.Verification.Golden;

namespace Laminet.Verification.Layers;

/// <summary>Image layers that draw what they do, against plain loops over what the draw can have been.</summary>
internal static class ImageChecks
{
    private static readonly RandomKey Key = new(31);

    private static Tensor Pixels => Tensor.Range(0, 20, DType.Float32).Reshape(1, 4, 5, 1);

    [Verifies(typeof(CenterCrop), 5, 2, 1)]
    [Verifies(typeof(CenterCrop), 7, 4, 1)]
    [Verifies(typeof(CenterCrop), 4, 3, 0)]
    public static void The_middle_begins_at_the_floor_of_half_the_rest(int width, int size, int start) =>
        Expect.Sequence(Enumerable.Range(start, size).Select(pixel => (float)pixel), new CenterCrop(1, size).Call(Tensor.Range(0, width, DType.Float32).Reshape(1, 1, width, 1)).ToArray<float>());

    [Verifies(typeof(RandomCrop))]
    public static void A_crop_is_a_window_and_every_window_comes()
    {
        Tensor crops = new RandomCrop(2, 3).Call(Pixels.BroadcastTo([300, 4, 5, 1]), Key);
        float[] first = crops.Reshape(300, 6).At(0, 1).ToArray<float>();
        Expect.Sequence(first.SelectMany(pixel => new[] { pixel, pixel + 1, pixel + 2, pixel + 5, pixel + 6, pixel + 7 }), crops.ToArray<float>());
        Expect.Sequence([0f, 1, 2, 5, 6, 7, 10, 11, 12], first.Distinct().Order(), "where windows begin");
    }

    [Verifies(typeof(RandomFlip), FlipMode.HorizontalAndVertical)]
    [Verifies(typeof(RandomFlip), FlipMode.Horizontal)]
    [Verifies(typeof(RandomFlip), FlipMode.Vertical)]
    public static void An_image_is_mirrored_or_not_along_each_axis(FlipMode mode)
    {
        Tensor flipped = new RandomFlip(mode).Call(Pixels.BroadcastTo([200, 4, 5, 1]), Key);
        HashSet<(bool Rows, bool Columns)> seen = [];
        for (int i = 0; i < 200; i++)
        {
            float[] received = flipped.At(i).ToArray<float>();
            (bool rows, bool columns) = (received[0] >= 15, received[0] % 5 == 4);
            seen.Add((rows, columns));
            Expect.Sequence(Enumerable.Range(0, 20).Select(pixel => (float)((5 * (rows ? 3 - (pixel / 5) : pixel / 5)) + (columns ? 4 - (pixel % 5) : pixel % 5))), received, $"image {i}");
        }

        bool[] both = [false, true];
        IEnumerable<(bool, bool)> ways = from rows in both from columns in both where !(rows && mode == FlipMode.Horizontal) && !(columns && mode == FlipMode.Vertical) select (rows, columns);
        Expect.Sequence(ways, seen.Order(), "ways to mirror");
    }

    [Verifies(typeof(RandomBrightness))]
    [Verifies(typeof(RandomColorJitter))]
    public static void Brightness_is_added_and_clipped()
    {
        Tensor x = new Lcg(6).Tensor([2, 3, 4, 3], dtype: DType.Float64) * 255;
        double[] expected = [.. x.ToArray<double>().Select(pixel => Math.Min(255, pixel + (0.3 * 255)))];
        Near.Equal(expected, new RandomBrightness([0.3, 0.3]) { DType = DType.Float64 }.Call(x, Key), 1e-12);
        // The other changes of a jitter are off.
        Near.Equal(expected, new RandomColorJitter([0, 255], brightnessFactor: [0.3, 0.3]) { DType = DType.Float64 }.Call(x, Key), 1e-9);
    }

    [Verifies(typeof(RandomContrast), 0.0, 0.5)]
    [Verifies(typeof(RandomContrast), 0.75, 0.0)]
    [Verifies(typeof(RandomContrast), 0.25, 0.25)]
    public static void Pixels_go_from_the_mean_or_to_it_by_one_factor(double less, double more)
    {
        const int count = 50;
        Tensor x = new Lcg(9).Tensor([count, 3, 4, 2]) * 255, mean = x.Mean([1, 2], keepDims: true);
        double[] factors = ((new RandomContrast([less, more], [-1000, 1000]) { DType = DType.Float64 }.Call(x, Key) - mean) / (x - mean)).ToArray<double>();
        for (int i = 0; i < factors.Length; i++)
            Near.Equal(factors[i / 24 * 24], factors[i], 1e-6, $"factor of number {i}: ");
        // Of 50 numbers the extremes are near the ends.
        double near = 0.15 * (less + more);
        Expect.InRange(factors.Min(), 1 - less - 1e-6, 1 - less + near, "the smallest factor");
        Expect.InRange(factors.Max(), 1 + more - near, 1 + more + 1e-6, "the largest factor");
    }

    [Verifies(typeof(RandomGaussianBlur))]
    public static void A_blurred_pixel_is_the_weighted_sum_of_those_around_it()
    {
        (int height, int width, double sigma) = (5, 7, 0.8);
        Tensor x = new Lcg(8).Tensor([1, height, width, 1]), received = new RandomGaussianBlur([1, 1], new Size2D(5, 3), [sigma, sigma], [0, 1]) { DType = DType.Float64 }.Call(x, Key);
        double[] expected = new double[height * width];
        for (int place = 0; place < expected.Length; place++)
        {
            double sum = 0, weights = 0;
            for (int down = -2; down <= 2; down++)
            {
                for (int right = -1; right <= 1; right++)
                {
                    double weight = Math.Exp(-((down * down) + (right * right)) / (2 * sigma * sigma));
                    weights += weight;
                    sum += weight * x[0, Mirrored((place / width) + down, height), Mirrored((place % width) + right, width), 0].ToDouble();
                }
            }

            expected[place] = sum / weights;
        }

        Near.Equal(expected, received, 1e-12);

        static int Mirrored(int place, int length) => place < 0 ? -place : place >= length ? (2 * length) - 2 - place : place;
    }

    [Verifies(typeof(RandomErasing), 0.04, 0.25, 99.0)]
    [Verifies(typeof(RandomErasing), 0.16, 0.16, 0.0)]
    [Verifies(typeof(RandomErasing), 0.09, 0.64, 255.0)]
    public static void A_rectangle_is_erased_and_nothing_else(double least, double most, double fill)
    {
        Tensor image = Tensor.Full([100, 40, 60, 1], 5), received = new RandomErasing([1, 1], [least, most], fill).Call(image, Key), erased = received.Equal(fill).Cast(DType.Float32);
        Tensor height = erased.Max(2).Sum([1, 2]), width = erased.Max(1).Sum([1, 2]);
        Expect.Sequence((height * width).ToArray<float>(), erased.Sum([1, 2, 3]).ToArray<float>(), "pixels that are erased, by image");
        (double low, double high) = (Math.Floor(40 * Math.Sqrt(least)), Math.Ceiling(40 * Math.Sqrt(most)));
        Expect.InRange(height.Min().ToDouble(), low, high, "the lowest rectangle");
        Expect.InRange(height.Max().ToDouble(), low, high, "the highest rectangle");
        Expect.True(received.Equal(fill).Or(received.Equal(5)).All().Item<bool>(), "expected the other pixels as they were");
    }

    [Verifies(typeof(RandomElasticTransform), 0.5)]
    [Verifies(typeof(RandomElasticTransform), 0.75)]
    [Verifies(typeof(RandomElasticTransform), 1.0)]
    public static void Pixels_move_by_blurred_noise(double scale)
    {
        // A pixel is its column: what is read tells from where.
        Tensor x = Tensor.Range(0, 40, DType.Float32).Reshape(1, 1, 40, 1).BroadcastTo([50, 40, 40, 1]);
        Tensor distance = (new RandomElasticTransform([1, 1], [scale, scale]).Call(x, new RandomKey(6)) - x).Slice(10, 30, axis: 2);
        // Noise of deviation 1, blurred over s pixels, has the deviation 1 / (2 sqrt(pi) s); that of s times as much, and this 4 scale times.
        double expected = 4 * scale / (2 * Math.Sqrt(Math.PI));
        Expect.InRange(Math.Sqrt(distance.Square().Mean().ToDouble()), 0.9 * expected, 1.1 * expected, "the deviation of distances");
        Expect.InRange(distance.Mean().ToDouble(), -0.1, 0.1, "the mean of distances");
    }

    [Verifies(typeof(MixUp), 0.2)]
    [Verifies(typeof(MixUp), 0.4)]
    [Verifies(typeof(MixUp), 2.0)]
    public static void Images_and_labels_are_mixed_by_the_same_share(double alpha)
    {
        const int count = 50;
        Tensor x = new Lcg(7).Tensor([count, 2, 2, 1], dtype: DType.Float64), y = Tensor.Range(0, count).OneHot(count).Cast(DType.Float64);
        Bundle<Tensor> mixed = new MixUp(alpha) { DType = DType.Float64 }.Call(new Bundle<Tensor> { ["images"] = x, ["labels"] = y }, Key);
        // The label says of which images, and by which shares.
        Near.Equal(mixed["labels"].MatMul(x.Reshape(count, 4)).ToArray<double>(), mixed["images"], 1e-6);
        Near.Equal([.. Enumerable.Repeat(1.0, count)], mixed["labels"].Sum(1), 1e-6, "the sum of an image's shares: ");
        // The mean of Beta(alpha, alpha) is a half, its variance 1 / (4 (2 alpha + 1)); within four deviations of a mean.
        double[] own = [.. Enumerable.Range(0, count).Select(i => mixed["labels"][i, i].ToDouble())];
        double width = 4 / Math.Sqrt(4 * ((2 * alpha) + 1) * count);
        Expect.InRange(own.Average(), 0.5 - width, 0.5 + width + 0.05, "the mean share of an image's own");
        Expect.True(mixed["labels"].Max().ToDouble() < 1.0001 && mixed["labels"].NotEqual(y).Any().Item<bool>(), "expected shares of two images");
    }

    [Verifies(typeof(CutMix), 1.0)]
    [Verifies(typeof(CutMix), 0.5)]
    [Verifies(typeof(CutMix), 0.125)]
    public static void Labels_are_weighed_by_the_pixels_that_are_left(double factor)
    {
        Tensor x = Tensor.Range(0, 50, DType.Float32).Reshape(50, 1, 1, 1).BroadcastTo([50, 9, 13, 1]), y = Tensor.Range(0, 50).OneHot(50);
        Bundle<Tensor> cut = new CutMix([factor, factor]).Call(new Bundle<Tensor> { ["images"] = x, ["labels"] = y }, Key);
        for (int i = 0; i < 50; i++)
        {
            float[] pixels = cut["images"].At(i).ToArray<float>();
            Near.Equal([.. Enumerable.Range(0, 50).Select(other => pixels.Count(pixel => pixel == other) / (double)pixels.Length)], cut["labels"].At(i), 1e-5, $"image {i}: ");
        }
    }

    [Verifies(typeof(AugMix), 3, 3, 1.0)]
    [Verifies(typeof(AugMix), 2, 4, 0.5)]
    [Verifies(typeof(AugMix), 4, 2, 2.0)]
    public static void The_shares_of_chains_and_image_have_the_sum_1(int chains, int depth, double alpha)
    {
        // No operation of strength 0 changes a flat image; others change each image a little.
        Near.Equal([.. Enumerable.Repeat(51.0, 960)], new AugMix(null, chains, depth, 0, alpha, allOps: false).Call(Tensor.Full([20, 4, 4, 3], 51), Key), 1e-5);
        Tensor images = new Lcg(5).Tensor([20, 12, 12, 3], dtype: DType.Float32);
        float[] changes = (new AugMix([0, 1], chains, depth, alpha: alpha).Call(images, Key) - images).Abs().Mean([1, 2, 3]).ToArray<float>();
        Expect.InRange(changes.Min(), 1e-6, 0.4, "the smallest change of an image");
        Expect.InRange(changes.Max(), 1e-6, 0.4, "the largest change of an image");
    }

    // Of three boxes: one more, as many, one less.
    [Verifies(typeof(MaxNumBoundingBoxes), 4, -1)]
    [Verifies(typeof(MaxNumBoundingBoxes), 3, -1)]
    [Verifies(typeof(MaxNumBoundingBoxes), 2, -1)]
    [Verifies(typeof(MaxNumBoundingBoxes), 5, 7)]
    public static void Boxes_are_cut_off_or_filled_up(int count, int fill)
    {
        Bundle<Tensor> data = new() { ["images"] = Tensor.Zeros([2, 4, 4, 1]), ["bounding_boxes"] = Tensor.Ones([2, 3, 4]), ["bounding_box_labels"] = Tensor.Ones([2, 3], DType.Int32) };
        Bundle<Tensor> result = (fill == -1 ? new MaxNumBoundingBoxes(count) : new MaxNumBoundingBoxes(count, fill)).Call(data);
        int[] example = [.. Enumerable.Range(0, count).Select(box => box < 3 ? 1 : fill)];
        Expect.Sequence([.. example, .. example], result["bounding_box_labels"].ToArray<int>(), "labels");
        Expect.Equal(new Shape(2, count, 4), result["bounding_boxes"].Shape);
        Expect.Sequence(example.Concat(example).SelectMany(box => Enumerable.Repeat((float)box, 4)), result["bounding_boxes"].ToArray<float>(), "boxes");
    }
}
