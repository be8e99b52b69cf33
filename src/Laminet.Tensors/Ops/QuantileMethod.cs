namespace Laminet.Tensors;

/// <summary>What <see cref="Tensor.Quantile"/> gives where the quantile lies between two numbers.</summary>
public enum QuantileMethod
{
    /// <summary>The value at its place on the line between them.</summary>
    Linear,

    /// <summary>The lower one.</summary>
    Lower,

    /// <summary>The higher one.</summary>
    Higher,

    /// <summary>Their mean.</summary>
    Midpoint,

    /// <summary>The nearer one; the one of an even position if both are as near.</summary>
    Nearest,
}
