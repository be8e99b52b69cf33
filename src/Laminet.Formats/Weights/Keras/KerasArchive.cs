using System.Text.Json.Nodes;
using Laminet.Formats.Weights.Bytes;
using Laminet.Saving;

namespace Laminet.Formats.Weights.Keras;

/// <summary>Keras 3's model file: a zip of <c>config.json</c>, <c>metadata.json</c> and <c>model.weights.h5</c>.</summary>
internal static class KerasArchive
{
    public const string Config = "config.json", Weights = "model.weights.h5";
    private const long MostJsonBytes = 256 << 20, FreeBytes = 64 << 20, MostExpansion = 20;

    public static WeightFile Open(ByteSource source, ZipParts zip)
    {
        // Keras stores it as it is. Weights are not compressible; what grows far beyond the file is made to fill the memory.
        byte[] weights = zip.Read(Weights, zip.IsStored(Weights) ? source.Length : FreeBytes + (MostExpansion * source.Length));
        (_, List<WeightTensor> tensors, List<string> notes, _) = KerasHdf5.Read(new MemoryBytes(zip.Source(Weights), weights));
        JsonObject config = JsonText.Read(zip.Read(Config, Math.Min(MostJsonBytes, FreeBytes + source.Length)), zip.Source(Config));
        return new WeightFile(source, WeightFormat.Keras, tensors, notes, zip, config);
    }
}
