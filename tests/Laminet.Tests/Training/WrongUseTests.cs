using Laminet.Data;
using Laminet.Layers;
using Laminet.Losses;
using Laminet.Metrics;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Tests.Training;

/// <summary>Wrong uses of several inputs and outputs, masks, sequences and settings of Fit: each is told what was received and what to do, and the model stays as it was.</summary>
public class WrongUseTests
{
    private static readonly Tensor Title = Tensor.Ones([6, 3]), Photo = Tensor.Ones([6, 4, 4, 1]), Price = Tensor.Ones([6, 1]), Kind = Tensor.Zeros([6], DType.Int32);

    private static readonly Dictionary<string, (Action<Model> Use, string Message)> Cases = new()
    {
        ["an input is missing"] = (model => model.Predict(new Bundle<Tensor> { ["title"] = Title }), "received inputs title; photo missing. Give one for each of title, photo."),
        ["an input has a wrong name"] = (model => model.Predict(new Bundle<Tensor> { ["titel"] = Title, ["photo"] = Photo }), "received 'titel' among the inputs; the model has title, photo. Did you mean 'title'?"),
        ["too few inputs"] = (model => model.Predict(Title), "received 1 inputs; the model has 2: title, photo. Give one for each, in this order or by name."),
        ["too many inputs"] = (model => model.Predict([Title, Photo, Title]), "received 3 inputs; the model has 2"),
        ["inputs in the wrong order"] = (model => model.Predict([Photo, Title]), "'title' (Input): received data of shape (6, 4, 4, 1); expected (None, 3)"),
        ["inputs of different numbers of examples"] = (model => model.Fit([Title, Photo.Slice(0, 5)], [Price, Kind]), "Received X with 6 examples (shape (6, 3)) and X[1] with 5"),
        ["targets of another number of examples"] = (model => model.Fit([Title, Photo], new() { ["price"] = Price, ["kind"] = Kind.Slice(0, 4) }), "Y[\"kind\"] with 4 (shape (4,))"),
        ["a target is missing"] = (model => model.Fit([Title, Photo], new() { ["price"] = Price }), "The data has no targets (y) for the output 'kind', which has a loss."),
        ["a target has a wrong name"] = (model => model.Fit([Title, Photo], new() { ["price"] = Price, ["kinds"] = Kind }), "received 'kinds' among the targets; the model has price, kind. Did you mean 'kind'?"),
        ["too few targets"] = (model => model.Fit([Title, Photo], Price), "received 1 targets; the model has 2: price, kind."),
        ["no targets"] = (model => model.Fit([Title, Photo]), "The loss is computed from targets (y), but received none."),
        ["weights for an output that is not there"] = (model => model.Fit([Title, Photo], [Price, Kind], sampleWeight: new() { ["prize"] = Price }), "received 'prize' among the sample weights; the model has price, kind."),
        ["class weights for two outputs"] = (model => model.Fit([Title, Photo], [Price, Kind], classWeight: new Dictionary<int, double> { [0] = 2 }), "classWeight is for models of one output"),
        ["a class weight below 0"] = (_ => OfClasses().Fit(Title, Kind, classWeight: new Dictionary<int, double> { [0] = -1 }), "classWeight: received the weight -1 for class 0; expected a finite number, 0 or more."),
        ["a weight for a class that is not there"] = (_ => OfClasses().Fit(Title, Kind, classWeight: new Dictionary<int, double> { [5] = 1 }), "classWeight: received a weight for class 5; the model has 5 classes, 0 to 4."),
        ["a weight for a third class of two"] = (_ => OfClasses(2).Fit(Title, Kind, classWeight: new Dictionary<int, double> { [2] = 1 }), "classWeight: received a weight for class 2; the model has 2 classes, 0 to 1."),
        ["a weight for a negative class"] = (_ => OfClasses(1).Fit(Title, Price, classWeight: new Dictionary<int, double> { [-1] = 1 }), "classWeight: received a weight for class -1; expected class numbers of 0 or more."),
        ["a tensor is wanted of two outputs"] = (model => Use(model.Predict([Title, Photo]).Only), "The bundle has 2 items where one is expected"),
        ["X of a batch of two inputs"] = (_ => Use(new Batch([Title, Photo]).X), "The batch has 2 tensors Inputs; X is for a single tensor. Use Inputs, by index or name."),
        ["an input with its batch forgotten"] = (model => model.Predict([Title[0], Photo[0]]), "axis 0 counts the examples"),
        ["losses by wrong names"] = (model => model.Compile("sgd", loss: new() { ["cost"] = "mse" }), "Compile: received 'cost' among the losses; the model has price, kind."),
        ["too many losses"] = (model => model.Compile("sgd", loss: new Loss?[] { "mse", "mse", "mse" }), "Compile: received 3 losses; the model has 2: price, kind."),
        ["metrics of an output that is not there"] = (model => model.Compile("sgd", loss: (Loss)"mse", metrics: new() { ["sort"] = ["accuracy"] }), "received 'sort' among the metrics"),
        ["metrics in a list for two outputs"] = (model => model.Compile("sgd", (Loss)"mse", ["accuracy"]), "received 1 metrics; the model has 2: price, kind."),
        ["one metric for two outputs"] = (model => Twice(model, new Mean()), "is given for two outputs. Give each output its own metric"),
        ["a loss weight that is no number"] = (model => model.Compile("sgd", loss: new() { ["price"] = "mse" }, lossWeights: new() { ["price"] = double.NaN }), "The loss weight of 'price' is NaN; expected a finite number."),
        ["a loss of one number an example"] = (model => model.Compile("sgd", loss: new() { ["price"] = new Laminet.Losses.MeanSquaredError(LossReduction.None) }), "LossReduction.None"),
        ["a layer that is not there"] = (model => model.GetLayer("dens"), "The model has no layer 'dens'. Did you mean 'dense'?"),
        ["the output of a layer called twice"] = (_ => Use(CalledTwice().Output), "was called 2 times, so it has as many outputs"),
        ["the output of a layer outside a model"] = (_ => Use(new Dense(1).Output), "has no output yet"),
        ["a hidden tensor as input"] = (model => new Model(model.GetLayer("dense").Output, model.Outputs), "as the model's input; expected an Input."),
        ["an input twice"] = (model => new Model([model.Inputs[0], model.Inputs[0]], model.Outputs), "Received an input twice"),
        ["an input that is not named"] = (model => new Model(model.Inputs[0], model.Outputs), "that is not among the model's inputs"),
        ["a model without outputs"] = (model => new Model(model.Inputs, []), "A model needs at least one output."),
        ["a mask of another shape"] = (_ => new GlobalAveragePooling1D().Call(Tensor.Ones([2, 3, 4]), mask: Tensor.Full([2, 4], 1, DType.Bool)), "received a mask of shape (2, 4) for a tensor of shape (2, 3, 4); expected its first axes"),
        ["a mask of numbers"] = (_ => new GlobalAveragePooling1D().Call(Tensor.Ones([2, 3, 4]), mask: Tensor.Ones([2, 3])), "received a mask of Float32 (2, 3); expected Bool"),
        ["a mask that does not fit the losses"] = (_ => ((Loss)"mse").Call(Price, Price, mask: Tensor.Full([5], 1, DType.Bool)), "received a mask of shape (5,) for values of shape (6,)"),
        ["words that are no whole numbers"] = (_ => new Embedding(4, 2).Call(Title), "expected indices as Int32 or Int64. Give the model's Input that type"),
        ["a word that is not in the table"] = (_ => new Embedding(4, 2).Call(Tensor.From(new[,] { { 4 } })), "index 4"),
        ["an unknown length before Flatten and Dense"] = (_ => new Dense(2).Call(new Flatten().Call(new Input([null, 3]))), "which has an unknown length (None)"),
        ["a plan without the length"] = (_ => OfSequences().Plan(4), "Say for which length: pass length."),
        ["sequences in Batch"] = (_ => Ragged().Batch(2).Batches().ToList(), "PaddedBatch"),
        ["a sequence longer than every bucket"] = (_ => Ragged().PaddedBatch(2, buckets: [2]).Batches().ToList(), "received an example of length 3; the largest bucket has 2. Add a bucket, or cut the example by Map."),
        ["buckets that do not ascend"] = (_ => Ragged().PaddedBatch(2, buckets: [4, 2]), "received the buckets [4, 2]; expected lengths of 1 or more, ascending"),
        ["batches that are padded again"] = (_ => Dataset.FromTensors(Title).Batch(2).PaddedBatch(2).Batches().ToList(), "it groups single examples"),
        ["sequences whose steps differ"] = (_ => Dataset.FromRagged([Tensor.Ones([2, 3]), Tensor.Ones([2, 4])]).PaddedBatch(2).Batches().ToList(), "only the first axis, the length, may differ."),
        ["fewer targets than sequences"] = (_ => Dataset.FromRagged([[1, 2], [3]], Tensor.Ones([3])), "Received 2 sequences and targets of shape (3,)"),
        ["rows of different lengths as an array"] = (model => model.Predict(new[] { new[] { 1f, 2 }, [3f] }), "Received rows of different lengths: row 0 has 2 numbers, row 1 has 1."),
        ["an array of text"] = (model => model.Predict(new[,] { { "a" } }), "A tensor cannot hold String."),
        ["no steps an epoch"] = (model => model.Fit(Dataset.FromTensors(Title).Batch(2), stepsPerEpoch: 0), "Received stepsPerEpoch = 0; expected 1 or more."),
        ["validation every zeroth epoch"] = (model => model.Fit([Title, Photo], [Price, Kind], validationFrequency: 0), "Received validationFrequency = 0; expected 1 or more."),
        ["gradients of no batch"] = (model => model.Fit([Title, Photo], [Price, Kind], gradientAccumulation: 0), "Received gradientAccumulation = 0; expected 1 or more."),
        ["a time that is over"] = (model => model.Fit([Title, Photo], [Price, Kind], maxTime: TimeSpan.FromSeconds(-1)), "Received maxTime = -00:00:01; expected a time above 0, or null."),
        ["gradients accumulated and a budget"] = (model => model.Fit([Title, Photo], [Price, Kind], gradientAccumulation: 2, memoryBudget: 1 << 30), "received both memoryBudget and gradientAccumulation; give one."),
        ["a split and validation data"] = (model => model.Fit([Title, Photo], [Price, Kind], validationSplit: 0.5, validationData: new Batch([Title, Photo], [Price, Kind])), "Received both validationData and validationSplit; give one."),
        ["stratify with two targets"] = (model => model.Fit([Title, Photo], [Price, Kind], validationSplit: 0.5, stratify: true), "stratify needs one tensor of labels in y; received 2."),
        ["validation settings without validation"] = (model => model.Fit([Title, Photo], [Price, Kind], validationFrequency: 2), "but no validation data. Give validationData or validationSplit."),
        ["null among the callbacks"] = (model => model.Fit([Title, Photo], [Price, Kind], callbacks: [null!]), "received null among 1 callbacks; expected a Callback."),
        ["null among the metrics"] = (model => model.Compile("sgd", loss: (Loss)"mse", metrics: new() { ["price"] = [null!] }), "Received null as metric 0 of 1; expected a metric or its name."),
        ["null among the inputs of a layer"] = (_ => new Add().Call([Title, null!]), "Layer Add: received null as input 1 of 2."),
        ["null in place of a batch"] = (model => model.Fit((IEnumerable<Batch>)[null!]), "The data returned null as batch 0. Give a Batch for every step."),
        ["a name of an output that is not there, compiled before the model is built"] = (_ => new Heads().With(heads => heads.Fit(Title, [Price, Price])), "received 'cost' among the losses; the model has one, two."),
        ["a layer without a computation"] = (_ => new Nothing().Call(Title), "Nothing has no computation: override Forward"),
        ["a layer inside that is not tracked"] = (_ => new Untracked().Call(Title), "Layer Untracked: its Forward calls the layer Dense, which has weights and is not a part of it"),
        ["a variable of a layer that is no weight"] = (_ => new Sequential(new Input([3]), new Bare(trainable: true)).Predict(Title), "Layer 'bare' (Bare): its Forward reads the trainable variable 'scale', which is no weight of the model"),
        ["a variable of a class that is no weight"] = (_ => new BareModel().Predict(Title), "Layer BareModel: its Forward reads the trainable variable 'scale', which is no weight of the model"),
        ["a layer of a class that is not tracked"] = (_ => new BareModel(new Dense(2)).Predict(Title), "Layer BareModel: its Forward calls the layer Dense, which has weights and is not a part of it"),
        ["a variable that is no weight, saved"] = (_ => new Sequential(new Input([3]), new Bare(trainable: true)).Save(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName())), "it would neither be trained nor saved"),
        ["a loss that is no scalar"] = (_ => new CallContext().AddLoss(Title), "AddLoss: received a tensor of shape (6, 3); expected a scalar."),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void It_is_told_and_nothing_is_changed(string name)
    {
        Model model = TwoByTwo();
        (Optimizer? optimizer, Bundle<Loss?>? losses) = (model.Optimizer, model.Losses);
        float[] weights = [.. model.Weights.SelectMany(weight => weight.Value.ToArray<float>())];
        Exception exception = Assert.ThrowsAny<Exception>(() => Cases[name].Use(model));
        Assert.Contains(Cases[name].Message, exception.Message, StringComparison.Ordinal);
        Assert.True(exception is ArgumentException or ShapeException or DTypeException or InvalidOperationException or NotSupportedException, exception.GetType().Name);
        Assert.Same(optimizer, model.Optimizer);
        Assert.Equal(losses, model.Losses);
        Assert.Equal(weights, model.Weights.SelectMany(weight => weight.Value.ToArray<float>()));
        model.Fit([Title, Photo], [Price, Kind]);
    }

