using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Zoo.Environments;

/// <summary>The whole numbers 0 to <see cref="Count"/> - 1: the actions of an environment. Gymnasium's <c>Discrete</c>.</summary>
/// <param name="count">How many there are, 1 or more.</param>
public sealed class Discrete(int count)
{
    /// <summary>How many there are.</summary>
    public int Count { get; } = Setting.Require(count, count >= 1, "1 or more");

    /// <summary>Whether a number is one of them.</summary>
    public bool Contains(int value) => value >= 0 && value < Count;

    /// <summary>One of them, each equally likely.</summary>
    public int Sample(RandomKey key) => key.Below(Count);
}
