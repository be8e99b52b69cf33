namespace Laminet.Training.Callbacks;

/// <summary>Whether larger or smaller values of a watched figure are better.</summary>
public enum MonitorMode
{
    /// <summary>
    /// Chosen by the name: larger is better for accuracies, AUC, precision, recall, scores and the like, smaller for losses, errors, entropies and
    /// distances. Any other name is an error.
    /// </summary>
    Auto,

    /// <summary>Smaller is better.</summary>
    Min,

    /// <summary>Larger is better.</summary>
    Max,
}
