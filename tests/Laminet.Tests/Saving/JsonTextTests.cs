using System.Text.Json.Nodes;
using Laminet.Configuration;
using Laminet.Saving;

namespace Laminet.Tests.Saving;

public sealed class JsonTextTests
{
    [Theory]
    [InlineData(0.1)]
    [InlineData(-0.0)]
    [InlineData(double.Epsilon)]
    [InlineData(double.MaxValue)]
    [InlineData(1.0000000000000002)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void Every_double_comes_back_in_its_bits(double value)
    {
        using MemoryStream stream = new();
        JsonText.Write(stream, new JsonObject { ["value"] = value });
        JsonObject read = JsonText.Read(stream.ToArray(), "memory");
        Assert.Equal(BitConverter.DoubleToInt64Bits(value), BitConverter.DoubleToInt64Bits(read.Get("value", 1.0)));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("{\"a\":1,\"a\":2}")]
    public void Another_text_is_told(string text) =>
        Assert.StartsWith("memory", Assert.Throws<InvalidDataException>(() => JsonText.Read(System.Text.Encoding.UTF8.GetBytes(text), "memory")).Message, StringComparison.Ordinal);
}
