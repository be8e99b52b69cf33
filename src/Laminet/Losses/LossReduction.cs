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

/// <summary>How a reduction is written in a model file: Keras's words.</summary>
internal static class LossReductions
{
    public static string ToText(LossReduction reduction) => reduction switch
    {
        LossReduction.SumOverBatchSize => "sum_over_batch_size",
        LossReduction.Sum => "sum",
        _ => "none",
    };

    public static LossReduction Parse(string text) => text switch
    {
        "sum_over_batch_size" => LossReduction.SumOverBatchSize,
        "sum" => LossReduction.Sum,
        "none" => LossReduction.None,
        _ => throw new FormatException($"There is no reduction named '{text}'. Known: sum_over_batch_size, sum, none."),
    };
}
