namespace Laminet.Optimizers.Schedules;

/// <summary>The form in which a rate goes from one value to another.</summary>
public enum AnnealStrategy
{
    /// <summary>Half a wave of a cosine.</summary>
    Cos,

    /// <summary>A straight line.</summary>
    Linear,
}
