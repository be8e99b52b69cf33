using System.Text.Json;
using Laminet.Tensors;
using Laminet.Vision.Features;
using Laminet.Vision.Tests.Images;

namespace Laminet.Vision.Tests.Features;

public class HOGTests
{
    private static readonly JsonElement Golden = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "hog.json"))).RootElement;

    public static TheoryData<int> Cases => [.. Enumerable.Range(0, Golden.GetProperty("cases").GetArrayLength())];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Features_are_those_of_scikit_image(int number)
    {
        JsonElement one = Golden.GetProperty("cases")[number], smooth = Golden.GetProperty("smooth");
        Tensor image = one.GetProperty("image").GetString() == "rough" ? Pattern.Rough(37, 29, 3)
            : Tensor.From(Numbers(smooth.GetProperty("values")), [.. Numbers(smooth.GetProperty("shape")).Select(length => (int)length)]);
        image = image.Slice(0, one.GetProperty("channels").GetInt32(), axis: 2).ExpandDims(0);
        HOG hog = new() { Orientations = one.GetProperty("orientations").GetInt32(), PixelsPerCell = Pair("cell"), CellsPerBlock = Pair("block") };
        double[] expected = Numbers(one.GetProperty("features")), received = hog.Compute(image.Cast(DType.Float64)).ToArray<double>();
        Assert.Equal(expected.Length, received.Length);
        // scikit-image adds up a histogram in single precision.
        Assert.All(expected.Zip(received), pair => Assert.Equal(pair.First, pair.Second, 2e-7));
        // Other element types are other precisions, and images do not mix.
        float[] twice = hog.Compute(Tensor.Concatenate([image.ZerosLike(), image], 0)).Cast(DType.Float32).ToArray<float>();
        Assert.All(twice[..expected.Length], feature => Assert.Equal(0, feature));
        Assert.All(expected.Zip(twice[expected.Length..]), pair => Assert.Equal(pair.First, pair.Second, 1e-6));

        (int, int) Pair(string name) => (one.GetProperty(name)[0].GetInt32(), one.GetProperty(name)[1].GetInt32());

        static double[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(number => number.GetDouble())];
    }

    // An edge has one direction: whatever its height, one bin of each cell on it.
    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(1, 0, 4)]
    [InlineData(1, 1, 2)]
    [InlineData(1, -1, 6)]
    [InlineData(-1, 1, 6)]
    [InlineData(0, -1, 0)]
    public void A_slope_falls_into_the_bin_of_its_direction(int byY, int byX, int bin)
    {
        Tensor slope = (Tensor.Range(0, 8, DType.Float32).Reshape([8, 1, 1]) * byY) + (Tensor.Range(0, 8, DType.Float32).Reshape([1, 8, 1]) * byX);
        HOG hog = new() { Orientations = 8, PixelsPerCell = (4, 4), CellsPerBlock = (2, 2) };
        foreach (double height in (double[])[0.01, 1, 255])
        {
            // Inside; at the border one of the two directions is 0.
            float[] features = hog.Compute((slope * height).ExpandDims(0)).ToArray<float>();
            Assert.Equal(32, features.Length);
            for (int cell = 0; cell < 4; cell++)
                Assert.Equal(bin, Array.IndexOf(features[(8 * cell)..(8 * cell + 8)], features[(8 * cell)..(8 * cell + 8)].Max()));
            Assert.Equal(1, features.Sum(feature => feature * feature), 1e-3);
        }
    }

    [Fact]
    public void Light_and_contrast_change_nothing()
    {
        Tensor image = Pattern.Smooth(32, 24).Cast(DType.Float64).ExpandDims(0);
        double[] features = new HOG().Compute(image).ToArray<double>(), brighter = new HOG().Compute((image * 0.5) + 40).ToArray<double>();
        Assert.All(features.Zip(brighter), pair => Assert.Equal(pair.First, pair.Second, 1e-8));
    }

    [Fact]
    public void Wrong_use_is_told()
    {
        Says<ShapeException>("HOG: received images of shape (8, 8, 3); expected (examples, height, width, channels), at least one of each. Give one image a first axis: image.ExpandDims(0).",
            () => new HOG().Compute(Tensor.Zeros([8, 8, 3])));
        Says<ShapeException>("HOG: received images of 16 x 40 pixels; expected at least 24 x 24, one block of 3 x 3 cells of 8 x 8 pixels. Set PixelsPerCell or CellsPerBlock lower.", () => new HOG().Compute(Tensor.Zeros([1, 16, 40, 1])));
        Says<DTypeException>("HOG: received images of Int32; expected UInt8 or a floating-point type. Cast them.", () => new HOG().Compute(Tensor.Zeros([1, 32, 32, 1], DType.Int32)));
        Says<ArgumentException>("HOG: the images hold NaN or infinity; expected finite numbers. (Parameter 'images')", () => new HOG().Compute(Tensor.Full([1, 32, 32, 1], double.NaN)));
        Says<ArgumentOutOfRangeException>("Received Orientations = 0; expected 1 to 360. (Parameter 'Orientations')", () => new HOG().Orientations = 0);
        Says<ArgumentOutOfRangeException>("Received PixelsPerCell = (0, 8); expected 1 or more pixels each way. (Parameter 'PixelsPerCell')", () => new HOG().PixelsPerCell = (0, 8));

        static void Says<T>(string message, Action action) where T : Exception => Assert.Equal(message, Assert.Throws<T>(action).Message);
    }
}
