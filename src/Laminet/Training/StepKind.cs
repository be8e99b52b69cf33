namespace Laminet.Training;

/// <summary>What a step of a model is for.</summary>
public enum StepKind
{
    /// <summary>Forward, backward, update, logs.</summary>
    Train,

    /// <summary>Forward and logs.</summary>
    Test,

    /// <summary>Forward.</summary>
    Predict,
}
