namespace Laminet.Cli.OwnTrainings;

/// <summary>All that decides the result of an <see cref="OwnTraining"/>.</summary>
/// <param name="Model">Its name.</param>
/// <param name="Data">A data set's name or the full path of a folder.</param>
/// <param name="DataSha256">The sum of the training images and labels.</param>
/// <param name="Epochs">Passes over the training images; null if it learns all at once.</param>
/// <param name="Batch">Images a step; null if it takes none.</param>
/// <param name="Seed">Names the random numbers.</param>
/// <param name="Limit">How many training and test images are used at most; null for all.</param>
internal sealed record OwnSettings(string Model, string Data, string DataSha256, int? Epochs, int? Batch, int Seed, int? Limit);
