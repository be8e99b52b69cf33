using System.Globalization;

namespace Laminet.Text.Tokenizers;

/// <summary>The tokens <c>&lt;0x00&gt;</c> to <c>&lt;0xFF&gt;</c>, which spell what a vocabulary does not have.</summary>
internal static class ByteTokens
{
    public static string Name(byte value) => string.Create(CultureInfo.InvariantCulture, $"<0x{value:X2}>");

    /// <summary>The numbers of the 256 tokens; null if a vocabulary lacks some.</summary>
    public static int[]? Of(Dictionary<string, int> vocabulary)
    {
        int[] ids = new int[256];
        for (int value = 0; value < ids.Length; value++)
        {
            if (!vocabulary.TryGetValue(Name((byte)value), out ids[value]))
                return null;
        }

        return ids;
    }

    public static bool TryParse(string token, out byte value)
    {
        value = 0;
        return token.Length == 6 && token.StartsWith("<0x", StringComparison.Ordinal) && token[5] == '>'
            && byte.TryParse(token.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }
}
