using System.Text.Json.Nodes;
using Laminet.Configuration;
using Laminet.Layers;
using Laminet.Verification.Golden;

namespace Laminet.Verification.Layers;

/// <summary>Image layers with settings that leave nothing to chance, against torchvision, torch and NumPy (make_augmentation_golden.py).</summary>
internal static class ImageGoldens
{
    private static readonly JsonObject Golden = GoldenFile.Json("augmentation.json");

    private static readonly Tensor Image = new Lcg(3).Tensor([1, 9, 11, 3]), Bytes = (Image * 256).Floor().Cast(DType.UInt8);

    private static readonly Numbers Unit = [0, 1];

    [Verifies(typeof(RandomRotation), Interpolation.Bilinear, "bilinear")]
    [Verifies(typeof(RandomRotation), Interpolation.Nearest, "nearest")]
    [Verifies(typeof(RandomZoom), Interpolation.Bilinear, "bilinear")]
    [Verifies(typeof(RandomZoom), Interpolation.Nearest, "nearest")]
    [Verifies(typeof(RandomTranslation), Interpolation.Bilinear, "bilinear")]
    [Verifies(typeof(RandomTranslation), Interpolation.Nearest, "nearest")]
    public static void Geometry_is_that_of_torchvision(Interpolation by, string name)
    {
        const FillMode constant = FillMode.Constant;
        // torchvision moves the image where we zoom what is seen, and its angles are in degrees, counter-clockwise as ours.
        Agrees($"rotation {name}", new RandomRotation(Exactly(40.3 / 360), constant, by) { DType = DType.Float64 });
        Agrees($"rotation mirrored {name}", new RandomRotation(Exactly(40.3 / 360), FillMode.Reflect, by) { DType = DType.Float64 });
        Agrees($"zoom {name}", new RandomZoom(Exactly(0.31), null, constant, by) { DType = DType.Float64 });
        Agrees($"translation {name}", new RandomTranslation(Exactly(-2 / 9.0), Exactly(3 / 11.0), constant, by) { DType = DType.Float64 });
    }

    [Verifies(typeof(RandomShear), Interpolation.Bilinear, "bilinear")]
    [Verifies(typeof(RandomShear), Interpolation.Nearest, "nearest")]
    public static void A_shear_goes_to_either_side(Interpolation by, string name)
    {
        RandomShear shear = new(Exactly(0.27), Exactly(0.13), by, FillMode.Constant) { DType = DType.Float64 };
        double[] expected = GoldenFile.Numbers(Golden[$"shear {name}"]);
        double[][] results = [.. Enumerable.Range(0, 20).Select(key => Training(shear, Image, (ulong)key))];
        int same = results.Count(result => result.Zip(expected).All(pair => Math.Abs(pair.First - pair.Second) < 1e-7));
        Expect.InRange(same, 3, 17, "how many of 20 are sheared to this side");
    }

    [Verifies(typeof(RandomPerspective))]
    public static void A_perspective_takes_corners_to_corners()
    {
        double[] corners = [0.7, 0.4, 8.9, 1.1, 9.6, 6.7, -0.8, 7.3];
        Tensor[] t = RandomPerspective.ToUnitSquare([.. corners.Select(corner => Tensor.From([corner], [1, 1]))]);
        double[] scale = [10, 10, 10, 8, 8, 8, 1, 1], expected = GoldenFile.Numbers(Golden["homography"]);
        for (int i = 0; i < 8; i++)
            Near.Equal(expected[i], t[i].ToDouble() * scale[i], 1e-10, $"number {i} of the transform: ");
        Tensor transform = Tensor.From([.. t.Select((number, i) => number.ToDouble() * scale[i])]);
        Close(GoldenFile.Numbers(Golden["perspective"]), Image.AffineTransform(transform).ToArray<double>());
    }