    // A number that is not trained may come from anywhere.
    [Fact]
    public void A_variable_that_is_not_trainable_may_be_read() =>
        Assert.Equal(new Sequential(new Input([3]), new Bare(trainable: false)).Predict(Title).ToArray<float>(), (Title * 2).ToArray<float>());

    // Tied weights: one layer reads those of another of the same model.
    [Fact]
    public void A_weight_of_another_layer_of_the_model_may_be_read()
    {
        Dense first = new(3, useBias: false);
        Sequential model = new(1, new Input([3]), first, new Tied(first));
        model.Compile(new SGD(0.1), "mse");
        Assert.Equal(9, model.ParameterCount);
        History history = model.Fit(Title, Title, epochs: 20);
        Assert.True(history["loss"][^1] < 0.5 * history["loss"][0]);
    }

    private static Model TwoByTwo()
    {
        var title = new Input([3]) { Name = "title" };
        var photo = new Input([4, 4, 1]) { Name = "photo" };
        SymbolicTensor both = new Concatenate().Call([new Dense(6, "tanh").Call(title), new Flatten().Call(photo)]);
        Model model = new([title, photo], new() { ["price"] = new Dense(1).Call(both), ["kind"] = new Dense(5, "softmax").Call(both) }, seed: 3);
        model.Compile(new SGD(0.1), loss: new() { ["price"] = "mse", ["kind"] = "sparse_categorical_crossentropy" });
        return model;
    }

