using System.Buffers.Binary;
using System.Text;

namespace Laminet.Text.Tokenizers;

/// <summary>A field of a message in Protocol Buffers' encoding: numbers, and bytes that hold texts or further messages.</summary>
internal readonly record struct ProtoField(int Number, int Form, ulong Integer, byte[] Bytes)
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    public float Single => Form == 5 ? BitConverter.UInt32BitsToSingle((uint)Integer) : throw Wrong("a number of 32 bits");

    /// <exception cref="FormatException">The field is no text.</exception>
    public string Text
    {
        get
        {
            try
            {
                return Form == 2 ? Strict.GetString(Bytes) : throw Wrong("a text");
            }
            catch (DecoderFallbackException exception)
            {
                throw new FormatException($"Field {Number} of the file is not a text in UTF-8.", exception);
            }
        }
    }

    /// <summary>The fields of a message.</summary>
    /// <exception cref="FormatException">The bytes are no message.</exception>
    public static IEnumerable<ProtoField> ReadAll(byte[] message)
    {
        for (int place = 0; place < message.Length;)
        {
            ulong key = Varint(message, ref place);
            (int number, int form) = ((int)Math.Min(key >> 3, int.MaxValue), (int)(key & 7));
            switch (form)
            {
                case 0:
                    yield return new ProtoField(number, form, Varint(message, ref place), []);
                    break;
                case 1:
                    yield return new ProtoField(number, form, BinaryPrimitives.ReadUInt64LittleEndian(Take(message, ref place, 8)), []);
                    break;
                case 2:
                    yield return new ProtoField(number, form, 0, Take(message, ref place, Varint(message, ref place)).ToArray());
                    break;
                case 5:
                    yield return new ProtoField(number, form, BinaryPrimitives.ReadUInt32LittleEndian(Take(message, ref place, 4)), []);
                    break;
                default:
                    throw new FormatException($"At byte {place} is a field of form {form}; the file is no SentencePiece model, or is damaged.");
            }
        }
    }

    private static ReadOnlySpan<byte> Take(byte[] message, ref int place, ulong length)
    {
        if (length > (ulong)(message.Length - place))
            throw new FormatException($"At byte {place} is a field of {length} bytes; {message.Length - place} are left. The file is no SentencePiece model, or is cut off.");
        place += (int)length;
        return message.AsSpan(place - (int)length, (int)length);
    }

    private static ulong Varint(byte[] message, ref int place)
    {
        ulong value = 0;
        for (int shift = 0; shift < 64 && place < message.Length; shift += 7)
        {
            byte part = message[place++];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
                return value;
        }

        throw new FormatException($"At byte {place} a number has no end. The file is no SentencePiece model, or is cut off.");
    }

    private FormatException Wrong(string expected) => new($"Field {Number} of the file is of form {Form}; expected {expected}.");
}
