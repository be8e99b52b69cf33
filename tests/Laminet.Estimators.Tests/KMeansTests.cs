using System.Text.Json.Nodes;
using Laminet.Tensors;

namespace Laminet.Estimators.Tests;

public class KMeansTests
{
    private static readonly JsonNode Golden = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "kmeans.json")))!;

    private static Tensor Cloud => Data.Table(Golden["cloud"]!);

    public static TheoryData<int> Cases => [.. Enumerable.Range(0, Golden["cases"]!.AsArray().Count)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_same_start_leads_to_the_centres_of_scikit_learn(int number)
    {
        JsonNode one = Golden["cases"]![number]!;
        Tensor start = Data.Table(one["start"]!), x = one["data"]!.GetValue<string>() == "iris" ? Data.Table("iris") : Data.Table(Golden[one["data"]!.GetValue<string>()]!);
        KMeans kmeans = new() { NClusters = start.Shape[0], Init = start };
        foreach ((string name, JsonNode? value) in one["settings"]!.AsObject())
            kmeans[name] = value!.GetValueKind() == System.Text.Json.JsonValueKind.Number && value.ToString().Contains('.', StringComparison.Ordinal) ? value.GetValue<double>() : value.GetValue<int>();
        kmeans.Fit(x);
        Projections.Near(Data.Table(one["centers"]!), kmeans.ClusterCenters!, 1e-12);
        Assert.Equal(Whole("labels"), kmeans.Labels!.ToArray<int>());
        Assert.Equal(one["inertia"]!.GetValue<double>(), kmeans.Inertia, 1e-9 * Math.Max(1, kmeans.Inertia));
        Assert.Equal(one["iterations"]!.GetValue<int>(), kmeans.NIter);
        Projections.Near(Data.Table(one["distances"]!), kmeans.Transform(x.Slice(0, 5)), 1e-6);
        Assert.Equal(Whole("predicted"), kmeans.Predict(x.Slice(0, 5)).ToArray<int>());

        int[] Whole(string part) => [.. one[part]!.AsArray().Select(label => label!.GetValue<int>())];
    }

    // A bad start puts two centres into one group; starts that are far apart seldom do.
    [Fact]
    public void The_starts_of_k_means_plus_plus_are_as_good_as_scikit_learns()
    {
        Tensor cloud = Cloud;
        double[] reached = [.. Enumerable.Range(0, 100).Select(seed => Fitted(12, seed).Inertia)];
        JsonNode spread = Golden["spread"]!;
        Assert.Equal(spread["mean"]!.GetValue<double>(), reached.Average(), 30.0);
        Assert.InRange(reached.Min(), 0.99 * spread["least"]!.GetValue<double>(), 1.02 * spread["least"]!.GetValue<double>());
        Assert.InRange(reached.Max(), 0, 1.1 * spread["greatest"]!.GetValue<double>());
        Assert.True(reached.Distinct().Count() > 50);
        Assert.Equal(Fitted(12, 7).ClusterCenters!.ToArray<double>(), Fitted(12, 7).ClusterCenters!.ToArray<double>());
        // The best of ten starts, the first of which is that of a single one.
        Assert.True(Fitted(12, 7, starts: 10).Inertia < Fitted(12, 7).Inertia);

        KMeans Fitted(int clusters, int seed, int starts = 1)
        {
            KMeans kmeans = new() { NClusters = clusters, RandomState = (ulong)seed, NInit = starts };
            kmeans.Fit(cloud);
            return kmeans;
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Groups_that_are_far_apart_are_found(bool isSingle)
    {
        Tensor groups = Tensor.From([.. Enumerable.Range(0, 300).Select(i => i % 3.0)]), x = new RandomKey(1).Normal([300, 4], dtype: DType.Float64) + (groups.ExpandDims(-1) * 40) + 1000;
        x = isSingle ? x.Cast(DType.Float32) : x;
        for (ulong seed = 0; seed < 5; seed++)
        {
            KMeans kmeans = new() { NClusters = 3, RandomState = seed };
            Tensor distances = kmeans.FitTransform(x);
            int[] labels = kmeans.Labels!.ToArray<int>();
            Assert.All(Enumerable.Range(0, 297), i => Assert.Equal(labels[i], labels[i + 3]));
            Assert.Equal(3, labels.Distinct().Count());
            Assert.Equal(labels, kmeans.Predict(x).ToArray<int>());
            Assert.Equal(x.DType, distances.DType);
            Assert.Equal(kmeans.Inertia, distances.Cast(DType.Float64).Square().Min(-1).Sum().ToDouble(), 1e-3 * kmeans.Inertia);
        }
    }

    [Fact]
    public void Equal_examples_have_one_place()
    {
        KMeans kmeans = new() { NClusters = 3 };
        kmeans.Fit(Tensor.Full([5, 2], 4, DType.Float64));
        Assert.Equal(0, kmeans.Inertia);
        Assert.All(kmeans.ClusterCenters!.ToArray<double>(), number => Assert.Equal(4, number));
    }

    [Fact]
    public void It_is_a_step_of_a_pipeline_and_is_saved() => PipelineChecks.LearnsBeforeAClassifierAndIsSaved(new KMeans { NClusters = 10, RandomState = 1, Init = Data.Table("iris").Slice(0, 10) });

    [Fact]
    public void Wrong_use_is_told()
    {
        Tensor x = Tensor.From(new double[,] { { 1, 2 }, { 3, 4 }, { 5, 7 } });
        Says<ArgumentException>("KMeans: received 3 examples for 8 centres; expected at least as many. Set NClusters lower. (Parameter 'x')", () => new KMeans().Fit(x));
        Says<ArgumentException>("KMeans: Init is Float64 (3, 2); expected finite numbers of a floating-point type and of shape (2, 2): a row for each of the 2 centres. (Parameter 'x')", () => new KMeans { NClusters = 2, Init = x }.Fit(x));
        Says<InvalidOperationException>("This KMeans has not learned from data. Call Fit first.", () => new KMeans().Predict(x));
        Says<NotSupportedException>("KMeans cannot go back from distances to examples. The centre of an example is a row of ClusterCenters: Predict names it.", () => new KMeans().InverseTransform(x));
        Says<ArgumentOutOfRangeException>("Received NClusters = 0; expected 1 or more. (Parameter 'NClusters')", () => new KMeans().NClusters = 0);

        static void Says<T>(string message, Action action) where T : Exception => Assert.Equal(message, Assert.Throws<T>(action).Message);
    }
}
