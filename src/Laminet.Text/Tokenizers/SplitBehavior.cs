namespace Laminet.Text.Tokenizers;

/// <summary>What becomes of the matches at which a text is split.</summary>
internal enum SplitBehavior
{
    Removed,
    Isolated,
    MergedWithPrevious,
    MergedWithNext,
    Contiguous,
}
