using System.Text;
using System.Text.Json.Nodes;
using Laminet.Data;
using Laminet.Optimizers;
using Laminet.Saving;
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Training.Callbacks;

namespace Laminet.Tests.Saving;

/// <summary>Descriptions in which a value is missing, null or of another form: told by the value's name, and nothing is changed.</summary>
public sealed class DamagedJsonTests : IDisposable
{
    // Messages of the runtime itself. An error that contains one was not checked before the value was used.
    private static readonly string[] Unclear = ["Object reference", "Index was out of range", "index was outside", "An element of type", "given key", "node", "Nullable"];

    private readonly Scratch scratch = new();

    private string Path => scratch.Path("file");

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData(ArchiveParts.Model)]
    [InlineData(ArchiveParts.Training)]
    public void Any_value_of_a_model_file_that_is_another_is_told_clearly(string part)
    {
        Model model = Models.Compiled(Models.Functional());
        model.Fit(Models.Images(8), Models.Labels(8), batchSize: 8);
        model.Save(Path);
        ChangeAnyValue(part, () => Model.Load(Path));
    }

    [Fact]
    public void Any_value_of_a_training_that_is_another_is_told_clearly()
    {
        Callback[] callbacks = [new EarlyStopping("loss", restoreBestWeights: true), new CSVLogger(scratch.Path("log")), new ModelCheckpoint(scratch.Path("best"), "loss"), new BackupAndRestore(Path, deleteCheckpoint: false)];
        void Fit(Model model, int epochs) => model.Fit(Models.Images(8), Models.Labels(8), batchSize: 8, epochs: epochs, callbacks: callbacks);
        Fit(Models.Compiled(Models.Convnet()), 1);
        Model other = Models.Compiled(Models.Convnet());
        other.EnsureInitialized();
        byte[] before = Models.State(other);
        ChangeAnyValue(ArchiveParts.Training, () =>
        {
            try
            {
                Fit(other, 1);
            }
            catch (InvalidDataException)
            {
                Assert.Equal(before, Models.State(other)[..before.Length]);
                throw;
            }

            other = Models.Compiled(Models.Convnet());
            other.EnsureInitialized();
        });
    }

    [Fact]
    public void Any_value_of_a_checkpoint_that_is_another_is_told_clearly()
    {
        OwnLoop loop = new OwnLoop().Train(2);
        Checkpoint checkpoint = loop.Checkpoint;
        checkpoint.Save(Path);
        byte[] before = loop.State;
        ChangeAnyValue(ArchiveParts.Checkpoint, () => checkpoint.Restore(Path));
        Assert.Equal(before, loop.State);
    }

    [Theory]
    [InlineData("\"epoch\": 1", "\"epoch\": -1", "'epoch' is -1; expected 0 or more")]
    [InlineData("\"batch\": 0", "\"batch\": -3", "'batch' is -3; expected 0 or more")]
    [InlineData("\"batch\": 0", "\"batch\": \"many\"", "The setting 'batch' must be of type Int32; received \"many\"")]
    [InlineData("\"stop_training\": false", "\"stop_training\": 1", "The setting 'stop_training' must be of type Boolean; received 1")]
    [InlineData("\"loss\": ", "\"loss\": \"low\", \"other\": ", "history[0].loss is \"low\"; expected a number")]
    public void A_place_that_is_none_is_told_before_anything_is_changed(string text, string damaged, string reason)
    {
        Model model = Models.Compiled(Models.Convnet());
        model.Fit(Models.Images(8), Models.Labels(8), batchSize: 8);
        model.Save(Path);
        Archives.Change(Path, ArchiveParts.Training, json => json.Replace(text, damaged, StringComparison.Ordinal));
        Model other = Models.Compiled(Models.Convnet());
        other.EnsureInitialized();
        byte[] before = Models.State(other);
        Assert.Equal($"{Path}, {ArchiveParts.Training}: {reason}. Nothing was changed.", Assert.Throws<InvalidDataException>(() => other.ResumeFrom(Path)).Message);
        Assert.Equal(before, Models.State(other));
        Assert.Equal((0, 0, false), (other.Progress.Epoch, other.Progress.Batch, other.Progress.StopTraining));
    }

    [Fact]
    public void An_item_that_is_null_is_told()
    {
        Checkpoint checkpoint = new() { ["m"] = new DataPosition() };
        checkpoint.Save(Path);
        Archives.Write(Path, Archives.Parts(Path).Select(part => part.Key == ArchiveParts.Checkpoint
            ? KeyValuePair.Create(part.Key, Encoding.UTF8.GetBytes("""{ "format_version": 1, "items": { "m": null } }""")) : part));
        Assert.Equal($"{Path}, {ArchiveParts.Checkpoint}: items.m is nothing; expected an object in braces. Nothing was changed.",
            Assert.Throws<InvalidDataException>(() => checkpoint.Restore(Path)).Message);
    }

    [Fact]
    public void Memory_of_a_variable_that_is_not_trained_is_told_before_anything_is_changed()
    {
        Variable weight = new(Tensor.Ones([2]), "weight"), steps = new(Tensor.Scalar(7), "steps", trainable: false);
        Adam adam = new();
        adam.Build([weight]);
        Checkpoint checkpoint = new() { ["weight"] = weight, ["steps"] = steps, ["opt"] = adam };
        checkpoint.Save(Path);
        ChangeTensors(tensors =>
        {
            foreach (string slot in (string[])["momentum", "velocity"])
                tensors[$"opt/steps/value/{slot}"] = Tensor.Scalar(1);
        });
        weight.Assign(Tensor.Zeros([2]));
        Assert.Contains("it holds what Adam remembers of 'steps/value', which is of Int32; expected that of floating-point variables alone, which are trained",
            Assert.Throws<InvalidDataException>(() => checkpoint.Restore(Path)).Message, StringComparison.Ordinal);
        Assert.Equal(0, weight.Value.Sum().ToDouble());
    }

    private void ChangeTensors(Action<Dictionary<string, Tensor>> change)
    {
        Dictionary<string, byte[]> parts = Archives.Parts(Path);
        string file = scratch.Path("tensors");
        File.WriteAllBytes(file, parts[ArchiveParts.CheckpointTensors]);
        Dictionary<string, Tensor> tensors = SafeTensors.Read(file).Tensors.ToDictionary();
        change(tensors);
        SafeTensors.Write(file, tensors);
        parts[ArchiveParts.CheckpointTensors] = File.ReadAllBytes(file);
        Archives.Write(Path, parts);
    }

    // Each value of the part in turn becomes null, a number, an empty list, an empty object, or goes away.
    private void ChangeAnyValue(string part, Action read)
    {
        Dictionary<string, byte[]> parts = Archives.Parts(Path);
        JsonNode whole = JsonNode.Parse(parts[part])!;
        string[][] places = [.. PlacesOf(whole, [])];
        List<string> unclear = [];
        int refused = 0;
        foreach (string[] place in places)
        {
            foreach (JsonNode? value in (JsonNode?[])[null, -1, new JsonArray(), new JsonObject(), "remove"])
            {
                JsonNode changed = whole.DeepClone();
                Change(changed, place, value);
                Archives.Write(Path, parts.Select(pair => pair.Key == part ? KeyValuePair.Create(part, Encoding.UTF8.GetBytes(changed.ToJsonString())) : pair));
                try
                {
                    read();
                }
                catch (InvalidDataException exception)
                {
                    refused++;
                    if (Array.Exists(Unclear, words => exception.Message.Contains(words, StringComparison.Ordinal)))
                        unclear.Add($"{string.Join('.', place)} = {value?.ToJsonString() ?? "null"}: {exception.Message}");
                }
            }
        }

        Assert.Empty(unclear);
        Assert.InRange(refused, places.Length, int.MaxValue);
    }

    private static IEnumerable<string[]> PlacesOf(JsonNode? node, string[] place) => node switch
    {
        JsonObject inner => inner.SelectMany(pair => (IEnumerable<string[]>)[[.. place, pair.Key], .. PlacesOf(pair.Value, [.. place, pair.Key])]),
        JsonArray list => list.SelectMany((item, index) => (IEnumerable<string[]>)[[.. place, $"{index}"], .. PlacesOf(item, [.. place, $"{index}"])]),
        _ => [],
    };

    private static void Change(JsonNode node, string[] place, JsonNode? value)
    {
        foreach (string step in place[..^1])
            node = node is JsonArray inner ? inner[int.Parse(step, null)]! : node[step]!;
        bool goes = value is JsonValue text && text.TryGetValue(out string? word) && word == "remove";
        switch (node)
        {
            case JsonArray list when goes:
                list.RemoveAt(int.Parse(place[^1], null));
                break;
            case JsonArray list:
                list[int.Parse(place[^1], null)] = value?.DeepClone();
                break;
            case JsonObject pairs when goes:
                pairs.Remove(place[^1]);
                break;
            default:
                node[place[^1]] = value?.DeepClone();
                break;
        }
    }
}
