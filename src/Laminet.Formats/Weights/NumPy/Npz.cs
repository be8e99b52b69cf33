using System.IO.Compression;
using Laminet.Files;
using Laminet.Tensors;

namespace Laminet.Formats.Weights.NumPy;

/// <summary>Writes <c>.npz</c> files, which <c>numpy.load</c> reads. <see cref="WeightFile.Open"/> reads them.</summary>
public static class Npz
{
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
                Npy.Write(part, tensor);
            }
        });
    }
}
