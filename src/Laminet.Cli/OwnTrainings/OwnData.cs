using System.Security.Cryptography;

namespace Laminet.Cli.OwnTrainings;

/// <summary>What an <see cref="OwnTraining"/> learns from.</summary>
/// <param name="Key">How settings.json names it: a data set's name or a full path.</param>
/// <param name="Name">A short name for people and folders.</param>
/// <param name="Sha256">The sum of it, so that a resumed run learns from the same.</param>
internal abstract record OwnData(string Key, string Name, string Sha256)
{
    /// <summary>How many examples there are to learn from.</summary>
    public abstract int Count { get; }

    /// <summary>What they are.</summary>
    public abstract string Unit { get; }

    /// <summary>How many there are of each part.</summary>
    public abstract string Sizes { get; }

    /// <summary>How many passes over it can be learned from.</summary>
    public virtual int MostEpochs => int.MaxValue;

    /// <summary>Checks that so many passes can be learned from.</summary>
    /// <exception cref="UsageException">They cannot.</exception>
    public void RequireEpochs(int? epochs)
    {
        if (epochs > MostEpochs)
            throw new UsageException($"--epochs: received {epochs}; expected at most {MostEpochs} for {Sizes}.");
    }

    /// <summary>The folder that --data names.</summary>
    /// <param name="surroundings">Where it is looked for.</param>
    /// <param name="asked">The text after --data; null for none.</param>
    /// <param name="expected">What is expected there, for the message.</param>
    /// <exception cref="UsageException">None is named, or there is none.</exception>
    protected static string FolderOf(Surroundings surroundings, string? asked, string expected)
    {
        if (asked is null)
            throw new UsageException($"--data is missing; {expected}.");
        string folder = surroundings.FullPath(asked);
        return Directory.Exists(folder) ? folder : throw new UsageException($"--data: there is no folder '{asked}'; {expected}.");
    }

    /// <summary>The sum of files.</summary>
    protected static string SumOf(IEnumerable<string> files)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string file in files)
        {
            using FileStream stream = File.OpenRead(file);
            hash.AppendData(SHA256.HashData(stream));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The examples that --limit leaves.</summary>
    protected static IReadOnlyList<T> First<T>(IReadOnlyList<T> all, int? limit) => limit is { } most && most < all.Count ? [.. all.Take(most)] : all;
}

/// <summary>A kind of data, and how it is found and read.</summary>
/// <param name="KeyOf">What --data means, checked but not read: the text that was given, null for none, to a key. A mistake is a <see cref="UsageException"/>.</param>
/// <param name="Load">Reads what a key names, at most so many examples of each part.</param>
internal sealed record OwnSource(Func<Surroundings, string?, string> KeyOf, Func<string, int?, OwnData> Load);
