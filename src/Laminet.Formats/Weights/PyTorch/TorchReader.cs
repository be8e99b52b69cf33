using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using Laminet.Formats.Weights.Bytes;
using Laminet.Tensors;

namespace Laminet.Formats.Weights.PyTorch;

/// <summary>
/// Reads what <c>torch.save</c> writes. The zip file: <c>NAME/data.pkl</c> and one part <c>NAME/data/KEY</c> for each storage. The older form: five pickles (a
/// magic number, the protocol, the system, the values, the keys of the storages), then each storage as its count of elements and its bytes.
/// </summary>
internal static class TorchReader
{
    private const string PickleEnd = "/data.pkl";
    private const long MostPickleBytes = 64 << 20;
    private const int LegacyProtocol = 1001;

    private static readonly BigInteger LegacyMagic = BigInteger.Parse("119547037146038801333356", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The part of a zip file that holds the pickle; null if it is no file of PyTorch.</summary>
    public static string? PickleOf(ZipParts zip) => zip.Names.FirstOrDefault(name => name.EndsWith(PickleEnd, StringComparison.Ordinal) && name.IndexOf('/', StringComparison.Ordinal) == name.Length - PickleEnd.Length);

    public static WeightFile OpenZip(ByteSource source, ZipParts zip, string pickle)
    {
        string folder = pickle[..^PickleEnd.Length];
        if (zip.Names.Any(name => name.StartsWith($"{folder}/code/", StringComparison.Ordinal)))
            throw source.Wrong("it is a TorchScript program, whose code is not run. In Python, save the state dict alone: torch.save(torch.jit.load(path).state_dict(), other)");
        if (zip.Has($"{folder}/byteorder") && Encoding.ASCII.GetString(zip.Read($"{folder}/byteorder", 16)).Trim() is var order and not "little")
            throw source.Wrong($"its numbers are in the byte order '{order}'; expected little. Save it again on a little-endian machine");
        byte[] bytes = zip.Read(pickle, MostPickleBytes);
        int place = 0;
        object? root = Unpickled(source, bytes, ref place, []);
        List<string> notes = [];
        List<WeightTensor> tensors = TorchTensors.List(source, root, Read, notes);
        return new WeightFile(source, WeightFormat.PyTorch, tensors, notes, zip);

        byte[] Read(TorchStorage storage, DType dtype, long offset, long count)
        {
            string part = $"{folder}/data/{storage.Key}";
            long size = (storage.DType ?? dtype).Size(), elements = storage.DType is null ? storage.Elements / size : storage.Elements;
            if (zip.LengthOf(part) < checked(elements * size))
                throw source.Wrong($"the part '{part}' has {zip.LengthOf(part)} bytes; a storage of {elements} elements needs {elements * size}");
            byte[] read = new byte[count * size];
            zip.Read(part, offset * size, count * size, stream => stream.ReadExactly(read));
            return read;
        }
    }

    /// <summary>Whether bytes begin as the older form does: protocol 2, then the magic number.</summary>
    public static bool IsLegacy(ReadOnlySpan<byte> start) => start.StartsWith<byte>([0x80, 2, 0x8a, 10]) && start.Length >= 14 && new BigInteger(start.Slice(4, 10)) == LegacyMagic;

    public static WeightFile OpenLegacy(ByteSource source)
    {
        byte[] bytes = source.Read(0, Math.Min(source.Length, MostPickleBytes));
        int place = 0;
        HashSet<TorchStorage> storages = [];
        _ = Next();
        if (Next() is not long protocol || protocol != LegacyProtocol)
            throw source.Wrong($"it is of another protocol than {LegacyProtocol}, the one of PyTorch's older files");
        if (Next() is not PickleDictionary system || system["little_endian"] is not true)
            throw source.Wrong("its numbers are big-endian. Save it again on a little-endian machine");
        object? root = Next();
        if (Next() is not List<object?> keys)
            throw source.Wrong("the keys of its storages are missing");

        ILookup<string, TorchStorage> described = storages.ToLookup(storage => storage.Key, StringComparer.Ordinal);
        List<string> notes = [];
        Dictionary<string, long> places = new(StringComparer.Ordinal);
        List<WeightTensor> tensors = TorchTensors.List(source, root, Read, notes);
        Locate(place);
        return new WeightFile(source, WeightFormat.PyTorchLegacy, tensors, notes);

        object? Next() => Unpickled(source, bytes, ref place, storages);

        byte[] Read(TorchStorage storage, DType dtype, long offset, long count)
        {
            long size = (storage.DType ?? dtype).Size();
            return source.Read(places[storage.Key] + (offset * size), count * size);
        }

        void Locate(long from)
        {
            foreach (object? key in keys)
            {
                // Only the values say how large the elements of a storage are.
                if (key is not string name || described[name].ToArray() is not [{ DType: { } dtype } storage])
                    throw source.Wrong($"it lists a storage '{key as string}' that its values describe in several ways or not at all");
                long elements = BinaryPrimitives.ReadInt64LittleEndian(source.Read(from, 8));
                if (elements != storage.Elements)
                    throw source.Wrong($"the storage '{name}' at place {from} says it has {elements} elements; its tensors say {storage.Elements}");
                if (!places.TryAdd(name, from + 8) || elements > (source.Length - from - 8) / dtype.Size())
                    throw source.Wrong($"the storage '{name}' of {elements} {dtype} at place {from} is there twice, or reaches beyond the end");
                from += 8 + (elements * dtype.Size());
            }

            if (described.Select(group => group.Key).FirstOrDefault(name => !places.ContainsKey(name)) is { } missing)
                throw source.Wrong($"the storage '{missing}' is missing");
        }
    }

    private static object? Unpickled(ByteSource source, byte[] bytes, ref int place, HashSet<TorchStorage> storages)
    {
        try
        {
            return Unpickler.Read(bytes, ref place, storages);
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException($"{source.Name}: {exception.Message}.", exception);
        }
    }
}
