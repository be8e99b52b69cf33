using System.Text.Json.Nodes;
using Laminet.Tensors;

namespace Laminet.Estimators.Tests;

public class TSNETests
{
    private static readonly Tensor Digits = Projections.Table("digits").Cast(DType.Float64);

    // Not the same map, but one as good: the shares of neighbours on the map that are neighbours in the data, and the divergence.
    [Fact]
    public void A_map_of_the_digits_is_as_trustworthy_as_that_of_scikit_learn()
    {
        // Examples at equal distances are ranked in another order.
        Assert.Equal(Projections.At("trustworthiness_of_pca").GetValue<double>(), Trustworthiness(Digits, new PCA { NComponents = 2 }.FitTransform(Digits), 5), 1e-4);
        JsonNode golden = Projections.At("tsne")["barnes_hut"]!;
        TSNE tsne = new();
        Tensor map = tsne.FitTransform(Digits);
        Assert.Equal([400, 2], map.Shape);
        double trust = Trustworthiness(Digits, map, 5);
        Assert.True(trust > golden["trustworthiness"]!.GetValue<double>() - 0.002, $"{trust}");
        Assert.InRange(tsne.KlDivergence, 0.9 * golden["divergence"]!.GetValue<double>(), 1.03 * golden["divergence"]!.GetValue<double>());
        // Most of a digit's nearest five have its kind.
        int[] kinds = Projections.Table("kinds").Cast(DType.Int32).ToArray<int>();
        int[][] near = Neighbours(map);
        double same = Enumerable.Range(0, 400).Average(i => near[i].Take(5).Count(other => kinds[other] == kinds[i]) / 5.0);
        Assert.True(same > 0.93, $"{same}");
    }

    [Fact]
    public void Maps_have_the_same_bits_for_any_number_of_threads()
    {
        int threads = Engine.Threads;
        try
        {
            Engine.Threads = 1;
            double[] alone = new TSNE { MaxIter = 260 }.FitTransform(Digits).ToArray<double>();
            Engine.Threads = 4;
            Assert.Equal(alone, new TSNE { MaxIter = 260 }.FitTransform(Digits).ToArray<double>());
        }
        finally
        {
            Engine.Threads = threads;
        }
    }

    [Fact]
    public void Shares_have_the_perplexity_and_add_up_to_1()
    {
        Tensor x = Digits.Slice(0, 50) / 16;
        NeighbourShares near = NeighbourShares.Of(x, 5);
        Assert.Equal(1, near.Shares.Sum(), 1e-12);
        double[,] p = new double[50, 50];
        for (int i = 0; i < 50; i++)
        {
            for (int place = near.Starts[i]; place < near.Starts[i + 1]; place++)
                p[i, near.Others[place]] = near.Shares[place];
        }

        // From the definition, with plain loops: precision by halving, all over the 16 nearest.
        double[] all = x.ToArray<double>();
        double[,] expected = new double[50, 50];
        for (int i = 0; i < 50; i++)
        {
            double[] squares = [.. Enumerable.Range(0, 50).Select(j => Enumerable.Range(0, 64).Sum(k => Math.Pow(all[(i * 64) + k] - all[(j * 64) + k], 2)))];
            int[] nearest = [.. Enumerable.Range(0, 50).Where(j => j != i).OrderBy(j => squares[j]).Take(16)];
            double low = 0, high = 1000;
            for (int halving = 0; halving < 100; halving++)
            {
                double middle = (low + high) / 2;
                (low, high) = Entropy(Shares(middle)) > Math.Log(5) ? (middle, high) : (low, middle);
            }

            foreach ((int j, double share) in nearest.Zip(Shares(low)))
            {
                expected[i, j] += share / 100;
                expected[j, i] += share / 100;
            }

            double[] Shares(double precision)
            {
                double[] shares = [.. nearest.Select(j => Math.Exp(-precision * squares[j]))];
                double sum = shares.Sum();
                return [.. shares.Select(share => share / sum)];
            }
        }

        Assert.All(p.Cast<double>().Zip(expected.Cast<double>()), pair => Assert.Equal(pair.Second, pair.First, 1e-9));

        static double Entropy(double[] shares) => -shares.Sum(share => share > 0 ? share * Math.Log(share) : 0);
    }

    [Fact]
    public void The_slope_is_that_of_the_divergence()
    {
        NeighbourShares near = NeighbourShares.Of(Digits.Slice(0, 30) / 16, 4);
        double[] map = new RandomKey(1).Normal([60], deviation: 2, dtype: DType.Float64).ToArray<double>(), slope = new double[60], unused = new double[60];
        // Two of one place.
        (map[2], map[3]) = (map[0], map[1]);
        Assert.Equal(Divergence(near, map), TSNE.Slope(near, map, 1, angle: 0, slope), 1e-12);
        for (int i = 0; i < 60; i++)
        {
            double[] above = [.. map], below = [.. map];
            (above[i], below[i]) = (map[i] + 1e-5, map[i] - 1e-5);
            Assert.Equal((Divergence(near, above) - Divergence(near, below)) / 2e-5, slope[i], 1e-8);
        }

        // Squares that act as one point: near the exact slope, and not it.
        double[] rough = new double[60];
        TSNE.Slope(near, map, 1, angle: 0.5, rough);
        double error = Math.Sqrt(rough.Zip(slope, (one, other) => Math.Pow(one - other, 2)).Sum() / slope.Sum(one => one * one));
        Assert.InRange(error, 1e-9, 0.05);
    }

