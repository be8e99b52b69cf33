namespace Laminet.Text.Layers;

/// <summary>How texts are cut into tokens; Keras's <c>split</c>.</summary>
public enum TextSplit
{
    /// <summary>At spaces of any kind.</summary>
    Whitespace,

    /// <summary>Into characters.</summary>
    Character,

    /// <summary>Not at all: a text is a token.</summary>
    None,
}
