using System.Globalization;
using Google.Protobuf;
using Laminet.Formats.Messages.Onnx;
using Laminet.Formats.Weights;
using Laminet.Tensors;
using Laminet.Tests.Saving;

namespace Laminet.Formats.Tests.Weights;

public sealed class OnnxTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Tensors_are_read_by_name_from_bytes_and_from_lists()
    {
        ModelProto model = Model(
            Floats("a", [2, 3], 1, 2, 3, 4, 5, 6),
            new TensorProto { Name = "listed", Dims = { 2 }, DataType = 1, FloatData = { 1.5f, -2 } },
            new TensorProto { Name = "whole", Dims = { 3 }, DataType = 7, Int64Data = { 1, -2, 3 } },
            new TensorProto { Name = "half", Dims = { 2 }, DataType = 10, RawData = ByteString.CopyFrom(0x00, 0x3C, 0x00, 0xC0) },
            new TensorProto { Name = "scalar", DataType = 11, DoubleData = { 0.25 } },
            new TensorProto { Name = "none", Dims = { 0, 4 }, DataType = 1 });
        using WeightFile file = WeightFile.Open(Write(model));
        Assert.Equal(WeightFormat.Onnx, file.Format);
        Assert.Equal([1, 2, 3, 4, 5, 6], file["a"].Read().ToArray<float>());
        Assert.Equal(new Shape(2, 3), file["a"].Shape);
        Assert.Equal([1.5f, -2], file["listed"].Read().ToArray<float>());
        Assert.Equal([1, -2, 3], file["whole"].Read().ToArray<long>());
        Assert.Equal([1f, -2], file["half"].Read().Cast(DType.Float32).ToArray<float>());
        Assert.Equal(0.25, file["scalar"].Read().ToDouble());
        Assert.Equal(new Shape(0, 4), file["none"].Read().Shape);
    }

    // PyTorch's exporter gives the factors of products numbers.
    [Fact]
    public void The_matrix_before_a_named_bias_has_its_name()
    {
        ModelProto model = Model(Floats("927", [1, 1], 5), Floats("layer.0.query.bias", [1], 1), Floats("keys.weight", [1, 1], 2), Floats("keys.bias", [1], 3));
        model.Graph.Node.Add(new NodeProto { OpType = "MatMul", Input = { "x", "927" }, Output = { "y" } });
        model.Graph.Node.Add(new NodeProto { OpType = "Add", Input = { "layer.0.query.bias", "y" }, Output = { "z" } });
        model.Graph.Node.Add(new NodeProto { OpType = "MatMul", Input = { "z", "keys.weight" }, Output = { "k" } });
        model.Graph.Node.Add(new NodeProto { OpType = "Add", Input = { "k", "keys.bias" }, Output = { "out" } });
        using WeightFile file = WeightFile.Open(Write(model));
        Assert.Equal(["layer.0.query.kernel", "layer.0.query.bias", "keys.weight", "keys.bias"], file.Tensors.Select(tensor => tensor.Name));
        Assert.Equal([5f], file["layer.0.query.kernel"].Read().ToArray<float>());
    }

    [Fact]
    public void What_is_refused_is_told()
    {
        Assert.Contains("are in another file, which is not opened", Refused(Model(new TensorProto { Name = "a", Dims = { 1 }, DataType = 1, DataLocation = TensorProto.Types.DataLocation.External })), StringComparison.Ordinal);
        Assert.Contains("has the element type 8", Refused(Model(new TensorProto { Name = "a", Dims = { 1 }, DataType = 8 })), StringComparison.Ordinal);
        Assert.Contains("more than a tensor can hold", Refused(Model(new TensorProto { Name = "a", Dims = { 1 << 20, 1 << 20 }, DataType = 1 })), StringComparison.Ordinal);
        Assert.Contains("more than a tensor can hold", Refused(Model(new TensorProto { Name = "a", Dims = { -1 }, DataType = 1 })), StringComparison.Ordinal);
        Assert.Contains("twice", Refused(Model(Floats("a", [1], 1), Floats("a", [1], 1))), StringComparison.Ordinal);
        Assert.Contains("has no graph", Refused(new ModelProto { IrVersion = 7, ProducerName = "pytorch" }), StringComparison.Ordinal);
        using WeightFile file = WeightFile.Open(Write(Model(Floats("short", [3], 1, 2))));
        Assert.Contains("has 8 bytes; it needs 12", Assert.Throws<InvalidDataException>(file["short"].Read).Message, StringComparison.Ordinal);
    }

    // Two bytes an operation; each would be an object of a hundred.
    [Fact]
    public void A_file_of_a_million_operations_is_refused_before_they_are_made()
    {
        byte[] operations = new byte[2_100_000];
        for (int i = 0; i < operations.Length; i += 2)
            operations[i] = 0x0A;
        byte[] length = [0xA0, 0x96, 0x80, 0x01];
        string path = Write([0x08, 0x07, 0x12, 0x01, (byte)'a', 0x3A, .. length, .. operations]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("more than 1000000 operations and tensors", Assert.Throws<InvalidDataException>(() => WeightFile.Open(path)).Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 * operations.Length);
    }

    [Fact]
    public void Mutated_files_give_tensors_or_one_error()
    {
        ModelProto model = Model(Floats("a", [2, 3], 1, 2, 3, 4, 5, 6), Floats("b.bias", [2], 1, 2));
        model.Graph.Node.Add(new NodeProto { OpType = "MatMul", Input = { "x", "a" }, Output = { "y" } });
        model.Graph.Node.Add(new NodeProto { OpType = "Add", Input = { "y", "b.bias" }, Output = { "z" } });
        byte[] good = model.ToByteArray();
        Random random = new(1);
        (int read, int refused, long most) = (0, 0, 0);
        int rounds = int.Parse(Environment.GetEnvironmentVariable("LAMINET_MUTATIONS") ?? "3000", CultureInfo.InvariantCulture);
        for (int round = 0; round < rounds; round++)
        {
            byte[] bytes = [.. good];
            for (int change = random.Next(1, 4); change > 0; change--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (random.Next(4) == 0)
                bytes = bytes[..random.Next(bytes.Length)];
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                using WeightFile file = WeightFile.Open(Write(bytes));
                foreach (WeightTensor tensor in file.Tensors)
                    tensor.Read();
                read++;
            }
            catch (InvalidDataException)
            {
                refused++;
            }

            most = Math.Max(most, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.True(read > rounds / 30 && refused > rounds / 30, $"{read} read, {refused} refused");
        Assert.True(most < 16 << 20, $"{most} bytes were allocated for one file of {good.Length}");
    }

    private static ModelProto Model(params TensorProto[] tensors)
    {
        ModelProto model = new() { IrVersion = 7, ProducerName = "pytorch", Graph = new GraphProto() };
        model.Graph.Initializer.AddRange(tensors);
        return model;
    }

    private static TensorProto Floats(string name, long[] shape, params float[] values) =>
        new() { Name = name, Dims = { shape }, DataType = 1, RawData = ByteString.CopyFrom([.. values.SelectMany(BitConverter.GetBytes)]) };

    private string Refused(ModelProto model) => Assert.Throws<InvalidDataException>(() => WeightFile.Open(Write(model))).Message;

    private string Write(ModelProto model) => Write(model.ToByteArray());

    private string Write(byte[] bytes)
    {
        string path = scratch.Path("model.onnx");
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
