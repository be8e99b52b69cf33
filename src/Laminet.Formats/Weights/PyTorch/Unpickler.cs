using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Laminet.Formats.Weights.PyTorch;

/// <summary>
/// Reads a pickle of protocol 2 to 5 as data: numbers, texts, tuples, lists, dictionaries, and tensors as <see cref="TorchGlobals"/> makes them. A pickle is a program
/// for a small machine; here the machine has no instruction that runs anything, and a name that is not on the list ends it.
/// </summary>
internal sealed class Unpickler
{
    private const int MostDepth = 1 << 20;

    private readonly byte[] bytes;
    private readonly List<object?> stack = [];
    private readonly List<int> marks = [];
    private readonly Dictionary<long, object?> memo = [];
    private readonly HashSet<TorchStorage> storages;
    private int place;

    private long copied;

    private Unpickler(byte[] bytes, int place, HashSet<TorchStorage> storages) => (this.bytes, this.place, this.storages) = (bytes, place, storages);

    /// <summary>Reads the pickle at a place.</summary>
    /// <param name="bytes">The bytes that hold it.</param>
    /// <param name="place">Where it begins; afterwards, the place behind it.</param>
    /// <param name="storages">Gets the storages that it names.</param>
    /// <exception cref="InvalidDataException">It is damaged, or names what is not allowed.</exception>
    public static object? Read(byte[] bytes, ref int place, HashSet<TorchStorage> storages)
    {
        Unpickler unpickler = new(bytes, place, storages);
        try
        {
            object? value = unpickler.Run();
            place = unpickler.place;
            return value;
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException($"the pickle at byte {unpickler.place}: {exception.Message}", exception);
        }
    }

