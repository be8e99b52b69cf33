using Laminet.Layers;
using Laminet.Losses;
using Laminet.Metrics;
using Laminet.Optimizers;
using Laminet.Regularizers;
using Laminet.Tensors;
using Laminet.Tests.Saving;
using Laminet.Training;

namespace Laminet.Tests.Training;

/// <summary>Models of several inputs and outputs: what they compute, report, save and refuse.</summary>
public sealed class SeveralTensorsTests : IDisposable
{
    private static readonly Tensor Title = new RandomKey(1).Normal([24, 3]), Photo = new RandomKey(2).Normal([24, 4, 4, 1]);
    private static readonly Tensor Price = new RandomKey(3).Normal([24, 1]), Kind = new RandomKey(4).Uniform([24], 0, 5).Cast(DType.Int32);
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    private static Bundle<Tensor> X => new() { ["title"] = Title, ["photo"] = Photo };

    private static Bundle<Tensor> Y => new() { ["price"] = Price, ["kind"] = Kind };

    private static Model TwoByTwo()
    {
        var title = new Input([3]) { Name = "title" };
        var photo = new Input([4, 4, 1]) { Name = "photo" };
        SymbolicTensor t = new Dense(6, "tanh").Call(title), p = new GlobalAveragePooling2D().Call(new Conv2D(5, 3, activation: "relu").Call(photo));
        SymbolicTensor both = new Concatenate().Call([t, p]);
        return new Model([title, photo], new() { ["price"] = new Dense(1).Call(both), ["kind"] = new Dense(5, "softmax").Call(both) }, seed: 3);
    }

    private static Model Compiled(Model? model = null, double priceWeight = 0.2)
    {
        model ??= TwoByTwo();
        model.Compile(
            new SGD(0.1), loss: new() { ["price"] = "mse", ["kind"] = "sparse_categorical_crossentropy" }, metrics: new() { ["kind"] = ["accuracy"] },
            lossWeights: new() { ["price"] = priceWeight });
        return model;
    }

    [Fact]
    public void Data_is_taken_by_name_or_in_order()
    {
        Model model = TwoByTwo();
        Bundle<Tensor> byName = model.Predict(X), inOrder = model.Predict([Title, Photo]), turned = model.Predict(new Bundle<Tensor> { ["photo"] = Photo, ["title"] = Title });
        Assert.Equal(["price", "kind"], byName.Names);
        foreach (string name in byName.Names!)
        {
            Assert.Equal(byName[name].ToArray<float>(), inOrder[name].ToArray<float>());
            Assert.Equal(byName[name].ToArray<float>(), turned[name].ToArray<float>());
        }

        Assert.Equal(["title", "photo"], model.InputNames);
        Assert.Equal(["price", "kind"], model.OutputNames);
    }

    // By hand: the weighted sum, and each loss without its weight.
    [Fact]
    public void Losses_are_weighted_and_each_is_reported()
    {
        Model model = Compiled();
        Bundle<Tensor> prediction = model.Predict(X);
        double price = ((Loss)"mse").Call(Price, prediction["price"]).ToDouble();
        double kind = new SparseCategoricalCrossentropy().Call(Kind, prediction["kind"]).ToDouble();
        IReadOnlyDictionary<string, double> logs = model.Evaluate(X, Y);
        Assert.Equal(["loss", "price_loss", "kind_loss", "kind_accuracy"], logs.Keys);
        Assert.Equal(price, logs["price_loss"], 1e-5);
        Assert.Equal(kind, logs["kind_loss"], 1e-5);
        Assert.Equal((0.2 * price) + kind, logs["loss"], 1e-5);
        double right = prediction["kind"].ArgMax().Equal(Kind).Cast(DType.Float32).Mean().ToDouble();
        Assert.Equal(right, logs["kind_accuracy"], 1e-6);
    }

