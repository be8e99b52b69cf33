using Laminet.Tensors;

namespace Laminet.Saving;

/// <summary>The element types of the safetensors format: all that tensors have, by the format's names.</summary>
internal static class SafeTensorsTypes
{
    private static readonly Dictionary<string, DType> Known = Enum.GetValues<DType>().ToDictionary(dtype => dtype.NameInFiles(), StringComparer.Ordinal);

    public static IEnumerable<string> Names => Known.Keys;

    public static bool TryFind(string name, out DType dtype) => Known.TryGetValue(name, out dtype);
}
