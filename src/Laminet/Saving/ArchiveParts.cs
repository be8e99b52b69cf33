using System.Text.Json.Nodes;
using Laminet.Configuration;

namespace Laminet.Saving;

/// <summary>What a model file consists of.</summary>
internal static class ArchiveParts
{
    /// <summary>Layers and compile settings.</summary>
    public const string Model = "model.json";

    /// <summary>The weights.</summary>
    public const string Weights = "weights.safetensors";

    /// <summary>The optimizer's memory.</summary>
    public const string Optimizer = "optimizer.safetensors";

    /// <summary>Where training stands.</summary>
    public const string Training = "training.json";

    /// <summary>What metrics and callbacks remember as tensors.</summary>
    public const string TrainingTensors = "training.safetensors";

    /// <summary>Names and classes of what a <see cref="Saving.Checkpoint"/> holds.</summary>
    public const string Checkpoint = "checkpoint.json";

    /// <summary>The variables of a checkpoint.</summary>
    public const string CheckpointTensors = "checkpoint.safetensors";

    private const string VersionName = "format_version";
    private const int Version = 1;

    private static readonly string[] All = [Model, Weights, Optimizer, Training, TrainingTensors, Checkpoint, CheckpointTensors];

    public static JsonObject NewJson() => new() { [VersionName] = Version };

    /// <exception cref="InvalidDataException">The part is of a later format than this library knows.</exception>
    public static JsonObject Read(ArchiveReader archive, string part)
    {
        JsonObject json = archive.ReadJson(part);
        int version = Damage.Guard(archive.Source(part), "The file is damaged; get or save it again.", () => json.Get(VersionName, 0));
        return version is >= 1 and <= Version
            ? json
            : throw new InvalidDataException($"{archive.Source(part)} is of format version {version}; this Laminet reads versions 1 to {Version}. "
                + (version > Version ? "It was written by a later Laminet: update yours." : "It is no Laminet file or damaged."));
    }

    /// <summary>Refuses a file that only a <see cref="Saving.Checkpoint"/> can put back.</summary>
    public static void RequireNoCheckpoint(ArchiveReader archive)
    {
        if (archive.Has(Checkpoint))
        {
            throw new InvalidDataException($"{archive.Source("")} was written by Checkpoint, for a training loop of your own; expected the file of a model or of BackupAndRestore. "
                + "Put it back by a Checkpoint that holds the same names (Checkpoint.Restore).");
        }
    }

    /// <summary>A remark for each part nobody reads.</summary>
    public static IEnumerable<string> Strangers(ArchiveReader archive) =>
        archive.Names.Except(All).Select(name => $"The part '{name}' is unknown to this Laminet and was not read.");
}
