using System.Text;
using System.Text.Json.Nodes;
using Laminet.Formats.Weights;
using Laminet.Formats.Weights.NumPy;
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Tests.Saving;
using Laminet.Training;

namespace Laminet.Formats.Tests.Weights;

/// <summary>Each format against the program that wrote the file (Golden/make_weights.py).</summary>
public sealed class WeightFileTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("tensors.pt", WeightFormat.PyTorch)]
    [InlineData("tensors_legacy.pt", WeightFormat.PyTorchLegacy)]
    public void PyTorch_tensors_of_every_type_and_every_kind_of_view(string name, WeightFormat format)
    {
        using WeightFile file = WeightFile.Open(WeightGolden.Path(name));
        Assert.Equal(format, file.Format);
        Assert.Contains(file.Notes, note => note.Contains("epoch, best, names, optimizer", StringComparison.Ordinal));
        (JsonObject numbers, JsonObject shapes) = (WeightGolden.Of("tensors"), WeightGolden.Of("tensor_shapes"));
        Assert.Equal(numbers.Select(pair => pair.Key), file.Tensors.Select(tensor => tensor.Name));
        foreach (WeightTensor tensor in file.Tensors)
        {
            Tensor read = tensor.Read();
            Assert.Equal(WeightGolden.Values(shapes[tensor.Name]).Select(length => (int)length), read.Shape);
            Assert.Equal(WeightGolden.Values(numbers[tensor.Name]), WeightGolden.Flat(read));
        }

        foreach (DType dtype in (DType[])[DType.Float32, DType.Float64, DType.Float16, DType.BFloat16, DType.Int64, DType.Int32, DType.Int16, DType.Int8, DType.UInt8, DType.Bool])
            Assert.Equal(dtype, file[dtype.ToString().ToLowerInvariant()].DType);
        // A transposed view is 0, 2, 4 and 1, 3, 5; its storage is 0 to 5.
        Assert.Equal([0, 2, 4, 1, 3, 5], WeightGolden.Flat(file["transposed"].Read()));
        Assert.Contains("Did you mean 'transposed'?", Assert.Throws<KeyNotFoundException>(() => file["transpose"]).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("arrays.npz")]
    [InlineData("arrays_compressed.npz")]
    public void NumPy_arrays(string name)
    {
        using WeightFile file = WeightFile.Open(WeightGolden.Path(name));
        Assert.Equal(WeightFormat.NumPyArchive, file.Format);
        foreach ((string array, JsonNode? numbers) in WeightGolden.Of("arrays"))
            Assert.Equal(WeightGolden.Values(numbers), WeightGolden.Flat(file[array].Read()));
        Assert.Equal([2, 3], file["fortran"].Shape);
        Assert.Equal([1, 2, 3, 4, 5, 6], WeightGolden.Flat(file["fortran"].Read()));
        Assert.Equal(DType.Bool, file["bool"].DType);
        if (name == "arrays.npz")
            Assert.Equal(["text", "objects"], file.Notes.Select(note => note.Split('\'')[1]));
    }

    [Fact]
    public void A_single_array_of_each_version()
    {
        using WeightFile fortran = WeightFile.Open(WeightGolden.Path("array.npy")), third = WeightFile.Open(WeightGolden.Path("array_v3.npy"));
        Assert.Equal([1, 2, 3, 4, 5, 6], WeightGolden.Flat(Assert.Single(fortran.Tensors).Read()));
        Assert.Equal("array", fortran.Tensors[0].Name);
        Assert.Equal([0, 1, 2, 3, 4, 5], WeightGolden.Flat(Assert.Single(third.Tensors).Read()));
    }

    [Fact]
    public void A_written_npz_is_read_back()
    {
        Dictionary<string, Tensor> tensors = Enum.GetValues<DType>().Where(dtype => dtype != DType.BFloat16)
            .ToDictionary(dtype => $"layer/{dtype}", dtype => Tensor.From(1f, 0, 1, 1, 0, 1).Reshape(2, 3).Cast(dtype));
        tensors["scalar"] = Tensor.Scalar(2.5f);
        tensors["view"] = Tensor.Range(0, 6).Reshape(2, 3).Transpose();
        Npz.Write(scratch.Path("all.npz"), tensors);
        using WeightFile file = WeightFile.Open(scratch.Path("all.npz"));
        Assert.Equal(tensors.Keys, file.Tensors.Select(tensor => tensor.Name));
        foreach (WeightTensor tensor in file.Tensors)
        {
            Assert.Equal(tensors[tensor.Name].Spec, new TensorSpec(tensor.Shape, tensor.DType));
            Assert.Equal(WeightGolden.Flat(tensors[tensor.Name]), WeightGolden.Flat(tensor.Read()));
        }

        Assert.Contains("Cast it to Float32", Assert.Throws<ArgumentException>(() => Npz.Write(scratch.Path("all.npz"), new Dictionary<string, Tensor> { ["b"] = Tensor.Zeros([1], DType.BFloat16) })).Message, StringComparison.Ordinal);
    }

    // The header is that of numpy.save: its length and the place of the numbers are in the format's own description.
    [Fact]
    public void A_single_array_is_written_for_NumPy()
    {
        Npy.Write(scratch.Path("one.npy"), Tensor.Range(0, 6).Reshape(2, 3).Transpose().Cast(DType.Float32));
        byte[] bytes = File.ReadAllBytes(scratch.Path("one.npy"));
        string header = Encoding.ASCII.GetString(bytes, 10, 118);
        Assert.Equal([0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0, 118, 0], bytes[..10]);
        Assert.Equal("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2,), }", header.TrimEnd());
        Assert.Equal('\n', header[^1]);
        Assert.Equal([0f, 3, 1, 4, 2, 5], Enumerable.Range(0, 6).Select(i => BitConverter.ToSingle(bytes, 128 + (4 * i))));
        Assert.Equal(128 + 24, bytes.Length);
        Assert.Contains("Cast it to Float32", Assert.Throws<ArgumentException>(() => Npy.Write(scratch.Path("b.npy"), Tensor.Zeros([1], DType.BFloat16))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Safetensors_and_model_files_are_recognised_by_their_content()
    {
        Sequential model = new(0, new Input([2]), new Dense(3));
        model.SaveWeights(scratch.Path("weights.bin"));
        model.Save(scratch.Path("model.zip"));
        foreach ((string name, WeightFormat format) in ((string, WeightFormat)[])[("weights.bin", WeightFormat.SafeTensors), ("model.zip", WeightFormat.Laminet)])
        {
            using WeightFile file = WeightFile.Open(scratch.Path(name));
            Assert.Equal(format, file.Format);
            Assert.Equal(WeightGolden.Flat(model.Weights[0].Value), WeightGolden.Flat(file["dense/kernel"].Read()));
        }
    }

    [Theory]
    [InlineData("keras2_model.h5")]
    [InlineData("keras2_split.h5")]
    [InlineData("keras2_variable.h5")]
    public void Keras_2_keeps_the_order_of_its_layers(string name)
    {
        using WeightFile file = WeightFile.Open(WeightGolden.Path(name));
        Assert.Equal(WeightFormat.KerasHdf5, file.Format);
        // The alphabet would have dense_10 first.
        Assert.Equal(["dense_2", "dense_2", "dense_10", "dense_10", "dense_11", "dense_11"], file.Tensors.Select(tensor => tensor.Module));
        Assert.Equal([5, 5], file.Tensors[2].Shape);
        Assert.Equal(name == "keras2_model.h5", file.HasLayers);
    }

    [Theory]
    [InlineData("keras3.weights.h5")]
    [InlineData("keras213.weights.h5")]
    [InlineData("functional.keras")]
    public void Keras_3(string name)
    {
        using WeightFile file = WeightFile.Open(WeightGolden.Path(name));
        Assert.Equal(name == "functional.keras" ? WeightFormat.Keras : WeightFormat.KerasWeights, file.Format);
        Assert.Equal(["layers/dense", "layers/dense_1", "layers/dense_2"], file.Tensors.Where(tensor => tensor.NotNeeded is null).Select(tensor => tensor.Module).Distinct());
        // Its optimizer and the state of its random numbers.
        Assert.Equal(2, file.Tensors.Count(tensor => tensor.NotNeeded is not null));
    }

    [Fact]
    public void Hdf5_of_all_types_in_pieces_and_chunks()
    {
        using WeightFile file = WeightFile.Open(WeightGolden.Path("types.h5"));
        Assert.Equal(WeightFormat.Hdf5, file.Format);
        foreach (WeightTensor tensor in file.Tensors.Where(tensor => tensor.Module == "group" && tensor.Part != "bool"))
            Assert.Equal([0, 1, 2], WeightGolden.Flat(tensor.Read()));
        Assert.Equal((DType.Bool, DType.BFloat16), (file["group/bool"].DType, file["brain"].DType));
        Assert.Equal([1, -2], WeightGolden.Flat(file["brain"].Read()));
        Assert.Equal(Enumerable.Range(0, 35).Select(i => (double)i), WeightGolden.Flat(file["chunked"].Read()));
        Assert.Equal(Enumerable.Range(0, 60).Select(i => (double)i), WeightGolden.Flat(file["volume"].Read()));
        Assert.Equal([2.5], WeightGolden.Flat(file["scalar"].Read()));
        // Links to other places and files are not followed, texts are no tensors.
        Assert.Equal(["elsewhere", "link", "text"], file.Notes.Select(note => note.Split('\'')[1]).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("lzf.h5", "filter 32000 (LZF)")]
    [InlineData("external.h5", "in another file, which is not opened")]
    public void Hdf5_features_that_are_not_read_are_named(string name, string expected)
    {
        string message = Assert.Throws<InvalidDataException>(() =>
        {
            using WeightFile file = WeightFile.Open(WeightGolden.Path(name));
            file.Tensors[0].Read();
        }).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.StartsWith(WeightGolden.Path(name), message, StringComparison.Ordinal);
    }

    [Fact]
    public void Hdf5_of_the_latest_version_is_read_where_it_can_be()
    {
        using WeightFile file = WeightFile.Open(WeightGolden.Path("keras3_latest.weights.h5"));
        using WeightFile early = WeightFile.Open(WeightGolden.Path("keras3.weights.h5"));
        Assert.Equal(early.Tensors.Select(tensor => tensor.Name), file.Tensors.Select(tensor => tensor.Name));
        foreach (WeightTensor tensor in file.Tensors)
            Assert.Equal(WeightGolden.Flat(early[tensor.Name].Read()), WeightGolden.Flat(tensor.Read()));
    }

    [Fact]
    public void TensorFlowJs_dequantizes_and_joins_its_files()
    {
        WriteModel(scratch.Root, """{"format":"graph-model","modelTopology":{"node":[]}}""",
            """
            [{"name":"q","shape":[3],"dtype":"float32","quantization":{"dtype":"uint8","scale":0.00392156862745098,"min":-0.5}},
             {"name":"whole","shape":[2],"dtype":"int32","quantization":{"dtype":"uint8","scale":0.5,"min":0}},
             {"name":"half","shape":[1],"dtype":"float32","quantization":{"dtype":"float16"}},
             {"name":"plain","shape":[1,1],"dtype":"float32"},{"name":"flag","shape":[1],"dtype":"bool"}]
            """,
            [0, 128, 255, 3], [4, 0x00, 0x3E, 0x00, 0x00, 0x80, 0x3F, 1]);
        using WeightFile file = WeightFile.Open(scratch.Root);
        Assert.Equal(WeightFormat.TensorFlowJsGraph, file.Format);
        WeightGolden.AssertClose([-0.5, 0.00196081, 0.5], file["q"].Read(), 1e-7);
        Assert.Equal([2, 2], WeightGolden.Flat(file["whole"].Read()));
        Assert.Equal([1.5], WeightGolden.Flat(file["half"].Read()));
        Assert.Equal([1], WeightGolden.Flat(file["plain"].Read()));
        Assert.Equal(DType.Bool, file["flag"].DType);
    }

    [Fact]
    public void A_byte_order_mark_before_json_is_no_part_of_it()
    {
        WriteModel(scratch.Root, """{"format":"graph-model","modelTopology":{"node":[]}}""", """[{"name":"plain","shape":[1],"dtype":"float32"}]""", [0, 0, 0x80, 0x3F]);
        File.WriteAllBytes(scratch.Path("model.json"), [0xEF, 0xBB, 0xBF, .. File.ReadAllBytes(scratch.Path("model.json"))]);
        using WeightFile file = WeightFile.Open(scratch.Path("model.json"));
        Assert.Equal([1], WeightGolden.Flat(file["plain"].Read()));
    }

    [Theory]
    [InlineData("../secret.bin", "not beside it")]
    [InlineData("/etc/hostname", "not beside it")]
    [InlineData("missing.bin", "Get it too")]
    public void TensorFlowJs_opens_files_beside_it_alone(string path, string expected)
    {
        File.WriteAllText(scratch.Path("model.json"), new JsonObject
        {
            ["modelTopology"] = new JsonObject(),
            ["weightsManifest"] = new JsonArray(new JsonObject { ["paths"] = new JsonArray(path), ["weights"] = new JsonArray() }),
        }.ToJsonString());
        Assert.Contains(expected, Assert.ThrowsAny<IOException>(() => OpenOrIo(scratch.Path("model.json"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_file_of_weights_is_told_what_it_is()
    {
        Assert.Contains("It is empty", Message(""), StringComparison.Ordinal);
        Assert.Contains("Git LFS", Message("version https://git-lfs.github.com/spec/v1\n"), StringComparison.Ordinal);
        Assert.Contains("no format that is known", Message("<html></html>"), StringComparison.Ordinal);
        Assert.Contains("tar file", Message(new string('a', 257) + "ustar" + new string('a', 200)), StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => WeightFile.Open(scratch.Path("absent")));

        string Message(string content)
        {
            File.WriteAllText(scratch.Path("x"), content);
            string message = Assert.Throws<InvalidDataException>(() => WeightFile.Open(scratch.Path("x"))).Message;
            Assert.StartsWith(scratch.Path("x"), message, StringComparison.Ordinal);
            Assert.Contains("safetensors", message, StringComparison.Ordinal);
            return message;
        }
    }

    [Fact]
    public void A_closed_file_gives_no_tensors()
    {
        WeightFile file = WeightFile.Open(WeightGolden.Path("tensors.pt"));
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => file.Tensors[0].Read());
    }

    internal static void WriteModel(string folder, string head, string weights, params byte[][] files)
    {
        JsonObject json = JsonNode.Parse(head)!.AsObject();
        json["weightsManifest"] = new JsonArray(new JsonObject
        {
            ["paths"] = new JsonArray([.. files.Select((_, place) => (JsonNode)$"group1-shard{place + 1}.bin")]),
            ["weights"] = JsonNode.Parse(weights),
        });
        File.WriteAllText(Path.Combine(folder, "model.json"), json.ToJsonString(), new UTF8Encoding(false));
        foreach ((int place, byte[] bytes) in files.Index())
            File.WriteAllBytes(Path.Combine(folder, $"group1-shard{place + 1}.bin"), bytes);
    }

    // InvalidDataException is no IOException; here both are told alike.
    private static void OpenOrIo(string path)
    {
        try
        {
            WeightFile.Open(path).Dispose();
        }
        catch (InvalidDataException exception)
        {
            throw new IOException(exception.Message, exception);
        }
    }
}
