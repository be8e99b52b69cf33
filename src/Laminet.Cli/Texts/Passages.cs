using System.Text;

namespace Laminet.Cli.Texts;

/// <summary>Texts in parts that fit into memory, each of whole lines with their ends.</summary>
internal static class Passages
{
    private const int Usual = 1 << 16, Most = 1 << 20;

    public static IEnumerable<string> Of(IEnumerable<string> lines)
    {
        StringBuilder passage = new();
        foreach (string line in lines)
        {
            // Not between empty lines or before an indented one: tokenizers take such spaces together.
            if (passage.Length >= Most || (passage.Length >= Usual && line.Length > 0 && !char.IsWhiteSpace(line[0])))
            {
                yield return passage.ToString();
                passage.Clear();
            }

            passage.Append(line).Append('\n');
        }

        if (passage.Length > 0)
            yield return passage.ToString();
    }
}
