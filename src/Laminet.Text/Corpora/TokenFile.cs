using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using Laminet.Data;
using Laminet.Files;
using Laminet.Tensors;

namespace Laminet.Text.Corpora;

/// <summary>
/// Documents as tokens in a file that is mapped into memory: a corpus may be larger than memory, and opening it takes no time. The file has a header of 40 bytes (mark, bytes of a token, vocabulary,
/// tokens, documents), the tokens in 2 or 4 bytes each, and where each document ends. Several threads may read.
/// </summary>
/// <example><code>
/// TokenFile.Write("corpus.tokens", TextFiles.Lines("corpus.txt").Select(line => tokenizer.Encode(line).Ids), tokenizer.VocabularySize);
/// using TokenFile file = TokenFile.Open("corpus.tokens");
/// Dataset data = file.Windows(256).Shuffle(seed: 1).Batch(16);
/// </code></example>
public sealed class TokenFile : IDisposable
{
    private const int HeaderBytes = 40;
    private const int LargestOfTwoBytes = 1 << 16;

    private static readonly byte[] Mark = "LAMITOK1"u8.ToArray();

    private readonly string path;
    private readonly int width;
    private readonly MemoryMappedFile map;
    private readonly MemoryMappedViewAccessor view;

    private TokenFile(string path, int width, int vocabularySize, long length, long documents)
    {
        (this.path, this.width, VocabularySize, Length, DocumentCount) = (path, width, vocabularySize, length, documents);
        map = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        view = map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
    }

    /// <summary>How many tokens the vocabulary has; all in the file are below.</summary>
    public int VocabularySize { get; }

    /// <summary>How many tokens the file has.</summary>
    public long Length { get; }

    /// <summary>How many documents the file has.</summary>
    public long DocumentCount { get; }