    [Verifies(typeof(RandomGrayscale))]
    [Verifies(typeof(RandomSaturation))]
    [Verifies(typeof(RandomColorDegeneration))]
    [Verifies(typeof(RandomSharpness))]
    [Verifies(typeof(RandomInvert))]
    [Verifies(typeof(AutoContrast))]
    [Verifies(typeof(Solarization))]
    [Verifies(typeof(RandomGaussianBlur))]
    public static void Colours_are_those_of_torchvision()
    {
        Agrees("gray", new RandomGrayscale(1) { DType = DType.Float64 }, channels: 1);
        Agrees("saturation", new RandomSaturation(Exactly(0.7), Unit) { DType = DType.Float64 }, 1e-6);
        Agrees("degenerate", new RandomColorDegeneration(Exactly(0.4), Unit) { DType = DType.Float64 });
        Agrees("sharper", new RandomSharpness(Exactly(0.8), Unit) { DType = DType.Float64 });
        Agrees("softer", new RandomSharpness(Exactly(0.2), Unit) { DType = DType.Float64 });
        Agrees("invert", new RandomInvert(Exactly(1), Unit) { DType = DType.Float64 });
        Agrees("autocontrast", new AutoContrast(Unit) { DType = DType.Float64 });
        Agrees("solarize", new Solarization(0, Exactly(0.6), Unit) { DType = DType.Float64 });
        Tensor blurred = Image.GaussianBlur(Tensor.From([1.3, 0.9], [1, 2]), (3, 5), mirrors: true);
        Close(GoldenFile.Numbers(Golden["blur"]), blurred.ToArray<double>());
    }

    [Verifies(typeof(RandomHue))]
    [Verifies(typeof(RandomContrast))]
    public static void Hue_and_contrast_are_those_of_torchvision()
    {
        RandomHue hue = new(Exactly(0.34), Unit) { DType = DType.Float64 };
        double[] up = GoldenFile.Numbers(Golden["hue up"]), down = GoldenFile.Numbers(Golden["hue down"]);
        double[][] results = [.. Enumerable.Range(0, 20).Select(key => Training(hue, Image, (ulong)key))];
        foreach (double[] expected in (double[][])[up, down])
            Expect.InRange(results.Count(result => result.Zip(expected).All(pair => Math.Abs(pair.First - pair.Second) < 1e-7)), 3, 17, "how many of 20 are turned to this side");
        // c from 1 - 0 to 1 + 0.4: the difference to the mean gives it, and all pixels must have the same.
        Tensor gray = new Lcg(4).Tensor([1, 9, 11, 1]);
        double mean = gray.Mean().ToDouble();
        double[] x = gray.ToArray<double>(), y = Training(new RandomContrast([0, 0.4], [-10, 10]) { DType = DType.Float64 }, gray, 1), golden = GoldenFile.Numbers(Golden["contrast"]);
        double c = (y[0] - mean) / (x[0] - mean);
        Expect.InRange(c, 1, 1.4, "the contrast");
        for (int i = 0; i < x.Length; i++)
            Near.Equal(golden[i], Math.Clamp(mean + ((y[i] - mean) / c * 1.4), 0, 1), 1e-7, $"pixel {i}: ");
    }

    [Verifies(typeof(RandomPosterization))]
    [Verifies(typeof(Equalization))]
    [Verifies(typeof(Resizing))]
    public static void Bytes_and_sizes_are_those_of_the_oracles()
    {
        Close(GoldenFile.Numbers(Golden["posterize 3"]), Training(new RandomPosterization(3) { DType = DType.Float64 }, Bytes));
        Close(GoldenFile.Numbers(Golden["equalize"]), Training(new Equalization { DType = DType.Float64 }, Bytes));
        Agrees("resize", new Resizing(5, 7));
        Agrees("resize antialiased", new Resizing(5, 7, antialias: true));
    }

