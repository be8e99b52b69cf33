using System.Text.Json.Nodes;
using Laminet.Tensors;

namespace Laminet.Estimators.Tests;

public class PCATests
{
    [Theory]
    // Row A80 of the traps: the sign rule is that of scikit-learn 1.5.
    [InlineData("small", null, false)]
    [InlineData("iris", null, false)]
    [InlineData("whitened", 3, true)]
    // Fewer examples than features; the seventh component has no variance, and no direction of its own.
    [InlineData("wide", 6, false)]
    [InlineData("digits", 2, false)]
    public void Components_and_variances_are_those_of_scikit_learn(string name, int? count, bool whiten)
    {
        JsonNode golden = Projections.At("pca")[name]!;
        Tensor x = name switch
        {
            "small" => Tensor.From(new[,] { { 0, 0 }, { 1, 2 }, { 2, 4.1 }, { 3, 5.9 }, { -9, -18.5 } }),
            "iris" or "whitened" => Data.Table("iris"),
            _ => Projections.Table(name).Cast(DType.Float64),
        };
        PCA pca = new() { NComponents = count, Whiten = whiten };
        Tensor columns = pca.FitTransform(x);
        Near("mean", pca.Mean!);
        Near("components", pca.Components!);
        Near("variance", pca.ExplainedVariance!);
        Near("ratio", pca.ExplainedVarianceRatio!);
        Near("transformed", columns);
        if (golden["inverse"] is not null)
            Near("inverse", pca.InverseTransform(columns));

        void Near(string part, Tensor received) => Projections.Near(Data.Table(golden[part]!), received, 1e-10);
    }

    [Fact]
    public void The_first_component_of_the_trap_is_positive()
    {
        PCA pca = new();
        pca.Fit(Tensor.From(new[,] { { 0, 0 }, { 1, 2 }, { 2, 4.1 }, { 3, 5.9 }, { -9, -18.5 } }));
        Assert.Equal([0.43943, 0.89827], pca.Components!.Slice(0, 1).ToArray<double>().Select(number => Math.Round(number, 5)));
        Assert.Equal(120.65309, pca.ExplainedVariance!.At(0).ToDouble(), 1e-5);
    }

    // Whatever the data: directions of length 1 at right angles, and all together the data again.
    [Theory]
    [InlineData(40, 12)]
    [InlineData(12, 40)]
    [InlineData(5, 5)]
    [InlineData(2, 1)]
    public void Components_stand_at_right_angles_and_hold_the_data(int examples, int features)
    {
        Tensor x = new RandomKey(3).Normal([examples, features], mean: 5, dtype: DType.Float64) * new RandomKey(4).Uniform([features], 0.1, 10, DType.Float64);
        PCA pca = new();
        Tensor back = pca.InverseTransform(pca.FitTransform(x));
        Projections.Near(x, back, 1e-12);
        Projections.Near(Tensor.Identity(Math.Min(examples, features), DType.Float64), pca.Components!.MatMul(pca.Components, transposeOther: true), 1e-12);
        Assert.Equal(1, pca.ExplainedVarianceRatio!.Sum().ToDouble(), 1e-12);
    }

    [Fact]
    public void Data_of_few_directions_or_none_have_components_without_variance()
    {
        Tensor line = Tensor.Range(0, 6, DType.Float64).Reshape([6, 1]) * Tensor.From(1.0, 2, -2);
        foreach ((Tensor x, double first) in ((Tensor, double)[])[(line, 3.5 * 9), (Tensor.Full([6, 3], 4, DType.Float64), 0), (line * 1e160, double.PositiveInfinity), (line * 1e-160, 0)])
        {
            PCA pca = new();
            Tensor columns = pca.FitTransform(x);
            Assert.Equal(first, pca.ExplainedVariance!.At(0).ToDouble(), 1e-12);
            Assert.True(columns.IsFinite().All().Item<bool>());
            Projections.Near(Tensor.Identity(3, DType.Float64), pca.Components!.MatMul(pca.Components, transposeOther: true), 1e-12);
            Assert.InRange(pca.ExplainedVarianceRatio!.Sum().ToDouble(), 0, 1 + 1e-12);
        }
    }

    // As in pictures with margins: the pixels there never change, and the other columns' components are as without them.
    [Fact]
    public void Many_constant_columns_change_nothing()
    {
        float[] varies = new RandomKey(2).Uniform([200]).ToArray<float>();
        Tensor columns = Tensor.From([.. varies.Index().Where(one => one.Item >= 0.4).Select(one => one.Index)]), mask = Tensor.From([.. varies.Select(one => one < 0.4 ? 0f : 1f)]);
        Tensor x = new RandomKey(1).Uniform([500, 200]) * mask;
        PCA narrow = new(), wide = new() { NComponents = columns.Shape[0] };
        narrow.Fit(x.Gather(columns, 1));
        wide.Fit(x);
        Assert.InRange(columns.Shape[0], 100, 140);
        Assert.All(narrow.ExplainedVariance!.ToArray<double>().Zip(wide.ExplainedVariance!.ToArray<double>()), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        Assert.Equal(0, (narrow.Components! - wide.Components!.Gather(columns, 1)).Abs().Max().ToDouble(), 1e-9);
    }

    [Fact]
    public void It_is_a_step_of_a_pipeline_and_is_saved() => PipelineChecks.LearnsBeforeAClassifierAndIsSaved(new PCA { NComponents = 2, Whiten = true });

    [Fact]
    public void Wrong_use_is_told()
    {
        Tensor x = Tensor.From(new double[,] { { 1, 2 }, { 3, 4 }, { 5, 7 } });
        Says<ArgumentException>("PCA: NComponents is 3, and x has 3 examples of 2 features; expected at most 2. Set NComponents lower, or to null. (Parameter 'x')", () => new PCA { NComponents = 3 }.Fit(x));
        Says<ArgumentException>("PCA: received one example; a variance needs at least two. (Parameter 'x')", () => new PCA().Fit(x.Slice(0, 1)));
        Says<InvalidOperationException>("This PCA has not learned from data. Call Fit first.", () => new PCA().Transform(x));
        PCA pca = new() { NComponents = 1 };
        pca.Fit(x);
        Says<ShapeException>("PCA: received 2 columns; expected 1, one for each component.", () => pca.InverseTransform(x));
        Says<ArgumentOutOfRangeException>("Received NComponents = 0; expected 1 or more, or null for all. (Parameter 'NComponents')", () => pca.NComponents = 0);

        static void Says<T>(string message, Action action) where T : Exception => Assert.Equal(message, Assert.Throws<T>(action).Message);
    }
}
