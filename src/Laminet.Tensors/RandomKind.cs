namespace Laminet.Tensors;

/// <summary>The distribution of random numbers.</summary>
public enum RandomKind
{
    /// <summary>Uniform in [0, 1).</summary>
    Uniform,

    /// <summary>Standard normal.</summary>
    Normal,

    /// <summary>Standard normal within two deviations.</summary>
    TruncatedNormal,
}
