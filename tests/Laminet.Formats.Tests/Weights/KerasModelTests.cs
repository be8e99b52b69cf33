using System.IO.Compression;
using System.Text.Json.Nodes;
using Laminet.Formats.Weights;
using Laminet.Formats.Weights.Keras;
using Laminet.Formats.Weights.Mapping;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Tests.Saving;
using Laminet.Training;

namespace Laminet.Formats.Tests.Weights;

/// <summary>Models that Keras describes are built, layers and weights; what is not known is refused by its name.</summary>
public sealed class KerasModelTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("keras2_model.h5", typeof(Sequential), "dense_2")]
    [InlineData("functional.keras", typeof(Model), "first")]
    public void A_whole_model(string name, Type type, string layer)
    {
        Model model = KerasModel.Load(WeightGolden.Path(name), out ImportReport report);
        Assert.IsType(type, model);
        Assert.Equal(5, Assert.IsType<Dense>(model.GetLayer(layer)).Units);
        Assert.Equal("by name", report.Matching);
        Assert.Equal(6, report.With(ImportStatus.Loaded).Count());
        JsonObject numbers = WeightGolden.Of("dense");
        WeightGolden.AssertClose(WeightGolden.Values(numbers["output"]), model.Predict(Tensor.From(WeightGolden.Values(numbers["inputs"]![0]), [4, 3]).Cast(DType.Float32)), 2e-6);
    }

    [Fact]
    public void A_file_of_weights_alone_says_what_to_do() =>
        Assert.Contains("ImportWeights", Assert.Throws<InvalidDataException>(() => KerasModel.Load(WeightGolden.Path("keras2_split.h5"))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("units", "5", "lambda", "no setting 'lambda'")]
    [InlineData("units", "-1", null, "1 or more")]
    [InlineData("data_format", "\"channels_first\"", null, "no setting 'data_format'")]
    [InlineData("activation", "\"os.system\"", null, "There is no activation named 'os.system'")]
    public void Settings_that_are_not_known_are_named(string setting, string value, string? more, string expected)
    {
        string message = Refused(config =>
        {
            JsonObject dense = config["config"]!["layers"]![1]!["config"]!.AsObject();
            dense[setting] = JsonNode.Parse(value);
            if (more is not null)
                dense[more] = 1;
        });
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }

    // Keras 3.16 writes them with every layer of the class.
    [Theory]
    [InlineData("BatchNormalization", """{"renorm": false, "renorm_clipping": null, "renorm_momentum": 0.99, "synchronized": false}""")]
    [InlineData("LayerNormalization", """{"rms_scaling": false}""")]
    [InlineData("MultiHeadAttention", """{"num_heads": 2, "key_dim": 3, "use_gate": false, "sliding_window": null, "flash_attention": null, "attention_axes": {"class_name": "__tuple__", "items": [1]}}""")]
    [InlineData("GroupedQueryAttention", """{"head_dim": 2, "num_query_heads": 2, "num_key_value_heads": 1, "use_gate": false, "sliding_window": null}""")]
    [InlineData("Resizing", """{"height": 3, "width": 3, "fill_mode": "constant"}""")]
    public void Settings_that_do_nothing_are_skipped(string className, string config) => Assert.NotNull(
        Layer.Registry.Deserialize(new JsonObject { ["class_name"] = className, ["config"] = KerasSettings.Translate(className, JsonNode.Parse(config)!.AsObject()) }));

    [Theory]
    [InlineData("MultiHeadAttention", """{"num_heads": 2, "attention_axes": [1, 2]}""", "no setting 'attention_axes'")]
    [InlineData("LayerNormalization", """{"rms_scaling": true}""", "no setting 'rms_scaling'")]
    [InlineData("Resizing", """{"height": 3, "width": 3, "fill_mode": "wrap"}""", "no setting 'fill_mode'")]
    [InlineData("BatchNormalization", """{"renorm": true, "renorm_momentum": 0.99}""", "no setting 'renorm'")]
    public void Settings_that_would_do_something_are_named(string className, string config, string expected) => Assert.Contains(expected, Assert.Throws<FormatException>(
        () => Layer.Registry.Deserialize(new JsonObject { ["class_name"] = className, ["config"] = KerasSettings.Translate(className, JsonNode.Parse(config)!.AsObject()) })).Message, StringComparison.Ordinal);

    // Each form in which null can stand where a number is expected.
    [Theory]
    [InlineData("BatchNormalization", "axis")]
    [InlineData("Conv1D", "kernel_size")]
    [InlineData("Conv1D", "strides")]
    [InlineData("MaxPooling1D", "pool_size")]
    [InlineData("UpSampling1D", "size")]
    [InlineData("Conv2D", "kernel_size")]
    [InlineData("ZeroPadding2D", "padding")]
    [InlineData("Cropping2D", "cropping")]
    [InlineData("Dense", "kernel_initializer")]
    [InlineData("Dense", "dtype")]
    public void Null_in_a_setting_is_refused_by_the_name_of_the_setting(string className, string setting)
    {
        foreach (string value in (string[])["[null]", "[null, null]", "[[null]]", "[]"])
        {
            Assert.Contains(setting, Refused(config =>
            {
                JsonObject layer = config["config"]!["layers"]![1]!.AsObject();
                layer["class_name"] = className;
                layer["config"] = new JsonObject { ["name"] = "first", [setting] = JsonNode.Parse(value) };
            }), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("pkg>Dense", null, "Dense", "pkg>Dense")]
    [InlineData(null, null, "pkg>Dense", "pkg>Dense")]
    [InlineData("Dense", "my_project.layers", "Dense", "my_project.layers>Dense")]
    public void A_class_of_another_package_is_not_ours_of_that_name(string? registered, string? module, string className, string expected) =>
        Assert.Contains($"The class '{expected}' is not one of Keras's own", Refused(config =>
        {
            JsonObject dense = config["config"]!["layers"]![1]!.AsObject();
            (dense["class_name"], dense["registered_name"], dense["module"]) = (className, registered, module);
        }), StringComparison.Ordinal);

    [Fact]
    public void A_class_of_another_package_is_built_once_it_is_registered()
    {
        Layer.Registry.Register<Doubled>("elsewhere>Twice");
        foreach (string registered in (string[])["elsewhere>Twice", "elsewhere>Doubled"])
        {
            string path = Changed(config =>
            {
                JsonObject layer = config["config"]!["layers"]![1]!.AsObject();
                (layer["class_name"], layer["registered_name"]) = (registered.Split('>')[1], registered);
                layer["config"] = new JsonObject { ["name"] = "first" };
                config["config"]!["layers"] = new JsonArray([.. config["config"]!["layers"]!.AsArray().Take(2).Select(kept => kept!.DeepClone())]);
                config["config"]!["output_layers"]![0]![0] = "first";
            });
            using WeightFile file = WeightFile.Open(path);
            Assert.IsType<Doubled>(KerasLayers.Build(file.Config!).GetLayer("first"));
        }
    }

    [Theory]
    [InlineData("Lambda", "Lambda")]
    [InlineData("Capsule", "no layer named 'Capsule'")]
    public void Classes_that_are_not_known_are_named(string className, string expected) =>
        Assert.Contains(expected, Refused(config => config["config"]!["layers"]![1]!["class_name"] = className), StringComparison.Ordinal);

    [Fact]
    public void Calls_that_lead_nowhere_are_refused()
    {
        Assert.Contains("called on what no layer gives", Refused(config =>
            config["config"]!["layers"]![1]!["inbound_nodes"]![0]!["args"]![0]!["config"]!["keras_history"]![0] = "third"), StringComparison.Ordinal);
        Assert.Contains("argument 'mask'", Refused(config => config["config"]!["layers"]![1]!["inbound_nodes"]![0]!["kwargs"] = new JsonObject { ["mask"] = 3 }), StringComparison.Ordinal);
    }

    // The layers of Keras 2 of images: forms of settings that differ from ours.
    [Fact]
    public void Forms_of_settings_of_older_versions()
    {
        string topology = """
            {"class_name":"Sequential","config":[
              {"class_name":"ZeroPadding2D","config":{"name":"pad","batch_input_shape":[null,6,6,2],"padding":1,"data_format":"channels_last"}},
              {"class_name":"DepthwiseConv2D","config":{"name":"dw","kernel_size":[3,3],"strides":[1,1],"padding":"valid","depth_multiplier":1,"groups":1,"use_bias":false,"activation":"linear",
                "depthwise_initializer":{"class_name":"VarianceScaling","config":{"scale":1,"mode":"fan_avg","distribution":"uniform","seed":null}},"kernel_initializer":{"class_name":"Zeros","config":{}}}},
              {"class_name":"BatchNormalization","config":{"name":"bn","axis":[3],"momentum":0.9,"epsilon":0.001,"center":false,"scale":false}},
              {"class_name":"LeakyReLU","config":{"name":"act","alpha":0.5}},
              {"class_name":"UpSampling2D","config":{"name":"up","size":2,"interpolation":"nearest","data_format":"channels_last"}},
              {"class_name":"GlobalAveragePooling2D","config":{"name":"pool","data_format":"channels_last"}}]}
            """;
        float[] numbers = [.. Enumerable.Range(0, 22).Select(i => i / 10f)];
        WeightFileTests.WriteModel(scratch.Root, "{\"format\":\"layers-model\",\"modelTopology\":{\"model_config\":" + topology + "}}",
            """
            [{"name":"dw/depthwise_kernel","shape":[3,3,2,1],"dtype":"float32"},{"name":"bn/moving_mean","shape":[2],"dtype":"float32"},{"name":"bn/moving_variance","shape":[2],"dtype":"float32"}]
            """, [.. numbers.SelectMany(BitConverter.GetBytes)]);
        Model model = KerasModel.Load(scratch.Path("model.json"));
        Assert.Equal(0.5, ((LeakyReLU)model.GetLayer("act")).NegativeSlope);
        Assert.Equal([2], model.OutputShape);
        // The mean over all cells, by hand: constant input 1 has border effects, so the plain sums are compared.
        Tensor output = model.Predict(Tensor.Ones([1, 6, 6, 2]));
        for (int channel = 0; channel < 2; channel++)
        {
            double sum = 0;
            for (int y = 0; y < 6; y++)
            {
                for (int x = 0; x < 6; x++)
                {
                    double cell = 0;
                    for (int m = 0; m < 3; m++)
                    {
                        for (int n = 0; n < 3; n++)
                        {
                            bool isInside = y + m - 1 is >= 0 and < 6 && x + n - 1 is >= 0 and < 6;
                            cell += isInside ? numbers[(((m * 3) + n) * 2) + channel] : 0;
                        }
                    }

                    double norm = (cell - numbers[18 + channel]) / Math.Sqrt(numbers[20 + channel] + 0.001);
                    sum += norm > 0 ? norm : norm / 2;
                }
            }

            Assert.Equal(sum / 36, output[0, channel].Item<float>(), 4);
        }
    }

    private string Refused(Action<JsonObject> change)
    {
        string path = Changed(change);
        string message = Assert.Throws<InvalidDataException>(() => KerasModel.Load(path)).Message;
        Assert.StartsWith(path, message, StringComparison.Ordinal);
        return message;
    }

    private string Changed(Action<JsonObject> change)
    {
        string path = scratch.Path("changed.keras");
        File.Copy(WeightGolden.Path("functional.keras"), path, overwrite: true);
        using (ZipArchive zip = ZipFile.Open(path, ZipArchiveMode.Update))
        {
            ZipArchiveEntry entry = zip.GetEntry("config.json")!;
            JsonObject config;
            using (Stream stream = entry.Open())
                config = JsonNode.Parse(stream)!.AsObject();
            change(config);
            entry.Delete();
            using StreamWriter writer = new(zip.CreateEntry("config.json").Open());
            writer.Write(config.ToJsonString());
        }

        return path;
    }

    private sealed class Doubled : Layer
    {
        protected override Tensor Forward(Tensor input, CallContext context) => input + input;
    }
}