    [Fact]
    public void A_step_is_the_same_eager_and_compiled_and_with_a_memory_budget()
    {
        float[] Trained(bool eager, long? budget)
        {
            Model model = Compiled();
            model.RunEagerly = eager;
            model.Fit(X, Y, batchSize: 8, epochs: 2, shuffle: false, memoryBudget: budget);
            return [.. model.Weights.SelectMany(weight => weight.Value.ToArray<float>())];
        }

        float[] compiled = Trained(false, null), small = Trained(false, Compiled().Plan(2).TrainingBytes!.Value + (4 * Compiled().ParameterCount));
        Assert.Equal(Trained(true, null), compiled);
        foreach ((float expected, float actual) in compiled.Zip(small))
            Assert.Equal(expected, actual, 1e-5);
    }

    [Fact]
    public void It_learns_both_outputs()
    {
        Model model = TwoByTwo();
        model.Compile(new Adam(0.02), loss: new() { ["price"] = "mse", ["kind"] = "sparse_categorical_crossentropy" }, metrics: new() { ["kind"] = ["accuracy"] });
        History history = model.Fit(X, Y, batchSize: 8, epochs: 150);
        Assert.True(history["price_loss"][^1] < 0.1 * history["price_loss"][0], $"{history["price_loss"][^1]}");
        Assert.True(history["kind_accuracy"][^1] > 0.9, $"{history["kind_accuracy"][^1]}");
    }

    [Fact]
    public void An_output_without_loss_needs_no_targets()
    {
        Model model = TwoByTwo();
        model.Compile(new SGD(0.1), loss: new() { ["price"] = "mse", ["kind"] = null });
        float[] untouched = model.GetLayer("dense_2").Weights[0].Value.ToArray<float>();
        History history = model.Fit(X, new() { ["price"] = Price }, epochs: 2);
        Assert.Equal(["loss", "price_loss"], history.Epochs[0].Keys);
        Assert.Equal(untouched, model.GetLayer("dense_2").Weights[0].Value.ToArray<float>());
    }

    [Fact]
    public void It_is_saved_and_loaded_with_its_names_and_goes_on_in_the_same_bits()
    {
        Model model = Compiled();
        model.Fit(X, Y, batchSize: 8, shuffle: false);
        string path = scratch.Path("two.laminet");
        model.Save(path);
        Model loaded = Model.Load(path);
        Assert.Equal(["price", "kind"], loaded.OutputNames);
        Assert.Equal(model.Predict(X)["kind"].ToArray<float>(), loaded.Predict(X)["kind"].ToArray<float>());
        model.Fit(X, Y, batchSize: 8, epochs: 2, initialEpoch: 1, shuffle: false);
        loaded.Fit(X, Y, batchSize: 8, epochs: 2, initialEpoch: 1, shuffle: false);
        Assert.Equal(model.Weights.SelectMany(weight => weight.Value.ToArray<float>()), loaded.Weights.SelectMany(weight => weight.Value.ToArray<float>()));
    }