    private object? Run()
    {
        while (true)
        {
            int at = place;
            byte opcode = Take(1)[0];
            switch (opcode)
            {
                case 0x80: // PROTO
                    if (Take(1)[0] is var protocol and (< 2 or > 5))
                        throw new InvalidDataException($"it is of protocol {protocol}; protocols 2 to 5 are read");
                    break;
                case 0x95: // FRAME
                    Take(8);
                    break;
                case (byte)'.':
                    return Pop();
                case (byte)'(':
                    marks.Add(stack.Count);
                    Bound(marks.Count);
                    break;
                case (byte)'0':
                    Pop();
                    break;
                case (byte)'1':
                    PopToMark();
                    break;
                case (byte)'2':
                    Push(Top());
                    break;
                case (byte)'N':
                    Push(null);
                    break;
                case 0x88:
                    Push(true);
                    break;
                case 0x89:
                    Push(false);
                    break;
                case (byte)'K':
                    Push((long)Take(1)[0]);
                    break;
                case (byte)'M':
                    Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2)));
                    break;
                case (byte)'J':
                    Push((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4)));
                    break;
                case 0x8a: // LONG1
                    PushLong(Take(Take(1)[0]));
                    break;
                case 0x8b: // LONG4
                    PushLong(Take(Length(4)));
                    break;
                case (byte)'G':
                    Push(BinaryPrimitives.ReadDoubleBigEndian(Take(8)));
                    break;
                case (byte)'X':
                    Push(Text(Length(4)));
                    break;
                case 0x8c: // SHORT_BINUNICODE
                    Push(Text(Take(1)[0]));
                    break;
                case 0x8d: // BINUNICODE8
                    Push(Text(Length(8)));
                    break;
                // Texts of Python 2.
                case (byte)'U':
                    Push(Text(Take(1)[0]));
                    break;
                case (byte)'T':
                    Push(Text(Length(4)));
                    break;
                case (byte)'C':
                    Push(Take(Take(1)[0]).ToArray());
                    break;
                case (byte)'B':
                    Push(Take(Length(4)).ToArray());
                    break;
                case (byte)')':
                    Push(Array.Empty<object?>());
                    break;
                case (byte)'t':
                    Push(PopToMark());
                    break;
                case 0x85 or 0x86 or 0x87: // TUPLE1 to TUPLE3
                    Push(PopSome(opcode - 0x84));
                    break;
                case (byte)']':
                    Push(new List<object?>());
                    break;
                case (byte)'l':
                    Push(PopToMark().ToList());
                    break;
                case (byte)'a':
                    object? item = Pop();
                    TopList().Add(item);
                    break;
                case (byte)'e':
                    object?[] items = PopToMark();
                    TopList().AddRange(items);
                    break;
                case (byte)'}':
                    Push(new PickleDictionary());
                    break;
                case (byte)'d':
                    object?[] made = PopToMark();
                    Push(new PickleDictionary());
                    Set(made);
                    break;
                case (byte)'s':
                    Set(PopSome(2));
                    break;
                case (byte)'u':
                    Set(PopToMark());
                    break;
                case (byte)'q':
                    memo[Take(1)[0]] = Top();
                    break;
                case (byte)'r':
                    memo[BinaryPrimitives.ReadUInt32LittleEndian(Take(4))] = Top();
                    break;
                case 0x94: // MEMOIZE
                    memo[memo.Count] = Top();
                    break;
                case (byte)'h':
                    Push(Remembered(Take(1)[0]));
                    break;
                case (byte)'j':
                    Push(Remembered(BinaryPrimitives.ReadUInt32LittleEndian(Take(4))));
                    break;
                case (byte)'c':
                    Push(TorchGlobals.Find(Line(), Line()));
                    break;
                case 0x93: // STACK_GLOBAL
                    if (PopSome(2) is not [string module, string name])
                        throw new InvalidDataException("it names something by what is no text");
                    Push(TorchGlobals.Find(module, name));
                    break;
                case (byte)'R':
                    if (PopSome(2) is not [PickleGlobal function, object?[] arguments])
                        throw new InvalidDataException("it calls what is no name, or without arguments");
                    CountCopies(arguments);
                    Push(TorchGlobals.Call(function, arguments));
                    break;
                case (byte)'b': // BUILD
                    // A state dict carries the versions of its modules so.
                    _ = Pop();
                    if (Top() is not PickleDictionary)
                        throw new InvalidDataException("it gives a state to what is no dictionary");
                    break;
                case (byte)'Q':
                    TorchStorage storage = TorchGlobals.Storage(Pop());
                    storages.Add(storage);
                    Push(storage);
                    break;
                default:
                    throw new InvalidDataException($"it has the instruction 0x{opcode:X2} at byte {at}, which is no part of a file of tensors");
            }
        }
    }

    // A call copies the values in its arguments: entries, lengths, strides, and those of a call within it. In an honest pickle each value stands once, so that all calls
    // together copy no more values than it has bytes.
    private void CountCopies(object?[] arguments)
    {
        foreach (object? argument in arguments)
        {
            Count(argument);
            foreach (object? part in argument as object?[] ?? [])
                Count(part);
        }

        void Count(object? value)
        {
            copied += value is IReadOnlyCollection<object?> values ? values.Count : 0;
            if (copied > bytes.Length)
                throw new InvalidDataException("its calls copy the same values again and again");
        }
    }

    private void Push(object? value)
    {
        stack.Add(value);
        Bound(stack.Count);
    }

    private static void Bound(int depth)
    {
        if (depth > MostDepth)
            throw new InvalidDataException($"it keeps more than {MostDepth} values at once");
    }

    private object? Top() => stack.Count > Floor ? stack[^1] : throw new InvalidDataException("it takes a value where there is none");

    // Values below the last mark are not for the instructions above it.
    private int Floor => marks.Count == 0 ? 0 : marks[^1];

    private object? Pop()
    {
        object? top = Top();
        stack.RemoveAt(stack.Count - 1);
        return top;
    }

    private object?[] PopSome(int count)
    {
        if (stack.Count - Floor < count)
            throw new InvalidDataException("it takes a value where there is none");
        object?[] values = [.. stack.GetRange(stack.Count - count, count)];
        stack.RemoveRange(stack.Count - count, count);
        return values;
    }

    private object?[] PopToMark()
    {
        if (marks.Count == 0)
            throw new InvalidDataException("it goes back to a mark where there is none");
        object?[] values = PopSome(stack.Count - marks[^1]);
        marks.RemoveAt(marks.Count - 1);
        return values;
    }

    private List<object?> TopList() => Top() as List<object?> ?? throw new InvalidDataException("it adds to what is no list");

    private void Set(object?[] entries)
    {
        if (Top() is not PickleDictionary dictionary || entries.Length % 2 != 0)
            throw new InvalidDataException("it sets an entry of what is no dictionary");
        for (int i = 0; i < entries.Length; i += 2)
            dictionary.Entries.Add(new(entries[i], entries[i + 1]));
    }

    private object? Remembered(long key) => memo.TryGetValue(key, out object? value) ? value : throw new InvalidDataException($"it takes the remembered value {key}, which is not there");

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > bytes.Length - place)
            throw new InvalidDataException($"{count} bytes are wanted and {bytes.Length - place} are left");
        place += count;
        return bytes.AsSpan(place - count, count);
    }

    private int Length(int size)
    {
        ulong length = size == 4 ? BinaryPrimitives.ReadUInt32LittleEndian(Take(4)) : BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
        return length <= (ulong)(bytes.Length - place) ? (int)length : throw new InvalidDataException($"{length} bytes are wanted and {bytes.Length - place} are left");
    }

    private string Text(int length) => Encoding.UTF8.GetString(Take(length));

    private string Line()
    {
        int length = bytes.AsSpan(place).IndexOf((byte)'\n');
        string line = Text(length < 0 ? throw new InvalidDataException("a name does not end") : length);
        place++;
        return line;
    }

    private void PushLong(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > 64)
            throw new InvalidDataException($"a whole number has {bytes.Length} bytes; at most 64 are read");
        BigInteger number = new(bytes);
        if (number >= long.MinValue && number <= long.MaxValue)
            Push((long)number);
        else
            Push(number);
    }
}
