namespace Laminet.Tensors;

/// <summary>What lies beyond the edges of an image. For a row a b c d:</summary>
public enum FillMode
{
    /// <summary>One number k: k k | a b c d | k k.</summary>
    Constant,

    /// <summary>The image mirrored, the edge repeated: b a | a b c d | d c. NumPy's "symmetric".</summary>
    Reflect,

    /// <summary>The image again: c d | a b c d | a b.</summary>
    Wrap,

    /// <summary>The pixel of the edge: a a | a b c d | d d.</summary>
    Nearest,

    /// <summary>The image mirrored at the centre of its edge, which is not repeated: c b | a b c d | c b. NumPy's "reflect", SciPy's "mirror".</summary>
    Mirror,
}