    [Fact]
    public void The_summary_says_what_is_connected_to_what()
    {
        Model model = TwoByTwo();
        SummaryRow joined = model.SummaryRows().Single(row => row.Type == "Concatenate");
        Assert.Equal(["dense", "global_average_pooling2d"], joined.ConnectedTo);
        Assert.Contains("Connected to", model.SummaryText(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_counts_all_inputs_and_targets()
    {
        ModelMemory plan = Compiled().Plan(8);
        Assert.Equal(Compiled().ParameterCount * 4, plan.WeightBytes);
        Assert.True(plan.TrainingBytes > plan.InferenceBytes);
    }

    // A layer of two outputs, of which one goes on.
    [Fact]
    public void A_layer_of_several_outputs_stands_in_a_model()
    {
        var input = new Input([4]);
        (SymbolicTensor low, SymbolicTensor high) = new Halves().Call([input]);
        Model model = new(input, new() { ["low"] = low, ["sum"] = new Add().Call([low, high]) });
        Bundle<Tensor> output = model.Predict([Tensor.From(new float[,] { { 1, 2, 3, 4 } })]);
        Assert.Equal([1f, 2f], output["low"].ToArray<float>());
        Assert.Equal([4f, 6f], output["sum"].ToArray<float>());
        Assert.Contains("halves[1]", model.SummaryRows()[^1].ConnectedTo);
    }

    [Fact]
    public void A_shared_layer_is_counted_penalised_trained_and_saved_once()
    {
        Dense shared = new(3, kernelRegularizer: new L2(0.5)) { Name = "shared" };
        var left = new Input([2]) { Name = "left" };
        var right = new Input([2]) { Name = "right" };
        SymbolicTensor a = shared.Call(left), b = shared.Call(right);
        Model model = new([left, right], new Add().Call([a, b]));
        Assert.Equal(9, model.ParameterCount);
        model.Compile(new SGD(0), "mse");
        double penalty = 0.5 * shared.Weights[0].Value.Square().Sum().ToDouble();
        Tensor x = Tensor.Zeros([2, 2]);
        Assert.Equal(penalty, model.Evaluate([x, x], Tensor.Zeros([2, 3]))["loss"], 1e-6);
        model.Save(scratch.Path("siamese.laminet"));
        Model loaded = Model.Load(scratch.Path("siamese.laminet"));
        Assert.Equal(9, loaded.ParameterCount);
        Assert.Equal(2, loaded.Weights.Count);
    }

    [Fact]
    public void A_part_of_a_model_is_a_model()
    {
        Model whole = TwoByTwo();
        Model part = new(whole.Inputs[0], whole.GetLayer("dense").Output);
        Assert.Equal(whole.GetLayer("dense").Call(Title).ToArray<float>(), part.Predict(Title).ToArray<float>());
        Sequential chain = new(5, new Input([3]), new Dense(4, "relu"), new Dense(2));
        Model features = new(chain.Inputs, chain.GetLayer("dense").Output);
        Assert.Equal(new Shape(4), features.OutputShape);
        Assert.Equal(["input", "dense"], features.SummaryRows().Select(row => row.Name));
    }

    [Fact]
    public void A_model_within_a_model_gives_its_outputs_by_name()
    {
        Model inner = TwoByTwo();
        var title = new Input([3]);
        var photo = new Input([4, 4, 1]);
        Bundle<SymbolicTensor> outputs = inner.Call([title, photo]);
        Assert.Equal(["price", "kind"], outputs.Names);
        Model outer = new([title, photo], new Concatenate().Call([outputs["price"], outputs["kind"]]));
        Bundle<Tensor> expected = inner.Predict(X);
        Assert.Equal(Tensor.Concatenate([expected["price"], expected["kind"]]).ToArray<float>(), outer.Predict([Title, Photo]).Only.ToArray<float>());
        Assert.Equal(inner.ParameterCount, outer.ParameterCount);
    }

    [Fact]
    public void A_class_may_compute_several_outputs_itself()
    {
        Layer.Registry.Register<TwoHeads>();
        TwoHeads model = new(5) { Name = "heads" };
        model.Compile(new Adam(0.05), loss: new() { ["price"] = "mse", ["kind"] = "sparse_categorical_crossentropy" }, metrics: new() { ["kind"] = ["accuracy"] });
        History history = model.Fit(X, Y, batchSize: 8, epochs: 60);
        Assert.True(history["loss"][^1] < 0.7 * history["loss"][0], $"{history["loss"][0]} -> {history["loss"][^1]}");
        Assert.Equal(["trunk", "price", "kind"], model.SummaryRows().Select(row => row.Name));
        Assert.Equal("(None, 5)", model.SummaryRows()[2].OutputShape);
        string path = scratch.Path("own.laminet");
        model.Save(path);
        Model loaded = Model.Load(path);
        Assert.IsType<TwoHeads>(loaded);
        Assert.Equal(model.Predict(X)["kind"].ToArray<float>(), loaded.Predict(X)["kind"].ToArray<float>());
        Assert.Equal(model.Fit(X, Y, epochs: 61, initialEpoch: 60)["loss"], loaded.Fit(X, Y, epochs: 61, initialEpoch: 60)["loss"]);
        Assert.True(model.Plan(8).TrainingBytes > 0);

        // Its weights alone, into a model that has seen data, and not into one that has not.
        string weights = scratch.Path("own.safetensors");
        model.SaveWeights(weights);
        TwoHeads other = new(5);
        Assert.Contains("call it once", Assert.Throws<InvalidOperationException>(() => other.LoadWeights(weights)).Message, StringComparison.Ordinal);
        other.Predict(X);
        Assert.True(other.LoadWeights(weights).IsComplete);
        Assert.Equal(model.Predict(X)["kind"].ToArray<float>(), other.Predict(X)["kind"].ToArray<float>());
    }

    // Compiled before it has seen data, when its outputs' names are not known: by Forward's names, or in Forward's order.
    [Fact]
    public void A_class_learns_its_outputs_when_it_is_built()
    {
        TwoHeads named = new(5), ordered = new(5);
        named.Compile(new SGD(0.1), loss: new() { ["kind"] = "sparse_categorical_crossentropy", ["price"] = "mse" }, metrics: new() { ["kind"] = ["accuracy"] });
        ordered.Compile(new SGD(0.1), loss: new Loss?[] { "mse", "sparse_categorical_crossentropy" });
        History history = named.Fit(X, Y, batchSize: 8, epochs: 2), other = ordered.Fit(X, Y, batchSize: 8, epochs: 2);
        Assert.Equal(history["loss"], other["loss"]);
        Assert.Equal(["kind_accuracy", "kind_loss", "loss", "price_loss"], history.Epochs[0].Keys.Order(StringComparer.Ordinal));
        Assert.Equal(["kind_loss", "loss", "price_loss"], other.Epochs[0].Keys.Order(StringComparer.Ordinal));
        Assert.Equal(named.Evaluate(X, Y)["price_loss"], ordered.Evaluate(X, Y)["price_loss"]);
    }

    [Fact]
    public void Outputs_of_one_layer_have_names_that_no_layer_has()
    {
        var input = new Input([4]);
        Bundle<SymbolicTensor> halves = new Halves { Name = "half" }.Call([input]);
        SymbolicTensor other = new Dense(2) { Name = "half_1" }.Call(halves[0]);
        Model model = new(input, [halves[0], halves[1], other]);
        Bundle<Tensor> x = [Tensor.Ones([2, 4])];
        string[] names = [.. model.Predict(x).Names!];
        Assert.Equal(3, names.Distinct().Count());
        Assert.Equal("half_1", names[2]);
    }

    [Fact]
    public void A_layer_that_does_not_fit_is_not_in_the_chain()
    {
        Sequential model = new(1, new Input([3]), new Dense(4));
        Assert.Throws<ShapeException>(() => model.Add(new Reshape(5)));
        model.Add(new Dense(2));
        Assert.Equal(new Shape(24, 2), model.Predict(Title).Shape);
        Assert.Equal(["dense", "dense_1"], model.SummaryRows().Where(row => row.Parameters > 0).Select(row => row.Name));
    }

    // The inner layer is a part of the outer one, and of the one between.
    [Fact]
    public void A_layer_may_share_a_layer_with_one_around_it()
    {
        Sequential model = new(1, new Input([3]), new Sharing());
        model.Compile(new SGD(0.1), "mse");
        Assert.Equal(12, model.ParameterCount);
        History history = model.Fit(Title, Title, epochs: 30);
        Assert.True(history["loss"][^1] < 0.8 * history["loss"][0]);
    }

    [Fact]
    public void Weights_of_examples_are_for_all_outputs_or_for_each()
    {
        Tensor halves = Tensor.Full([24], 0.5);
        double all = Compiled().Evaluate(X, Y)["loss"], weighted = Compiled().Evaluate(X, Y, sampleWeight: halves)["loss"];
        Assert.Equal(all / 2, weighted, 1e-5);
        IReadOnlyDictionary<string, double> plain = Compiled().Evaluate(X, Y), one = Compiled().Evaluate(X, Y, sampleWeight: new() { ["price"] = halves });
        Assert.Equal(plain["price_loss"] / 2, one["price_loss"], 1e-5);
        Assert.Equal(plain["kind_loss"], one["kind_loss"], 1e-6);
    }

    [Fact]
    public void Metrics_of_layers_are_reported_reset_and_saved()
    {
        Sequential model = new(1, new Input([3]), new Dense(4, "relu"), new Sparsity(), new Dense(1));
        model.Compile(new SGD(0), "mse");
        double zeros = model.GetLayer("dense").Call(Title).Equal(0).Cast(DType.Float32).Mean().ToDouble();
        History history = model.Fit(Title, Price, batchSize: 24, epochs: 2, shuffle: false);
        Assert.Equal(zeros, history["sparsity"][0], 1e-6);
        Assert.Equal(zeros, history["sparsity"][1], 1e-6);
    }

    // No output has a loss: a layer gives it.
    [Fact]
    public void A_loss_may_come_from_a_layer_alone()
    {
        Sequential model = new(1, new Input([3]), new Dense(3), new PullToZero());
        model.Compile(new SGD(0.5));
        History history = model.Fit(Title, epochs: 20, batchSize: 24);
        Assert.True(history["loss"][^1] < 0.2 * history["loss"][0]);
    }

    private sealed class Halves : Layer
    {
        protected override Bundle<Tensor> Forward(Bundle<Tensor> inputs, CallContext context) => [.. inputs.Only.Split(2)];
    }

    private sealed class Sharing : Layer
    {
        private readonly Dense shared;
        private readonly User user;

        public Sharing()
        {
            shared = Track(new Dense(3));
            user = Track(new User(shared));
        }

        protected override Tensor Forward(Tensor input, CallContext context) => user.Call(input, context);

        // Uses a layer that it does not track itself.
        private sealed class User(Dense shared) : Layer
        {
            protected override Tensor Forward(Tensor input, CallContext context) => shared.Call(input, context);
        }
    }

    private sealed class Sparsity : Layer
    {
        private readonly Mean mean;

        public Sparsity() => mean = AddMetric(new Mean("sparsity"));

        protected override Tensor Forward(Tensor input, CallContext context)
        {
            if (context.Training)
                mean.Add(input.Equal(0).Cast(DType.Float32).Mean());
            return input;
        }
    }

    private sealed class PullToZero : Layer
    {
        protected override Tensor Forward(Tensor input, CallContext context)
        {
            context.AddLoss(input.Square().Mean());
            return input;
        }
    }

    private sealed class TwoHeads : Model
    {
        private readonly Dense trunk, price, kind;

        public TwoHeads(int kinds) : base(seed: 7)
        {
            Kinds = kinds;
            trunk = Track(new Dense(8, "tanh") { Name = "trunk" });
            price = Track(new Dense(1) { Name = "price" });
            kind = Track(new Dense(kinds, "softmax") { Name = "kind" });
        }

        public int Kinds { get; }

        protected override Bundle<Tensor> Forward(Bundle<Tensor> inputs, CallContext context)
        {
            Tensor hidden = trunk.Call(Tensor.Concatenate([inputs["title"], inputs["photo"].Reshape([-1, 16])]), context);
            return new() { ["price"] = price.Call(hidden, context), ["kind"] = kind.Call(hidden, context) };
        }
    }
}
