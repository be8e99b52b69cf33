using System.Runtime.InteropServices;
using Google.Protobuf;
using Laminet.Formats.Messages.Onnx;
using Laminet.Formats.Weights.Bytes;
using Laminet.Tensors;

namespace Laminet.Formats.Weights.Onnx;

/// <summary>
/// Reads the tensors of an ONNX file by name. The graph is not run. Exporters give the matrices of products numbers in place of names; where the product is added to a bias with a name, as in <c>query.bias</c>, the matrix is
/// called <c>query.kernel</c>: it is (in, out), the second factor. Tensors in other files are refused, and the number of the messages is bounded before they are made.
/// </summary>
internal static class OnnxReader
{
    private const string Graph = "graph";
    private const int MostFields = 1_000_000;

    /// <summary>Whether the first field is the version of a model: an ONNX file has no other mark.</summary>
    public static bool MayBe(ReadOnlySpan<byte> start) => start.Length > 8 && start[0] == 0x08 && start[1] is > 0 and < 64 && (start[2] & 7) is 0 or 2;

    public static WeightFile Open(ByteSource source)
    {
        byte[] bytes = source.Read(0, source.Length);
        ModelProto model;
        try
        {
            Bound(source, bytes);
            model = ModelProto.Parser.WithDiscardUnknownFields(true).ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw source.Wrong($"it begins like an ONNX file, but is none: {exception.Message.TrimEnd('.')}", exception);
        }

        if (model.Graph is null)
            throw source.Wrong($"it begins like an ONNX file, but has no {Graph}");
        Dictionary<string, string> kernels = Kernels(model.Graph);
        return new WeightFile(source, WeightFormat.Onnx, [.. model.Graph.Initializer.Select(tensor => Tensor(source, tensor, kernels))]);
    }

    // Each field of the model and its graph becomes an object.
    private static void Bound(ByteSource source, byte[] bytes)
    {
        using CodedInputStream input = new(bytes);
        int count = 0;
        while (input.ReadTag() is not 0 and uint tag)
        {
            if (++count > MostFields)
                throw source.Wrong($"it has more than {MostFields} operations and tensors");
            if (tag == WireFormat.MakeTag(ModelProto.GraphFieldNumber, WireFormat.WireType.LengthDelimited))
                input.ReadLength();
            else
                input.SkipLastField();
        }
    }

    private static Dictionary<string, string> Kernels(GraphProto graph)
    {
        HashSet<string> initializers = [.. graph.Initializer.Select(tensor => tensor.Name)];
        Dictionary<string, string> factors = [], kernels = [];
        foreach (NodeProto product in graph.Node.Where(node => node.OpType == "MatMul" && node.Input.Count == 2 && node.Output.Count == 1 && initializers.Contains(node.Input[1])))
            factors[product.Output[0]] = product.Input[1];
        foreach (NodeProto sum in graph.Node.Where(node => node.OpType == "Add" && node.Input.Count == 2))
        {
            if (sum.Input.FirstOrDefault(name => initializers.Contains(name) && name.EndsWith(".bias", StringComparison.Ordinal)) is { } bias
                && sum.Input.FirstOrDefault(factors.ContainsKey) is { } output && !factors[output].Contains('.', StringComparison.Ordinal))
            {
                kernels.TryAdd(factors[output], $"{bias[..^".bias".Length]}.kernel");
            }
        }

        return kernels;
    }

    private static WeightTensor Tensor(ByteSource source, TensorProto tensor, Dictionary<string, string> kernels)
    {
        if (tensor.DataLocation == TensorProto.Types.DataLocation.External)
            throw new InvalidDataException($"{source.Name}: the numbers of the tensor '{tensor.Name}' are in another file, which is not opened. Save the model in one file: onnx.save_model(model, path, save_as_external_data=False).");
        TensorSpec spec = TensorBytes.Spec(source, tensor.Name, tensor.Dims, TypeOf(source, tensor));
        return new WeightTensor(kernels.GetValueOrDefault(tensor.Name, tensor.Name), spec, () => Read(source, tensor, spec));
    }

    private static Tensor Read(ByteSource source, TensorProto tensor, TensorSpec spec)
    {
        // Numbers may stand in a list of their type in place of bytes.
        ReadOnlyMemory<byte> bytes = tensor.RawData.Length > 0 || spec.Count() == 0 ? tensor.RawData.Memory : spec.DType switch
        {
            DType.Float32 => Bytes<float>([.. tensor.FloatData]),
            DType.Float64 => Bytes<double>([.. tensor.DoubleData]),
            DType.Int64 => Bytes<long>([.. tensor.Int64Data]),
            DType.Int32 => Bytes<int>([.. tensor.Int32Data]),
            _ => default,
        };
        return bytes.Length == spec.Count()
            ? TensorBytes.Read(bytes.ToArray(), source.Name, tensor.Name, spec)
            : throw source.Wrong($"the tensor '{tensor.Name}' of {spec} has {bytes.Length} bytes; it needs {spec.Count()}");
    }

    private static byte[] Bytes<T>(T[] numbers) where T : unmanaged => MemoryMarshal.AsBytes<T>(numbers).ToArray();

    private static DType TypeOf(ByteSource source, TensorProto tensor) => tensor.DataType switch
    {
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
        16 => DType.BFloat16,
        int other => throw source.Wrong($"the tensor '{tensor.Name}' has the element type {other}; the numbers of types 8 (text), 14 and 15 (complex) and above 16 are not read"),
    };
}
