using Laminet.MLNet;
using Laminet.Tensors;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Laminet.Estimators.Tests;

public class DataViewTests
{
    private readonly MLContext context = new(seed: 1);

    [Fact]
    public void A_pipeline_learns_from_a_data_view()
    {
        Random random = new(2);
        Flower[] rows = [.. Enumerable.Range(0, 120).Select(i => new Flower
        {
            Kind = i % 2 == 0 ? "rose" : "tulip",
            Length = (float)((i % 2) + (random.NextDouble() / 2)),
            Width = random.NextSingle(),
        })];
        IDataView data = context.Transforms.Concatenate("Features", nameof(Flower.Length), nameof(Flower.Width))
            .Append(context.Transforms.Conversion.MapValueToKey("Label", nameof(Flower.Kind))).Fit(context.Data.LoadFromEnumerable(rows)).Transform(context.Data.LoadFromEnumerable(rows));
        var pipeline = new Pipeline(("scale", new StandardScaler()), ("mlp", Data.Quiet(new MLPClassifier { HiddenLayerSizes = [8], RandomState = 1, Solver = Solver.Sgd, LearningRateInit = 0.1, MaxIter = 50 })));
        pipeline.Fit(data);
        Assert.Equal(1.0, pipeline.Score(data));
        Assert.Equal([0, 1, 0, 1], pipeline.Predict(data).Slice(0, 4).ToArray<int>());
    }

    [Fact]
    public void Columns_become_tensors_and_others_are_refused()
    {
        IDataView data = context.Data.LoadFromEnumerable(new[] { new Row { Vector = [1, 2], Number = 1.5f, Precise = 2.5, Count = 3, Yes = true, Text = "a" }, new Row { Vector = [0, 4], Yes = false, Text = "b" } });
        Assert.Equal(new TensorSpec([2, 2], DType.Float32), data.ToTensor("Vector").Spec);
        Assert.Equal([1, 2, 0, 4], data.ToTensor("Vector").ToArray<float>());
        Assert.Equal([1.5f, 0], data.ToTensor("Number").ToArray<float>());
        Assert.Equal([2.5, 0], data.ToTensor("Precise").ToArray<double>());
        Assert.Equal([3, 0], data.ToTensor("Count").ToArray<int>());
        Assert.Equal([1, 0], data.ToTensor("Yes").ToArray<int>());
        Assert.StartsWith("The column 'Text' is of type String; expected float vectors", Assert.Throws<ArgumentException>(() => data.ToTensor("Text")).Message, StringComparison.Ordinal);
        Assert.StartsWith("The data view has no column 'Label'. It has Vector (Vector<Single, 2>), Number (Single)", Assert.Throws<ArgumentException>(() => data.ToTensor("Label")).Message, StringComparison.Ordinal);
    }

    private sealed class Flower
    {
        public string Kind { get; set; } = "";

        public float Length { get; set; }

        public float Width { get; set; }
    }

    private sealed class Row
    {
        [VectorType(2)]
        public float[] Vector { get; set; } = [];

        public float Number { get; set; }

        public double Precise { get; set; }

        public int Count { get; set; }

        public bool Yes { get; set; }

        public string Text { get; set; } = "";
    }
}
