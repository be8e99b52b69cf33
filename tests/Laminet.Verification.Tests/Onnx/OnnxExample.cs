using System.Runtime.InteropServices;
using System.Text.Json;
using Laminet.OpInfo;
using Laminet.Tensors;

namespace Laminet.Verification.Tests.Onnx;

/// <summary>One example of ONNX's specification: a line that eng/onnx_cases.py wrote.</summary>
internal sealed class OnnxExample
{
    private readonly JsonElement _attributes;
    private readonly Tensor?[] _inputs;

    private OnnxExample(JsonElement line)
    {
        Name = line.GetProperty("name").GetString()!;
        Operator = line.GetProperty("op").GetString()!;
        _attributes = line.GetProperty("attributes");
        _inputs = [.. line.GetProperty("inputs").EnumerateArray().Select(Read)];
        Outputs = [.. line.GetProperty("outputs").EnumerateArray().Select(Read)];
    }

    public string Name { get; }

    public string Operator { get; }

    /// <summary>What ONNX computes; null where an output is not asked for.</summary>
    public IReadOnlyList<Tensor?> Outputs { get; }

    public int Count => _inputs.Length;

    /// <summary>The first input.</summary>
    public Tensor X => In(0);

    /// <summary>The second input.</summary>
    public Tensor Y => In(1);

    public IReadOnlyList<Tensor> Inputs => [.. _inputs.OfType<Tensor>()];

    public static OnnxExample Parse(string line)
    {
        using var document = JsonDocument.Parse(line);
        return new OnnxExample(document.RootElement.Clone());
    }

    public Tensor In(int position) => Maybe(position) ?? throw new InvalidOperationException($"{Name} has no input {position}.");

    public Tensor? Maybe(int position) => position < _inputs.Length ? _inputs[position] : null;

    /// <summary>The integers of an input, as of a shape or of axes; null where there is none.</summary>
    public int[]? Whole(int position) => Maybe(position) is Tensor tensor ? [.. Numbers(tensor).Select(number => (int)Math.Clamp(number, int.MinValue, int.MaxValue))] : null;

    public bool Has(string name) => _attributes.TryGetProperty(name, out _);

    public double Num(string name, double otherwise) => _attributes.TryGetProperty(name, out JsonElement value) ? value.GetDouble() : otherwise;

    public int Int(string name, int otherwise) =>
        !_attributes.TryGetProperty(name, out JsonElement value) ? otherwise : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() ? 1 : 0 : (int)value.GetDouble();

    public bool Flag(string name, bool otherwise = false) => Int(name, otherwise ? 1 : 0) != 0;

    public string Text(string name, string otherwise) => _attributes.TryGetProperty(name, out JsonElement value) ? value.GetString()! : otherwise;

    public int[]? Ints(string name) => _attributes.TryGetProperty(name, out JsonElement value) ? [.. value.EnumerateArray().Select(item => (int)item.GetDouble())] : null;

    public Tensor? Constant(string name) => _attributes.TryGetProperty(name, out JsonElement value) ? Read(value) : null;

    /// <summary>The element type that an attribute names by ONNX's number.</summary>
    public DType Type(string name, DType otherwise) => Int(name, 0) switch
    {
        0 => otherwise,
        1 => DType.Float32,
        2 => DType.UInt8,
        3 => DType.Int8,
        4 => DType.UInt16,
        5 => DType.Int16,
        6 => DType.Int32,
        7 => DType.Int64,
        9 => DType.Bool,
        10 => DType.Float16,
        11 => DType.Float64,
        12 => DType.UInt32,
        13 => DType.UInt64,
        int other => throw new InvalidDataException($"{Name}: there is no reader of element type {other}."),
    };

    public static double[] Numbers(Tensor tensor)
    {
        double[] numbers = new double[tensor.Length];
        tensor.CopyToDoubles(numbers);
        return numbers;
    }

    private static Tensor? Read(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Null)
            return null;
        // PyTorch's samples, which the reader is made for, have halves as Float32.
        return value.GetProperty("type").GetString() == "float16"
            ? Tensor.From(MemoryMarshal.Cast<byte, Half>(value.GetProperty("data").GetBytesFromBase64()), Shape.Create([.. value.GetProperty("shape").EnumerateArray().Select(length => length.GetInt32())]))
            : Answer.Numbers(value);
    }
}
