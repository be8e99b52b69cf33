using Laminet.Formats.Weights.Bytes;
using Laminet.Tensors;

namespace Laminet.Formats.Weights.NumPy;

/// <summary>Reads <c>.npy</c> and <c>.npz</c>. Arrays of objects, which are pickles, and of texts are left out with a note.</summary>
internal static class NumPyReader
{
    private const string ArrayEnd = ".npy";

    public static WeightFile OpenArray(ByteSource source)
    {
        string name = Path.GetFileNameWithoutExtension(source.Name);
        NpyHeader header;
        using (Stream stream = source.Open(0, source.Length))
            header = NpyHeader.Read(stream, source, name);
        TensorSpec spec = header.Spec ?? throw source.Wrong($"its elements are of the type {header.Type}; expected numbers or truth values");
        if (spec.Count() != source.Length - header.Bytes)
            throw source.Wrong($"an array {spec} takes {spec.Count()} bytes, but {source.Length - header.Bytes} follow its header");
        return new WeightFile(source, WeightFormat.NumPyArray, [new WeightTensor(name, spec, () => Decode(source.Read(0, source.Length), header, source.Name, name))]);
    }

    public static WeightFile OpenArchive(ByteSource source, ZipParts zip)
    {
        List<WeightTensor> tensors = [];
        List<string> notes = [];
        foreach (string part in zip.Names)
        {
            if (!part.EndsWith(ArrayEnd, StringComparison.Ordinal))
            {
                notes.Add($"The part '{part}' is no array and was not read.");
                continue;
            }

            string name = part[..^ArrayEnd.Length];
            NpyHeader? read = null;
            zip.Read(part, 0, 0, stream => read = NpyHeader.Read(stream, source, name));
            NpyHeader header = read!;
            if (header.Spec is not { } spec)
            {
                notes.Add($"The array '{name}' is of the type {header.Type} and was not read: it holds no numbers.");
                continue;
            }

            if (spec.Count() != zip.LengthOf(part) - header.Bytes)
                throw source.Wrong($"the array '{name}', {spec}, takes {spec.Count()} bytes, but {zip.LengthOf(part) - header.Bytes} follow its header");
            tensors.Add(new WeightTensor(name, spec, () => Decode(zip.Read(part, long.MaxValue), header, source.Name, name)));
        }

        return new WeightFile(source, WeightFormat.NumPyArchive, tensors, notes, zip);
    }

    private static Tensor Decode(byte[] array, NpyHeader header, string source, string name)
    {
        TensorSpec spec = header.Spec!;
        if (header.IsBigEndian)
            TensorBytes.Swap(array.AsSpan(header.Bytes), spec.DType.Size());
        // In column-major order the bytes are those of the array with its axes in reverse.
        TensorSpec stored = header.IsColumnMajor ? new TensorSpec([.. spec.Shape.Reverse()], spec.DType) : spec;
        Tensor tensor = TensorBytes.Read(new MemoryStream(array, header.Bytes, array.Length - header.Bytes), source, name, stored);
        return header.IsColumnMajor ? tensor.Transpose() : tensor;
    }
}
