namespace Laminet.Training;

/// <summary>The settings of a call of Fit that are compared with those in a checkpoint.</summary>
/// <param name="Batches">Batches an epoch; null where the data set does not know.</param>
/// <param name="Examples">How many examples the batches are made of; null where that is unknown.</param>
/// <param name="BatchSize">Examples a batch; null where that is unknown.</param>
/// <param name="ValidationExamples">How many examples the validation has; null where that is unknown or there is none.</param>
/// <param name="LearningRate">The rate that training begins with.</param>
internal sealed record FitSetting(int? Batches, int? Examples, int? BatchSize, int? ValidationExamples, double LearningRate);
