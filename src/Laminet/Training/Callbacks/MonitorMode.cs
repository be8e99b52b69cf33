namespace Laminet.Training.Callbacks;

/// <summary>Which way a watched figure is better.</summary>
public enum MonitorMode
{
    /// <summary>From the name: accuracies, AUC, precision and recall up, all else down.</summary>
    Auto,

    /// <summary>Smaller is better.</summary>
    Min,

    /// <summary>Larger is better.</summary>
    Max,
}
