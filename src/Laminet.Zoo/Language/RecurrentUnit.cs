namespace Laminet.Zoo.Language;

/// <summary>Which recurrence a network uses.</summary>
public enum RecurrentUnit
{
    /// <summary>Gated recurrent units (Cho et al., 2014).</summary>
    Gru,

    /// <summary>Long short-term memory (Hochreiter and Schmidhuber, 1997).</summary>
    Lstm,
}
