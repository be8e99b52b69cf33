using Laminet.Tensors;

namespace Laminet.Saving;

/// <summary>The element types of the safetensors format that this library reads.</summary>
internal static class SafeTensorsTypes
{
    private static readonly Dictionary<string, (DType DType, int Bytes)> Known = new(StringComparer.Ordinal)
    {
        ["F32"] = (DType.Float32, 4),
        ["F64"] = (DType.Float64, 8),
        ["I32"] = (DType.Int32, 4),
        ["I64"] = (DType.Int64, 8),
        ["U8"] = (DType.UInt8, 1),
        ["BOOL"] = (DType.Bool, 1),
        ["F16"] = (DType.Float32, 2),
        ["BF16"] = (DType.Float32, 2),
    };

    public static IEnumerable<string> Names => Known.Keys;

    public static string NameOf(DType dtype) => Known.First(pair => pair.Value == (dtype, dtype.Size())).Key;

    /// <summary>The type it is read as, and the bytes an element takes in the file.</summary>
    public static bool TryFind(string name, out (DType DType, int Bytes) type) => Known.TryGetValue(name, out type);

    /// <summary>Reads half-precision numbers; each is also a Float32, so nothing is lost.</summary>
    public static Tensor ReadHalf(Stream stream, Shape shape, string name)
    {
        byte[] bytes = new byte[2 * (long)shape.ElementCount];
        stream.ReadExactly(bytes);
        float[] values = new float[shape.ElementCount];
        for (int i = 0; i < values.Length; i++)
        {
            ushort bits = BitConverter.ToUInt16(bytes, 2 * i);
            // A bfloat16 is the upper half of a Float32.
            values[i] = name == "BF16" ? BitConverter.UInt32BitsToSingle((uint)bits << 16) : (float)BitConverter.UInt16BitsToHalf(bits);
        }

        return Tensor.From(values, shape);
    }
}
