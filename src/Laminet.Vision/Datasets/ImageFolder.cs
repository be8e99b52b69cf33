using System.Globalization;
using System.Security.Cryptography;
using Laminet.Data;
using Laminet.Tensors;

namespace Laminet.Vision.Datasets;

/// <summary>
/// The images in a folder. With labels, each folder inside it is one class. Classes are sorted by name, and images by class and then by name; names are compared by code points, as in Python's sorted.
/// So each class has the number that torchvision's ImageFolder and Keras's image_dataset_from_directory give it. A label is an Int32.
/// </summary>
/// <example><code>
/// var photos = new ImageFolder("hymenoptera/train");
/// Console.WriteLine($"{photos.Count} images of {string.Join(", ", photos.Classes)}");
/// Dataset batches = photos.ToDataset(new ImageReading { Size = (224, 224) }, parallelism: 2).Shuffle(seed: 1).Batch(32);
/// </code></example>
public sealed class ImageFolder : ImageSet<ImageFolder>
{
    private readonly int[]? labels;

    /// <summary>Lists a folder. A million files take a few seconds and some 50 MB.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="classes">The folders that are classes, in the order of their numbers; null for all. A class that is named here may be empty.</param>
    /// <param name="extensions">The file extensions of images, in upper or lower case; null for .jpg, .jpeg, .png, .webp, .gif and .bmp.</param>
    /// <param name="recursive">Whether folders in a class (without labels: in the folder) are read too.</param>
    /// <param name="labelled">Whether the folders are classes. Without labels Y is null, and all images of the folder are taken.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="ArgumentException">There are no images in it, or in one of its classes, or a class is named twice.</exception>
    public ImageFolder(string root, IReadOnlyList<string>? classes = null, IReadOnlyList<string>? extensions = null, bool recursive = true, bool labelled = true)
        : this(List(root, classes, FolderListing.Checked(extensions), recursive, labelled)) => Root = root;

    private ImageFolder((PathList Paths, int[]? Labels, IReadOnlyList<string> Classes) listed) : base(listed.Paths) => (Root, labels, Classes) = ("", listed.Labels, listed.Classes);

    /// <summary>The folder.</summary>
    public string Root { get; private init; }

    /// <summary>The names of the classes; none without labels.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>The class of each image; none without labels.</summary>
    public IReadOnlyList<int> Labels => labels ?? [];

    /// <summary>Splits the images at random, each class by itself, so that both parts have the same proportions; without labels all at once.</summary>
    /// <inheritdoc cref="ImageSet{TSelf}.Split" path="/param"/>
    /// <exception cref="ArgumentException">A class with fewer than two images, or a fraction outside (0, 1).</exception>
    public override (ImageFolder Train, ImageFolder Validation) Split(double validationFraction, ulong seed)
    {
        if (labels is null)
            return base.Split(validationFraction, seed);
        DataSplit split = DataSplit.Stratified(labels, validationFraction, seed);
        return (Choose(split.Train), Choose(split.Validation));
    }

    private protected override ImageFolder Chosen(IReadOnlyList<int> positions) =>
        new((Paths.Choose(positions), labels is null ? null : [.. positions.Select(position => labels[position])], Classes)) { Root = Root };

    private protected override Bundle<Tensor>? Targets(int index, Images.PlacedImage image) => labels is null ? null : Tensor.Scalar(labels[index]);

    private protected override void AddTargets(IncrementalHash hash)
    {
        foreach (int label in Labels)
            Add(hash, label.ToString(CultureInfo.InvariantCulture));
    }

    private static (PathList, int[]?, IReadOnlyList<string>) List(string root, IReadOnlyList<string>? classes, IReadOnlyList<string> extensions, bool recursive, bool labelled)
    {
        FolderListing.Require(root);
        PathList.Builder all = new();
        if (!labelled)
        {
            if (classes is not null)
                throw new ArgumentException("ImageFolder: received classes and labelled: false; classes are the labels. Leave one of them out.", nameof(classes));
            FolderListing.Add(root, "", extensions, recursive, all);
            return all.Count > 0 ? (all.BuildSorted(root), null, [])
                : throw new ArgumentException($"{root} holds no images: no file ends in {string.Join(", ", extensions)}. Give the folder that holds them, or extensions.", nameof(root));
        }

        Checked.Classes(classes, "ImageFolder");
        IReadOnlyList<string> names = classes ?? FolderListing.Folders(root);
        if (names.Count == 0)
            throw new ArgumentException($"{root} holds no folders; expected one for each class, named like it. For images without classes give labelled: false.", nameof(root));
        List<int> labels = [];
        for (int label = 0; label < names.Count; label++)
        {
            if (names[label].AsSpan().IndexOfAny('/', '\\') >= 0 || names[label] is "" or "." or "..")
                throw new ArgumentException($"ImageFolder: received the class '{names[label]}'; expected the name of a folder in {root}.", nameof(classes));
            PathList.Builder one = new();
            string folder = Path.Combine(root, names[label]);
            if (Directory.Exists(folder))
                FolderListing.Add(root, names[label], extensions, recursive, one);
            else
                throw new ArgumentException($"{root} holds no folder {names[label]}; it holds {string.Join(", ", FolderListing.Folders(root).DefaultIfEmpty("none"))}.", nameof(classes));
            if (one.Count == 0 && classes is null)
            {
                throw new ArgumentException($"{folder} holds no images: no file ends in {string.Join(", ", extensions)}. Delete the folder if it is no class, or name the classes; a class that is named may be empty.",
                    nameof(root));
            }

            PathList sorted = one.BuildSorted(root);
            for (int i = 0; i < sorted.Count; i++)
                all.Add(sorted.Name(i));
            labels.AddRange(Enumerable.Repeat(label, sorted.Count));
        }

        return all.Count > 0 ? (all.Build(root), [.. labels], [.. names]) : throw new ArgumentException($"{root} holds no images in {string.Join(", ", names)}.", nameof(root));
    }
}
