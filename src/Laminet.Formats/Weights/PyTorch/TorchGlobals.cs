using Laminet.Tensors;

namespace Laminet.Formats.Weights.PyTorch;

/// <summary>
/// The names that a pickle of PyTorch may mention, each with its exact module, and what stands for a call of it here. Everything else is refused before
/// anything is made of it: in Python a pickle runs what it names.
/// </summary>
internal static class TorchGlobals
{
    // PyTorch's own limit.
    private const int MostAxes = 64;

    // A key is a number. It is hashed for each use of the storage.
    private const int MostKeyLength = 128;

    private const string Advice = "Only tensors and plain values are read. In Python, save the state dict alone: torch.save(model.state_dict(), path)";

    private static readonly Dictionary<string, DType?> Storages = new(StringComparer.Ordinal)
    {
        ["FloatStorage"] = DType.Float32,
        ["DoubleStorage"] = DType.Float64,
        ["HalfStorage"] = DType.Float16,
        ["BFloat16Storage"] = DType.BFloat16,
        ["LongStorage"] = DType.Int64,
        ["IntStorage"] = DType.Int32,
        ["ShortStorage"] = DType.Int16,
        ["CharStorage"] = DType.Int8,
        ["ByteStorage"] = DType.UInt8,
        ["BoolStorage"] = DType.Bool,
    };

    private static readonly Dictionary<string, DType> Types = new(StringComparer.Ordinal)
    {
        ["float32"] = DType.Float32,
        ["float64"] = DType.Float64,
        ["float16"] = DType.Float16,
        ["bfloat16"] = DType.BFloat16,
        ["int64"] = DType.Int64,
        ["int32"] = DType.Int32,
        ["int16"] = DType.Int16,
        ["int8"] = DType.Int8,
        ["uint8"] = DType.UInt8,
        ["uint16"] = DType.UInt16,
        ["uint32"] = DType.UInt32,
        ["uint64"] = DType.UInt64,
        ["bool"] = DType.Bool,
    };

    private static readonly Dictionary<PickleGlobal, Func<object?[], object?>?> Known = new()
    {
        [new("collections", "OrderedDict")] = NewDictionary,
        [new("torch._utils", "_rebuild_tensor")] = arguments => Rebuild(arguments, null),
        [new("torch._utils", "_rebuild_tensor_v2")] = arguments => Rebuild(arguments, null),
        [new("torch._utils", "_rebuild_tensor_v3")] = arguments => Rebuild(arguments, TypeOf(arguments.ElementAtOrDefault(6))),
        [new("torch._utils", "_rebuild_parameter")] = FirstTensor,
        [new("torch._utils", "_rebuild_parameter_with_state")] = FirstTensor,
        [new("torch._tensor", "_rebuild_from_type_v2")] = RebuildFromType,
        [new("torch", "Size")] = arguments => arguments is [object?[] lengths] ? lengths : throw new InvalidDataException("a torch.Size of something else than numbers"),
        [new("torch", "device")] = _ => null,
        [new("torch", "Tensor")] = null,
        [new("torch.nn.parameter", "Parameter")] = null,
        [new("torch.storage", "UntypedStorage")] = null,
    };

    /// <exception cref="InvalidDataException">The name is not one of them.</exception>
    public static PickleGlobal Find(string module, string name)
    {
        PickleGlobal global = new(module, name);
        if (Known.ContainsKey(global) || (module == "torch" && (Storages.ContainsKey(name) || Types.ContainsKey(name))))
            return global;
        string what = module == "torch" && name.EndsWith("Storage", StringComparison.Ordinal) ? "which Laminet has no element type for"
            : module.StartsWith("__torch__", StringComparison.Ordinal) ? "which belongs to a TorchScript program" : "which is refused";
        throw new InvalidDataException($"it names {Shown(global)}, {what}. {Advice}");
    }

    /// <summary>What a call of the name gives.</summary>
    /// <exception cref="InvalidDataException">It cannot be called so.</exception>
    public static object? Call(PickleGlobal global, object?[] arguments) =>
        Known.GetValueOrDefault(global) is { } call ? call(arguments) : throw new InvalidDataException($"it calls {Shown(global)}, which is refused. {Advice}");

    /// <summary>The storage that a persistent name of a pickle means: ("storage", class, key, place, elements[, view]).</summary>
    public static TorchStorage Storage(object? id)
    {
        if (id is not object?[] { Length: 5 or 6 } parts || parts is not ["storage", PickleGlobal type, string key, _, long elements, ..] || elements < 0
            || key.Length > MostKeyLength || parts.ElementAtOrDefault(5) is not null)
        {
            throw new InvalidDataException("a storage is not described as PyTorch does since version 0.4");
        }

        if (type == new PickleGlobal("torch.storage", "UntypedStorage"))
            return new TorchStorage(key, null, elements);
        return type.Module == "torch" && Storages.TryGetValue(type.Name, out DType? dtype)
            ? new TorchStorage(key, dtype, elements)
            : throw new InvalidDataException($"a storage is of the class {Shown(type)}");
    }

    private static PickleDictionary NewDictionary(object?[] arguments)
    {
        PickleDictionary dictionary = new();
        if (arguments is [List<object?> pairs])
        {
            foreach (object? pair in pairs)
            {
                dictionary.Entries.Add(pair switch
                {
                    object?[] { Length: 2 } entry => new(entry[0], entry[1]),
                    List<object?> { Count: 2 } entry => new(entry[0], entry[1]),
                    _ => throw new InvalidDataException("an OrderedDict of something else than pairs"),
                });
            }
        }
        else if (arguments.Length != 0)
        {
            throw new InvalidDataException("an OrderedDict of something else than pairs");
        }

        return dictionary;
    }

    // (storage, offset, lengths, strides, ...)
    private static TorchTensor Rebuild(object?[] arguments, DType? dtype)
    {
        if (arguments is not [TorchStorage storage, long offset, object?[] lengths, object?[] strides, ..] || lengths.Length != strides.Length || lengths.Length > MostAxes || offset < 0)
            throw new InvalidDataException("a tensor is not described by storage, offset, lengths and strides");
        return new TorchTensor(storage, offset, Numbers(lengths), Numbers(strides), dtype ?? storage.DType ?? throw new InvalidDataException("a tensor has no element type"));

        static long[] Numbers(object?[] values) => [.. values.Select(value => value is long number and >= 0 and <= int.MaxValue
            ? number
            : throw new InvalidDataException($"a tensor has a length or stride that is no whole number of 0 to {int.MaxValue}"))];
    }

    private static TorchTensor FirstTensor(object?[] arguments) => arguments is [TorchTensor tensor, ..] ? tensor : throw new InvalidDataException("a parameter without a tensor");

    // (function, class, arguments, state): the class says only what Python makes of the tensor.
    private static object? RebuildFromType(object?[] arguments) => arguments is [PickleGlobal function, PickleGlobal, object?[] inner, ..]
        && function.Name.StartsWith("_rebuild_tensor", StringComparison.Ordinal)
        ? Call(function, inner)
        : throw new InvalidDataException("a tensor of another class is not described as PyTorch does");

    private static DType TypeOf(object? global) => global is PickleGlobal { Module: "torch" } type && Types.TryGetValue(type.Name, out DType dtype)
        ? dtype
        : throw new InvalidDataException($"a tensor has the element type {(global as PickleGlobal)?.ToString() ?? "None"}, which is not known");

    private static string Shown(PickleGlobal global) => global.ToString() is { Length: > 100 } name ? name[..100] + "..." : global.ToString();
}
