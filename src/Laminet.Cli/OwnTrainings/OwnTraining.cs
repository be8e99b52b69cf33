namespace Laminet.Cli.OwnTrainings;

/// <summary>A network that is trained in a way of its own: it learns without labels, or by no gradient.</summary>
/// <param name="Name">The name on the command line.</param>
/// <param name="Description">A description in one line.</param>
/// <param name="Epochs">The passes over the images by default; null if it learns all at once.</param>
/// <param name="Batch">The images of a step by default; null if it takes them all, or one by one.</param>
/// <param name="Train">Trains it, draws its pictures, and gives its figures.</param>
internal sealed record OwnTraining(string Name, string Description, int? Epochs, int? Batch, Func<OwnRun, Figures> Train);
