namespace Laminet.Losses;

/// <summary>How the losses of a batch are reduced.</summary>
public enum LossReduction
{
    /// <summary>Their sum divided by their number. Weights do not change the divisor: it is the number of losses, as in Keras.</summary>
    SumOverBatchSize,

    /// <summary>Their weighted mean: the sum of weighted losses divided by the sum of the weights; 0 if that is 0. It is the mean that a metric reports.</summary>
    MeanWithSampleWeight,

    /// <summary>Their sum.</summary>
    Sum,

    /// <summary>No reduction: one loss for each example.</summary>
    None,
}
