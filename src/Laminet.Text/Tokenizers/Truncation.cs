namespace Laminet.Text.Tokenizers;

/// <summary>Which text of a pair loses tokens when both together are too long.</summary>
public enum Truncation
{
    /// <summary>The longer one, then both in turn.</summary>
    LongestFirst,

    /// <summary>The first.</summary>
    OnlyFirst,

    /// <summary>The second, as for a question and the text that holds its answer.</summary>
    OnlySecond,
}
