namespace Laminet.Text.Tokenizers;

/// <summary>The beginnings of long texts, for errors.</summary>
internal static class Excerpts
{
    public static string Of(string text) => text.Length <= 40 ? text : text[..40] + "...";
}
