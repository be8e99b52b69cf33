using System.Text.Json.Nodes;
using Laminet.Configuration;
using Laminet.Formats.Weights.Bytes;

namespace Laminet.Formats.Weights.Sharded;

/// <summary>Reads weights that Hugging Face keeps in several safetensors files: <c>model.safetensors.index.json</c> says for each tensor which file of its folder holds it.</summary>
internal static class ShardIndex
{
    private const string Map = "weight_map";
    private const int MostShards = 1000;

    public static bool Is(JsonObject json) => json.ContainsKey(Map);

    public static WeightFile Open(ByteSource source, JsonObject json)
    {
        JsonObject map = json[Map] as JsonObject ?? throw source.Wrong($"'{Map}' is no list of tensors and files");
        Dictionary<string, WeightFile> shards = new(StringComparer.Ordinal);
        Dictionary<(string File, string Name), WeightTensor> found = [];
        try
        {
            List<WeightTensor> tensors = [];
            foreach ((string name, JsonNode? node) in map)
            {
                string file = node.TextAt($"{Map}.{name}");
                if (!shards.ContainsKey(file))
                {
                    shards.Add(file, Shard(source, file, shards.Count));
                    foreach (WeightTensor tensor in shards[file].Tensors)
                        found.Add((file, tensor.Name), tensor);
                }

                tensors.Add(found.TryGetValue((file, name), out WeightTensor? held) ? held : throw source.Wrong($"it says that '{file}' holds the tensor '{name}', which is not there"));
            }

            return new WeightFile(source, WeightFormat.SafeTensors, tensors, more: new Several(shards.Values)) { Producer = shards.Values.FirstOrDefault()?.Producer };
        }
        catch
        {
            new Several(shards.Values).Dispose();
            throw;
        }
    }

    private static WeightFile Shard(ByteSource source, string file, int count)
    {
        // A file of the same folder, and nothing else.
        if (count >= MostShards || file.Length == 0 || file.AsSpan().ContainsAny('/', '\\', ':') || !file.EndsWith(".safetensors", StringComparison.Ordinal))
            throw source.Wrong($"it names the file '{file}'{(count >= MostShards ? $" after {MostShards} others" : "")}; expected the names of safetensors files beside it");
        WeightFile shard = WeightFile.Open(Path.Combine(Path.GetDirectoryName(source.Name) ?? "", file));
        if (shard.Format == WeightFormat.SafeTensors)
            return shard;
        using (shard)
            throw source.Wrong($"'{file}' is of the format {shard.Format}; expected safetensors");
    }

    private sealed class Several(IEnumerable<IDisposable> parts) : IDisposable
    {
        public void Dispose()
        {
            foreach (IDisposable part in parts)
                part.Dispose();
        }
    }
}
