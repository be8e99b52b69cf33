namespace Laminet.Losses;

/// <summary>What becomes of the losses of a batch.</summary>
public enum LossReduction
{
    /// <summary>Their sum divided by their number. Weights do not change the divisor: it is the number of losses, as in Keras.</summary>
    SumOverBatchSize,

    /// <summary>Their sum.</summary>
    Sum,

    /// <summary>They are returned one by one.</summary>
    None,
}
