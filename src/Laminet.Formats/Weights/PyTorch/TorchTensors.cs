using System.Globalization;
using Laminet.Formats.Weights.Bytes;
using Laminet.Tensors;

namespace Laminet.Formats.Weights.PyTorch;

/// <summary>The tensors in what a pickle holds, by the path of the keys that lead to them, as in <c>layer1.0.conv1.weight</c>.</summary>
internal static class TorchTensors
{
    private const int MostDepth = 32, MostValues = 1 << 20, MostNameLength = 1024, FreeNameLengths = 1 << 20, MostNameRepeats = 4, ShownLength = 60;

    // How many bytes of its storage a tensor may take beyond some lengths of the file.
    private const long FreeBytes = 16 << 20, MostByteRepeats = 4;

    // Under these names training programs keep the weights beside other things.
    private static readonly string[] Wrappers = ["state_dict", "model_state_dict", "model", "weights", "net", "params"];

    /// <summary>Lists the tensors.</summary>
    /// <param name="source">The file.</param>
    /// <param name="root">What the pickle holds.</param>
    /// <param name="read">Reads elements of a storage: from element, how many of them, each of so many bytes.</param>
    /// <param name="notes">Gets a line on what is left out.</param>
    public static List<WeightTensor> List(ByteSource source, object? root, Func<TorchStorage, DType, long, long, byte[]> read, List<string> notes)
    {
        if (root is PickleDictionary dictionary && Array.Find(Wrappers, name => dictionary[name] is PickleDictionary) is { } wrapper
            && dictionary.Entries.TrueForAll(entry => entry.Value is not TorchTensor))
        {
            string[] others = [.. dictionary.Entries.Select(entry => entry.Key as string ?? "").Where(name => name != wrapper)];
            if (others.Length > 0)
                notes.Add($"The tensors are those of '{wrapper}'; beside it are {string.Join(", ", others.Take(20).Select(name => name.Length <= ShownLength ? name : name[..ShownLength] + "..."))}, which are not read.");
            root = dictionary[wrapper];
        }

        List<(string Name, TorchTensor Tensor)> found = [];
        int seen = 0;
        long nameLengths = 0;
        Walk(root, "", 0);
        if (found.Count == 0)
            throw source.Wrong("it holds no tensor; expected a state dict, as torch.save(model.state_dict(), path) writes");
        return [.. found.Select(pair => Weight(source, pair.Name, pair.Tensor, read))];

        // The path is null where it is too long: what is no tensor may have keys of any length.
        void Walk(object? value, string? path, int depth)
        {
            if (depth > MostDepth)
                throw source.Wrong($"its values are nested deeper than {MostDepth}");
            if (++seen > MostValues)
                throw source.Wrong($"it has more than {MostValues} values, or takes the same ones again and again");
            switch (value)
            {
                case TorchTensor tensor:
                    string name = path ?? throw source.Wrong($"a tensor in it has a name of more than {MostNameLength} characters");
                    // One tensor may stand under many long names, each a few bytes in the file.
                    if ((nameLengths += name.Length) > FreeNameLengths + (MostNameRepeats * source.Length))
                        throw source.Wrong("its tensors have names that are longer together than the file");
                    found.Add((name, tensor));
                    break;
                case PickleDictionary entries:
                    foreach ((object? key, object? item) in entries.Entries)
                        Walk(item, Joined(path, Convert.ToString(key, CultureInfo.InvariantCulture) ?? ""), depth + 1);
                    break;
                case IReadOnlyList<object?> items:
                    foreach ((int index, object? item) in items.Index())
                        Walk(item, Joined(path, index.ToString(CultureInfo.InvariantCulture)), depth + 1);
                    break;
                default:
                    break;
            }
        }
    }

    private static string? Joined(string? path, string name) =>
        path is null || path.Length + 1 + name.Length > MostNameLength ? null : path.Length == 0 ? name : $"{path}.{name}";

    private static WeightTensor Weight(ByteSource source, string name, TorchTensor tensor, Func<TorchStorage, DType, long, long, byte[]> read)
    {
        TensorSpec spec = TensorBytes.Spec(source, name, tensor.Lengths, tensor.DType);
        int size = tensor.DType.Size();
        // A storage without a type counts bytes.
        long elements = tensor.Storage.DType is null ? tensor.Storage.Elements / size : tensor.Storage.Elements, span;
        try
        {
            span = tensor.Span;
        }
        catch (OverflowException)
        {
            span = long.MaxValue;
        }

        if (span > 0 && (tensor.Offset > elements || span > elements - tensor.Offset))
            throw source.Wrong($"the tensor '{name}', {spec}, reaches beyond its storage '{tensor.Storage.Key}' of {elements} elements");
        // A view can repeat its elements (PyTorch's expand), or take few that lie far apart in a compressed storage. Real weights rarely do. A hostile file of a few bytes could
        // fill the memory in either way.
        long most = FreeBytes + (MostByteRepeats * source.Length);
        if (span > most / size)
            throw source.Wrong($"the tensor '{name}', {spec}, is spread over {span} elements of its storage; expected at most {most / size}. Save it with .contiguous()");
        if (spec.Count() > most)
            throw source.Wrong($"the tensor '{name}', {spec}, repeats a few elements to {spec.Count()} bytes; expected at most 16 MB and four times the length of the file. Save the tensor before it is expanded");
        return new WeightTensor(name, spec, () =>
        {
            byte[] bytes = span == 0 ? [] : read(tensor.Storage, tensor.DType, tensor.Offset, span);
            return TensorBytes.Read(tensor.IsContiguous ? bytes : Gathered(bytes, tensor, size, (int)spec.Shape.LongCount), source.Name, name, spec);
        })
        {
            Identity = (tensor.Storage.Key, tensor.Offset, string.Join(',', tensor.Lengths), string.Join(',', tensor.Strides)),
            NotNeeded = name.EndsWith("num_batches_tracked", StringComparison.Ordinal) ? "a count of batches" : null,
        };
    }

    private static byte[] Gathered(byte[] bytes, TorchTensor tensor, int size, int count)
    {
        byte[] gathered = new byte[checked(count * size)];
        long[] at = new long[tensor.Lengths.Length];
        long from = 0;
        for (int to = 0; to < count; to++)
        {
            bytes.AsSpan((int)(from * size), size).CopyTo(gathered.AsSpan(to * size));
            for (int axis = at.Length - 1; axis >= 0; axis--)
            {
                from += tensor.Strides[axis];
                if (++at[axis] < tensor.Lengths[axis])
                    break;
                from -= tensor.Strides[axis] * at[axis];
                at[axis] = 0;
            }
        }

        return gathered;
    }
}
