namespace Laminet.Tensors.Compilation;

/// <summary>A step on the result of a kernel that the kernel can do while the numbers are in registers.</summary>
internal enum Follower
{
    /// <summary>A vector along the last axis is added.</summary>
    Bias,

    /// <summary>A tensor of the result's shape is added.</summary>
    Residual,

    /// <summary>Negative numbers become 0.</summary>
    Rectify,
}

/// <summary>What of an input the result of some examples depends on.</summary>
internal enum Reads
{
    /// <summary>The same examples.</summary>
    Example,

    /// <summary>All of it.</summary>
    Whole,
}

/// <summary>A form of an input that a kernel would rather read.</summary>
/// <param name="Form">Makes the form of the input.</param>
/// <param name="Reader">Computes the same with the input in that form.</param>
internal sealed record PreferredForm(Primitive Form, Primitive Reader);
