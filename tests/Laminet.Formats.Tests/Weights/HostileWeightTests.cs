using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using Laminet.Formats.Weights;
using Laminet.Formats.Weights.Mapping;
using Laminet.Layers;
using Laminet.Tests.Saving;
using Laminet.Training;

namespace Laminet.Formats.Tests.Weights;

/// <summary>Files made to run code, to fill the memory or to keep the program busy end in an error that names them.</summary>
public sealed class HostileWeightTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("evil.pt", "posix.system")]
    [InlineData("evil_legacy.pt", "posix.system")]
    [InlineData("whole_module.pt", "torch.nn.modules.linear.Linear")]
    [InlineData("torchscript.pt", "TorchScript program")]
    public void A_pickle_that_names_what_is_no_tensor_is_refused(string name, string expected)
    {
        string message = Assert.Throws<InvalidDataException>(() => WeightFile.Open(WeightGolden.Path(name))).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.Contains("state_dict()", message, StringComparison.Ordinal);
        Assert.False(File.Exists("laminet_was_here"));
    }

    // Names are compared as a whole: what begins like an allowed one is another.
    [Theory]
    [InlineData("torch._utils", "_rebuild_tensor_v2x")]
    [InlineData("torch._utils.evil", "_rebuild_tensor_v2")]
    [InlineData("torch", "load")]
    [InlineData("torch", "FloatStorage.__class__")]
    [InlineData("builtins", "eval")]
    [InlineData("collections", "OrderedDict.fromkeys")]
    public void Names_must_be_on_the_list_whole(string module, string name)
    {
        Pickle([0x80, 2, (byte)'c', .. Encoding.UTF8.GetBytes($"{module}\n{name}\n"), (byte)'.']);
        Assert.Contains($"it names {module}.{name}", Refused(), StringComparison.Ordinal);
        Pickle([0x80, 4, 0x8c, (byte)module.Length, .. Encoding.UTF8.GetBytes(module), 0x8c, (byte)name.Length, .. Encoding.UTF8.GetBytes(name), 0x93, (byte)'.']);
        Assert.Contains($"it names {module}.{name}", Refused(), StringComparison.Ordinal);
    }

    [Fact]
    public void Pickles_that_grow_or_turn_in_circles_end()
    {
        // A list that holds itself.
        Pickle([0x80, 2, (byte)']', (byte)'q', 0, (byte)'h', 0, (byte)'a', (byte)'.']);
        Assert.Contains("nested deeper", Refused(), StringComparison.Ordinal);
        // Tuples of two of the one before, thirty times: 2^30 values for who walks them all.
        List<byte> doubling = [0x80, 2, (byte)'N'];
        for (int i = 0; i < 30; i++)
            doubling.AddRange([(byte)'2', 0x86]);
        Pickle([.. doubling, (byte)'.']);
        Assert.Contains("more than 1048576 values", Refused(), StringComparison.Ordinal);
        // A text that says it is longer than the file.
        Pickle([0x80, 2, (byte)'X', 255, 255, 255, 127, (byte)'.']);
        Assert.Contains("2147483647 bytes are wanted", Refused(), StringComparison.Ordinal);
    }

    // A tensor of 64 axes is described once, and made 100,000 times by four bytes each.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Calls_that_copy_the_same_values_again_and_again_are_refused(bool isInAnother)
    {
        byte[] ones = [(byte)'(', .. Enumerable.Repeat<byte[]>([(byte)'K', 1], 64).SelectMany(one => one), (byte)'t'];
        List<byte> pickle = [0x80, 2, .. Global("torch._utils", "_rebuild_tensor_v2"), (byte)'q', 0, (byte)'('];
        pickle.AddRange([.. Storage("0", 1), (byte)'K', 0, .. ones, .. ones, (byte)'t', (byte)'q', 1]);
        if (isInAnother)
            pickle.AddRange([.. Global("torch._tensor", "_rebuild_from_type_v2"), (byte)'q', 2, (byte)'(', (byte)'h', 0, .. Global("torch.nn.parameter", "Parameter"), (byte)'h', 1, (byte)'t', (byte)'q', 1]);
        pickle.Add((byte)']');
        for (int i = 0; i < 100_000; i++)
            pickle.AddRange([(byte)'h', (byte)(isInAnother ? 2 : 0), (byte)'h', 1, (byte)'R', (byte)'a']);
        Pickle([.. pickle, (byte)'.']);
        Assert.Contains("copy the same values again and again", Refused(), StringComparison.Ordinal);
    }

    // Two numbers a billion elements apart, in a part of zeros that takes a few bytes: 4 GB between them.
    [Fact]
    public void A_tensor_that_is_spread_over_its_storage_is_refused_before_memory_is_taken()
    {
        Pickle([0x80, 2, (byte)'}', .. Text("w"), .. Tensor("0", 1 << 30, lengths: 2, stride: (1 << 30) - 1), (byte)'s', (byte)'.']);
        Assert.Contains("is spread over 1073741824 elements", Refused(), StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_of_what_is_no_tensor_may_be_long_and_names_of_tensors_not()
    {
        string key = new('k', 5000);
        byte[] tensor = Tensor("0", 1, lengths: 1, stride: 1);
        Pickle([0x80, 2, (byte)'}', .. Text("w"), .. tensor, (byte)'s', .. Text("words"), (byte)'}', .. Text(key), (byte)'K', 1, (byte)'s', (byte)'s', .. Text(key), (byte)'K', 1, (byte)'s', (byte)'.']);
        using (WeightFile file = WeightFile.Open(scratch.Path("x")))
            Assert.Equal("w", Assert.Single(file.Tensors).Name);
        Pickle([0x80, 2, (byte)'}', .. Text("a"), (byte)'}', .. Text(key), .. tensor, (byte)'s', (byte)'s', (byte)'.']);
        Assert.Contains("a name of more than 1024 characters", Refused(), StringComparison.Ordinal);
        Pickle([0x80, 2, (byte)'}', .. Text("w"), .. Tensor(key, 1, lengths: 1, stride: 1), (byte)'s', (byte)'.']);
        Assert.Contains("a storage is not described as PyTorch does", Refused(), StringComparison.Ordinal);
    }

    // One tensor in a list of 100,000 under a name of 1000 characters: 200 MB of names from 300 KB.
    [Fact]
    public void Names_of_one_tensor_are_counted()
    {
        List<byte> pickle = [0x80, 2, (byte)'}', .. Text(new string('n', 1000)), (byte)']', .. Tensor("0", 1, lengths: 1, stride: 1), (byte)'q', 9, (byte)'a'];
        for (int i = 0; i < 100_000; i++)
            pickle.AddRange([(byte)'h', 9, (byte)'a']);
        Pickle([.. pickle, (byte)'s', (byte)'.']);
        Assert.Contains("longer together than the file", Refused(), StringComparison.Ordinal);
    }

    // Whether the layers are those of one model or of models within it.
    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    public void Layers_of_a_description_are_counted(int models)
    {
        string layers = string.Join(',', Enumerable.Repeat("""{"class_name":"ReLU","config":{"name":"r"}}""", 12_000 / models)), config = Chain(string.Join(',', Enumerable.Repeat(Chain(layers), models)));
        using (ZipArchive zip = ZipFile.Open(scratch.Path("x"), ZipArchiveMode.Create))
        {
            using (StreamWriter writer = new(zip.CreateEntry("config.json").Open()))
                writer.Write(config);
            using ZipArchive golden = ZipFile.OpenRead(WeightGolden.Path("functional.keras"));
            using Stream weights = golden.GetEntry("model.weights.h5")!.Open(), part = zip.CreateEntry("model.weights.h5").Open();
            weights.CopyTo(part);
        }

        foreach (Action load in (Action[])[() => KerasModel.Load(scratch.Path("x")), () => new Sequential(new Input([3]), new Dense(5)).ImportWeights(scratch.Path("x"))])
        {
            string message = Assert.Throws<InvalidDataException>(load).Message;
            Assert.StartsWith(scratch.Path("x"), message, StringComparison.Ordinal);
            Assert.Contains("more than 10000 layers", message, StringComparison.Ordinal);
        }

        static string Chain(string layers) => "{\"class_name\":\"Sequential\",\"config\":{\"name\":\"s\",\"layers\":[" + layers + "]}}";
    }

    // On Unix too, .NET keeps who shares a file with whom: none may have it open.
    [Fact]
    public void A_damaged_file_does_not_stay_open()
    {
        using (ZipArchive zip = ZipFile.Open(scratch.Path("two"), ZipArchiveMode.Create))
        {
            zip.CreateEntry("a.npy");
            zip.CreateEntry("a.npy");
        }

        (string Name, byte[] Bytes)[] damaged =
        [
            ("no end of a zip", [.. "PK"u8, 3, 4, .. new byte[40]]), ("two parts of one name", File.ReadAllBytes(scratch.Path("two"))),
            .. WeightGolden.Files.Select(file => (Path.GetFileName(file) + ", cut", File.ReadAllBytes(file))).Select(file => (file.Item1, file.Item2[..(file.Item2.Length / 2)])),
        ];
        foreach ((string name, byte[] bytes) in damaged)
        {
            File.WriteAllBytes(scratch.Path("x"), bytes);
            // Where the numbers alone are cut off, it can be opened.
            _ = Record.Exception(() => WeightFile.Open(scratch.Path("x")).Dispose());
            Exception? held = Record.Exception(() => new FileStream(scratch.Path("x"), FileMode.Open, FileAccess.ReadWrite, FileShare.None).Dispose());
            Assert.True(held is null, $"{name}: {held?.Message}");
        }
    }

    [Fact]
    public void Safetensors_that_lie_about_their_sizes_are_refused_before_memory_is_taken()
    {
        foreach ((ulong length, string json) in ((ulong, string)[])
            [(ulong.MaxValue, "{}"), (100_000_001, "{}"), (64, """{"a":{"dtype":"F32","shape":[1000,1000],"data_offsets":[0,4]}}""")])
        {
            byte[] bytes = new byte[8 + 66];
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, length == 64 ? (ulong)json.Length : length);
            Encoding.UTF8.GetBytes(json).CopyTo(bytes, 8);
            File.WriteAllBytes(scratch.Path("x"), bytes);
            long before = GC.GetAllocatedBytesForCurrentThread();
            Refused();
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20);
        }
    }

    [Fact]
    public void A_zip_that_grows_to_gigabytes_takes_no_memory_before_its_shape_is_known()
    {
        // 400 MB of zeros in 400 KB, honestly declared: the shape is listed, and the model's is another.
        using (ZipArchive zip = ZipFile.Open(scratch.Path("x"), ZipArchiveMode.Create))
        {
            using Stream part = zip.CreateEntry("dense.npy", CompressionLevel.SmallestSize).Open();
            string header = "{'descr': '|u1', 'fortran_order': False, 'shape': (400000000,), }".PadRight(117) + "\n";
            part.Write([0x93, .. "NUMPY"u8, 1, 0, 118, 0, .. Encoding.ASCII.GetBytes(header)]);
            byte[] zeros = new byte[1 << 20];
            for (long left = 400_000_000; left > 0; left -= zeros.Length)
                part.Write(zeros, 0, (int)Math.Min(left, zeros.Length));
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        using (WeightFile file = WeightFile.Open(scratch.Path("x")))
        {
            Assert.Equal([400_000_000], file.Tensors[0].Shape);
            Assert.Throws<InvalidDataException>(() => WeightImport.ImportWeights(
                new Sequential(new Input([2]), new Dense(1)), file, new WeightMap(WeightLayout.Keras)));
        }

        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 16 << 20);
    }

    /// <summary>
    /// Files of each format with random damage. LAMINET_MUTATIONS sets how many; the default takes some seconds. A mutant that still is a file may be read; every other ends in
    /// an error of ours, soon, without much memory.
    /// </summary>
    [Fact]
    public void Mutated_files_end_in_an_error_or_are_read()
    {
        int count = int.Parse(Environment.GetEnvironmentVariable("LAMINET_MUTATIONS") ?? "2000", CultureInfo.InvariantCulture);
        (string Name, byte[] Bytes)[] seeds = [.. WeightGolden.Files.Select(file => (Path.GetFileName(file), File.ReadAllBytes(file))), .. Own()];
        Random random = new(20);
        (int read, int refused, long most, TimeSpan longest, string slowest) = (0, 0, 0, TimeSpan.Zero, "");
        for (int i = 0; i < count; i++)
        {
            (string name, byte[] bytes) = seeds[i % seeds.Length];
            byte[] mutant = Mutated(bytes, random);
            // TensorFlow.js's weights lie beside it, whole.
            string path = scratch.Path(name == "model.json" ? name : "mutant");
            File.WriteAllBytes(path, mutant);
            long before = GC.GetAllocatedBytesForCurrentThread();
            Stopwatch watch = Stopwatch.StartNew();
            try
            {
                ReadAll(path);
                read++;
            }
            catch (Exception exception) when (exception is InvalidDataException or FileNotFoundException)
            {
                Assert.StartsWith(path, exception.Message, StringComparison.Ordinal);
                refused++;
            }
            catch (Exception exception)
            {
                File.Copy(path, Path.Combine(Path.GetTempPath(), $"laminet-mutant-{name}"), overwrite: true);
                Assert.Fail($"mutant {i} of {name}: {exception}");
            }

            most = Math.Max(most, GC.GetAllocatedBytesForCurrentThread() - before);
            if (watch.Elapsed > longest)
                (longest, slowest) = (watch.Elapsed, name);
        }

        Assert.True(longest < TimeSpan.FromSeconds(10), $"{slowest} took {longest}");
        Assert.True(most < 256 << 20, $"{most} bytes were allocated for one mutant");
        // Both kinds occur, else the damage is too small or too large to find anything.
        Assert.True(read > count / 50 && refused > count / 4, $"{read} read, {refused} refused");
    }

    private static void ReadAll(string path)
    {
        using WeightFile file = WeightFile.Open(path);
        foreach (WeightTensor tensor in file.Tensors)
            _ = tensor.Read();
        if (file.HasLayers)
            _ = KerasModel.Load(path);
    }

    private IEnumerable<(string, byte[])> Own()
    {
        Sequential model = new(0, new Input([2]), new Dense(3));
        model.SaveWeights(scratch.Path("own.safetensors"));
        model.Save(scratch.Path("own.laminet"));
        foreach (string name in (string[])["own.safetensors", "own.laminet"])
            yield return (name, File.ReadAllBytes(scratch.Path(name)));
        WeightFileTests.WriteModel(scratch.Root, """{"format":"layers-model","modelTopology":{"class_name":"Sequential","config":{"name":"s","layers":[{"class_name":"Dense","config":{"name":"d","units":2,"batch_input_shape":[null,1]}}]}}}""",
            """[{"name":"d/kernel","shape":[1,2],"dtype":"float32","quantization":{"dtype":"uint8","scale":1,"min":0}},{"name":"d/bias","shape":[2],"dtype":"float32"}]""", [1, 2, 0, 0, 0, 0, 0, 0, 128, 63]);
        yield return ("model.json", File.ReadAllBytes(scratch.Path("model.json")));
    }

    private static byte[] Mutated(byte[] bytes, Random random)
    {
        byte[] mutant = [.. bytes];
        for (int damage = random.Next(1, 4); damage > 0; damage--)
        {
            int place = random.Next(mutant.Length);
            switch (random.Next(7))
            {
                case 0:
                    mutant[place] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    mutant[place] = (byte)random.Next(256);
                    break;
                case 2:
                    mutant = mutant[..Math.Max(1, place)];
                    break;
                case 3:
                    // Sizes and places are numbers of two to eight bytes.
                    mutant.AsSpan(place, Math.Min(1 << random.Next(1, 4), mutant.Length - place)).Fill((byte)(random.Next(2) == 0 ? 0 : 255));
                    break;
                case 4:
                    byte[] number = BitConverter.GetBytes(random.Next(3) switch { 0 => random.NextInt64(mutant.Length), 1 => 1L << random.Next(63), _ => random.NextInt64() });
                    number.AsSpan(0, Math.Min(8, mutant.Length - place)).CopyTo(mutant.AsSpan(place));
                    break;
                case 5:
                    int from = random.Next(mutant.Length), length = Math.Min(random.Next(1, 64), mutant.Length - Math.Max(from, place));
                    mutant.AsSpan(from, length).ToArray().CopyTo(mutant.AsSpan(place));
                    break;
                default:
                    mutant = [.. mutant[..place], .. bytes.AsSpan(random.Next(bytes.Length)) is var rest ? rest[..Math.Min(16, rest.Length)] : [], .. mutant[place..]];
                    break;
            }
        }

        return mutant;
    }

    private static byte[] Global(string module, string name) => [(byte)'c', .. Encoding.UTF8.GetBytes($"{module}\n{name}\n")];

    private static byte[] Text(string text) => [(byte)'X', .. BitConverter.GetBytes(text.Length), .. Encoding.UTF8.GetBytes(text)];

    private static byte[] Storage(string key, int elements) =>
        [(byte)'(', .. Text("storage"), .. Global("torch", "FloatStorage"), .. Text(key), .. Text("cpu"), (byte)'J', .. BitConverter.GetBytes(elements), (byte)'t', (byte)'Q'];

    // A tensor of one axis.
    private static byte[] Tensor(string key, int elements, byte lengths, int stride) =>
    [
        .. Global("torch._utils", "_rebuild_tensor_v2"), (byte)'(', .. Storage(key, elements), (byte)'K', 0, (byte)'K', lengths, 0x85, (byte)'J', .. BitConverter.GetBytes(stride), 0x85,
        (byte)'t', (byte)'R',
    ];

    private void Pickle(byte[] pickle)
    {
        File.Delete(scratch.Path("x"));
        using ZipArchive zip = ZipFile.Open(scratch.Path("x"), ZipArchiveMode.Create);
        using Stream part = zip.CreateEntry("archive/data.pkl", CompressionLevel.NoCompression).Open();
        part.Write(pickle);
    }

    private string Refused()
    {
        string message = Assert.Throws<InvalidDataException>(() => WeightFile.Open(scratch.Path("x"))).Message;
        Assert.StartsWith(scratch.Path("x"), message, StringComparison.Ordinal);
        return message;
    }
}
