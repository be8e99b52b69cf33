using System.Text.Json.Nodes;
using Laminet.Layers;
using Laminet.Losses;
using Laminet.Optimizers;
using Laminet.Saving;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Verification;
using Laminet.Verification.Layers;

namespace Laminet.Tests.Saving;

public sealed class ModelSavingTests : IDisposable
{
    private readonly Scratch scratch = new();

    private string File => scratch.Path("model.laminet");

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void A_branched_model_with_shared_nested_and_frozen_layers_comes_back()
    {
        Model model = Models.Compiled(Models.Functional());
        History history = model.Fit(Models.Images(), Models.Labels(), batchSize: 8, epochs: 2);
        model.Save(File);
        Model loaded = Model.Load(File, out LoadReport report);
        Assert.True(report.IsComplete, report.ToString());
        Assert.Empty(report.Notes);
        Assert.Equal(Models.State(model, history), Models.State(loaded));
        Assert.Equal(model.SummaryText(), loaded.SummaryText());
        Assert.Equal(model.TrainableWeights.Select(weight => weight.Shape), loaded.TrainableWeights.Select(weight => weight.Shape));
        SafeTensorsTests.AssertSame(model.Predict(Models.Images()), loaded.Predict(Models.Images()));
        Assert.Equal(model.Evaluate(Models.Images(), Models.Labels()), loaded.Evaluate(Models.Images(), Models.Labels()));
        Assert.Contains(report.Tensors, tensor => tensor is { Name: "inner/twist/kernel", Status: LoadStatus.Loaded });
        Assert.Contains(report.Tensors, tensor => tensor is { Name: "optimizer:shared/kernel/momentum" });
        Assert.Equal(["model.laminet"], scratch.Files);
    }

    [Fact]
    public void The_same_model_gives_the_same_file()
    {
        Model model = Models.Compiled(Models.Functional());
        model.Save(File);
        byte[] first = System.IO.File.ReadAllBytes(File);
        Model.Load(File).Save(File);
        Assert.Equal(first, System.IO.File.ReadAllBytes(File));
    }

    [Fact]
    public void A_sequential_comes_back_as_one()
    {
        Sequential model = new(new Flatten(), new Dense(3));
        _ = model.Predict(Models.Images());
        model.Save(File);
        Sequential loaded = Assert.IsType<Sequential>(Model.Load(File));
        SafeTensorsTests.AssertSame(model.Predict(Models.Images()), loaded.Predict(Models.Images()));
        Assert.Null(loaded.Optimizer);
    }

    [Fact]
    public void Every_layer_comes_back_with_its_settings()
    {
        LayerRow frozen = new(typeof(BatchNormalization), _ => new BatchNormalization(momentum: 0.9, epsilon: 1e-5, center: false) { Trainable = false }, [3, 4], [3, 4], 12);
        foreach (LayerRow row in LayerRows.All.Append(frozen).Where(row => row.IsSaved && row.Type != typeof(Input)))
        {
            Layer layer = row.Create(DType.Float32);
            Input input = new([.. row.Input.Skip(1)], row.Indices > 0 ? DType.Int32 : DType.Float32);
            Bundle<SymbolicTensor> output = layer.Call([.. Enumerable.Repeat(input.Output, row.Inputs)]);
            Model model = new(input, output, seed: 9);
            model.Save(File);
            Model loaded = Model.Load(File);
            Assert.Equal(Layer.Registry.Serialize(model).ToJsonString(), Layer.Registry.Serialize(loaded).ToJsonString());
            Assert.Equal(model.TrainableWeights.Count, loaded.TrainableWeights.Count);
            Tensor x = row.Examples(DType.Float32)[0];
            SafeTensorsTests.AssertSame(model.Predict(x), loaded.Predict(x));
        }
    }

    [Fact]
    public void Training_goes_on_after_loading_as_if_nothing_had_been()
    {
        foreach (string name in Families.ClassesOf<Optimizer>().Select(type => type.Name))
        {
            Optimizer Make() => name switch
            {
                nameof(LossScaleOptimizer) => new LossScaleOptimizer("adam"),
                nameof(MultiOptimizer) => new MultiOptimizer(new OptimizerMap("adam") { [".*bias"] = "sgd" }),
                _ => Optimizer.Registry.Create(name),
            };
            Sequential whole = Models.Compiled(Models.Convnet(), Make()), first = Models.Compiled(Models.Convnet(), Make());
            whole.Fit(Models.Images(), Models.Labels(), batchSize: 8, epochs: 3);
            first.Fit(Models.Images(), Models.Labels(), batchSize: 8, epochs: 2);
            first.Save(File);
            Model second = Model.Load(File);
            Assert.Equal(2, second.Progress.Epoch);
            second.Fit(Models.Images(), Models.Labels(), batchSize: 8, epochs: 3, initialEpoch: second.Progress.Epoch);
            Assert.Equal(Models.State(whole, new History()), Models.State(second, new History()));
        }
    }

    [Fact]
    public void A_model_of_ones_own_code_resumes_from_a_file()
    {
        Sequential trained = Models.Compiled(Models.Convnet());
        trained.Fit(Models.Images(), Models.Labels(), batchSize: 8, epochs: 2);
        trained.Save(File);
        Sequential own = Models.Compiled(Models.Convnet());
        Assert.True(own.ResumeFrom(File).IsComplete);
        Assert.Equal(Models.State(trained), Models.State(own));
    }

