namespace Laminet.Cli.OwnTrainings;

/// <summary>What a training draws itself, from its seed: there is nothing to name.</summary>
internal sealed record DrawnData : OwnData
{
    public DrawnData(string key, int count, string unit, string sizes) : base(key, key, Sha256: "") => (Count, Unit, Sizes) = (count, unit, sizes);

    public override int Count { get; }

    public override string Unit { get; }

    public override string Sizes { get; }

    /// <summary>A source of numbers that are computed.</summary>
    public static OwnSource Source(string key, Func<int?, DrawnData> create) => new(
        (_, asked) => asked is null || asked == key ? key : throw new UsageException($"--data: received '{asked}'; this network draws what it learns from itself ({key}). Leave --data out."),
        (_, limit) => create(limit));
}
