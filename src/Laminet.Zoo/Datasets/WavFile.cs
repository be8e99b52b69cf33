using System.Buffers.Binary;
using Laminet.Tensors;

namespace Laminet.Zoo.Datasets;

/// <summary>
/// Reads sound from WAV files: whole numbers of 8, 16, 24 or 32 bits, or floats of 32 or 64. (Microsoft and IBM, "Multimedia programming interface and data specifications 1.0", 1991; RFC 2361.)
/// </summary>
public static class WavFile
{
    private const int WholeNumbers = 1, Floats = 3, Extensible = 0xFFFE;
    private const int HeaderLength = 12, ChunkHeaderLength = 8, FormatLength = 16, SubFormatPlace = 24, MostChannels = 64;

    /// <summary>The sound of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limit">The most bytes to accept.</param>
    /// <returns>(samples, channels), Float32, whole numbers divided by half of their range, so that they are from -1 to below 1; and the samples a second of a channel.</returns>
    /// <exception cref="InvalidDataException">It is no WAV file, of another form than those above, cut off, or longer than the limit; the message names the file.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static (Tensor Samples, int Rate) Read(string path, int limit = 1 << 28)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        if (new FileInfo(path).Length is long length && length > limit)
            throw new InvalidDataException($"{path}: received {length:N0} bytes; expected at most {limit:N0}. Raise the limit, or cut the recording.");
        try
        {
            return Decode(File.ReadAllBytes(path));
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException($"{path}: {exception.Message}", exception);
        }
    }

    /// <summary>The sound of a file's bytes; see <see cref="Read"/>.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <exception cref="InvalidDataException">As there.</exception>
    public static (Tensor Samples, int Rate) Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderLength || !bytes[..4].SequenceEqual("RIFF"u8) || !bytes[8..HeaderLength].SequenceEqual("WAVE"u8))
            throw new InvalidDataException("received no WAV file; expected one that begins with RIFF and WAVE.");
        ReadOnlySpan<byte> format = default;
        for (int at = HeaderLength; at <= bytes.Length - ChunkHeaderLength;)
        {
            ReadOnlySpan<byte> name = bytes.Slice(at, 4);
            uint size = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(at + 4)..]);
            at += ChunkHeaderLength;
            bool isData = name.SequenceEqual("data"u8);
            if (size > bytes.Length - at)
                throw new InvalidDataException($"received {bytes.Length - at:N0} bytes of a part of {size:N0}; the file is cut off.");
            if (name.SequenceEqual("fmt "u8))
                format = bytes.Slice(at, (int)size);
            else if (isData)
                return Samples(format, bytes.Slice(at, (int)size));
            // Parts begin at even places.
            at = (int)Math.Min(bytes.Length, at + (long)size + (size & 1));
        }

        throw new InvalidDataException("received a WAV file without a part named \"data\".");
    }

    private static (Tensor Samples, int Rate) Samples(ReadOnlySpan<byte> format, ReadOnlySpan<byte> data)
    {
        if (format.Length < FormatLength)
            throw new InvalidDataException("received a WAV file that does not say its form before its sound.");
        int kind = BinaryPrimitives.ReadUInt16LittleEndian(format), channels = BinaryPrimitives.ReadUInt16LittleEndian(format[2..]), bits = BinaryPrimitives.ReadUInt16LittleEndian(format[14..]);
        uint rate = BinaryPrimitives.ReadUInt32LittleEndian(format[4..]);
        if (kind == Extensible && format.Length >= SubFormatPlace + 2)
            kind = BinaryPrimitives.ReadUInt16LittleEndian(format[SubFormatPlace..]);
        if (channels is 0 or > MostChannels || rate is 0 or > int.MaxValue)
            throw new InvalidDataException($"received {channels} channels of {rate} samples a second; expected 1 to {MostChannels} channels, and a rate above 0.");
        Func<ReadOnlyMemory<byte>, float>? number = (kind, bits) switch
        {
            (WholeNumbers, 8) => sample => (sample.Span[0] - 128) / 128f,
            (WholeNumbers, 16) => sample => BinaryPrimitives.ReadInt16LittleEndian(sample.Span) / 32768f,
            (WholeNumbers, 24) => sample => (BinaryPrimitives.ReadUInt16LittleEndian(sample.Span) | ((sbyte)sample.Span[2] << 16)) / 8388608f,
            (WholeNumbers, 32) => sample => BinaryPrimitives.ReadInt32LittleEndian(sample.Span) / 2147483648f,
            (Floats, 32) => sample => BinaryPrimitives.ReadSingleLittleEndian(sample.Span),
            (Floats, 64) => sample => (float)BinaryPrimitives.ReadDoubleLittleEndian(sample.Span),
            _ => null,
        };
        if (number is null)
            throw new InvalidDataException($"received sound of form {kind} with {bits} bits; expected whole numbers (1) of 8, 16, 24 or 32 bits, or floats (3) of 32 or 64. Convert it, for example to 16-bit PCM.");
        int width = bits / 8;
        ReadOnlyMemory<byte> all = data.ToArray();
        float[] samples = new float[data.Length / (width * channels) * channels];
        for (int i = 0; i < samples.Length; i++)
            samples[i] = number(all.Slice(i * width, width));
        return (Tensor.From(samples, [samples.Length / channels, channels]), (int)rate);
    }
}
