using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Laminet.Formats.Tests.Reading;
using Laminet.Formats.Watching;
using Laminet.Layers;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Tests.Saving;
using Laminet.Training;
using Laminet.Training.Callbacks;

namespace Laminet.Formats.Tests;

public sealed class WandbOfflineTests : IDisposable
{
    private const int Batches = 4;

    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void A_run_is_a_folder_with_a_log_and_files()
    {
        JsonObject settings = new() { ["note"] = "two\n\"lines\"", ["learning_rate"] = "mine", ["list"] = new JsonArray(1, null, 2.5) };
        WandbOffline callback = new("digits", "first", settings, scratch.Root, id: "abc-1", entity: "me", group: "all", tags: ["x", "y"], notes: "a note") { Clock = new StoppedClock() };
        History history = Fit(NewModel(), 2, callback);

        Assert.Equal(Path.Combine(scratch.Root, "wandb", "offline-run-20260102_030405-abc-1"), callback.Folder);
        Assert.Equal(["config.yaml", "requirements.txt", "wandb-metadata.json", "wandb-summary.json"], Directory.GetFiles(Path.Combine(callback.Folder!, "files")).Select(Path.GetFileName).Order());
        IReadOnlyList<Message> records = Protoc.Records(Path.Combine(callback.Folder!, "run-abc-1.wandb"));
        Assert.Equal(Enumerable.Range(1, records.Count).Select(number => (double)number), records.Select(record => record.Number("num")));
        Assert.Matches(@"^Laminet \d+\.\d+\.\d+$", records[0]["header"]["version_info"].Text("producer"));
        Message run = records[1]["run"];
        Assert.Equal(("abc-1", "me", "digits", "first", "all", "a note"),
            (run.Text("run_id"), run.Text("entity"), run.Text("project"), run.Text("display_name"), run.Text("run_group"), run.Text("notes")));
        Assert.Equal(["\"x\"", "\"y\""], run.Values("tags"));
        Assert.Equal((DateTimeOffset.Parse("2026-01-02T03:04:05Z", CultureInfo.InvariantCulture).ToUnixTimeSeconds(), false), ((long)run["start_time"].Number("seconds"), run.Has("resumed")));

        Dictionary<string, string> config = Items(records.Single(record => record.Has("config"))["config"].All("update"));
        Assert.Equal(config, Items(run["config"].All("update")));
        Assert.Equal(("\"two\\n\\u0022lines\\u0022\"", "\"mine\"", "[1, null, 2.5]", "63", "2"), (config["note"], config["learning_rate"], config["list"], config["parameters"], config["epochs"]));
        Assert.Equal("Adam", JsonNode.Parse(config["optimizer"])!["class_name"]!.GetValue<string>());
        Assert.Contains("\"note\":\n    value: \"two\\n\\u0022lines\\u0022\"\n", File.ReadAllText(Path.Combine(callback.Folder!, "files", "config.yaml")), StringComparison.Ordinal);

        Assert.Equal(["wandb-metadata.json", "requirements.txt"], records.Single(record => record.Has("files"))["files"].All("files").Select(file => file.Text("path")));
        Assert.Equal("abc-1", records.Single(record => record.Has("environment"))["environment"].Text("writer_id"));
        Message[] metrics = [.. records.Where(record => record.Has("metric")).Select(record => record["metric"])];
        Assert.Equal([("epoch/epoch", "", ""), ("", "epoch/*", "epoch/epoch")], metrics.Select(metric => (metric.Text("name"), metric.Text("glob_name"), metric.Text("step_metric"))));

        Message[] steps = [.. records.Where(record => record.Has("history")).Select(record => record["history"])];
        Assert.Equal([0, 1], steps.Select(step => step["step"].Number("num")));
        for (int epoch = 0; epoch < 2; epoch++)
        {
            Dictionary<string, string> items = Items(steps[epoch].All("item"));
            Assert.Equal(["_runtime", "_step", "_timestamp", "epoch/accuracy", "epoch/epoch", "epoch/learning_rate", "epoch/loss", "epoch/val_accuracy", "epoch/val_loss"], items.Keys.Order(StringComparer.Ordinal));
            Assert.Equal((history["loss"][epoch], history["val_loss"][epoch], 0.01, epoch, epoch),
                (Number(items["epoch/loss"]), Number(items["epoch/val_loss"]), Number(items["epoch/learning_rate"]), (int)Number(items["epoch/epoch"]), (int)Number(items["_step"])));
        }

        JsonElement summary = JsonDocument.Parse(File.ReadAllText(Path.Combine(callback.Folder!, "files", "wandb-summary.json"))).RootElement;
        Assert.Equal(history["loss"][1], summary.GetProperty("epoch/loss").GetDouble());
        Message last = records.Last(record => record.Has("summary") && record["summary"].All("update").Any(item => item.Has("key")))["summary"];
        Assert.Equal(history["loss"][1], Number(Items(last.All("update"))["epoch/loss"]));
        Assert.Equal(["_wandb", "runtime"], records[^3]["summary"]["update"].Values("nested_key").Select(text => text.Trim('"')));
        Assert.Equal((0, true), (records[^2]["exit"].Number("exit_code"), records[^1].Has("footer")));
    }