    [Verifies(typeof(RandAugment), 255.0)]
    [Verifies(typeof(RandAugment), 1.0)]
    public static void RandAugment_makes_what_torchvision_makes_of_its_operations(double highest)
    {
        const int copies = 600;
        Tensor images = (Bytes.Cast(DType.Float64) * (highest / 255)).BroadcastTo([copies, 9, 11, 3]);
        Tensor results = Tensor.From(Training(new RandAugment([0, highest], 1, [0.4, 0.4]) { DType = DType.Float64 }, images), [copies, Bytes.Length]) * (255 / highest);
        (string Name, double[] Pixels)[] operations = [.. Golden["randaugment"]!.AsObject().Select(part => (part.Key, GoldenFile.Numbers(part.Value)))];
        Dictionary<string, int> counts = operations.ToDictionary(operation => operation.Name, _ => 0);
        for (int i = 0; i < copies; i++)
        {
            double[] pixels = results.At(i).ToArray<double>();
            string[] fitting = [.. operations.Where(operation => operation.Pixels.Zip(pixels).All(pair => Math.Abs(pair.First - pair.Second) < 2e-3)).Select(operation => operation.Name)];
            Expect.True(fitting.Length == 1, $"image {i} is {(fitting.Length == 0 ? "none" : string.Join(", ", fitting))} of the operations");
            counts[fitting[0]]++;
        }

        // Fourteen operations are as likely; those of two directions come in two forms. Five standard deviations.
        foreach ((string name, int count) in counts)
        {
            double expected = copies / (name[^1] is '+' or '-' ? 28.0 : 14);
            Expect.InRange(count, expected - (5 * Math.Sqrt(expected)), expected + (5 * Math.Sqrt(expected)), $"how often {name} comes");
        }
    }

    // All other operations of strength 0 leave an image as it is.
    [Verifies(typeof(RandAugment))]
    public static void RandAugment_of_strength_0_stretches_or_equalizes_or_inverts_what_is_white_or_does_nothing()
    {
        const int copies = 200;
        Tensor results = Tensor.From(Training(new RandAugment(null, 1, 0) { DType = DType.Float64 }, Bytes.BroadcastTo([copies, 9, 11, 3])), [copies, Bytes.Length]);
        double[] before = GoldenFile.Numbers(Golden["randaugment"]!["nothing"]);
        double[][] wanted = [before, GoldenFile.Numbers(Golden["randaugment"]!["autocontrast"]), GoldenFile.Numbers(Golden["equalize"]), [.. before.Select(value => value < 255 ? value : 0)]];
        int[] counts = new int[wanted.Length];
        for (int i = 0; i < copies; i++)
        {
            double[] pixels = results.At(i).ToArray<double>();
            int fitting = Array.FindIndex(wanted, golden => golden.Zip(pixels).All(pair => Math.Abs(pair.First - pair.Second) < 2e-3));
            Expect.True(fitting >= 0, $"image {i} is none of the four");
            counts[fitting]++;
        }

        // Of fourteen operations eleven do nothing. Five standard deviations.
        Expect.InRange(counts[0], (copies * 11 / 14.0) - 29, (copies * 11 / 14.0) + 29, "how often nothing is done");
        Expect.True(Array.TrueForAll(counts, count => count > 0), "expected each result, received one never");
    }

    private static Numbers Exactly(double number) => [number, number];

    private static double[] Training(Layer layer, Tensor x, ulong key = 5) => layer.Call(x, new CallContext(training: true, new RandomKey(key))).ToArray<double>();

    private static void Agrees(string name, ImageLayer layer, double tolerance = 1e-7, int channels = 3)
    {
        double[] expected = GoldenFile.Numbers(Golden[name]), received = Training(layer, Image);
        // Of a grey image all channels are the golden one.
        Close(channels == 3 ? expected : [.. expected.SelectMany(pixel => Enumerable.Repeat(pixel, 3))], received, tolerance, name);
    }

    private static void Close(double[] expected, double[] received, double tolerance = 1e-7, string name = "") =>
        Near.Equal(expected, received, tolerance, name.Length == 0 ? "" : name + ": ");
}