    private static Sequential OfClasses(int classes = 5)
    {
        Sequential model = new(new Input([3]), new Dense(classes, classes == 1 ? "sigmoid" : "softmax"));
        model.Compile("sgd", classes == 1 ? "bce" : "sparse_categorical_crossentropy");
        return model;
    }

    private static Dense CalledTwice()
    {
        Dense layer = new(2);
        layer.Call(new Input([3]));
        layer.Call(new Input([3]));
        return layer;
    }

    private static Model OfSequences()
    {
        var input = new Input([null, 3]);
        return new Model(input, new GlobalAveragePooling1D().Call(input));
    }

    private static Dataset Ragged() => Dataset.FromRagged([[1, 2, 3], [4]]);

    private static void Twice(Model model, Metric metric) => model.Compile("sgd", loss: (Loss)"mse", metrics: new() { ["price"] = [metric], ["kind"] = [metric] });

    private static void Use(object? value) => Assert.Null(value);

    private sealed class Nothing : Layer;

    private sealed class Heads : Model
    {
        private readonly Dense one, two;

        public Heads() => (one, two) = (Track(new Dense(1)), Track(new Dense(1)));

        public void With(Action<Model> use)
        {
            Compile("sgd", loss: new() { ["one"] = "mse", ["cost"] = "mse" });
            use(this);
        }

        protected override Bundle<Tensor> Forward(Bundle<Tensor> inputs, CallContext context) =>
            new() { ["one"] = one.Call(inputs.Only, context), ["two"] = two.Call(inputs.Only, context) };
    }

    private sealed class Tied(Dense other) : Layer
    {
        protected override Tensor Forward(Tensor input, CallContext context) => input.MatMul(other.Weights[0].Value, transposeOther: true);
    }

    private sealed class Bare(bool trainable) : Layer
    {
        private readonly Variable scale = new(Tensor.Scalar(2f), "scale", trainable);

        protected override Tensor Forward(Tensor input, CallContext context) => input * scale.Value;
    }

    private sealed class BareModel(Layer? inner = null) : Model
    {
        private readonly Variable scale = new(Tensor.Scalar(2f), "scale");

        protected override Tensor Forward(Tensor input, CallContext context) => inner?.Call(input, context) ?? (input * scale.Value);
    }

    private sealed class Untracked : Layer
    {
        private readonly Dense inner = new(2);

        protected override Tensor Forward(Tensor input, CallContext context) => inner.Call(input, context);
    }
}
