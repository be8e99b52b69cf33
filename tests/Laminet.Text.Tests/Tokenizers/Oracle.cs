using Laminet.Text.Tokenizers;

namespace Laminet.Text.Tests.Tokenizers;

/// <summary>Hugging Face's engine, on the file that our tokenizer writes.</summary>
internal sealed class Oracle : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly global::Tokenizers.DotNet.Tokenizer engine;

    public Oracle(string json) => engine = new global::Tokenizers.DotNet.Tokenizer(folder.Write("tokenizer.json", json));

    public static void AssertEqual(Tokenizer tokenizer, IEnumerable<string> lines)
    {
        using Oracle oracle = new(tokenizer.ToJson());
        List<string> wrong = [];
        int count = 0;
        foreach (string line in lines)
        {
            count++;
            int[] expected = oracle.Encode(line), received = [.. tokenizer.Encode(line).Ids];
            if (!expected.SequenceEqual(received))
                wrong.Add($"{Escaped(line)}\n  expected {Spelled(expected)}\n  received {Spelled(received)}");
            else if (oracle.Decode(expected) is { } text && text != tokenizer.Decode(received))
                wrong.Add($"{Escaped(line)}\n  expected {Escaped(text)}\n  received {Escaped(tokenizer.Decode(received))}");
        }

        Assert.True(count > 0 && wrong.Count == 0, $"{wrong.Count} of {count} lines differ:\n{string.Join('\n', wrong.Take(10))}");

        string Spelled(int[] ids) => string.Join(' ', ids.Select(id => Escaped(tokenizer.TokenOf(id))));
    }

    public int[] Encode(string text) => [.. engine.Encode(text).Select(id => (int)id)];

    public string Decode(int[] ids) => engine.Decode([.. ids.Select(id => (uint)id)]);

    public void Dispose()
    {
        engine.Dispose();
        folder.Dispose();
    }

    private static string Escaped(string text) => string.Concat(text.Select(character => character is >= ' ' and <= '~' ? character.ToString() : $"\\u{(int)character:X4}"));
}