    [Fact]
    public void Batches_have_an_axis_of_their_own()
    {
        WandbOffline callback = new(directory: scratch.Root, updateFrequency: 2);
        Fit(NewModel(), 2, callback);
        IReadOnlyList<Message> records = Log(callback);
        Message[] steps = [.. records.Where(record => record.Has("history")).Select(record => record["history"])];
        // Two of the first epoch, its end, and again.
        Assert.Equal(Enumerable.Range(0, 6).Select(number => (double)number), steps.Select(step => step["step"].Number("num")));
        Assert.Equal(["2", "4", "", "6", "8", ""], steps.Select(step => Items(step.All("item")).GetValueOrDefault("batch/batch_step", "")));
        Assert.Contains(records, record => record.Has("metric") && record["metric"].Text("glob_name") == "batch/*");
        Assert.Matches("^[a-z0-9]{8}$", records[1]["run"].Text("run_id"));
    }

    [Fact]
    public void Figures_that_are_no_numbers_are_written_as_python_does()
    {
        WandbOffline callback = new(directory: scratch.Root);
        Fit(NewModel(), 1, new LambdaCallback(onEpochEnd: (_, _, logs) => (logs["nan"], logs["up"], logs["down"]) = (double.NaN, double.PositiveInfinity, double.NegativeInfinity)), callback);
        Dictionary<string, string> items = Items(Log(callback).Single(record => record.Has("history"))["history"].All("item"));
        Assert.Equal(("NaN", "Infinity", "-Infinity"), (items["epoch/nan"], items["epoch/up"], items["epoch/down"]));
    }

