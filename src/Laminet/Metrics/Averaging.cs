namespace Laminet.Metrics;

/// <summary>How a figure of several classes becomes one.</summary>
public enum Averaging
{
    /// <summary>It does not: the result has one number a class, which a training cannot report.</summary>
    None,

    /// <summary>The figure of the counts of all classes together.</summary>
    Micro,

    /// <summary>The mean of the classes' figures.</summary>
    Macro,

    /// <summary>The mean of the classes' figures, weighted by how often each class is right.</summary>
    Weighted,
}
