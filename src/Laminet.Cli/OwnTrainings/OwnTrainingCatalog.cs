namespace Laminet.Cli.OwnTrainings;

/// <summary>The networks of the zoo that 'laminet train' trains in their own way.</summary>
internal static class OwnTrainingCatalog
{
    public static IReadOnlyList<OwnTraining> All { get; } =
    [
        .. Autoencoders.Trainings,
        .. Adversarial.Trainings,
        .. Energies.Trainings,
        .. Maps.Trainings,
        .. Shallow.Trainings,
        .. Trees.Trainings,
        .. Stories.Trainings,
        .. Letters.Trainings,
        .. Reservoirs.Trainings,
        .. TuringMachines.Trainings,
    ];

    /// <summary>The training with a name; null if there is none.</summary>
    public static OwnTraining? Find(string name) => All.FirstOrDefault(training => training.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
