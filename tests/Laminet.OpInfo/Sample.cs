using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Laminet.OpInfo;

/// <summary>One sample of an operator: a line that eng/opinfo.py wrote.</summary>
internal sealed class Sample
{
    private readonly List<Leaf> _leaves = [];

    private Sample(JsonElement line)
    {
        Operator = line.GetProperty("op").GetString()!;
        Absolute = line.GetProperty("atol").GetDouble();
        Relative = line.GetProperty("rtol").GetDouble();
        Process = line.GetProperty("process").GetString()!;
        Positional = [.. line.GetProperty("args").EnumerateArray().Select(Argument)];
        Keywords = line.GetProperty("kwargs").EnumerateObject().ToDictionary(property => property.Name, property => Argument(property.Value));
        Outputs = [.. line.GetProperty("outputs").EnumerateArray().Select(Answer.Read).OfType<Answer>()];
        JsonElement gradients = line.GetProperty("gradients");
        Gradients = gradients.ValueKind == JsonValueKind.Null ? null : [.. gradients.EnumerateArray().Select(Answer.Read)];
    }

    public string Operator { get; }

    public double Absolute { get; }

    public double Relative { get; }

    /// <summary>The name of the function that PyTorch's table has for the outputs before they are compared, such as the sizes of vectors whose sign is free.</summary>
    public string Process { get; }

    public IReadOnlyList<object?> Positional { get; }

    public IReadOnlyDictionary<string, object?> Keywords { get; }

    public IReadOnlyList<Answer> Outputs { get; }

    /// <summary>For each of <see cref="Wanted"/>, PyTorch's gradient; null where it is not connected. Null if the operator has no gradient.</summary>
    public IReadOnlyList<Answer?>? Gradients { get; }

    public IReadOnlyList<Leaf> Wanted => [.. _leaves.Where(leaf => leaf.Wanted)];

    public static Sample Read(string line)
    {
        using JsonDocument document = JsonDocument.Parse(line);
        return new Sample(document.RootElement);
    }

    private object? Argument(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.TryGetInt64(out long whole) && !value.GetRawText().Contains('.', StringComparison.Ordinal) ? (object)whole : value.GetDouble(),
        JsonValueKind.Array => value.EnumerateArray().Select(Argument).ToArray(),
        _ => Special(value),
    };

    private object Special(JsonElement value)
    {
        if (value.TryGetProperty("shape", out _))
        {
            var leaf = new Leaf(Answer.Numbers(value), value.GetProperty("type").GetString()!.StartsWith("complex", StringComparison.Ordinal), value.TryGetProperty("grad", out _));
            _leaves.Add(leaf);
            return leaf;
        }
        JsonProperty only = value.EnumerateObject().First();
        return only.Name switch
        {
            "float" => only.Value.GetString() switch { "inf" => double.PositiveInfinity, "-inf" => double.NegativeInfinity, _ => double.NaN },
            "slice" => new SliceOf([.. only.Value.EnumerateArray().Select(bound => bound.ValueKind == JsonValueKind.Null ? (int?)null : bound.GetInt32())]),
            "dtype" => new TypeName(only.Value.GetString()!),
            "complex" => (only.Value[0].GetDouble(), only.Value[1].GetDouble()),
            _ => new Other(only.Name),
        };
    }
}

/// <summary>A tensor among the arguments; a complex one has its two parts in a last axis of length 2.</summary>
internal sealed record Leaf(Tensor Value, bool Complex, bool Wanted);

/// <summary>Python's slice, of start, stop and step.</summary>
internal sealed record SliceOf(int?[] Bounds);

/// <summary>PyTorch's name of an element type.</summary>
internal sealed record TypeName(string Name);

/// <summary>What has no form in JSON, by its kind.</summary>
internal sealed record Other(string Kind);

/// <summary>An output or gradient of PyTorch. Without numbers it is random: its shape and type alone are compared. Gradients go through differentiable outputs.</summary>
internal sealed record Answer(string Type, int[] Shape, double[]? Values, double Slack, bool Differentiable = false)
{
    public static Answer? Read(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Null)
            return null;
        string type = value.GetProperty("type").GetString()!;
        int[] shape = [.. value.GetProperty("shape").EnumerateArray().Select(length => length.GetInt32())];
        bool through = value.TryGetProperty("through", out _);
        if (value.TryGetProperty("random", out _))
            return new Answer(type, shape, null, 0, through);
        Tensor numbers = Numbers(value);
        double[] doubles = new double[numbers.Length];
        numbers.CopyToDoubles(doubles);
        return new Answer(type, shape, doubles, value.TryGetProperty("slack", out JsonElement slack) ? slack.GetDouble() : 0, through);
    }

    public static Tensor Numbers(JsonElement value)
    {
        var shape = Laminet.Tensors.Shape.Create([.. value.GetProperty("shape").EnumerateArray().Select(length => length.GetInt32())]);
        byte[] data = value.GetProperty("data").GetBytesFromBase64();
        return value.GetProperty("type").GetString() switch
        {
            "float32" or "complex64" or "bfloat16" or "float16" or "complex32" => Of<float>(data, shape),
            "float64" or "complex128" => Of<double>(data, shape),
            "int64" => Of<long>(data, shape),
            "int32" => Of<int>(data, shape),
            "int16" => Of<short>(data, shape),
            "int8" => Of<sbyte>(data, shape),
            "uint64" => Of<ulong>(data, shape),
            "uint32" => Of<uint>(data, shape),
            "uint16" => Of<ushort>(data, shape),
            "uint8" => Of<byte>(data, shape),
            "bool" => Tensor.From<bool>(data.Select(item => item != 0).ToArray(), shape),
            string other => throw new InvalidDataException($"Received a tensor of {other.ToString(CultureInfo.InvariantCulture)}, which has no reader."),
            null => throw new InvalidDataException("Received a tensor without a type."),
        };
    }

    private static Tensor Of<T>(byte[] data, Shape shape)
        where T : unmanaged => Tensor.From(MemoryMarshal.Cast<byte, T>(data), shape);
}
