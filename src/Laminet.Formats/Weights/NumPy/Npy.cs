using System.Globalization;
using System.Text;
using Laminet.Files;
using Laminet.Tensors;

namespace Laminet.Formats.Weights.NumPy;

/// <summary>Writes <c>.npy</c> files, an array each, which <c>numpy.load</c> reads.</summary>
/// <example><code>
/// Npy.Write("vectors.npy", encoder.Encode(texts));
/// </code></example>
public static class Npy
{
    // The numbers begin at a multiple of it, as NumPy writes them.
    private const int Alignment = 64;

    /// <summary>Writes a tensor, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensor">The tensor.</param>
    /// <exception cref="IOException">The file cannot be written. An existing file is not changed.</exception>
    /// <exception cref="ArgumentException">The tensor is of BFloat16, which NumPy does not have.</exception>
    public static void Write(string path, Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (NpyHeader.NameOf(tensor.DType) is null)
            throw new ArgumentException($"The tensor is of {tensor.DType}, which NumPy does not have. Cast it to Float32 first.", nameof(tensor));
        AtomicFile.Write(path, stream => Write(stream, tensor));
    }

    internal static void Write(Stream stream, Tensor tensor)
    {
        string shape = string.Concat(tensor.Shape.Select(length => string.Create(CultureInfo.InvariantCulture, $"{length}, ")));
        string text = $"{{'descr': '{NpyHeader.NameOf(tensor.DType)}', 'fortran_order': False, 'shape': ({shape.TrimEnd()}), }}";
        int length = text.Length + 1, padding = (Alignment - ((10 + length) % Alignment)) % Alignment;
        length += padding;
        stream.Write([.. NpyHeader.Magic, 1, 0, (byte)length, (byte)(length >> 8), .. Encoding.ASCII.GetBytes(text + new string(' ', padding) + "\n")]);
        tensor.Write(stream);
    }
}
