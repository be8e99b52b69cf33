namespace Laminet.Verification;

/// <summary>How much a check does.</summary>
internal enum Depth
{
    /// <summary>Fewer points of finite differences; of large inputs one element type and one kind of view; of blocks no mixed second derivatives.</summary>
    Quick,

    /// <summary>All there is.</summary>
    Full,
}
