using System.Security.Cryptography;
using Laminet.Configuration;
using Laminet.Tensors;
using Laminet.Zoo.Datasets;

namespace Laminet.Cli.Runs;

/// <summary>Labelled images as the commands use them.</summary>
/// <param name="Key">How settings.json names them: a data set's name or a folder's full path.</param>
/// <param name="Name">A short name for people and folders.</param>
/// <param name="Train">Training images and labels.</param>
/// <param name="Test">Test images and labels.</param>
/// <param name="Description">What is known of them besides.</param>
internal sealed record ImageData(string Key, string Name, Examples Train, Examples Test, DatasetDescription Description)
{
    /// <summary>The classes in the order of their labels.</summary>
    public IReadOnlyList<string> ClassNames => Description.ClassNames;

    public Shape ImageShape => new(Train.Images.Shape.Dimensions[1..]);

    /// <summary>What <c>--data</c> means, without loading it: a known name, or a folder's full path.</summary>
    /// <exception cref="UsageException">It is neither.</exception>
    public static string KeyOf(Surroundings surroundings, string asked)
    {
        if (DatasetCatalog.All.FirstOrDefault(set => set.Name.Equals(asked, StringComparison.OrdinalIgnoreCase)) is { } known)
        {
            return known.IsEmbedded ? known.Name
                : throw new UsageException($"--data: {known.Name} is not embedded in Laminet; expected a folder with its files. {known.HowToGet}");
        }

        string path = surroundings.FullPath(asked);
        return Directory.Exists(path) ? path : throw new UsageException($"--data: received '{asked}'; expected "
            + $"{string.Join(" or ", DatasetCatalog.All.Select(set => set.Name))}, or a folder with IDX files.{Suggestion.For(asked, DatasetCatalog.All.Select(set => set.Name))}");
    }

    /// <summary>Loads the data.</summary>
    /// <param name="key">As <see cref="KeyOf"/> gave it.</param>
    /// <param name="limit">How many training and test images at most.</param>
    public static ImageData Load(string key, int? limit = null)
    {
        bool isFolder = Path.IsPathRooted(key);
        if (isFolder && !Directory.Exists(key))
            throw new UsageException($"there is no folder '{key}', which the run was trained on. Name another with --data.");
        ImageDataset set;
        try
        {
            set = isFolder ? LoadFolder(key) : DatasetCatalog.Find(key).Load();
        }
        catch (FileNotFoundException exception)
        {
            throw new UsageException(exception.Message);
        }

        string name = isFolder ? Path.GetFileName(Path.TrimEndingDirectorySeparator(key)) : key;
        return new ImageData(key, name, new Examples(set.TrainImages, set.TrainLabels).First(limit), new Examples(set.TestImages, set.TestLabels).First(limit), set.Description);
    }

    /// <summary>Checks that a part of each class can be kept back for validation.</summary>
    /// <exception cref="UsageException">A class has one training image only.</exception>
    public void RequireSplit(double validationSplit, int? limit)
    {
        if (validationSplit == 0)
            return;
        if (Train.Labels.ToArray<int>().CountBy(label => label).Where(pair => pair.Value < 2).Select(pair => (int?)pair.Key).Min() is { } single)
        {
            throw new UsageException($"{(limit is null ? "" : $"--limit: received {limit}; ")}class {single} ({ClassNames[single]}) has one training image; expected two or more of each "
                + $"class, one to train and one to validate. {(limit is null ? "Add images" : "Give a larger --limit")}, or leave validation out: --validation-split 0.");
        }
    }

    /// <summary>The sum of all training images and labels.</summary>
    public string TrainSha256()
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Train.Images.ToArray<byte>());
        hash.AppendData(Train.Labels.Cast(DType.UInt8).ToArray<byte>());
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    // The files do not say what they show. The labels of clothes tell: the embedded part is the beginning of the whole.
    private static ImageDataset LoadFolder(string folder)
    {
        ImageDataset digits = Mnist.Load(folder);
        int[] embedded = FashionMnist.Load().TrainLabels.ToArray<int>();
        return digits.TrainLabels.ToArray<int>().AsSpan().StartsWith(embedded) ? FashionMnist.Load(folder) : digits;
    }
}

/// <summary>Images, bytes of (examples, height, width, channels), and their classes.</summary>
internal sealed record Examples(Tensor Images, Tensor Labels)
{
    public int Count => Images.Shape[0];

    public Examples First(int? limit) => limit is { } most && most < Count ? new Examples(Images.Slice(0, most), Labels.Slice(0, most)) : this;
}