    [Fact]
    public void A_training_that_fails_has_another_exit_code()
    {
        WandbOffline callback = new(directory: scratch.Root);
        Assert.Throws<TimeoutException>(() => Fit(NewModel(), 1, callback, new LambdaCallback(onEpochEnd: (_, _, _) => throw new TimeoutException())));
        Assert.Equal(1, Log(callback).Single(record => record.Has("exit"))["exit"].Number("exit_code"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_resumed_training_goes_on_in_the_folder_or_as_the_same_run(bool isGone)
    {
        Callback[] New(int dieAt, WandbOffline callback) =>
        [
            callback, new BackupAndRestore(scratch.Path("checkpoint"), saveFrequency: 2),
            new LambdaCallback(onTrainBatchEnd: (model, batch, _) =>
            {
                if ((model.Progress.Epoch * Batches) + batch == dieAt)
                    throw new TimeoutException();
            }),
        ];
        WandbOffline alone = new(directory: scratch.Path("alone"), updateFrequency: "batch"), first = new(directory: scratch.Root, updateFrequency: "batch"), second = new(directory: scratch.Path("other"), updateFrequency: "batch");
        Fit(NewModel(), 3, alone);
        Assert.Throws<TimeoutException>(() => Fit(NewModel(), 3, New(dieAt: 6, first)));
        string id = Log(first)[1]["run"].Text("run_id");
        if (isGone)
            Directory.Delete(first.Folder!, recursive: true);
        Fit(NewModel(), 3, New(dieAt: -1, second));

        List<string> expected = Steps(Log(alone)), written = Steps(Log(second));
        IReadOnlyList<Message> records = Log(second);
        Assert.Equal(Enumerable.Range(1, records.Count).Select(number => (double)number), records.Select(record => record.Number("num")));
        if (isGone)
        {
            // Six batches and the end of an epoch are in the lost folder: the seventh batch was trained and not saved.
            Assert.NotEqual(first.Folder, second.Folder);
            Assert.Equal((id, 1, 7), (records[1]["run"].Text("run_id"), records[1]["run"].Number("resumed"), records[1]["run"].Number("starting_step")));
            Assert.Equal(expected.Skip(7), written);
        }
        else
        {
            Assert.Equal(first.Folder, second.Folder);
            Assert.Equal(expected, written);
            Assert.Single(records, record => record.Has("exit"));
        }
    }

    [Fact]
    public void A_disk_that_fails_gives_one_warning_and_what_it_had_no_room_for_is_written_later()
    {
        bool isFull = false;
        Sequential model = NewModel();
        List<string> warnings = [];
        model.Warned += warnings.Add;
        WandbOffline callback = new(directory: scratch.Root)
        {
            WriteLog = (file, bytes, position) =>
            {
                if (isFull)
                    throw new IOException("No space left on device", 28);
                RandomAccess.Write(file, bytes, position);
            },
        };
        Fit(model, 4, new LambdaCallback(onEpochBegin: (_, epoch) => isFull = epoch is 1 or 2), callback);
        Assert.Contains(": No space left on device; free some space and save again. Training continues", Assert.Single(warnings), StringComparison.Ordinal);
        Assert.Equal(4, Steps(Log(callback)).Count);
    }

    [Fact]
    public void A_directory_that_takes_no_run_gives_a_warning_and_training_goes_on()
    {
        File.WriteAllText(scratch.Path("wandb"), "");
        Sequential model = NewModel();
        List<string> warnings = [];
        model.Warned += warnings.Add;
        WandbOffline callback = new(directory: scratch.Root);
        Assert.Equal(2, Fit(model, 2, callback).Epochs.Count);
        Assert.StartsWith("WandbOffline: Cannot make the directory ", Assert.Single(warnings), StringComparison.Ordinal);
        Assert.Null(callback.Folder);
    }

    [Theory]
    [InlineData("")]
    [InlineData("../up")]
    [InlineData("a b")]
    public void A_name_that_would_be_a_path_is_refused(string id) =>
        Assert.StartsWith($"Received id = {id}; expected letters, digits, '-' and '_', at most 64 of them.", Assert.Throws<ArgumentOutOfRangeException>(() => new WandbOffline(id: id)).Message, StringComparison.Ordinal);

    // The client would refuse it only at the upload, after the training.
    [Theory]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("50%")]
    public void A_project_that_the_client_refuses_is_refused(string project) =>
        Assert.StartsWith($"Received project = {project}; expected 1 to 128 characters, none of /\\#?%:.", Assert.Throws<ArgumentOutOfRangeException>(() => new WandbOffline(project)).Message, StringComparison.Ordinal);

    private static Sequential NewModel()
    {
        Sequential model = new(seed: 3, new Input([8]), new Dense(5, "relu"), new Dense(3, "softmax"));
        model.Compile(new Adam(0.01), "sparse_categorical_crossentropy", ["accuracy"]);
        return model;
    }

    private static History Fit(Sequential model, int epochs, params Callback[] callbacks)
    {
        Tensor x = new RandomKey(7).Normal([(Batches * 8) + 8, 8]);
        return model.Fit(x, x.Slice(0, 3, axis: 1).ArgMax(1).Cast(DType.Int32), batchSize: 8, epochs: epochs, validationSplit: 0.2, callbacks: callbacks);
    }

    private static IReadOnlyList<Message> Log(WandbOffline callback) => Protoc.Records(Assert.Single(Directory.GetFiles(callback.Folder!, "*.wandb")));

    private static Dictionary<string, string> Items(IEnumerable<Message> items) => items.ToDictionary(item => item.Text("key"), item => item.Text("value_json"));

    private static List<string> Steps(IReadOnlyList<Message> records) => [.. records.Where(record => record.Has("history")).Select(record => string.Join(' ',
        Items(record["history"].All("item")).Where(item => item.Key is not ("_runtime" or "_timestamp")).Select(item => $"{item.Key}={item.Value}")))];

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private sealed class StoppedClock : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override DateTimeOffset GetUtcNow() => new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    }
}
