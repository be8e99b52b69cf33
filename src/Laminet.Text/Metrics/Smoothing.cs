namespace Laminet.Text.Metrics;

/// <summary>What BLEU takes for the precision of an order of n-grams of which none is in the references (Chen and Cherry 2014).</summary>
public enum Smoothing
{
    /// <summary>1 / (2^k total), where k counts such orders: method 3, that of mteval-v13a and sacreBLEU.</summary>
    Exponential,

    /// <summary>A small number of matches (0.1): method 1.</summary>
    Floor,

    /// <summary>One more match and one more n-gram, from order 2 on: method 2.</summary>
    AddOne,

    /// <summary>0, which makes the whole score 0.</summary>
    None,
}
