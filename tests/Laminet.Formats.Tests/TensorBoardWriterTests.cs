using System.Buffers.Binary;
using System.IO.Compression;
using System.Text.Json;
using Laminet.Formats.Tests.Reading;
using Laminet.Formats.Watching;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Tests.Saving;
using Laminet.Training;
using Laminet.Verification.Watching;

namespace Laminet.Formats.Tests;

public sealed class TensorBoardWriterTests : IDisposable
{
    private static readonly Lazy<JsonElement> Golden = new(() =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "watching.json"))).RootElement);

    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void A_file_begins_with_its_version_and_holds_figures()
    {
        string path;
        using (TensorBoardWriter writer = new(scratch.Root))
        {
            path = writer.FilePath;
            writer.AddScalar("loss/a", 0.1, 3);
            writer.AddScalar("loss/a", double.NaN, 4);
            writer.AddScalar("loss/ä \"b\"", double.PositiveInfinity, long.MaxValue);
        }

        Assert.Matches(@"^events\.out\.tfevents\.\d{10}\.[A-Za-z0-9-]+\.\d+\.0\.v2$", Path.GetFileName(path));
        IReadOnlyList<Message> events = Protoc.Events(path);
        Assert.Equal(4, events.Count);
        Assert.Equal("brain.Event:2", events[0].Text("file_version"));
        Assert.InRange(events[0].Number("wall_time"), 1.7e9, 1e10);
        Message value = events[1]["summary"]["value"];
        Assert.Equal((3, "loss/a", 0.1f), (events[1].Number("step"), value.Text("tag"), (float)value["tensor"].Number("float_val")));
        Assert.Equal((1, "scalars", 1), (value["tensor"].Number("dtype"), value["metadata"]["plugin_data"].Text("plugin_name"), value["metadata"].Number("data_class")));
        Assert.True(double.IsNaN(events[2]["summary"]["value"]["tensor"].Number("float_val")));
        Assert.Equal("loss/ä \"b\"", events[3]["summary"]["value"].Text("tag"));
        Assert.Equal("9223372036854775807", events[3].Values("step")[0]);
    }

    [Fact]
    public void Histograms_are_those_of_numpy()
    {
        foreach (JsonElement golden in Golden.Value.GetProperty("histograms").EnumerateArray())
        {
            double[] rows = HistogramBuckets.Of(Doubles(golden.GetProperty("values")), golden.GetProperty("buckets").GetInt32());
            Assert.Equal(Doubles(golden.GetProperty("counts")), rows.Where((_, place) => place % 3 == 2));
            foreach ((string edge, int column) in (IEnumerable<(string, int)>)[("left", 0), ("right", 1)])
            {
                Assert.All(Doubles(golden.GetProperty(edge)).Zip(rows.Where((_, place) => place % 3 == column)),
                    pair => Assert.Equal(pair.First, pair.Second, 1e-12 * Math.Max(1, Math.Abs(pair.First))));
            }
        }
    }

    [Fact]
    public void Histograms_of_few_equal_and_undefined_numbers()
    {
        Assert.All(HistogramBuckets.Of([], 5), number => Assert.Equal(0, number));
        Assert.All(HistogramBuckets.Of([double.NaN, double.NegativeInfinity], 5), number => Assert.Equal(0, number));
        Assert.Equal([2, 2, 0, 2, 2, 3], HistogramBuckets.Of([2, 2, 2], 2));
        Assert.Equal([0, 1, 1, 1, 2, 2], HistogramBuckets.Of([0, double.NaN, 1, double.PositiveInfinity, 2], 2));
        Assert.Equal([double.MinValue, 0, 1, 0, double.MaxValue, 2], HistogramBuckets.Of([double.MinValue, 1, double.MaxValue], 2));
    }

    [Fact]
    public void A_histogram_is_a_table_of_thirty_rows()
    {
        IReadOnlyList<Message> events = Written(writer => writer.AddHistogram("w", Tensor.Range(0, 60).Reshape([6, 10]).Cast(DType.Float32), 2));
        Message tensor = events[1]["summary"]["value"]["tensor"];
        Assert.Equal([30, 3], tensor["tensor_shape"].All("dim").Select(dim => (int)dim.Number("size")));
        double[] rows = tensor.Numbers("double_val");
        Assert.Equal((2, 90, "histograms"), (tensor.Number("dtype"), rows.Length, events[1]["summary"]["value"]["metadata"]["plugin_data"].Text("plugin_name")));
        Assert.Equal((0, 59, 60), (rows[0], rows[88], rows.Where((_, place) => place % 3 == 2).Sum()));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 4)]
    [InlineData(3, 2)]
    [InlineData(4, 6)]
    public void Pictures_are_png_files_with_the_same_pixels(int channels, int colourType)
    {
        byte[] pixels = [.. Enumerable.Range(0, 5 * 3 * channels * 2).Select(place => (byte)(place * 37))];
        Tensor images = Tensor.From(pixels).Reshape([2, 5, 3, channels]);
        IReadOnlyList<byte[]> strings = Written(writer => writer.AddImages("pictures", images, 1))[1]["summary"]["value"]["tensor"].AllBytes("string_val");
        Assert.Equal(["3"u8.ToArray(), "5"u8.ToArray()], strings.Take(2));
        Assert.Equal(pixels, strings.Skip(2).SelectMany(file => Pixels(file, 3, 5, channels, colourType)));
    }

    [Fact]
    public void Floats_from_0_to_1_are_pixels_and_others_are_cut_off()
    {
        Tensor image = Tensor.From([0f, 0.5f, 1f, -3f, 7f, float.NaN]).Reshape([2, 3, 1]);
        byte[] file = Written(writer => writer.AddImages("picture", image, 0))[1]["summary"]["value"]["tensor"].AllBytes("string_val")[2];
        Assert.Equal([0, 128, 255, 0, 255, 0], Pixels(file, 3, 2, 1, 0));
    }

    [Fact]
    public void Of_many_pictures_the_first_are_written() =>
        Assert.Equal(2 + 3, Written(writer => writer.AddImages("p", Tensor.Zeros([9, 2, 2, 3]), 0))[1]["summary"]["value"]["tensor"].AllBytes("string_val").Count);

    [Fact]
    public void A_text_is_a_string()
    {
        Message value = Written(writer => writer.AddText("notes", "# Größe\n`x`", 0))[1]["summary"]["value"];
        Assert.Equal(("# Größe\n`x`", "text", 7), (value["tensor"].Text("string_val"), value["metadata"]["plugin_data"].Text("plugin_name"), value["tensor"].Number("dtype")));
    }

    [Fact]
    public void The_graph_has_a_node_for_each_layer()
    {
        Input left = new([4]), right = new([4]);
        Dense shared = new(3) { Name = "shared" };
        Model model = new((Bundle<SymbolicTensor>)[left.Output, right.Output], new Dense(2).Call(new Add().Call([shared.Call(left), shared.Call(right)])));
        Message graph = Written(writer => writer.AddGraph(model))[1]["graph_def"];
        Dictionary<string, Message> nodes = graph.All("node").ToDictionary(node => node.Text("name"));
        Assert.Equal(["add", "dense", "input", "input_1", "shared"], nodes.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(["\"input\"", "\"input_1\""], nodes["shared"].Values("input"));
        Assert.Equal(["\"add\""], nodes["dense"].Values("input"));
        Assert.Equal("Dense", nodes["dense"].Text("op"));
        Dictionary<string, Message> attributes = nodes["shared"].All("attr").ToDictionary(pair => pair.Text("key"), pair => pair["value"]);
        Assert.Equal((15, "(None, 3); (None, 3)"), (attributes["parameters"].Number("i"), attributes["output_shape"].Text("s")));
    }

    [Fact]
    public void Hyperparameters_tell_the_beginning_and_the_end()
    {
        IReadOnlyList<Message> events = Written(writer => writer.AddHyperparameters(
            new Dictionary<string, object> { ["rate"] = 0.5, ["units"] = 7, ["bias"] = true, ["optimizer"] = "adam" }, "train:epoch_loss", "accuracy"));
        Message[] contents = [.. events.Skip(1).Select(message => Protoc.Decode(message["summary"]["value"]["metadata"]["plugin_data"].Bytes("content"), "events.proto", "HyperparametersData"))];
        Assert.Equal(["experiment", "session_start_info", "session_end_info"], events.Skip(1).Select(message => message["summary"]["value"].Text("tag")["_hparams_/".Length..]));
        Assert.All(events.Skip(1), message => Assert.Equal("hparams", message["summary"]["value"]["metadata"]["plugin_data"].Text("plugin_name")));
        Assert.Equal([("bias", 2), ("optimizer", 1), ("rate", 3), ("units", 3)], contents[0]["experiment"].All("hparam_infos").Select(info => (info.Text("name"), (int)info.Number("type"))));
        Assert.Equal([("train", "epoch_loss"), ("", "accuracy")], contents[0]["experiment"].All("metric_infos").Select(info => (info["name"].Text("group"), info["name"].Text("tag"))));
        Dictionary<string, Message> values = contents[1]["session_start_info"].All("hparams").ToDictionary(pair => pair.Text("key"), pair => pair["value"]);
        Assert.Equal((0.5, 7, 1, "adam"),
            (values["rate"].Number("number_value"), values["units"].Number("number_value"), values["bias"].Number("bool_value"), values["optimizer"].Text("string_value")));
        Assert.Equal(1, contents[2]["session_end_info"].Number("status"));
    }

    [Fact]
    public void Precision_and_recall_are_those_of_scikit_learn()
    {
        foreach (JsonElement golden in Golden.Value.GetProperty("curves").EnumerateArray())
        {
            int thresholds = golden.GetProperty("thresholds").GetInt32();
            Tensor labels = Tensor.From(Doubles(golden.GetProperty("labels"))), predictions = Tensor.From(Doubles(golden.GetProperty("predictions")));
            Message value = Written(writer => writer.AddPrecisionRecallCurve("curve", labels, predictions, 0, thresholds))[1]["summary"]["value"];
            double[] rows = value["tensor"].Numbers("float_val");
            double[] expected = [.. golden.GetProperty("rows").EnumerateArray().SelectMany(Doubles)];
            Assert.Equal(expected.Length, rows.Length);
            Assert.All(expected.Zip(rows), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
            Assert.Equal([6, thresholds], value["tensor"]["tensor_shape"].All("dim").Select(dim => (int)dim.Number("size")));
            Assert.Equal(thresholds, Protoc.Decode(value["metadata"]["plugin_data"].Bytes("content"), "events.proto", "CurveData").Number("num_thresholds"));
        }
    }

    [Fact]
    public void Embeddings_are_tables_that_the_configuration_names()
    {
        using (TensorBoardWriter writer = new(scratch.Root))
        {
            writer.AddEmbedding("words/of it", Tensor.From([1.5f, -2f, 0.1f, 1e-8f]).Reshape([2, 2]), ["a\tb", "c\nd"]);
            writer.AddEmbedding("a \"ü\"", Tensor.From([1, 2, 3]).Reshape([3, 1]));
        }

        Assert.Equal("1.5\t-2\n0.1\t1E-08\n", File.ReadAllText(scratch.Path("words_of_it.tensors.tsv")));
        Assert.Equal("a b\nc d\n", File.ReadAllText(scratch.Path("words_of_it.metadata.tsv")));
        Message configuration = Message.Parse(File.ReadAllText(scratch.Path("projector_config.pbtxt")));
        Assert.Equal(["a \"ü\"", "words/of it"], configuration.All("embeddings").Select(one => one.Text("tensor_name")));
        Assert.Equal(["a____.tensors.tsv", "words_of_it.tensors.tsv"], configuration.All("embeddings").Select(one => one.Text("tensor_path")));
        Assert.Equal("words_of_it.metadata.tsv", configuration.All("embeddings").Last().Text("metadata_path"));
    }

    [Fact]
    public void A_later_file_has_a_later_name_and_says_what_it_replaces()
    {
        using TensorBoardWriter first = new(scratch.Root), second = new(scratch.Root, resumeStep: 41), third = new(scratch.Root);
        Assert.Equal([first.FilePath, second.FilePath, third.FilePath], scratch.Files.Select(scratch.Path));
        Message session = Protoc.Events(second.FilePath)[1];
        Assert.Equal((41, 1), (session.Number("step"), session["session_log"].Number("status")));
        Assert.Single(Protoc.Events(third.FilePath));
    }

    [Fact]
    public void What_is_flushed_is_read_while_the_file_is_open()
    {
        using TensorBoardWriter writer = new(scratch.Root, flushInterval: TimeSpan.FromHours(1));
        writer.AddScalar("a", 1, 1);
        writer.Flush();
        Assert.Equal(2, Protoc.Events(writer.FilePath).Count);
    }

    [Fact]
    public void Wrong_use_is_told()
    {
        using TensorBoardWriter writer = new(scratch.Path("in/two"));
        Tells<ShapeException>("AddImages: received Float32 (2, 2); expected (height, width, channels) or (count, height, width, channels) with 1 to 4 channels. Reshape them.",
            () => writer.AddImages("a", Tensor.Zeros([2, 2]), 0));
        Tells<DTypeException>("AddImages: received Int32 (2, 2, 1); expected UInt8 (0 to 255) or floats (0 to 1). Cast them.",
            () => writer.AddImages("a", Tensor.Zeros([2, 2, 1], DType.Int32), 0));
        Tells<ShapeException>("AddPrecisionRecallCurve: received labels of shape (2,) and predictions of shape (3,); expected the same. Reshape one.",
            () => writer.AddPrecisionRecallCurve("a", Tensor.Zeros([2]), Tensor.Zeros([3]), 0));
        Tells<ArgumentException>("AddPrecisionRecallCurve: received the prediction 1.5 at place 1; expected numbers from 0 to 1. Use a sigmoid on logits. (Parameter 'predictions')",
            () => writer.AddPrecisionRecallCurve("a", Tensor.Zeros([2]), Tensor.From([0.5, 1.5]), 0));
        Tells<ArgumentException>("AddPrecisionRecallCurve: received the label NaN at place 0; expected numbers from 0 to 1. Use a sigmoid on logits. (Parameter 'labels')",
            () => writer.AddPrecisionRecallCurve("a", Tensor.From([double.NaN]), Tensor.From([0.5]), 0));
        Tells<ShapeException>("The embedding 'a': received vectors of shape (2,); expected (count, length), neither 0. Reshape them.", () => writer.AddEmbedding("a", Tensor.Zeros([2])));
        Tells<ArgumentException>("The embedding 'a': received 1 labels for 2 vectors; expected one for each. (Parameter 'labels')", () => writer.AddEmbedding("a", Tensor.Zeros([2, 2]), ["x"]));
        Tells<ArgumentException>("The hyperparameter 'when' is DateTime; expected a number, a text or a truth value. Write it as a text. (Parameter 'when')",
            () => writer.AddHyperparameters(new Dictionary<string, object> { ["when"] = DateTime.UnixEpoch }));
        writer.AddHyperparameters(new Dictionary<string, object> { ["a"] = 1 });
        Tells<InvalidOperationException>("AddHyperparameters: they have been added already, and a run has one set. Use another folder for another run.",
            () => writer.AddHyperparameters(new Dictionary<string, object> { ["a"] = 1 }));
        Tells<ArgumentOutOfRangeException>("Received buckets = 0; expected 1 or more. (Parameter 'buckets')", () => writer.AddHistogram("a", Tensor.Zeros([2]), 1, 0));
        Assert.Throws<ArgumentException>(() => writer.AddScalar("", 1, 1));
        Tells<ArgumentOutOfRangeException>("Received a flush interval of 00:00:00; expected more than 0 and at most a day, as in TimeSpan.FromSeconds(5). (Parameter 'flushInterval')",
            () => new TensorBoardWriter(scratch.Root, flushInterval: TimeSpan.Zero).Dispose());
        File.WriteAllText(scratch.Path("file"), "");
        Tells<IOException>($"Cannot make the directory {scratch.Path("file/logs")}: {scratch.Path("file")} is a file. Choose another name.", () => new TensorBoardWriter(scratch.Path("file/logs")).Dispose());
    }

    private static void Tells<T>(string text, Action action) where T : Exception => Assert.Equal(text, Assert.Throws<T>(action).Message);

    private IReadOnlyList<Message> Written(Action<TensorBoardWriter> write)
    {
        using TensorBoardWriter writer = new(scratch.Path(Guid.NewGuid().ToString()));
        write(writer);
        writer.Dispose();
        return Protoc.Events(writer.FilePath);
    }

    private static double[] Doubles(JsonElement list) => [.. list.EnumerateArray().Select(number => number.GetDouble())];

    // A decoder of the simplest kind of PNG file, with all its checks.
    private static byte[] Pixels(byte[] file, int width, int height, int channels, int colourType)
    {
        Assert.Equal([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], file[..8]);
        List<(string Type, byte[] Data)> chunks = [];
        for (int place = 8; place < file.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(place));
            Assert.Equal(Checksums.Crc32(file.AsSpan(place + 4, 4 + length)), BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(place + 8 + length)));
            chunks.Add((System.Text.Encoding.ASCII.GetString(file, place + 4, 4), file[(place + 8)..(place + 8 + length)]));
            place += 12 + length;
        }

        Assert.Equal(["IHDR", "IDAT", "IEND"], chunks.Select(chunk => chunk.Type));
        Assert.Equal([0, 0, 0, (byte)width, 0, 0, 0, (byte)height, 8, (byte)colourType, 0, 0, 0], chunks[0].Data);
        using ZLibStream unpacked = new(new MemoryStream(chunks[1].Data), CompressionMode.Decompress);
        using MemoryStream rows = new();
        unpacked.CopyTo(rows);
        byte[][] lines = [.. rows.ToArray().Chunk(1 + (width * channels))];
        Assert.Equal(height, lines.Length);
        Assert.All(lines, line => Assert.Equal(0, line[0]));
        return [.. lines.SelectMany(line => line[1..])];
    }
}
