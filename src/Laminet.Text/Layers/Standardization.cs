namespace Laminet.Text.Layers;

/// <summary>How texts are made alike before they are cut; Keras's <c>standardize</c>.</summary>
public enum Standardization
{
    /// <summary>Lower case, and no punctuation marks of ASCII.</summary>
    LowerAndStripPunctuation,

    /// <summary>Lower case.</summary>
    Lower,

    /// <summary>No punctuation marks of ASCII.</summary>
    StripPunctuation,

    /// <summary>Not at all.</summary>
    None,
}
