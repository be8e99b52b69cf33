using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Laminet.Formats.Weights.Bytes;
using Laminet.Tensors;

namespace Laminet.Formats.Weights.NumPy;

/// <summary>
/// The header of an array of NumPy: <c>\x93NUMPY</c>, a version, and the literal of a dictionary with descr, fortran_order and shape. (The format is that of
/// numpy.lib.format, versions 1 to 3.)
/// </summary>
/// <param name="Type">The element type as NumPy writes it, as in <c>&lt;f4</c>.</param>
/// <param name="Spec">Shape and type; null if the elements are no numbers.</param>
/// <param name="IsBigEndian">Whether the bytes of each number are in the other order.</param>
/// <param name="IsColumnMajor">Whether the first axis is the innermost.</param>
/// <param name="Bytes">How long the header is.</param>
internal sealed record NpyHeader(string Type, TensorSpec? Spec, bool IsBigEndian, bool IsColumnMajor, int Bytes)
{
    private const int MostBytes = 1 << 16;

    private static readonly Dictionary<string, DType> Types = new(StringComparer.Ordinal)
    {
        ["f2"] = DType.Float16,
        ["f4"] = DType.Float32,
        ["f8"] = DType.Float64,
        ["i1"] = DType.Int8,
        ["i2"] = DType.Int16,
        ["i4"] = DType.Int32,
        ["i8"] = DType.Int64,
        ["u1"] = DType.UInt8,
        ["u2"] = DType.UInt16,
        ["u4"] = DType.UInt32,
        ["u8"] = DType.UInt64,
        ["b1"] = DType.Bool,
    };

    public static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>NumPy's name of an element type; null if it has none.</summary>
    public static string? NameOf(DType dtype) => Types.FirstOrDefault(pair => pair.Value == dtype).Key is { } name ? (dtype.Size() == 1 ? "|" : "<") + name : null;

    /// <exception cref="InvalidDataException">It is no such header.</exception>
    public static NpyHeader Read(Stream stream, ByteSource source, string array)
    {
        byte[] start = new byte[12];
        stream.ReadExactly(start, 0, 8);
        if (!start.AsSpan().StartsWith(Magic) || start[6] is < 1 or > 3)
            throw source.Wrong($"the array '{array}' does not begin as NumPy's arrays of versions 1 to 3 do");
        int lengthBytes = start[6] == 1 ? 2 : 4;
        stream.ReadExactly(start, 8, lengthBytes);
        uint length = lengthBytes == 2 ? BinaryPrimitives.ReadUInt16LittleEndian(start.AsSpan(8)) : BinaryPrimitives.ReadUInt32LittleEndian(start.AsSpan(8));
        if (length > MostBytes)
            throw source.Wrong($"the array '{array}' says its header has {length} bytes; at most {MostBytes} are read");
        byte[] text = new byte[length];
        stream.ReadExactly(text);
        Literal literal = new(Encoding.UTF8.GetString(text), message => source.Wrong($"the header of the array '{array}' {message}"));
        (string? type, bool? columnMajor, List<long>? shape) = (null, null, null);
        literal.Take('{');
        while (!literal.TryTake('}'))
        {
            string name = literal.Text();
            literal.Take(':');
            switch (name)
            {
                case "descr":
                    // A list describes a structure of several fields, which is no tensor.
                    type = literal.TryTake('[') ? literal.Rest("structure") : literal.Text();
                    break;
                case "fortran_order":
                    columnMajor = literal.Truth();
                    break;
                case "shape":
                    shape = literal.Tuple();
                    break;
                default:
                    throw source.Wrong($"the header of the array '{array}' has an entry '{name}'; expected descr, fortran_order and shape");
            }

            if (type == "structure")
                return new NpyHeader(type, null, false, false, 8 + lengthBytes + (int)length);
            literal.TryTake(',');
        }

        if (type is null || columnMajor is null || shape is null)
            throw source.Wrong($"the header of the array '{array}' lacks descr, fortran_order or shape");
        bool isNumber = type.Length > 1 && "<>|=".Contains(type[0], StringComparison.Ordinal) && Types.ContainsKey(type[1..]);
        return new NpyHeader(
            type, isNumber ? TensorBytes.Spec(source, array, shape, Types[type[1..]]) : null, type.StartsWith('>'), columnMajor.Value, 8 + lengthBytes + (int)length);
    }

    // A reader of the few forms that stand in such a header; nothing is evaluated.
    private sealed class Literal(string text, Func<string, InvalidDataException> wrong)
    {
        private int place;

        public bool TryTake(char expected)
        {
            SkipSpace();
            if (place >= text.Length || text[place] != expected)
                return false;
            place++;
            return true;
        }

        public void Take(char expected)
        {
            if (!TryTake(expected))
                throw wrong($"has no '{expected}' at character {place}");
        }

        public string Text()
        {
            char quote = TryTake('\'') ? '\'' : TryTake('"') ? '"' : throw wrong($"has no text at character {place}");
            int end = text.IndexOf(quote, place);
            if (end < 0)
                throw wrong($"has a text at character {place} that does not end");
            string found = text[place..end];
            place = end + 1;
            return found;
        }

        public bool Truth() => Word() switch
        {
            "True" => true,
            "False" => false,
            string other => throw wrong($"has '{other}' for fortran_order; expected True or False"),
        };

        public List<long> Tuple()
        {
            List<long> numbers = [];
            Take('(');
            while (!TryTake(')'))
            {
                string word = Word().TrimEnd('L');
                numbers.Add(long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && numbers.Count < 64
                    ? number
                    : throw wrong($"has '{word}' in its shape; expected whole numbers, 0 or more"));
                TryTake(',');
            }

            return numbers;
        }

        public string Rest(string name)
        {
            place = text.Length;
            return name;
        }

        private string Word()
        {
            SkipSpace();
            int start = place;
            while (place < text.Length && char.IsAsciiLetterOrDigit(text[place]))
                place++;
            return text[start..place];
        }

        private void SkipSpace()
        {
            while (place < text.Length && char.IsWhiteSpace(text[place]))
                place++;
        }
    }
}
