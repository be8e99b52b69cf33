using Laminet.Configuration;
using Laminet.Losses;

namespace Laminet.Training.Transfer;

/// <summary>The settings of <see cref="TransferLearning.FineTune"/>.</summary>
public sealed record FineTuneSettings
{
    /// <summary>Epochs of the head alone, on features that are computed once.</summary>
    public int HeadEpochs { get; init => field = Setting.Require(value, value >= 1, "1 or more", nameof(HeadEpochs)); } = 50;

    /// <summary>The learning rate of Adam for the head.</summary>
    public double HeadLearningRate { get; init => field = Setting.Require(value, value > 0 && double.IsFinite(value), "above 0, and finite", nameof(HeadLearningRate)); } = 1e-3;

    /// <summary>Features a step of the head.</summary>
    public int BatchSize { get; init => field = Setting.Require(value, value >= 1, "1 or more", nameof(BatchSize)); } = 32;

    /// <summary>Epochs of the head and the top of the frozen part together; 0 for the head alone.</summary>
    public int Epochs { get; init => field = Setting.Require(value, value >= 0, "0 or more", nameof(Epochs)); } = 5;

    /// <summary>The learning rate of Adam at the beginning of those epochs.</summary>
    public double LearningRate { get; init => field = Setting.Require(value, value > 0 && double.IsFinite(value), "above 0, and finite", nameof(LearningRate)); } = 1e-4;

    /// <summary>Which share of the frozen layers with weights is trained in them, from the end.</summary>
    public double Unfrozen { get; init => field = Setting.Require(value, value is > 0 and <= 1, "above 0, at most 1", nameof(Unfrozen)); } = 0.3;

    /// <summary>The factor of the rate of the lowest layer that is trained; see <see cref="TransferLearning.UnfreezeTop"/>.</summary>
    public double LowestRateFactor { get; init => field = Setting.Require(value, value is > 0 and <= 1, "above 0, at most 1", nameof(LowestRateFactor)); } = 0.1;

    /// <summary>The loss of both stages.</summary>
    public Loss Loss { get; init; } = "sparse_categorical_crossentropy";
}
