namespace Laminet.Tensors.Compilation;

/// <summary>A step on the result of a kernel that the kernel can do while the numbers are in registers.</summary>
/// <param name="Kind">What the step is.</param>
/// <param name="Ceiling">What numbers above it become, where negative ones become 0.</param>
internal readonly record struct Follower(FollowerKind Kind, double Ceiling = double.PositiveInfinity)
{
    public static Follower Bias => new(FollowerKind.Bias);

    public static Follower Residual => new(FollowerKind.Residual);

    public static Follower Rectify => new(FollowerKind.Rectify);
}

/// <summary>The steps that a <see cref="Follower"/> may be.</summary>
internal enum FollowerKind
{
    /// <summary>A vector along the last axis is added.</summary>
    Bias,

    /// <summary>A tensor of the result's shape is added.</summary>
    Residual,

    /// <summary>Negative numbers become 0, and those above a ceiling the ceiling.</summary>
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