    /// <summary>Writes documents as they come; only where they end is kept in memory.</summary>
    /// <param name="path">The file; replaced if it exists.</param>
    /// <param name="documents">The documents' tokens.</param>
    /// <param name="vocabularySize">How many tokens the vocabulary has; up to 65,536 a token takes 2 bytes.</param>
    /// <exception cref="ArgumentException">A token is not in the vocabulary.</exception>
    /// <exception cref="IOException">The file cannot be written; the old one is as it was.</exception>
    public static void Write(string path, IEnumerable<IReadOnlyList<int>> documents, int vocabularySize)
    {
        ArgumentNullException.ThrowIfNull(documents);
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabularySize, 1);
        int width = vocabularySize <= LargestOfTwoBytes ? sizeof(ushort) : sizeof(int);
        AtomicFile.Write(path, stream =>
        {
            stream.Write(new byte[HeaderBytes]);
            List<long> ends = [];
            long length = 0;
            Span<byte> bytes = stackalloc byte[sizeof(long)];
            foreach (IReadOnlyList<int> document in documents)
            {
                foreach (int token in document)
                {
                    if (token < 0 || token >= vocabularySize)
                        throw new ArgumentException($"Document {ends.Count} has the token {token}; the vocabulary has {vocabularySize} tokens.", nameof(documents));
                    BinaryPrimitives.WriteInt32LittleEndian(bytes, token);
                    stream.Write(bytes[..width]);
                }

                ends.Add(length += document.Count);
            }

            foreach (long end in ends)
            {
                BinaryPrimitives.WriteInt64LittleEndian(bytes, end);
                stream.Write(bytes);
            }

            stream.Position = 0;
            stream.Write(Header(width, vocabularySize, length, ends.Count));
        });
    }

    /// <summary>Opens a file and checks its header against its size.</summary>
    /// <exception cref="FormatException">It is no such file, or is damaged. The message says why.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static TokenFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Span<byte> header = stackalloc byte[HeaderBytes];
        long size;
        using (FileStream stream = File.OpenRead(path))
        {
            size = stream.Length;
            if (stream.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false) < HeaderBytes || !header[..Mark.Length].SequenceEqual(Mark))
                throw new FormatException($"{path} is no file of tokens: it does not begin with LAMITOK1 and a header of {HeaderBytes} bytes.");
        }

        (int width, int vocabulary) = (BinaryPrimitives.ReadInt32LittleEndian(header[8..]), BinaryPrimitives.ReadInt32LittleEndian(header[12..]));
        (long length, long documents) = (BinaryPrimitives.ReadInt64LittleEndian(header[16..]), BinaryPrimitives.ReadInt64LittleEndian(header[24..]));
        if (width is not (sizeof(ushort) or sizeof(int)) || vocabulary < 1 || length < 0 || documents < 0 || BinaryPrimitives.ReadInt64LittleEndian(header[32..]) != 0)
            throw new FormatException($"{path} is damaged: its header says {width} bytes a token, a vocabulary of {vocabulary}, {length} tokens and {documents} documents.");
        if ((Int128)HeaderBytes + ((Int128)length * width) + ((Int128)documents * sizeof(long)) != size)
            throw new FormatException($"{path} is damaged or cut off: its header says {length} tokens of {width} bytes and {documents} documents; it has {size} bytes.");
        return new TokenFile(path, width, vocabulary, length, documents);
    }

    /// <summary>Some tokens.</summary>
    /// <param name="start">The place of the first.</param>
    /// <param name="count">How many.</param>
    /// <exception cref="ArgumentOutOfRangeException">They are not all in the file.</exception>
    /// <exception cref="FormatException">The file is damaged: a token is not in its vocabulary.</exception>
    public int[] Read(long start, int count)
    {
        if (start < 0 || count < 0 || start > Length - count)
            throw new ArgumentOutOfRangeException(nameof(start), $"Received start = {start} and count = {count}; {path} has {Length} tokens.");
        int[] tokens = new int[count];
        if (width == sizeof(int))
        {
            view.ReadArray(HeaderBytes + (start * width), tokens, 0, count);
        }
        else
        {
            ushort[] narrow = new ushort[count];
            view.ReadArray(HeaderBytes + (start * width), narrow, 0, count);
            for (int i = 0; i < count; i++)
                tokens[i] = narrow[i];
        }

        int wrong = Array.FindIndex(tokens, token => token < 0 || token >= VocabularySize);
        return wrong < 0 ? tokens : throw new FormatException($"{path} is damaged: token {start + wrong} is {tokens[wrong]}; the vocabulary has {VocabularySize} tokens.");
    }

    /// <summary>The tokens of a document.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such document.</exception>
    /// <exception cref="FormatException">The file is damaged.</exception>
    public int[] Document(long number)
    {
        if (number < 0 || number >= DocumentCount)
            throw new ArgumentOutOfRangeException(nameof(number), $"Received document {number}; {path} has {DocumentCount}.");
        (long start, long end) = (number == 0 ? 0 : EndOf(number - 1), EndOf(number));
        return start >= 0 && end >= start && end <= Length && end - start <= Array.MaxLength
            ? Read(start, (int)(end - start))
            : throw new FormatException($"{path} is damaged: document {number} goes from token {start} to {end} of {Length}.");
    }

    /// <summary>
    /// Examples for a language model: <paramref name="length"/> tokens, and as targets the same tokens one further. They are read by position, so they can be shuffled fully. The file must stay
    /// open while they are read.
    /// </summary>
    /// <param name="length">How many tokens an example has.</param>
    /// <param name="stride">From one example's start to the next; null for <paramref name="length"/>, without overlap.</param>
    /// <param name="from">The place of the first token of the part of the file that is read.</param>
    /// <param name="until">The place after the last token of that part; null for the file's end.</param>
    /// <exception cref="ArgumentException">The part has too few tokens, or is not in the file.</exception>
    public Dataset Windows(int length, int? stride = null, long from = 0, long? until = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        int step = stride ?? length;
        ArgumentOutOfRangeException.ThrowIfLessThan(step, 1, nameof(stride));
        long end = until ?? Length;
        if (from < 0 || end > Length || from > end)
            throw new ArgumentOutOfRangeException(nameof(from), $"Received from = {from} and until = {until}; {path} has {Length} tokens.");
        long tokens = end - from, count = ((tokens - 1 - length) / step) + 1;
        if (tokens <= length || count > Array.MaxLength)
            throw new ArgumentException($"{path} has {tokens} tokens{(tokens < Length ? $" from {from} on" : "")}; examples of {length} and the token after it, {step} apart, are {(tokens <= length ? "more than that" : $"{count}, more than a data set holds")}.", nameof(length));
        return Dataset.From(new Places((int)count), place =>
        {
            Tensor read = Tensor.From(Read(from + ((long)place * step), length + 1));
            return (read[..^1], read[1..]);
        });
    }

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        view.Dispose();
        map.Dispose();
    }

    private long EndOf(long document) => view.ReadInt64(HeaderBytes + (Length * width) + (document * sizeof(long)));

    private static byte[] Header(int width, int vocabulary, long length, long documents)
    {
        byte[] header = new byte[HeaderBytes];
        Mark.CopyTo(header, 0);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(8), width);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(12), vocabulary);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(16), length);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(24), documents);
        return header;
    }

    // The numbers from 0 on, without memory for them.
    private sealed class Places(int count) : IReadOnlyList<int>
    {
        public int Count => count;

        public int this[int index] => index;

        public IEnumerator<int> GetEnumerator() => Enumerable.Range(0, count).GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
