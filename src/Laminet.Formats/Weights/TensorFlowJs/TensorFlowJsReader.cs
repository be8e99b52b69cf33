using System.Text.Json.Nodes;
using Laminet.Configuration;
using Laminet.Formats.Weights.Bytes;
using Laminet.Saving;
using Laminet.Tensors;

namespace Laminet.Formats.Weights.TensorFlowJs;

/// <summary>
/// Reads a model of TensorFlow.js: <c>model.json</c> names the layers (a layers model) or a graph, and in <c>weightsManifest</c> groups of weights, whose bytes
/// stand one after the other in the files of the group. Weights may be quantized to 16 or 8 bits.
/// </summary>
internal static class TensorFlowJsReader
{
    private const string Manifest = "weightsManifest", Topology = "modelTopology";
    private const long MostJsonBytes = 256 << 20;

    public static bool IsModel(JsonObject json) => json.ContainsKey(Manifest) || json.ContainsKey(Topology);

    public static JsonObject ReadJson(ByteSource source) => source.Length <= MostJsonBytes
        ? JsonText.Read(source.Read(0, source.Length), source.Name)
        : throw source.Wrong($"it is JSON of {source.Length} bytes; at most {MostJsonBytes} are read");

    public static WeightFile Open(ByteSource source, JsonObject json)
    {
        List<WeightTensor> tensors = [];
        List<string> notes = [];
        List<IDisposable> opened = [];
        try
        {
            foreach (JsonObject group in json[Manifest].ObjectsAt(Manifest))
                AddGroup(source, group, tensors, notes, opened);
            JsonObject? topology = json[Topology] as JsonObject;
            bool isGraph = json["format"]?.TextAt("format") is { } format ? format == "graph-model" : topology?.ContainsKey("node") == true;
            // A converted model has its layers one step deeper.
            JsonObject? config = isGraph ? null : topology?["model_config"] as JsonObject ?? topology;
            return new WeightFile(source, isGraph ? WeightFormat.TensorFlowJsGraph : WeightFormat.TensorFlowJsLayers, tensors, notes, new Several(opened), config);
        }
        catch
        {
            opened.ForEach(file => file.Dispose());
            throw;
        }
    }

    private static void AddGroup(ByteSource source, JsonObject group, List<WeightTensor> tensors, List<string> notes, List<IDisposable> opened)
    {
        List<FileBytes> files = [];
        foreach (string path in group["paths"].TextsAt("paths"))
        {
            FileBytes file = FileBytes.Open(FileOf(source, path));
            opened.Add(file);
            files.Add(file);
        }

        Shards shards = new(files);
        long place = 0;
        foreach (JsonObject weight in group["weights"].ObjectsAt("weights"))
        {
            string name = weight["name"].TextAt("name");
            string type = weight["dtype"].TextAt("dtype");
            long[] lengths = [.. weight["shape"].ListAt("shape").Select(length => (long)length.WholeNumberAt("a length of a shape"))];
            Encoding? encoding = Encoding.Of(source, name, type, weight["quantization"]);
            if (encoding is null)
            {
                throw source.Wrong($"the weight '{name}' is of the type {type}, whose length in bytes is unknown, so the weights after it cannot be found; expected float32, float16, int32, uint8 or bool");
            }

            TensorSpec spec = TensorBytes.Spec(source, name, lengths, encoding.Shown);
            TensorSpec stored = spec with { DType = encoding.Stored };
            if (stored.Count() > shards.Length - place)
                throw source.Wrong($"the weight '{name}', {stored}, takes {stored.Count()} bytes; its files have {shards.Length - place} left");
            long from = place;
            tensors.Add(new WeightTensor(name, spec, () => encoding.Decode(TensorBytes.Read(shards.Read(from, stored.Count()), source.Name, name, stored))));
            place += stored.Count();
        }

        if (place < shards.Length)
            throw source.Wrong($"the files {string.Join(", ", files.Select(file => Path.GetFileName(file.Name)))} have {shards.Length} bytes and their weights {place}");
    }

    // Files beside the model alone: a path in JSON must not lead elsewhere.
    private static string FileOf(ByteSource source, string path)
    {
        string folder = Path.GetFullPath(Path.GetDirectoryName(Path.GetFullPath(source.Name))!);
        string full = Path.GetFullPath(Path.Combine(folder, path));
        if (Path.IsPathRooted(path) || path.Contains('\0', StringComparison.Ordinal) || !full.StartsWith(folder.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw source.Wrong($"it names the file '{path}', which is not beside it");
        return File.Exists(full) ? full : throw new FileNotFoundException($"{source.Name} names the file '{path}' for its weights, which is not beside it. Get it too.", full);
    }

    private sealed class Several(IReadOnlyList<IDisposable> all) : IDisposable
    {
        public void Dispose()
        {
            foreach (IDisposable one in all)
                one.Dispose();
        }
    }

    // The files of a group as if they were one.
    private sealed class Shards(IReadOnlyList<FileBytes> files)
    {
        public long Length { get; } = files.Sum(file => file.Length);

        public byte[] Read(long offset, long count)
        {
            byte[] bytes = new byte[count];
            int done = 0;
            foreach (FileBytes file in files)
            {
                if (offset >= file.Length)
                {
                    offset -= file.Length;
                    continue;
                }

                int length = (int)Math.Min(file.Length - offset, count - done);
                file.Read(offset, bytes.AsSpan(done, length));
                (done, offset) = (done + length, 0);
                if (done == count)
                    break;
            }

            return bytes;
        }
    }

    // How the numbers are kept, and what they mean: value = stored * scale + min; whole numbers are rounded, others never.
    private sealed record Encoding(DType Shown, DType Stored, double Scale, double Min, bool IsAffine)
    {
        public static Encoding? Of(ByteSource source, string name, string type, JsonNode? quantization)
        {
            DType? shown = Known(type);
            if (shown is null || quantization is null)
                return shown is { } plain ? new Encoding(plain, plain, 1, 0, false) : null;
            JsonObject json = quantization.ObjectAt("quantization");
            string stored = json["dtype"].TextAt("quantization.dtype");
            return stored switch
            {
                "float16" => new Encoding(shown.Value, DType.Float16, 1, 0, false),
                "uint8" or "uint16" => new Encoding(shown.Value, stored == "uint8" ? DType.UInt8 : DType.UInt16, json.Get<double>("scale", 1), json.Get<double>("min", 0), true),
                _ => throw source.Wrong($"the weight '{name}' is quantized to {stored}; expected uint8, uint16 or float16"),
            };
        }

        public Tensor Decode(Tensor tensor)
        {
            if (!IsAffine)
                return tensor.Cast(Shown);
            double[] numbers = tensor.Cast(DType.Float64).ToArray<double>();
            for (int i = 0; i < numbers.Length; i++)
                numbers[i] = Shown.IsFloat() ? (numbers[i] * Scale) + Min : Math.Floor((numbers[i] * Scale) + Min + 0.5);
            return Tensor.From(numbers, tensor.Shape).Cast(Shown);
        }

        private static DType? Known(string type) => type switch
        {
            "float32" => DType.Float32,
            "float16" => DType.Float16,
            "int32" => DType.Int32,
            "uint8" => DType.UInt8,
            "bool" => DType.Bool,
            _ => null,
        };
    }
}
