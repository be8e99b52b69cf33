using System.Text;
using System.Text.Json.Nodes;
using Laminet.Layers;
using Laminet.Metrics;
using Laminet.Saving;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Compilation;
using Laminet.Tests.Saving;
using Laminet.Training;
using Laminet.Verification;
using Laminet.Verification.Metrics;

namespace Laminet.Tests.Metrics;

/// <summary>Metrics as a part of compiled steps and of files, built-in ones and one of a user's own.</summary>
public sealed class CompiledMetricTests : IDisposable
{
    private readonly Scratch scratch = new();

    public static TheoryData<string> Names => [.. Families.ClassesOf<Metric>().Select(type => type.Name)];

    public void Dispose() => scratch.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void A_compiled_update_gives_the_bits_of_an_eager_one(string name)
    {
        Metric eager = Metric.Registry.Create(name, MetricExamples.Needed(name)), compiled = Metric.Registry.Create(name, MetricExamples.Needed(name));
        // The results are those of the state as it is updated in the same call.
        CompiledFunction update = Function.Compile(inputs =>
        {
            compiled.UpdateState(inputs[0], inputs[1], inputs[2]);
            return [compiled.Result()];
        });
        for (int batch = 0; batch < 3; batch++)
        {
            (Tensor target, Tensor prediction, Tensor weights) = MetricExamples.Batch(name, batch);
            double result = update.Call(target, prediction, weights)[0].ToDouble();
            eager.UpdateState(target, prediction, weights);
            foreach ((Variable one, Variable other) in eager.State.Zip(compiled.State))
                Assert.Equal(one.Value.ToArray<double>(), other.Value.ToArray<double>());
            Assert.Equal(eager.Result().ToDouble(), result);
            Assert.NotEqual(0, result);
        }

        Assert.Equal(1, update.Traces);
        compiled.ResetState();
        Assert.Equal(0, compiled.Result().ToDouble());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_metric_of_ones_own_is_reported_by_a_compiled_step(bool runEagerly)
    {
        Model model = Regression(new RootMeanSquaredError());
        model.RunEagerly = runEagerly;
        Tensor x = new RandomKey(1).Normal([20, 3]), y = new RandomKey(2).Normal([20, 2]);
        for (int step = 0; step < 3; step++)
        {
            Logs logs = model.TrainOnBatch(x, y);
            Near.Equal(Math.Sqrt(logs["mean_squared_error"]), logs["rmse"], 1e-6);
            Near.Equal(logs["loss"], logs["mean_squared_error"], 1e-6);
        }

        Assert.Equal(runEagerly ? 0 : 1, model.Traces);
        model.ResetMetrics();
        Assert.All(model.CurrentLogs().Values, value => Assert.Equal(0, value));
    }

    [Fact]
    public void No_gradient_flows_through_a_state()
    {
        Mean mean = new();
        Variable weight = new(Tensor.Scalar(2f), "weight");
        (Tensor value, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(
            () =>
            {
                Tensor loss = weight.Value.Square();
                mean.Add(loss);
                mean.UpdateState(loss, loss * 2);
                return loss + mean.Result().Cast(loss.DType);
            },
            [weight]);
        Assert.Equal(4 + 6, value.ToDouble());
        Assert.Equal(4, gradients[0].ToDouble());
    }

    [Fact]
    public void A_result_that_is_no_scalar_is_refused()
    {
        ShapeException exception = Assert.Throws<ShapeException>(() => Regression(new Vector()).TrainOnBatch(Tensor.Ones([2, 3]), Tensor.Ones([2, 2])));
        Assert.Equal("Vector: Result gave a tensor of shape (2,); expected a scalar. Reduce it (Sum, Mean) or take one element (At).", exception.Message);
    }

    [Fact]
    public void Variables_of_one_metric_have_names_of_their_own()
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(() => new Vector("twice", ["a", "a"]));
        Assert.StartsWith("The metric 'twice' already has a variable 'a'. Give each variable its own name", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_keeps_every_variable_in_its_bits()
    {
        string path = scratch.Path("model.laminet");
        Model model = Models.Compiled(Models.Convnet());
        model.Compile("adam", "sparse_categorical_crossentropy", ["accuracy", "mean", "sparse_top_k_categorical_accuracy"]);
        model.TrainOnBatch(Models.Images(), Models.Labels());
        model.Save(path);
        Model loaded = Model.Load(path);
        Assert.Equal(model.CurrentLogs(), loaded.CurrentLogs());
        Assert.Equal(model.Reported.Metrics.SelectMany(metric => metric.State).Select(Bits), loaded.Reported.Metrics.SelectMany(metric => metric.State).Select(Bits));
        Assert.Equal(model.TrainOnBatch(Models.Images(), Models.Labels()), loaded.TrainOnBatch(Models.Images(), Models.Labels()));

        static long Bits(Variable variable) => BitConverter.DoubleToInt64Bits(variable.Item<double>());
    }

    [Fact]
    public void A_file_with_another_state_is_told()
    {
        string path = scratch.Path("model.laminet");
        Model model = Models.Convnet();
        model.Compile("adam", "sparse_categorical_crossentropy", [new AUC(numThresholds: 5)]);
        model.Save(path);
        Archives.Change(path, ArchiveParts.Model, text => text.Replace("\"num_thresholds\": 5", "\"num_thresholds\": 6", StringComparison.Ordinal));
        Assert.Contains("'figures/auc/buckets' is Float64 (2, 4) in the file and Float64 (2, 5) here", Refused(), StringComparison.Ordinal);

        Dictionary<string, byte[]> parts = Archives.Parts(path);
        parts[ArchiveParts.TrainingTensors] = Encoding.Latin1.GetBytes(
            Encoding.Latin1.GetString(parts[ArchiveParts.TrainingTensors]).Replace("figures/auc/buckets", "figures/auc/another", StringComparison.Ordinal));
        Archives.Write(path, parts);
        Assert.Contains("the tensor 'figures/auc/buckets' is missing", Refused(), StringComparison.Ordinal);

        // As files were before metrics kept variables.
        JsonNode training = JsonNode.Parse(parts[ArchiveParts.Training])!;
        training["figures"] = JsonNode.Parse("""{"loss": [0, 0], "auc": [0, 0, 0, 0, 0, 0, 0, 0]}""");
        parts[ArchiveParts.Training] = Encoding.UTF8.GetBytes(training.ToJsonString());
        Archives.Write(path, parts);
        Assert.Contains("the file was written by an earlier Laminet, which kept the state of metrics otherwise.", Refused(), StringComparison.Ordinal);

        string Refused() => Assert.Throws<InvalidDataException>(() => Model.Load(path)).Message;
    }

    private static Sequential Regression(Metric metric)
    {
        Sequential model = new(1, new Input([3]), new Dense(2));
        model.Compile("sgd", "mse", [metric, "mean_squared_error"]);
        return model;
    }

    // The example of Metric's documentation.
    private sealed class RootMeanSquaredError : Metric
    {
        private readonly Variable squares, count;

        public RootMeanSquaredError(string name = "rmse") : base(name)
        {
            squares = AddVariable("squares");
            count = AddVariable("count");
        }

        public override Tensor Result() => Ratio(squares.Value, count.Value).Sqrt();

        protected override void Accumulate(Tensor yTrue, Tensor yPred, Tensor? sampleWeight)
        {
            Add(squares, (yTrue - yPred).Square().Sum());
            Add(count, Tensor.Scalar((double)yPred.Length));
        }
    }

    private sealed class Vector : Metric
    {
        public Vector(string name = "vector", params string[] variables) : base(name)
        {
            foreach (string variable in variables)
                AddVariable(variable);
        }

        public override Tensor Result() => Tensor.Ones([2]);

        protected override void Accumulate(Tensor yTrue, Tensor yPred, Tensor? sampleWeight)
        {
        }
    }
}
