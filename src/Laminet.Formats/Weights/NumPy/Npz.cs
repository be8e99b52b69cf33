using System.Globalization;
using System.IO.Compression;
using System.Text;
using Laminet.Files;
using Laminet.Tensors;

namespace Laminet.Formats.Weights.NumPy;

/// <summary>Writes <c>.npz</c> files, which <c>numpy.load</c> reads. <see cref="WeightFile.Open"/> reads them.</summary>
public static class Npz
{
    // The numbers begin at a multiple of it, as NumPy writes them.
    private const int Alignment = 64;

    /// <summary>Writes tensors, whole or not at all, uncompressed.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensors">The tensors by name.</param>
    /// <exception cref="IOException">The file cannot be written. An existing file is not changed.</exception>
    /// <exception cref="ArgumentException">A tensor is of BFloat16, which NumPy does not have.</exception>
    public static void Write(string path, IReadOnlyDictionary<string, Tensor> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        if (tensors.FirstOrDefault(pair => NpyHeader.NameOf(pair.Value.DType) is null) is { Key: { } name, Value: { } tensor })
            throw new ArgumentException($"The tensor '{name}' is of {tensor.DType}, which NumPy does not have. Cast it to Float32 first.", nameof(tensors));
        AtomicFile.Write(path, stream =>
        {
            using ZipArchive zip = new(stream, ZipArchiveMode.Create, leaveOpen: true);
            foreach ((string name, Tensor tensor) in tensors)
            {
                using Stream part = zip.CreateEntry(name + ".npy", CompressionLevel.NoCompression).Open();
                part.Write(Header(tensor));
                tensor.Write(part);
            }
        });
    }

    private static byte[] Header(Tensor tensor)
    {
        string shape = string.Concat(tensor.Shape.Select(length => string.Create(CultureInfo.InvariantCulture, $"{length}, ")));
        string text = $"{{'descr': '{NpyHeader.NameOf(tensor.DType)}', 'fortran_order': False, 'shape': ({shape.TrimEnd()}), }}";
        int length = text.Length + 1, padding = (Alignment - ((10 + length) % Alignment)) % Alignment;
        length += padding;
        return [.. NpyHeader.Magic, 1, 0, (byte)length, (byte)(length >> 8), .. Encoding.ASCII.GetBytes(text + new string(' ', padding) + "\n")];
    }
}
