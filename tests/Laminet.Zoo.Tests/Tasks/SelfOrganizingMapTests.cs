using System.Text.Json.Nodes;
using Laminet.Tensors;
using Laminet.Zoo.Datasets;
using Laminet.Zoo.Tasks;
using Laminet.Zoo.Tests.Golden;

namespace Laminet.Zoo.Tests.Tasks;

public class SelfOrganizingMapTests
{
    private static readonly JsonObject Golden =
        JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "som.json")))!.AsObject();

    [Theory]
    [InlineData("batch", MapGrid.Rectangular)]
    [InlineData("hexagonal", MapGrid.Hexagonal)]
    public void The_batch_rule_is_that_of_numpy(string name, MapGrid grid)
    {
        SelfOrganizingMap map = Small(grid);
        map.FitBatch(NamedNumbers.Of("som/x", [60, 3]).Cast(DType.Float64), epochs: 6, firstRadius: 2, lastRadius: 0.5);
        Equal(name, map);
    }

    [Fact]
    public void The_online_rule_is_that_of_numpy()
    {
        SelfOrganizingMap map = Small(MapGrid.Rectangular);
        map.FitOnline(NamedNumbers.Of("som/x", [60, 3]).Cast(DType.Float64), epochs: 2, firstRadius: 2, lastRadius: 0.5, firstRate: 0.5, lastRate: 0.05, shuffle: false);
        Equal("online", map);
    }

    [Fact]
    public void On_clothes_the_errors_are_those_of_numpy()
    {
        Tensor clothes = FashionMnist.Load().TrainImages.Slice(0, 2000).Reshape([2000, -1]).Cast(DType.Float32) / 255;
        double quantization = 0, topographic = 0;
        for (int seed = 0; seed < 5; seed++)
        {
            SelfOrganizingMap map = new(8, 10, 784);
            map.Points.Assign(clothes.Gather((NamedNumbers.Of($"som/clothes/{seed}", [80]) * 2000).Cast(DType.Int32)));
            map.FitBatch(clothes, epochs: 15, firstRadius: 4, lastRadius: 0.7);
            (quantization, topographic) = (quantization + (map.QuantizationError(clothes) / 5), topographic + (map.TopographicError(clothes) / 5));
        }

        double expected = Mean("quantization"), expectedTopographic = Mean("topographic");
        Assert.InRange(quantization, 0.95 * expected, 1.05 * expected);
        Assert.InRange(topographic, 0.8 * expectedTopographic, 1.2 * expectedTopographic);

        static double Mean(string figure) => Golden["clothes"]![figure]!.AsArray().Average(number => number!.GetValue<double>());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Both_rules_unfold_over_a_square(bool online)
    {
        Tensor square = new RandomKey(1).Uniform([2000, 2]);
        SelfOrganizingMap map = new(6, 6, 2, seed: 3);
        map.Start(square);
        double before = map.TopographicError(square);
        if (online)
            map.FitOnline(square, epochs: 2, firstRadius: 3, lastRadius: 0.5);
        else
            map.FitBatch(square, epochs: 20, firstRadius: 3, lastRadius: 0.5);
        Assert.True(before > 0.5);
        Assert.InRange(map.TopographicError(square), 0, 0.05);
        // The best that 36 points can do in a square of side 1 is about 0.38 / 6.
        Assert.InRange(map.QuantizationError(square), 0.06, 0.085);
    }

    // The nearest unit is the one at (0, 0), the second nearest the one at (1, 1).
    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public void Whether_corners_are_neighbours_decides_the_topographic_error(bool diagonals, double expected)
    {
        SelfOrganizingMap map = new(2, 2, 1);
        map.Points.Assign(Tensor.From(new float[] { 0, 5, 6, 1 }, [4, 1]));
        Assert.Equal(expected, map.TopographicError(Tensor.From(new[] { 0.1f }, [1, 1]), diagonals));
    }

    [Fact]
    public void A_hexagonal_grid_has_six_neighbours_at_distance_one()
    {
        SelfOrganizingMap map = new(5, 5, 1, MapGrid.Hexagonal);
        Tensor middle = map.Places.At(12);
        double[] distances = [.. (map.Places - middle).Norm(-1).ToArray<double>().Order()];
        Assert.All(distances[1..7], distance => Assert.Equal(1, distance, 1e-12));
        Assert.True(distances[7] > 1.5);
    }

    [Fact]
    public void The_border_between_clusters_is_high_in_the_neighbour_distances()
    {
        SelfOrganizingMap map = new(1, 4, 1);
        map.Points.Assign(Tensor.From(new float[] { 0, 1, 9, 10 }, [4, 1]));
        Assert.Equal([1, 4.5f, 4.5f, 1], map.NeighbourDistances().ToArray<float>());
    }

    [Fact]
    public void A_unit_that_no_example_reaches_stays()
    {
        SelfOrganizingMap map = new(1, 40, 1);
        map.Points.Assign(Tensor.Range(0, 40, DType.Float32).ExpandDims(-1));
        map.FitBatch(Tensor.From(new float[] { 0, 1 }, [2, 1]), epochs: 1, firstRadius: 0.5, lastRadius: 0.5);
        float[] points = map.Points.Value.ToArray<float>();
        Assert.Equal(39, points[39]);
        Assert.All(points, point => Assert.True(float.IsFinite(point)));
    }

    [Fact]
    public void Wrong_use_is_told()
    {
        SelfOrganizingMap map = new(2, 3, 4);
        Assert.Contains("(examples, 4)", Assert.Throws<ShapeException>(() => map.FitBatch(Tensor.Zeros([5, 3]), 1, 1, 1)).Message, StringComparison.Ordinal);
        Assert.Contains("Cast them", Assert.Throws<DTypeException>(() => map.BestUnits(Tensor.Zeros([5, 4], DType.Float64))).Message, StringComparison.Ordinal);
        Assert.Contains("NaN", Assert.Throws<ArgumentException>(() => map.Start(Tensor.Full([5, 4], double.NaN))).Message, StringComparison.Ordinal);
        Tensor x = Tensor.Zeros([5, 4]);
        Assert.Throws<ArgumentOutOfRangeException>(() => map.FitBatch(x, epochs: 0, 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => map.FitBatch(x, epochs: 1, firstRadius: 1, lastRadius: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => map.FitBatch(x, epochs: 1, firstRadius: 1, lastRadius: 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => map.FitOnline(x, epochs: 1, firstRadius: 1, lastRadius: 1, firstRate: 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SelfOrganizingMap(1, 1, 4));
    }

    private static SelfOrganizingMap Small(MapGrid grid)
    {
        SelfOrganizingMap map = new(4, 5, 3, grid, dtype: DType.Float64);
        map.Points.Assign(NamedNumbers.Of("som/start", [20, 3]).Cast(DType.Float64));
        return map;
    }

    // NamedNumbers are rounded to Float32, those of NumPy are not.
    private static void Equal(string name, SelfOrganizingMap map) =>
        Assert.All(Golden[name]!.AsArray().Zip(map.Points.Value.ToArray<double>()), pair => Assert.Equal(pair.First!.GetValue<double>(), pair.Second, 1e-6));
}
