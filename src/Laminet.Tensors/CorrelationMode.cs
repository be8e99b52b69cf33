namespace Laminet.Tensors;

/// <summary>At which positions of one vector along another their products are added up.</summary>
public enum CorrelationMode
{
    /// <summary>Where the shorter lies within the longer.</summary>
    Valid,

    /// <summary>As many as the longer has elements, around the middle.</summary>
    Same,

    /// <summary>Wherever they overlap.</summary>
    Full,
}
