using System.Globalization;
using Laminet.Zoo.Datasets;

namespace Laminet.Cli.OwnTrainings;

/// <summary>Recordings of spoken digits, as the Free Spoken Digit Dataset has them.</summary>
internal sealed record RecordingData(string Key, string Name, string Sha256) : OwnData(Key, Name, Sha256)
{
    private const string Expected = "expected a folder of recordings named DIGIT_SPEAKER_INDEX.wav, as in the Free Spoken Digit Dataset; indices 0 to 4 are the test part";

    public static OwnSource Source { get; } = new(KeyOf, Load);

    public required IReadOnlyList<SpokenDigit> Train { get; init; }

    public required IReadOnlyList<SpokenDigit> Test { get; init; }

    public override int Count => Train.Count;

    public override string Unit => "recordings";

    public override string Sizes => string.Create(CultureInfo.InvariantCulture, $"{Count:N0} training, {Test.Count:N0} test recordings");

    private static string KeyOf(Surroundings surroundings, string? asked)
    {
        string folder = FolderOf(surroundings, asked, Expected);
        return FilesOf(folder).Length > 0 ? folder : throw new UsageException($"--data: the folder '{asked}' has no .wav file; {Expected}.");
    }

    private static RecordingData Load(string folder, int? limit)
    {
        ILookup<bool, SpokenDigit> all = SpokenDigit.Read(folder).ToLookup(one => one.IsTest);
        IReadOnlyList<SpokenDigit> train = Some(all[false], limit), test = Some(all[true], limit);
        if (train.Select(one => one.Digit).Distinct().Count() < 2 || test.Count == 0)
            throw new UsageException($"--data: received {train.Count} recordings with an index of 5 or more in {folder} and {test.Count} below; {Expected}, and the training part has two digits or more.");
        return new RecordingData(folder, Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)), SumOf(FilesOf(folder))) { Train = train, Test = test };
    }

    // The first ones by name would all be of one digit.
    private static IReadOnlyList<SpokenDigit> Some(IEnumerable<SpokenDigit> part, int? limit) => limit is null ? [.. part] : First([.. part.OrderBy(one => one.Index).ThenBy(one => one.Speaker, StringComparer.Ordinal).ThenBy(one => one.Digit)], limit);

    private static string[] FilesOf(string folder) => [.. Directory.GetFiles(folder, "*.wav").Order(StringComparer.Ordinal)];
}