    [Fact]
    public void Weights_alone_come_back_from_either_kind_of_file()
    {
        Model model = Models.Functional();
        string weights = scratch.Path("w.safetensors");
        model.SaveWeights(weights);
        model.Save(File);
        foreach (string path in new[] { weights, File })
        {
            Model other = Models.Functional(seed: 2);
            LoadReport report = other.LoadWeights(path);
            Assert.True(report.IsComplete);
            Assert.Equal(Models.State(model), Models.State(other));
        }
    }

    [Fact]
    public void Weights_that_do_not_fit_are_all_listed_and_none_is_loaded()
    {
        string path = scratch.Path("w.safetensors");
        new Sequential(new Input([4]), new Dense(3) { Name = "a" }, new Dense(3) { Name = "b" }).SaveWeights(path);
        Sequential other = new(new Input([4]), new Dense(2) { Name = "a" }, new Dense(3) { Name = "c" });
        other.SaveWeights(scratch.Path("before"));
        byte[] before = Models.State(other);
        InvalidDataException exception = Assert.Throws<InvalidDataException>(() => other.LoadWeights(path, allowMissing: true));
        Assert.Equal($"""
            {path} does not fit the model: 4 of 6 tensors differ. Nothing was loaded.
              tensor    status       model           file
              a/kernel  other shape  Float32 (4, 2)  Float32 (4, 3)
              a/bias    other shape  Float32 (2,)    Float32 (3,)
              b/bias    unexpected   -               Float32 (3,)
              b/kernel  unexpected   -               Float32 (3, 3)
            If that is meant, allow it: allowMissing, allowUnexpected, allowMismatch.
            """.ReplaceLineEndings("\n"), exception.Message);
        Assert.Equal(before, Models.State(other));
        LoadReport report = other.LoadWeights(path, allowMissing: true, allowUnexpected: true, allowMismatch: true);
        Assert.False(report.IsComplete);
        Assert.StartsWith($"{path}: 0 loaded, 2 missing, 2 unexpected, 2 other shape\n", report.ToString(), StringComparison.Ordinal);
        Assert.Equal(before, Models.State(other));
    }

    [Fact]
    public void Weights_of_another_type_are_not_converted_silently()
    {
        string path = scratch.Path("w.safetensors");
        SafeTensors.Write(path, new Dictionary<string, Tensor> { ["a/kernel"] = Tensor.Zeros([4, 2], DType.Float64) });
        Sequential model = new(new Input([4]), new Dense(2, useBias: false) { Name = "a" });
        Assert.Contains("a/kernel  other type  Float32 (4, 2)  Float64 (4, 2)", Assert.Throws<InvalidDataException>(() => model.LoadWeights(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Layers_of_ones_own_must_be_registered()
    {
        Sequential model = new(new Input([4]), new Own());
        Assert.Contains("The layer class Own is not registered", Assert.Throws<ArgumentException>(() => model.Save(File)).Message, StringComparison.Ordinal);
        Assert.Empty(scratch.Files);
    }

    [Fact]
    public void A_class_this_program_does_not_know_is_told()
    {
        new Sequential(new Input([4]), new Dense(2)).Save(File);
        Archives.Change(File, ArchiveParts.Model, text => text.Replace("\"Dense\"", "\"Densest\"", StringComparison.Ordinal));
        Assert.StartsWith($"{File}, model.json: There is no layer named 'Densest'. Did you mean 'Dense'? Known: Activation, ",
            Assert.Throws<InvalidDataException>(() => Model.Load(File)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_loss_that_is_not_registered_is_left_out_and_told()
    {
        Sequential model = new(new Input([4]), new Dense(2));
        model.Compile(new SGD(), new OwnLoss());
        model.Save(File);
        Model loaded = Model.Load(File, out LoadReport report);
        Assert.Null(loaded.Loss);
        Assert.Contains("OwnLoss is not registered", Assert.Single(report.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_layer_shared_between_a_model_and_one_inside_is_told()
    {
        Dense shared = new(4) { Name = "shared" };
        Input innerInput = new([4]), input = new([4]);
        Model inner = new(innerInput, shared.Call(innerInput.Output)) { Name = "inner" };
        Model outer = new(input, shared.Call(inner.Call(input.Output)));
        Assert.Contains("'inner/shared/kernel' is also 'shared/kernel'", Assert.Throws<InvalidOperationException>(() => outer.Save(File)).Message, StringComparison.Ordinal);
        outer.SaveWeights(File);
    }

    [Fact]
    public void A_model_without_weights_yet_cannot_be_saved() =>
        Assert.Throws<InvalidOperationException>(() => new Sequential(new Dense(2)).Save(File));

    private sealed class Own : Layer
    {
        protected override Tensor Forward(Tensor input, CallContext context) => input;
    }

    private sealed class OwnLoss() : Loss(LossReduction.SumOverBatchSize, "own")
    {
        public override JsonObject GetConfig() => [];

        protected override Tensor PerExample(Tensor yTrue, Tensor yPred) => yPred;
    }
}
