using System.Security.Cryptography;
using Laminet.Configuration;
using Laminet.Tensors;
using Laminet.Vision.Datasets;
using Laminet.Zoo.Datasets;

namespace Laminet.Cli.Runs;

/// <summary>Labelled images as the commands use them.</summary>
/// <param name="Key">How settings.json names them: a data set's name or a folder's full path.</param>
/// <param name="Name">A short name for people and folders.</param>
/// <param name="Train">Training images and labels.</param>
/// <param name="Test">Test images and labels.</param>
/// <param name="ClassNames">The classes in the order of their labels.</param>
/// <param name="Description">What is known of a data set besides; null for a folder of photographs.</param>
internal sealed record ImageData(string Key, string Name, Examples Train, Examples Test, IReadOnlyList<string> ClassNames, DatasetDescription? Description)
{
    // The share of photographs that are kept for the test where the folder has no part for it, and the seed that chooses them.
    private const double TestFraction = 0.2;
    private const ulong TestSeed = 0;

    private static readonly string[] TrainFolders = ["train", "training"], TestFolders = ["test", "val", "valid", "validation"];

    public Shape ImageShape => Train.ImageShape;

    /// <summary>Whether the images are files of photographs, which are read at the size that is asked for.</summary>
    public bool IsOfPhotographs => Train is Photographs;

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
            + $"{string.Join(" or ", DatasetCatalog.All.Select(set => set.Name))}, or a folder with IDX files or photographs.{Suggestion.For(asked, DatasetCatalog.All.Select(set => set.Name))}");
    }

    /// <summary>Whether a key is a folder of photographs: it has folders and no IDX files.</summary>
    public static bool AreFiles(string key) =>
        Path.IsPathRooted(key) && Directory.Exists(key) && !Directory.EnumerateFiles(key, "*-ubyte*").Any() && Directory.EnumerateDirectories(key).Any();

    /// <summary>Loads the data.</summary>
    /// <param name="key">As <see cref="KeyOf"/> gave it.</param>
    /// <param name="photograph">The shape that photographs get.</param>
    /// <param name="limit">How many training and test images at most.</param>
    public static ImageData Load(string key, Shape photograph, int? limit = null)
    {
        bool isFolder = Path.IsPathRooted(key);
        if (isFolder && !Directory.Exists(key))
            throw new UsageException($"there is no folder '{key}', which the run was trained on. Name another with --data.");
        string name = isFolder ? Path.GetFileName(Path.TrimEndingDirectorySeparator(key)) : key;
        if (isFolder && AreFiles(key))
            return OfPhotographs(key, name, photograph, limit);
        ImageDataset set;
        try
        {
            set = isFolder ? LoadFolder(key) : DatasetCatalog.Find(key).Load();
        }
        catch (FileNotFoundException exception)
        {
            throw new UsageException(exception.Message + (isFolder ? " For photographs expected a folder for each class, or train and val with these." : ""));
        }

        return new ImageData(key, name, new TensorExamples(set.TrainImages, set.TrainLabels).First(limit), new TensorExamples(set.TestImages, set.TestLabels).First(limit), set.ClassNames, set.Description);
    }

    /// <summary>Checks that a part of each class can be kept back for validation.</summary>
    /// <exception cref="UsageException">A class has one training image only.</exception>
    public void RequireSplit(double validationSplit, int? limit)
    {
        if (validationSplit == 0)
            return;
        if (Train.Labels.CountBy(label => label).Where(pair => pair.Value < 2).Select(pair => (int?)pair.Key).Min() is { } single)
        {
            throw new UsageException($"{(limit is null ? "" : $"--limit: received {limit}; ")}class {single} ({ClassNames[single]}) has one training image; expected two or more of each "
                + $"class, one to train and one to validate. {(limit is null ? "Add images" : "Give a larger --limit")}, or leave validation out: --validation-split 0.");
        }
    }

    /// <summary>The sum of all training images and labels; of photographs, which are read again when a run is measured, of the test images too.</summary>
    public string Sha256()
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Train.AddTo(hash);
        if (IsOfPhotographs)
            Test.AddTo(hash);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static ImageData OfPhotographs(string root, string name, Shape photograph, int? limit)
    {
        try
        {
            string? train = Part(TrainFolders), test = Part(TestFolders);
            // A class may be called like a part; but it has images, and a part has folders.
            if (train is null && test is not null && (HasFolders(test) || Directory.EnumerateDirectories(root).All(folder => IsOneOf(folder, TestFolders))))
                throw new UsageException($"--data: {root} has no folder train beside {Path.GetFileName(test)}; expected train and {Path.GetFileName(test)}, or a folder for each class. Add the folder train.");
            ImageFolder all = new(train ?? root);
            if (all.Classes is [var single])
            {
                string only = Path.Combine(train ?? root, single);
                throw new UsageException($"--data: {train ?? root} has one class, '{single}'; expected a folder for each of two classes or more. "
                    + (HasFolders(only) ? $"Give the folder inside it: --data {only}" : "Add the folders of the others."));
            }

            (ImageFolder kept, ImageFolder held) = train is not null && test is not null ? (all, new ImageFolder(test, all.Classes)) : Split(all);
            return new ImageData(root, name, Of(kept), Of(held), all.Classes, Description: null);
        }
        catch (ArgumentException exception)
        {
            throw new UsageException($"--data: {exception.Message.Split(" (Parameter")[0]}");
        }

        // On Linux Train is another folder than train.
        string? Part(string[] names) =>
            Directory.EnumerateDirectories(root).Where(folder => IsOneOf(folder, names)).OrderBy(folder => Array.FindIndex(names, name => IsOneOf(folder, [name]))).ThenByDescending(folder => folder, StringComparer.Ordinal).FirstOrDefault();

        static bool IsOneOf(string folder, string[] names) => names.Contains(Path.GetFileName(folder), StringComparer.OrdinalIgnoreCase);

        static bool HasFolders(string folder) => Directory.EnumerateDirectories(folder).Any();

        static (ImageFolder, ImageFolder) Split(ImageFolder all)
        {
            if (all.Labels.CountBy(label => label).FirstOrDefault(pair => pair.Value < 2) is { Value: 1 } alone)
                throw new UsageException($"--data: the class '{all.Classes[alone.Key]}' has one image; expected two or more: a fifth of each class is kept for the test. Add images, or a folder test.");
            return all.Split(TestFraction, TestSeed);
        }

        Examples Of(ImageFolder folder) => new Photographs(folder, Photographs.ReadingFor(photograph)).First(limit);
    }

    // The files do not say what they show. The labels of clothes tell: the embedded part is the beginning of the whole.
    private static ImageDataset LoadFolder(string folder)
    {
        ImageDataset digits = Mnist.Load(folder);
        int[] embedded = FashionMnist.Load().TrainLabels.ToArray<int>();
        return digits.TrainLabels.ToArray<int>().AsSpan().StartsWith(embedded) ? FashionMnist.Load(folder) : digits;
    }
}
