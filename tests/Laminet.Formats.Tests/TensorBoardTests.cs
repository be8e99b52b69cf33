using Laminet.Formats.Tests.Reading;
using Laminet.Formats.Watching;
using Laminet.Layers;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Tests.Saving;
using Laminet.Training;
using Laminet.Training.Callbacks;

namespace Laminet.Formats.Tests;

public sealed class TensorBoardTests : IDisposable
{
    private const int Batches = 4;

    private readonly Scratch scratch = new();

    private string Logs => scratch.Path("logs");

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Figures_have_keras_names_places_and_steps()
    {
        Sequential model = NewModel();
        History history = Fit(model, epochs: 2, new TensorBoard(Logs, writeStepsPerSecond: true));
        Message[] train = Run("train"), validation = Run("validation");
        foreach (string name in (string[])["loss", "accuracy"])
        {
            Assert.Equal(history[name].Select((value, epoch) => ((double)epoch, (float)value)), Figures(train, $"epoch_{name}"));
            Assert.Equal(history[$"val_{name}"].Select((value, epoch) => ((double)epoch, (float)value)), Figures(validation, $"epoch_{name}"));
            Assert.Equal(history[$"val_{name}"].Select((value, epoch) => ((double)Batches * (epoch + 1), (float)value)), Figures(validation, $"evaluation_{name}_vs_iterations"));
        }

        Assert.Equal([(0, 0.01f), (1, 0.01f)], Figures(train, "epoch_learning_rate"));
        Assert.All(Figures(train, "epoch_steps_per_second"), figure => Assert.InRange(figure.Value, 0.001, 1e9));
        Assert.Equal(2, Figures(train, "epoch_steps_per_second").Count());
        Assert.Empty(Figures(train, "batch_loss"));
        // The graph, and no histograms.
        Assert.Equal(["input", "dense", "dense_1"], Assert.Single(train, message => message.Has("graph_def"))["graph_def"].All("node").Select(node => node.Text("name")));
        Assert.Equal(["epoch_accuracy", "epoch_learning_rate", "epoch_loss", "epoch_steps_per_second"], Tags(train));
        Assert.False(File.Exists(Path.Combine(Logs, "tensorboard.lock")));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Figures_of_batches_are_counted_over_the_epochs(int every)
    {
        List<float> losses = [];
        Sequential model = NewModel();
        Fit(model, epochs: 2,
            new LambdaCallback(onTrainBatchEnd: (_, _, logs) => losses.Add((float)logs["loss"])),
            new TensorBoard(Logs, writeGraph: false, writeStepsPerSecond: true, updateFrequency: every));
        Message[] train = Run("train");
        Assert.Equal(losses.Select((loss, place) => ((double)place + 1, loss)).Where(figure => figure.Item1 % every == 0), Figures(train, "batch_loss"));
        Assert.Equal(2 * Batches / every, Figures(train, "batch_steps_per_second").Count());
        Assert.DoesNotContain(train, message => message.Has("graph_def"));
    }

    [Fact]
    public void Texts_and_curves_are_written_after_each_epoch()
    {
        Tensor inputs = new RandomKey(7).Normal([6, 8]), labels = Tensor.From((float[])[0, 1, 1, 0, 1, 0], [6]);
        Fit(NewModel(), epochs: 2, new TensorBoard(Logs)
        {
            EachEpoch = (writer, model, epoch) =>
            {
                writer.AddPrecisionRecallCurve("curve", labels, model.Predict(inputs).Slice(0, 1, axis: 1).Reshape([6]), epoch, thresholds: 5);
                writer.AddText("said", $"after {epoch}", epoch);
            },
        });
        Message[] validation = Run("validation");
        Assert.Equal([0, 1], Values(validation, "said").Select(value => value.Step));
        (double Step, Message Value)[] curves = [.. Values(validation, "curve")];
        Assert.Equal([0, 1], curves.Select(curve => curve.Step));
        // At the threshold 0 all six are taken, of which three are right: true and false ones taken, true and false ones left, precision, recall.
        foreach ((_, Message value) in curves)
            Assert.Equal([3, 3, 0, 0, 0.5, 1], value["tensor"].Numbers("float_val").Where((_, place) => place % 5 == 0));
    }

    [Fact]
    public void Histograms_pictures_and_gradients_are_those_of_the_weights()
    {
        Sequential model = NewModel();
        Dictionary<string, Tensor> weights = [];
        Fit(model, epochs: 3, new TensorBoard(Logs, histogramFrequency: 2, writeImages: true, writeGradients: true),
            new LambdaCallback(onEpochEnd: (_, epoch, _) =>
            {
                if (epoch == 2)
                    weights = ((IHasState)model).State.ToDictionary(pair => pair.Name, pair => pair.Variable.Value);
            }));
        Message[] train = Run("train");
        string[] names = ["dense/kernel", "dense/bias", "dense_1/kernel", "dense_1/bias"];
        Assert.Equal(names.Order(), weights.Keys.Order());
        foreach (string name in names)
        {
            (double Step, double[] Rows)[] histograms = [.. Values(train, $"{name}/histogram").Select(value => (value.Step, value.Value["tensor"].Numbers("double_val")))];
            Assert.Equal([0, 2], histograms.Select(histogram => histogram.Step));
            double[] numbers = new double[weights[name].Length];
            weights[name].CopyToDoubles(numbers);
            Assert.Equal(HistogramBuckets.Of(numbers, 30), histograms[1].Rows);
            Assert.Equal([0, 2], Values(train, $"{name}/gradient/histogram").Select(value => value.Step));
            Assert.Equal([0, 2], Values(train, $"{name}/image").Select(value => value.Step));
        }

        // (8, 5) as 5 rows of 8.
        Assert.Equal(["\"8\"", "\"5\""], Values(train, "dense/kernel/image").First().Value["tensor"].Values("string_val").Take(2));
    }

    [Fact]
    public void The_gradient_is_that_of_the_last_batch_and_changes_nothing()
    {
        static Sequential Normalized() => Compiled(new Sequential(seed: 4, new Input([8]), new Dense(5), new BatchNormalization(), new Dropout(0.5), new Dense(3, "softmax")));
        Sequential watched = Normalized(), alone = Normalized();
        (Tensor x, Tensor y) = Data(Batches * 8);
        watched.Fit(x, y, batchSize: 8, epochs: 2, shuffle: false, callbacks: [new TensorBoard(Logs, writeGradients: true)]);
        alone.Fit(x, y, batchSize: 8, epochs: 2, shuffle: false);
        Assert.Equal(alone.Weights.Select(weight => weight.Value.ToArray<float>()), watched.Weights.Select(weight => weight.Value.ToArray<float>()));

        // No dropout, so that the gradient can be taken here.
        Sequential plain = NewModel();
        plain.Fit(x, y, batchSize: 8, epochs: 1, shuffle: false, callbacks: [new TensorBoard(scratch.Path("plain"), writeGradients: true)]);
        Tensor lastX = x.Slice(24, 32, axis: 0), lastY = y.Slice(24, 32, axis: 0);
        (_, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(() => plain.Loss!.Call(lastY, plain.Call(lastX)), plain.TrainableWeights);
        double expected = Math.Sqrt(gradients[0].Cast(DType.Float64).Square().Sum().ToDouble());
        double written = Figures(Run("train", scratch.Path("plain")), "dense/kernel/gradient/norm").Single().Value;
        Assert.Equal(expected, written, 1e-5 * expected);
    }

    [Fact]
    public void A_step_of_the_users_own_without_a_loss_of_the_model_gives_a_warning()
    {
        OwnLoss model = new();
        model.Compile(new SGD(0.1), (Bundle<Losses.Loss?>?)null);
        List<string> warnings = [];
        model.Warned += warnings.Add;
        model.Fit(Tensor.Ones([8, 2]), Tensor.Ones([8, 1]), batchSize: 4, epochs: 2, callbacks: [new TensorBoard(Logs, writeGradients: true)]);
        Assert.StartsWith("TensorBoard: no gradients are written, since the model's own ComputeLoss gives no loss for a batch. The model is compiled without a loss",
            Assert.Single(warnings), StringComparison.Ordinal);
        Assert.Equal(2, Figures(Run("train"), "epoch_loss").Count());
    }

    [Fact]
    public void Embeddings_are_written_with_their_metadata()
    {
        Sequential model = new(seed: 1, new Input([4], DType.Int32), new Embedding(6, 2) { Name = "words" }, new Flatten(), new Dense(2, "softmax"));
        Compiled(model).Fit(Tensor.Zeros([8, 4], DType.Int32), Tensor.Zeros([8], DType.Int32), batchSize: 4, epochs: 1,
            callbacks: [new TensorBoard(Logs, embeddingsFrequency: 1, embeddingsMetadata: new Dictionary<string, string> { ["words"] = "words.tsv" })]);
        Message embedding = Message.Parse(File.ReadAllText(Path.Combine(Logs, "projector_config.pbtxt")))["embeddings"];
        Assert.Equal(("words", "words.tensors.tsv", "words.tsv"), (embedding.Text("tensor_name"), embedding.Text("tensor_path"), embedding.Text("metadata_path")));
        float[] read = [.. File.ReadLines(Path.Combine(Logs, "words.tensors.tsv")).SelectMany(line => line.Split('\t')).Select(number => float.Parse(number, System.Globalization.CultureInfo.InvariantCulture))];
        Assert.Equal(model.GetLayer("words").Weights[0].Value.ToArray<float>(), read);
        Assert.Equal("TensorBoard: embeddingsMetadata names 'word'; expected an Embedding layer of the model: words.", Assert.Throws<ArgumentException>(() =>
            model.Fit(Tensor.Zeros([8, 4], DType.Int32), Tensor.Zeros([8], DType.Int32), callbacks: [new TensorBoard(Logs, embeddingsMetadata: new Dictionary<string, string> { ["word"] = "" })])).Message);
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public void Hyperparameters_are_in_the_folder_itself_with_the_end_of_the_training(bool fails, int status)
    {
        TensorBoard callback = new(Logs) { Hyperparameters = new Dictionary<string, object> { ["units"] = 5 } };
        Callback[] callbacks = fails ? [callback, new LambdaCallback(onEpochEnd: (_, epoch, _) => throw new TimeoutException())] : [callback];
        Exception? thrown = Record.Exception(() => Fit(NewModel(), 2, callbacks));
        Assert.Equal(fails, thrown is TimeoutException);
        Message[] contents = [.. Run("").Where(message => message.Has("summary")).Select(message => message["summary"]["value"]["metadata"]["plugin_data"].Bytes("content"))
            .Select(content => Protoc.Decode(content, "events.proto", "HyperparametersData"))];
        Assert.Contains(("validation", "epoch_accuracy"), contents[0]["experiment"].All("metric_infos").Select(info => (info["name"].Text("group"), info["name"].Text("tag"))));
        Assert.Equal(status, contents[2]["session_end_info"].Number("status"));
    }

    [Fact]
    public void A_resumed_training_goes_on_with_the_steps_that_follow()
    {
        Callback[] New(int dieAt) =>
        [
            new TensorBoard(Logs, updateFrequency: "batch"), new BackupAndRestore(scratch.Path("checkpoint"), saveFrequency: 1),
            new LambdaCallback(onTrainBatchEnd: (model, batch, _) =>
            {
                if ((model.Progress.Epoch * Batches) + batch == dieAt)
                    throw new TimeoutException();
            }),
        ];
        Assert.Throws<TimeoutException>(() => Fit(NewModel(), 3, New(dieAt: 5)));
        Fit(NewModel(), 3, New(dieAt: -1));
        string[] files = [.. Directory.GetFiles(Path.Combine(Logs, "train")).Order(StringComparer.Ordinal)];
        Assert.Equal(2, files.Length);
        // Killed in its sixth batch, which was not saved: the sixth is trained and written again, and the new file says so.
        Assert.Equal(Enumerable.Range(1, 6).Select(step => (double)step), Figures([.. Protoc.Events(files[0])], "batch_loss").Select(figure => figure.Step));
        IReadOnlyList<Message> second = Protoc.Events(files[1]);
        Assert.Equal((6, 1), (second[1].Number("step"), second[1]["session_log"].Number("status")));
        Assert.Equal(Enumerable.Range(6, 7).Select(step => (double)step), Figures([.. second], "batch_loss").Select(figure => figure.Step));
        Assert.Equal([1, 2], Figures([.. second], "epoch_loss").Select(figure => figure.Step));
    }

    [Fact]
    public void A_disk_that_fails_during_training_gives_one_warning()
    {
        Sequential model = NewModel();
        List<string> warnings = [];
        model.Warned += warnings.Add;
        // A file where a folder should be fails as a full disk does.
        Fit(model, 3, new LambdaCallback(onTrainBegin: _ => File.WriteAllText(Path.Combine(Logs, "train"), "")), new TensorBoard(Logs, updateFrequency: "batch"));
        Assert.Equal($"TensorBoard: Cannot make the directory {Path.Combine(Logs, "train")}: {Path.Combine(Logs, "train")} is a file. Choose another name. Training continues and the next save is tried; further failures give no warning.",
            Assert.Single(warnings));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_or_is_in_use_is_told_at_the_start()
    {
        File.WriteAllText(scratch.Path("file"), "");
        Assert.StartsWith($"Cannot make the directory {scratch.Path("file/logs")}", Assert.Throws<IOException>(() => Fit(NewModel(), 1, new TensorBoard(scratch.Path("file/logs")))).Message, StringComparison.Ordinal);
        Assert.Contains("another training or callback", Assert.Throws<IOException>(() => Fit(NewModel(), 1, new TensorBoard(Logs), new TensorBoard(Logs))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_evaluation_of_its_own_is_written_and_the_file_closed()
    {
        Sequential model = NewModel();
        (Tensor x, Tensor y) = Data(8);
        IReadOnlyDictionary<string, double> logs = model.Evaluate(x, y, callbacks: [new TensorBoard(Logs)]);
        Assert.Equal([(0, (float)logs["loss"])], Figures(Run("validation"), "evaluation_loss_vs_iterations"));
        Directory.Delete(Logs, recursive: true);
    }

    [Fact]
    public void Wrong_settings_are_told()
    {
        Assert.StartsWith("Received histogramFrequency = -1; expected 0 or more.", Assert.Throws<ArgumentOutOfRangeException>(() => new TensorBoard(histogramFrequency: -1)).Message, StringComparison.Ordinal);
        Assert.StartsWith("Received the update frequency 'step'; write \"epoch\", \"batch\" or a number of batches.", Assert.Throws<ArgumentException>(() => new TensorBoard(updateFrequency: "step")).Message, StringComparison.Ordinal);
        Assert.StartsWith("Received an update every 0 batches; the number must be 1 or more.", Assert.Throws<ArgumentOutOfRangeException>(() => new TensorBoard(updateFrequency: 0)).Message, StringComparison.Ordinal);
    }

    private static Sequential NewModel() => Compiled(new Sequential(seed: 3, new Input([8]), new Dense(5, "relu"), new Dense(3, "softmax")));

    private static Sequential Compiled(Sequential model)
    {
        model.Compile(new Adam(0.01), "sparse_categorical_crossentropy", ["accuracy"]);
        return model;
    }

    private static (Tensor X, Tensor Y) Data(int count)
    {
        Tensor x = new RandomKey(7).Normal([count, 8]);
        return (x, x.Slice(0, 3, axis: 1).ArgMax(1).Cast(DType.Int32));
    }

    private static History Fit(Sequential model, int epochs, params Callback[] callbacks)
    {
        (Tensor x, Tensor y) = Data((Batches * 8) + 8);
        return model.Fit(x, y, batchSize: 8, epochs: epochs, validationSplit: 0.2, callbacks: callbacks);
    }

    private Message[] Run(string run, string? logs = null) => [.. Directory.GetFiles(Path.Combine(logs ?? Logs, run), "events*").Order(StringComparer.Ordinal).SelectMany(Protoc.Events)];

    private static IEnumerable<(double Step, Message Value)> Values(Message[] events, string tag) => events.Where(message => message.Has("summary"))
        .SelectMany(message => message["summary"].All("value").Where(value => value.Text("tag") == tag).Select(value => (message.Number("step"), value)));

    private static IEnumerable<(double Step, float Value)> Figures(Message[] events, string tag) =>
        Values(events, tag).Select(value => (value.Step, (float)value.Value["tensor"].Number("float_val")));

    private static IEnumerable<string> Tags(Message[] events) => events.Where(message => message.Has("summary"))
        .SelectMany(message => message["summary"].All("value").Select(value => value.Text("tag"))).Distinct().Order(StringComparer.Ordinal);

    private sealed class OwnLoss : Model
    {
        private readonly Dense dense;

        public OwnLoss() : base(seed: 1) => dense = Track(new Dense(1));

        protected override Tensor Forward(Tensor input, CallContext context) => dense.Call(input, context);

        protected override void TrainStep(Laminet.Data.Batch batch, CallContext context)
        {
            Tensor? prediction = null;
            (Tensor loss, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(() => ((prediction = Call(batch.X, context)) - batch.Y!).Square().Mean(), TrainableWeights);
            Optimizer!.Apply(gradients, TrainableWeights);
            Report(batch, prediction!, loss, context);
        }
    }
}
