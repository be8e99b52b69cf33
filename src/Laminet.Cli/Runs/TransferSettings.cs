namespace Laminet.Cli.Runs;

/// <summary>What a run takes over from a trained network.</summary>
/// <param name="From">The full path of the weights.</param>
/// <param name="Sha256">The sum of that file, so that a resumed run starts from the same weights.</param>
/// <param name="FineTune">Epochs in which the top of the network is trained too, after those of the head.</param>
/// <param name="Mirror">Whether mirrored images are trained on too.</param>
internal sealed record TransferSettings(string From, string Sha256, int FineTune, bool Mirror);
