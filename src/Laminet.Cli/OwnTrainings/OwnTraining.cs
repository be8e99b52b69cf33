namespace Laminet.Cli.OwnTrainings;

/// <summary>A network that is trained in a way of its own: it learns without labels, or by no gradient, or from other data than images.</summary>
/// <param name="Name">The name on the command line.</param>
/// <param name="Description">A description in one line.</param>
/// <param name="Source">What it learns from.</param>
/// <param name="Epochs">The passes over the data by default; null if it learns all at once, so that an interrupted run has nothing to go on from.</param>
/// <param name="Batch">The examples of a step by default; null if it takes them all, or one by one, or packs them itself.</param>
/// <param name="Train">Trains it, draws its pictures, and gives its figures.</param>
/// <param name="Evaluate">The figures of a run, whose data are those it learned from, on the test part of other ones; null if only the training gives them.</param>
internal sealed record OwnTraining(string Name, string Description, OwnSource Source, int? Epochs, int? Batch, Func<OwnRun, Figures> Train, Func<OwnRun, OwnData, Figures>? Evaluate = null);
