using System.Text.Json.Nodes;
using Laminet.Tensors;

namespace Laminet.Estimators.Tests;

public class EchoStateNetworkTests
{
    private static readonly JsonNode Golden = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "echo.json")))!;

    // Trap A71: eigenvalues ±2i; the 2-norm is 4, the greatest real part 0.
    [Fact]
    public void The_spectral_radius_is_the_greatest_absolute_eigenvalue()
    {
        Assert.Equal(2, Radius(new double[,] { { 0, 4 }, { -1, 0 } }), 1e-9);
        Assert.Equal(0.5, Radius(new double[,] { { 0.5, 1000 }, { 0, -0.5 } }), 1e-7);
        Assert.Equal(3, Radius(new double[,] { { -3, 1 }, { 0, 2 } }), 1e-9);
        // A Jordan block: |W^k| grows with k besides the eigenvalue.
        Assert.Equal(2, Radius(new double[,] { { 2, 1, 0 }, { 0, 2, 1 }, { 0, 0, 2 } }), 1e-7);
        Assert.Equal(0, Radius(new double[,] { { 0, 5, 5 }, { 0, 0, 5 }, { 0, 0, 0 } }));
        Assert.Equal(Golden["radius"]!.GetValue<double>(), Reservoir.SpectralRadius(Numbers(Golden["drawn"]!)), 1e-9);

        static double Radius(double[,] matrix) => Reservoir.SpectralRadius(Tensor.From(matrix));
    }

    // tf-addons#2811: a radius that has no effect.
    [Theory]
    [InlineData(0.3)]
    [InlineData(1.4)]
    public void The_drawn_weights_have_the_radius_and_the_share_that_were_asked_for(double radius)
    {
        EchoStateNetwork network = new() { Units = 150, Connectivity = 0.2, SpectralRadius = radius, InputScale = 0.5, BiasScale = 0.1, RandomState = 2 };
        Tensor series = Series(400);
        network.Fit(series, series);
        Assert.Equal(radius, Reservoir.SpectralRadius(network.RecurrentCoef!), 1e-8);
        Assert.InRange(network.RecurrentCoef!.Equal(0).Cast(DType.Float64).Mean().ToDouble(), 0.78, 0.82);
        Assert.InRange(network.InputCoef!.Abs().Max().ToDouble(), 0.48, 0.5);
        Assert.InRange(network.Bias!.Abs().Max().ToDouble(), 0.09, 0.1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void States_outputs_and_what_follows_are_those_of_numpy(int number)
    {
        JsonNode one = Golden["cases"]![number]!;
        Reservoir reservoir = new(Numbers(Golden["drawn"]!) * (0.8 / Golden["radius"]!.GetValue<double>()), Numbers(Golden["input"]!), Tensor.From(Flat(Golden["bias"]!)), 0.7);
        EchoStateNetwork network = new() { Washout = 20, Alpha = one["alpha"]!.GetValue<double>() };
        Tensor series = Numbers(Golden["series"]!);
        network.Fit(series.Slice(0, 120), series.Slice(1), reservoir);
        Projections.Near(Tensor.From(Flat(Golden["last"]!)), network.States(series.Slice(0, 120)).At(-1), 1e-12);
        Projections.Near(Numbers(one["coef"]!), network.Coef!, 1e-10);
        Projections.Near(Tensor.From(Flat(one["intercept"]!)), network.Intercept!, 1e-10);
        Projections.Near(Numbers(one["free"]![1]!), network.Continue(series.Slice(0, 110), 15), 1e-9);
        // Two at once are as each alone.
        Tensor both = network.Continue(Tensor.Stack([series.Slice(0, 110), series.Slice(10, 120)]), 15);
        Projections.Near(Numbers(one["free"]![1]!), both.At(0), 1e-9);
        Projections.Near(Numbers(one["free"]![0]!), both.At(1), 1e-9);
    }

    // Of condition 1e10, whose square no double holds.
    [Fact]
    public void Least_squares_keep_digits_where_columns_are_nearly_alike()
    {
        Tensor h = new RandomKey(1).Normal([60, 8], dtype: DType.Float64), exact = new RandomKey(2).Normal([8, 2], dtype: DType.Float64);
        Tensor alike = Tensor.Concatenate([h.Slice(0, 7, axis: 1), h.Slice(0, 1, axis: 1) + (1e-10 * h.Slice(7, axis: 1))], 1);
        Projections.Near(exact, HouseholderLeastSquares.Solve(alike, alike.MatMul(exact), 0), 1e-4);
        // The slope of |H B - T|² + α |B|² is 0.
        Tensor targets = new RandomKey(3).Normal([60, 2], dtype: DType.Float64), b = HouseholderLeastSquares.Solve(h, targets, 0.5);
        Assert.InRange((h.MatMul(h.MatMul(b) - targets, transposeThis: true) + (0.5 * b)).Abs().Max().ToDouble(), 0, 1e-12);
        Assert.Throws<ArithmeticException>(() => HouseholderLeastSquares.Solve(Tensor.Concatenate([h, h.Slice(0, 1, axis: 1)], 1), targets, 0));
    }

    // In a sum of two tones.
    [Fact]
    public void It_goes_on_by_itself()
    {
        Tensor series = Series(1600);
        EchoStateNetwork network = new() { Units = 100, InputScale = 0.3, Alpha = 1e-10, RandomState = 1 };
        network.Fit(series.Slice(0, 1000), series.Slice(1, 1001));
        Tensor truth = series.Slice(1300, 1600);
        Assert.InRange((network.Continue(series.Slice(0, 1300), 300) - truth).Abs().Max().ToDouble(), 0, 0.1);
        Assert.True(network.Score(series.Slice(1000, 1599), series.Slice(1001)) > 0.99999);
        Assert.Equal(2, network.Predict(series).Rank);
        network.Fit(series.Slice(0, 1000).Cast(DType.Float32), series.Slice(1, 1001).Squeeze(1));
        Assert.Equal(1, network.Predict(series).Rank);
        Assert.True(network.Score(series.Slice(1000, 1599), series.Slice(1001)) > 0.9999);
    }

    [Fact]
    public void It_is_saved()
    {
        Tensor series = Series(300);
        EchoStateNetwork network = new() { Units = 20, LeakRate = 0.5, RandomState = 1 };
        network.Fit(series, series);
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.estimator");
        try
        {
            network.Save(path);
            EchoStateNetwork read = (EchoStateNetwork)Step.Load(path);
            Assert.Equal(network.Continue(series, 20).ToArray<double>(), read.Continue(series, 20).ToArray<double>());
            Assert.Equal(0.5, read.LeakRate);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Wrong_use_is_told()
    {
        Tensor series = Series(130);
        EchoStateNetwork network = new() { Units = 50, Alpha = 0, Connectivity = 0.1 };
        PerceptronTests.Says<InvalidOperationException>("This EchoStateNetwork has not learned from data. Call Fit first.", () => network.Continue(series, 1));
        PerceptronTests.Says<ArgumentException>("EchoStateNetwork: 30 steps after the Washout do not determine the outputs of 50 units with Alpha = 0. Set Alpha higher, take fewer units, or a longer sequence. (Parameter 'x')", () => network.Fit(series, series));
        PerceptronTests.Says<ShapeException>("EchoStateNetwork: received 100 steps; expected more than the Washout of 100, which are not fitted.", () => network.Fit(series.Slice(0, 100), series.Slice(0, 100)));
        PerceptronTests.Says<ArgumentException>("EchoStateNetwork: y contains NaN or infinity. Remove those steps, or replace the missing numbers. (Parameter 'y')", () => network.Fit(series, series / 0));
        PerceptronTests.Says<ArgumentException>("EchoStateNetwork: no connections of the 2 units form a cycle, so the spectral radius is 0 at any scale. Set Connectivity or Units higher, or RandomState otherwise.",
            () => new EchoStateNetwork { Units = 2, Connectivity = 1e-9 }.Fit(series, series));
        Assert.False(network.IsFitted);
        network.Alpha = 1e-6;
        network.Fit(series, Tensor.Concatenate([series, series], 1));
        PerceptronTests.Says<ShapeException>("EchoStateNetwork: it has 1 inputs and 2 outputs, which cannot be the next inputs. Fit it to those: network.Fit(x.Slice(0, -1), x.Slice(1)).", () => network.Continue(series, 1));
        PerceptronTests.Says<ShapeException>("EchoStateNetwork: received x of shape (130,); expected (time, features) or (sequences, time, features), none of them 0.", () => network.Continue(series.Squeeze(1), 1));
        PerceptronTests.Says<ArgumentOutOfRangeException>("Received SpectralRadius = 0; expected above 0, such as 0.9. (Parameter 'SpectralRadius')", () => network.SpectralRadius = 0);
        PerceptronTests.Says<ArgumentOutOfRangeException>("Received steps = 0; expected 1 or more. (Parameter 'steps')", () => network.Continue(series, 0));
    }

    private static Tensor Series(int count)
    {
        Tensor time = Tensor.Range(0, count, DType.Float64);
        return (((0.3 * time).Sin() + (0.17 * time).Cos()) / 2).ExpandDims(1);
    }

    private static Tensor Numbers(JsonNode rows) => Tensor.From(Flat(rows), [rows.AsArray().Count, rows[0]!.AsArray().Count]);

    private static double[] Flat(JsonNode node) => node is JsonArray all ? [.. all.SelectMany(one => Flat(one!))] : [node.GetValue<double>()];
}
