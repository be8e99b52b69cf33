using System.Globalization;
using System.Text;

namespace Laminet.Formats.Tests.Reading;

/// <summary>A message as protoc's text shows it: fields by name, each any number of times, of texts or of messages.</summary>
internal sealed class Message
{
    private readonly List<(string Name, object Value)> fields = [];

    public IEnumerable<Message> All(string name) => fields.Where(field => field.Name == name).Select(field => Assert.IsType<Message>(field.Value));

    public IReadOnlyList<string> Values(string name) => [.. fields.Where(field => field.Name == name).Select(field => Assert.IsType<string>(field.Value))];

    public bool Has(string name) => fields.Exists(field => field.Name == name);

    /// <summary>The only message of a name.</summary>
    public Message this[string name] => Assert.Single(All(name));

    /// <summary>A number; 0 if it is not there, as protobuf leaves zeros out.</summary>
    public double Number(string name) => Values(name) is [string only] ? Parsed(only) : 0;

    public double[] Numbers(string name) => [.. Values(name).Select(Parsed)];

    public string Text(string name) => Encoding.UTF8.GetString(Bytes(name));

    public byte[] Bytes(string name) => Values(name) is [string only] ? Unquoted(only) : [];

    public IReadOnlyList<byte[]> AllBytes(string name) => [.. Values(name).Select(Unquoted)];

    public static Message Parse(string text)
    {
        Stack<Message> open = new([new Message()]);
        foreach (string line in text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0))
        {
            if (line == "}")
            {
                open.Pop();
            }
            else if (line.EndsWith(" {", StringComparison.Ordinal))
            {
                Message inner = new();
                open.Peek().fields.Add((line[..^2], inner));
                open.Push(inner);
            }
            else
            {
                int colon = line.IndexOf(": ", StringComparison.Ordinal);
                open.Peek().fields.Add((line[..colon], line[(colon + 2)..]));
            }
        }

        return Assert.Single(open);
    }

    private static double Parsed(string text) => text switch
    {
        "nan" => double.NaN,
        "inf" => double.PositiveInfinity,
        "-inf" => double.NegativeInfinity,
        "true" => 1,
        "false" => 0,
        _ => double.Parse(text, CultureInfo.InvariantCulture),
    };

    private static byte[] Unquoted(string quoted)
    {
        Assert.True(quoted is ['"', .., '"'], quoted);
        List<byte> bytes = [];
        for (int i = 1; i < quoted.Length - 1; i++)
        {
            if (quoted[i] != '\\')
            {
                bytes.AddRange(Encoding.UTF8.GetBytes([quoted[i]]));
                continue;
            }

            char next = quoted[++i];
            if (next is >= '0' and <= '7')
            {
                bytes.Add(Convert.ToByte(quoted.Substring(i, 3), 8));
                i += 2;
            }
            else
            {
                bytes.Add((byte)(next switch { 'n' => '\n', 'r' => '\r', 't' => '\t', _ => next }));
            }
        }

        return [.. bytes];
    }
}