    [Fact]
    public void Examples_of_one_place_one_column_or_of_huge_numbers_have_a_map()
    {
        Tensor column = Tensor.Range(0, 40, DType.Float64).Reshape([40, 1]);
        foreach (Tensor x in (Tensor[])[Tensor.Ones([40, 3], DType.Float64), column, column * 1e200, Tensor.Concatenate([column, column], axis: 0)])
        {
            TSNE tsne = new() { Perplexity = 5, MaxIter = 300 };
            Assert.True(tsne.FitTransform(x).IsFinite().All().Item<bool>());
            Assert.True(double.IsFinite(tsne.KlDivergence));
        }
    }

    [Fact]
    public void Wrong_use_is_told()
    {
        Tensor x = Digits.Slice(0, 20);
        Says<ArgumentException>("TSNE: received 20 examples for the perplexity 30; expected more examples, and at least 4. Set Perplexity lower, to a third of the examples or less. (Parameter 'x')", () => new TSNE().Fit(x));
        Says<ArgumentOutOfRangeException>("Received Angle = 1; expected 0 to 0.7. (Parameter 'Angle')", () => _ = new TSNE { Angle = 1 });
        TSNE tsne = new() { Perplexity = 5, MaxIter = 250 };
        Tensor map = tsne.FitTransform(x);
        Says<NotSupportedException>("TSNE has places for the examples it was fitted to alone; received others. Fit it to all examples together, or use PCA, which places new ones.", () => tsne.Transform(Digits.Slice(1, 21)));
        Says<NotSupportedException>("TSNE cannot go back from places to examples. Use PCA for that.", () => tsne.InverseTransform(map));
        Says<InvalidOperationException>("TSNE: after step 1 places are farther than 1000000000 from the middle; the learning rate 1E+308 is too large. Set LearningRate lower, or to null.", () => new TSNE { Perplexity = 5, LearningRate = 1e308 }.Fit(x * 3));
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.estimator");
        try
        {
            tsne.Save(path);
            var loaded = (TSNE)Step.Load(path);
            Assert.Equal(map.ToArray<double>(), loaded.Transform(x).ToArray<double>());
            Assert.Equal(tsne.KlDivergence, loaded.KlDivergence);
        }
        finally
        {
            File.Delete(path);
        }

        static void Says<T>(string message, Action action) where T : Exception => Assert.Equal(message, Assert.Throws<T>(action).Message);
    }

    private static double Divergence(NeighbourShares near, double[] map)
    {
        int count = map.Length / 2;
        double total = 0, divergence = 0;
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j < count; j++)
                total += i == j ? 0 : Q(i, j);
        }

        for (int i = 0; i < count; i++)
        {
            for (int place = near.Starts[i]; place < near.Starts[i + 1]; place++)
                divergence += near.Shares[place] * Math.Log(near.Shares[place] / (Q(i, near.Others[place]) / total));
        }

        return divergence;

        double Q(int i, int j) => 1 / (1 + Math.Pow(map[2 * i] - map[2 * j], 2) + Math.Pow(map[(2 * i) + 1] - map[(2 * j) + 1], 2));
    }

    // scikit-learn's trustworthiness: 1 less what ranks beyond the k-th in the data cost that are among the k nearest on the map.
    private static double Trustworthiness(Tensor x, Tensor map, int near)
    {
        int count = x.Shape[0];
        int[][] data = Neighbours(x), places = Neighbours(map);
        double cost = 0;
        for (int i = 0; i < count; i++)
        {
            int[] ranks = new int[count];
            foreach ((int rank, int other) in data[i].Index())
                ranks[other] = rank + 1;
            cost += places[i].Take(near).Sum(other => Math.Max(0, ranks[other] - near));
        }

        return 1 - (cost * 2 / (count * near * ((2.0 * count) - (3 * near) - 1)));
    }

    private static int[][] Neighbours(Tensor x)
    {
        (int count, int width) = (x.Shape[0], x.Shape[1]);
        double[] all = x.ToArray<double>();
        return [.. Enumerable.Range(0, count).Select(i => Enumerable.Range(0, count).Where(j => j != i)
            .OrderBy(j => Enumerable.Range(0, width).Sum(k => Math.Pow(all[(i * width) + k] - all[(j * width) + k], 2))).ToArray())];
    }
}
