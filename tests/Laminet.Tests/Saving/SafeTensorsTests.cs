using System.Diagnostics;
using Laminet.Saving;
using Laminet.Tensors;

namespace Laminet.Tests.Saving;

public sealed class SafeTensorsTests
{
    private static readonly Dictionary<string, Tensor> All = new()
    {
        ["float"] = Tensor.From([0.1f, -0f, float.NaN, float.Epsilon, 1, 2], [2, 3]),
        ["double"] = Tensor.From(Math.PI, double.NegativeInfinity),
        ["int"] = Tensor.From(int.MinValue, 7),
        ["long"] = Tensor.From(long.MaxValue),
        ["byte"] = Tensor.From<byte>(0, 255, 3),
        ["bool"] = Tensor.From(true, false, true),
        ["signed byte"] = Tensor.From<sbyte>(-128, 127),
        ["short"] = Tensor.From<short>(short.MinValue, 3),
        ["unsigned short"] = Tensor.From<ushort>(65535, 0, 1),
        ["unsigned int"] = Tensor.From(uint.MaxValue),
        ["unsigned long"] = Tensor.From(ulong.MaxValue),
        ["half"] = Tensor.From((Half)0.1f, Half.NaN, Half.MinValue),
        ["brain"] = Tensor.From((BFloat16)0.1f, BFloat16.MaxValue, (BFloat16)float.NaN),
        ["scalar"] = Tensor.Scalar(2.5f),
        ["empty"] = Tensor.Zeros([0, 3]),
        ["transposed"] = Tensor.From([1f, 2, 3, 4, 5, 6], [2, 3]).Transpose(),
        ["naïve/\"quoted\""] = Tensor.Scalar(1),
    };

    [Fact]
    public void What_is_written_is_read()
    {
        using Scratch scratch = new();
        string path = scratch.Path("all.safetensors");
        SafeTensors.Write(path, All, new Dictionary<string, string> { ["format"] = "test" });
        SafeTensorsFile file = SafeTensors.Read(path);
        Assert.Equal("test", Assert.Single(file.Metadata).Value);
        Assert.Equal(All.Keys.Order(), file.Tensors.Keys.Order());
        foreach ((string name, Tensor expected) in All)
            AssertSame(expected, file.Tensors[name]);
        Assert.Equal(["all.safetensors"], scratch.Files);
        Assert.Equal(Enum.GetValues<DType>(), All.Values.Select(tensor => tensor.DType).Distinct().Order());
    }

    [Fact]
    public void A_tensor_longer_than_one_part_is_whole()
    {
        using MemoryStream stream = new();
        Tensor large = new RandomKey(1).Normal([(1 << 20) + 17]);
        SafeTensors.Write(stream, new Dictionary<string, Tensor> { ["large"] = large });
        stream.Position = 0;
        AssertSame(large, SafeTensors.Read(stream, stream.Length, "memory").Tensors["large"]);
    }

    [Fact]
    public void A_file_of_an_independent_writer_is_read()
    {
        SafeTensorsFile file = SafeTensors.Read(Path.Combine("Golden", "small.safetensors"));
        Assert.Equal("make_safetensors.py", file.Metadata["made_by"]);
        AssertSame(Tensor.From([0f, 1.5f, -2.25f, 3e-38f, float.PositiveInfinity, -0f], [2, 3]), file.Tensors["matrix"]);
        AssertSame(Tensor.From(0.1, -1e300), file.Tensors["double"]);
        AssertSame(Tensor.From(-7, int.MaxValue), file.Tensors["int"]);
        AssertSame(Tensor.From(-(1L << 40)), file.Tensors["long"]);
        AssertSame(Tensor.From<byte>([0, 1, 254, 255], [2, 2]), file.Tensors["byte"]);
        AssertSame(Tensor.From(true, false, true), file.Tensors["truth"]);
        AssertSame(Tensor.Scalar(42f), file.Tensors["scalar"]);
        AssertSame(Tensor.From(1f, -0.5f, 65504).Cast(DType.Float16), file.Tensors["half"]);
        AssertSame(Tensor.From(1f, -2.5f).Cast(DType.BFloat16), file.Tensors["brain"]);
        AssertSame(Tensor.Zeros([0, 4]), file.Tensors["empty"]);
        Assert.Equal(10, file.Tensors.Count);
    }

    [Fact]
    public void An_independent_reader_reads_ours()
    {
        using Scratch scratch = new();
        string path = scratch.Path("ours.safetensors");
        SafeTensors.Write(path, new Dictionary<string, Tensor>
        {
            ["a"] = Tensor.From([1f, 2, 3.5f, -4], [2, 2]),
            ["b"] = Tensor.From<byte>(7),
            ["c"] = Tensor.From(0.1),
            ["d"] = Tensor.From(true),
        });
        using Process? python = TryStart("python3", Path.Combine("Golden", "make_safetensors.py"), "check", path);
        // Without Python on the machine the golden file still holds the reader to the format, and the writer to the reader.
        if (python is null)
            return;
        string output = python.StandardOutput.ReadToEnd(), errors = python.StandardError.ReadToEnd();
        python.WaitForExit();
        Assert.True(python.ExitCode == 0, errors);
        Assert.Equal("c F64 [1] [0.1]\na F32 [2, 2] [1.0, 2.0, 3.5, -4.0]\nb U8 [1] [7.0]\nd BOOL [1] [1.0]\n", output.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void The_name_of_the_metadata_is_taken()
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(() =>
            SafeTensors.Write(Stream.Null, new Dictionary<string, Tensor> { ["__metadata__"] = Tensor.Scalar(1f) }));
        Assert.StartsWith("A tensor cannot be named '__metadata__'", exception.Message, StringComparison.Ordinal);
    }

    internal static void AssertSame(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.Spec, actual.Spec);
        using MemoryStream left = new(), right = new();
        expected.Write(left);
        actual.Write(right);
        Assert.Equal(left.ToArray(), right.ToArray());
    }

    private static Process? TryStart(string program, params string[] arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true });
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
