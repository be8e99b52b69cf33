namespace Laminet.Layers;

/// <summary>How an <see cref="Attention"/> compares a query q and a key k.</summary>
public enum ScoreMode
{
    /// <summary>By their product, sum(q k).</summary>
    Dot,

    /// <summary>By sum(tanh(q + k)), times a learned number.</summary>
    Concat,
}
