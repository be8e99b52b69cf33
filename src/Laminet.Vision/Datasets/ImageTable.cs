using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Laminet.Data;
using Laminet.Tensors;

namespace Laminet.Vision.Datasets;

/// <summary>
/// Images with targets from a CSV file. If the only target column holds text, each text is a class: the targets are Int32, and <see cref="Classes"/> are the sorted names. Otherwise the targets are Float32: one number for
/// one column, a vector for several columns.
/// </summary>
/// <example><code>
/// ImageTable cells = ImageTable.Read("counts.csv", images: "photos", path: "file", targets: ["red", "white"]);
/// Dataset batches = cells.ToDataset(new ImageReading { Size = (240, 320) }).Shuffle(seed: 1).Batch(16);
/// </code></example>
public sealed class ImageTable : ImageSet<ImageTable>
{
    private readonly float[][] targets;

    private ImageTable(PathList paths, float[][] targets, IReadOnlyList<string> classes) : base(paths) => (this.targets, Classes) = (targets, classes);

    /// <summary>The names of the classes; none where the targets are numbers.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>Reads a file. The first line holds the names of the columns.</summary>
    /// <param name="file">The CSV file.</param>
    /// <param name="images">The folder that its paths are relative to; they may not leave it.</param>
    /// <param name="path">The column of the path.</param>
    /// <param name="targets">The columns of the targets; null for one named "class".</param>
    /// <exception cref="DirectoryNotFoundException">There is no folder <paramref name="images"/>.</exception>
    /// <exception cref="FormatException">A line cannot be read. The message names file and line.</exception>
    /// <exception cref="ArgumentException">There is no such column, or no line.</exception>
    public static ImageTable Read(string file, string images, string path = "path", IReadOnlyList<string>? targets = null)
    {
        targets ??= ["class"];
        FolderListing.Require(images);
        AnnotationTable table = AnnotationTable.Read(file, [path, .. targets]);
        PathList.Builder paths = new();
        foreach (AnnotationTable.Line line in table.Lines)
            paths.Add(Encoding.UTF8.GetBytes(line.Path(path, images)));
        string[] classes = targets.Count == 1 && !table.Lines.TrueForAll(line => line.IsNumber(targets[0])) ? [.. table.Lines.Select(line => line[targets[0]]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)] : [];
        return new ImageTable(
            paths.Build(images), [.. table.Lines.Select(line => classes.Length > 0 ? [Array.BinarySearch(classes, line[targets[0]], StringComparer.Ordinal)] : targets.Select(line.Number).ToArray())], classes);
    }

    /// <summary>Splits the images at random, each class by itself; where the targets are numbers, all at once.</summary>
    /// <inheritdoc cref="ImageSet{TSelf}.Split" path="/param"/>
    /// <exception cref="ArgumentException">A class with fewer than two images, or a fraction outside (0, 1).</exception>
    public override (ImageTable Train, ImageTable Validation) Split(double validationFraction, ulong seed)
    {
        if (Classes.Count == 0)
            return base.Split(validationFraction, seed);
        DataSplit split = DataSplit.Stratified([.. targets.Select(target => (int)target[0])], validationFraction, seed);
        return (Choose(split.Train), Choose(split.Validation));
    }

    private protected override ImageTable Chosen(IReadOnlyList<int> positions) => new(Paths.Choose(positions), [.. positions.Select(position => targets[position])], Classes);

    private protected override Bundle<Tensor>? Targets(int index, Images.PlacedImage image) => Classes.Count > 0 ? Tensor.Scalar((int)targets[index][0])
        : targets[index] is [float one] ? Tensor.Scalar(one) : Tensor.From(targets[index]);

    private protected override void AddTargets(IncrementalHash hash)
    {
        Add(hash, string.Join(' ', Classes));
        foreach (float[] target in targets)
            Add(hash, string.Join(' ', target.Select(number => number.ToString("R", CultureInfo.InvariantCulture))));
    }
}
