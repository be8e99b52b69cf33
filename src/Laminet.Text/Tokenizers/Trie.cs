namespace Laminet.Text.Tokenizers;

/// <summary>A set of texts with numbers, which finds those that a text begins with in one pass over it.</summary>
internal sealed class Trie
{
    private readonly Dictionary<(int Node, char Character), int> next = [];
    private readonly List<int> values = [-1];

    public void Add(ReadOnlySpan<char> key, int value)
    {
        int node = 0;
        foreach (char character in key)
        {
            if (!next.TryGetValue((node, character), out int child))
            {
                child = values.Count;
                values.Add(-1);
                next.Add((node, character), child);
            }

            node = child;
        }

        values[node] = value;
    }

    /// <summary>The node after a further character; -1 if no text goes on so. The first node is 0.</summary>
    public int Step(int node, char character) => next.TryGetValue((node, character), out int child) ? child : -1;

    /// <summary>The number of the text that ends at a node, or -1.</summary>
    public int ValueAt(int node) => values[node];

    /// <summary>The longest text of the set that a text begins with; length 0 if there is none.</summary>
    public (int Length, int Value) Longest(ReadOnlySpan<char> text)
    {
        (int length, int value, int node) = (0, -1, 0);
        for (int i = 0; i < text.Length && (node = Step(node, text[i])) >= 0; i++)
        {
            if (values[node] >= 0)
                (length, value) = (i + 1, values[node]);
        }

        return (length, value);
    }
}
