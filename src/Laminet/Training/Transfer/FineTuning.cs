namespace Laminet.Training.Transfer;

/// <summary>What <see cref="TransferLearning.FineTune"/> did.</summary>
/// <param name="Head">The figures of the epochs of the head alone.</param>
/// <param name="Tuned">The figures of the epochs with the top of the frozen part; null if there were none.</param>
public sealed record FineTuning(History Head, History? Tuned);
