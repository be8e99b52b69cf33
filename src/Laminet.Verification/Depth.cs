namespace Laminet.Verification;

/// <summary>How much a check does.</summary>
internal enum Depth
{
    /// <summary>Fewer points of finite differences, and of large inputs one element type.</summary>
    Quick,

    /// <summary>All there is.</summary>
    Full,
}
