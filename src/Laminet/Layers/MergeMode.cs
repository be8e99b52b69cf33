namespace Laminet.Layers;

/// <summary>How <see cref="Bidirectional"/> joins the outputs of its two directions.</summary>
public enum MergeMode
{
    /// <summary>One after the other along the last axis.</summary>
    Concat,

    /// <summary>Their sum.</summary>
    Sum,

    /// <summary>Their product, number by number.</summary>
    Mul,

    /// <summary>Their mean.</summary>
    Ave,
}
