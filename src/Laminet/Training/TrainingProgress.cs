namespace Laminet.Training;

/// <summary>The position of training, and the request to stop it.</summary>
public sealed class TrainingProgress
{
    /// <summary>The current epoch, counted from 0.</summary>
    public int Epoch { get; internal set; }

    /// <summary>How many batches of the current epoch are done.</summary>
    public int Batch { get; internal set; }

    /// <summary>The figures of the epochs that are done.</summary>
    public History History { get; internal set; } = new();

    /// <summary>Set by a callback to end training after the current batch.</summary>
    public bool StopTraining { get; set; }

    /// <summary>The settings of the current call of Fit; null outside of one.</summary>
    internal FitSetting? Setting { get; init; }

    /// <summary>The batch that was trained on last; null before the first.</summary>
    internal Data.Batch? LastBatch { get; set; }

    /// <summary>Whether the current epoch ends without the validation that others have.</summary>
    internal bool SkipsValidation { get; set; }

    /// <summary>True while its call of Fit runs.</summary>
    internal bool IsRunning { get; set; }
}
