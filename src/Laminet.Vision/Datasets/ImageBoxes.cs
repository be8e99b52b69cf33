using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Laminet.Metrics.Detection;
using Laminet.Tensors;
using Laminet.Vision.Images;

namespace Laminet.Vision.Datasets;

/// <summary>
/// Images with boxes around the objects in them, for detection. The boxes come from Pascal VOC's XML files or from a CSV file. There are two targets, with the names by which <see cref="Layers.ImageLayer"/>
/// moves boxes along with images. "bounding_boxes" is Float32 (<see cref="MostBoxes"/>, 4): left, top, right and bottom, in pixels of the tensor that is read. "bounding_box_labels" is Int32
/// (<see cref="MostBoxes"/>,): the numbers of the classes. An image with fewer boxes has -1 in the remaining rows of both; <see cref="TrueBox.ListOf"/> gives those that are there.
/// </summary>
/// <example><code>
/// ImageBoxes cells = ImageBoxes.FromVoc("BCCD/Annotations", "BCCD/JPEGImages", "BCCD/ImageSets/Main/train.txt");
/// Dataset batches = cells.ToDataset(new ImageReading { Size = (240, 320) }).Shuffle(seed: 1).Batch(8).Map(new RandomFlip().Call, seed: 2);
/// foreach (Batch batch in batches.Batches())
///     Console.WriteLine(batch.Targets!["bounding_boxes"].Shape);
/// </code></example>
public sealed class ImageBoxes : ImageSet<ImageBoxes>
{
    private readonly IReadOnlyList<LabelledBox>[] boxes;
    private readonly Dictionary<string, int> numbers;

    internal ImageBoxes(PathList paths, IReadOnlyList<LabelledBox>[] boxes, IReadOnlyList<string> classes, int most) : base(paths)
    {
        (this.boxes, Classes, MostBoxes) = (boxes, classes, most);
        numbers = classes.Select((name, number) => (name, number)).ToDictionary(pair => pair.name, pair => pair.number);
    }

    /// <summary>The names of the classes, in the order of their numbers.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>The most boxes of an image: the length of the targets. Parts of a set keep that of the whole.</summary>
    public int MostBoxes { get; }

    /// <summary>The things in an image.</summary>
    /// <param name="index">The place of the image in the list.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such place.</exception>
    public IReadOnlyList<LabelledBox> BoxesOf(int index) => boxes[Checked.Index(index, Count, "BoxesOf")];

    /// <summary>Reads a folder of Pascal VOC's XML files. The image of a file has the same name; what the file says of paths is not used. External entities are not read.</summary>
    /// <param name="annotations">The folder of the XML files.</param>
    /// <param name="images">The folder of the images.</param>
    /// <param name="names">A file with a name, without its end, in each line, such as ImageSets/Main/train.txt; null for all XML files.</param>
    /// <param name="classes">The classes in the order of their numbers; null for all that occur, sorted.</param>
    /// <param name="oneBased">True if pixels are counted from 1 and a box includes its last pixel, as in the data of the VOC challenge: left and top are then reduced by 1. Most other programs count from 0.</param>
    /// <param name="leftOut">Receives a message for each box without area within its image, such as a click of the annotator, and the box is left out; null makes it an error.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FormatException">A file is no such XML file, or a box has no area within its image and <paramref name="leftOut"/> is null. The message names the file.</exception>
    /// <exception cref="ArgumentException">There are no files, a file has no image, or a class is not among <paramref name="classes"/> or twice.</exception>
    public static ImageBoxes FromVoc(string annotations, string images, string? names = null, IReadOnlyList<string>? classes = null, bool oneBased = false, Action<string>? leftOut = null) =>
        VocFiles.Read(annotations, images, names, classes, oneBased, leftOut);

    /// <summary>Reads a CSV file with a box in each line: an image has as many lines as boxes. The first line holds the names of the columns.</summary>
    /// <param name="file">The CSV file.</param>
    /// <param name="images">The folder that its paths are relative to; they may not leave it.</param>
    /// <param name="path">The column of the path.</param>
    /// <param name="label">The column of the class.</param>
    /// <param name="sides">The columns of left, top, right and bottom; null for xmin, ymin, xmax, ymax.</param>
    /// <param name="classes">The classes in the order of their numbers; null for all that occur, sorted.</param>
    /// <exception cref="DirectoryNotFoundException">There is no folder <paramref name="images"/>.</exception>
    /// <exception cref="FormatException">A line cannot be read. The message names file and line.</exception>
    /// <exception cref="ArgumentException">There is no such column, no line, or a class is not among <paramref name="classes"/> or twice.</exception>
    public static ImageBoxes FromCsv(string file, string images, string path = "path", string label = "class", IReadOnlyList<string>? sides = null, IReadOnlyList<string>? classes = null)
    {
        sides ??= ["xmin", "ymin", "xmax", "ymax"];
        if (sides.Count != 4)
            throw new ArgumentException($"FromCsv: received {sides.Count} columns of sides; expected 4: left, top, right, bottom.", nameof(sides));
        FolderListing.Require(images);
        Checked.Classes(classes, "FromCsv");
        AnnotationTable table = AnnotationTable.Read(file, [path, label, .. sides]);
        Dictionary<string, List<LabelledBox>> things = new(StringComparer.Ordinal);
        foreach (AnnotationTable.Line line in table.Lines)
        {
            Box box = new(line.Number(sides[0]), line.Number(sides[1]), line.Number(sides[2]), line.Number(sides[3]));
            if (!(box.Left < box.Right && box.Top < box.Bottom))
                throw new FormatException($"{line.Place}: received the box {Checked.Described(box)}; expected left, top, right and bottom, with left < right and top < bottom.");
            string name = line.Path(path, images);
            if (!things.TryGetValue(name, out List<LabelledBox>? list))
                things[name] = list = [];
            list.Add(new LabelledBox(line[label], box));
        }

        return Of(images, [.. things.Select(pair => (pair.Key, (IReadOnlyList<LabelledBox>)pair.Value))], classes);
    }

    internal static ImageBoxes Of(string images, IReadOnlyList<(string Path, IReadOnlyList<LabelledBox> Boxes)> list, IReadOnlyList<string>? classes)
    {
        PathList.Builder paths = new();
        foreach ((string path, _) in list)
            paths.Add(Encoding.UTF8.GetBytes(path));
        string[] found = [.. list.SelectMany(image => image.Boxes).Select(thing => thing.Class).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return found.Except(classes ?? found).FirstOrDefault() is { } unknown
            ? throw new ArgumentException($"Received the classes {string.Join(", ", classes!)}; the annotations name {unknown} too, in {list.First(image => image.Boxes.Any(thing => thing.Class == unknown)).Path}. Add it.", nameof(classes))
            : new ImageBoxes(paths.Build(images), [.. list.Select(image => image.Boxes)], classes ?? found, Math.Max(1, list.Max(image => image.Boxes.Count)));
    }

    private protected override ImageBoxes Chosen(IReadOnlyList<int> positions) => new(Paths.Choose(positions), [.. positions.Select(position => boxes[position])], Classes, MostBoxes);

    private protected override Bundle<Tensor>? Targets(int index, PlacedImage image)
    {
        float[] sides = new float[MostBoxes * 4];
        int[] classes = new int[MostBoxes];
        sides.AsSpan().Fill(-1);
        classes.AsSpan().Fill(-1);
        int count = 0;
        foreach (LabelledBox thing in boxes[index])
        {
            (double left, double top) = image.Placement.Map(thing.Box.Left, thing.Box.Top);
            (double right, double bottom) = image.Placement.Map(thing.Box.Right, thing.Box.Bottom);
            (left, right) = (Math.Clamp(left, 0, image.Placement.Canvas.Width), Math.Clamp(right, 0, image.Placement.Canvas.Width));
            (top, bottom) = (Math.Clamp(top, 0, image.Placement.Canvas.Height), Math.Clamp(bottom, 0, image.Placement.Canvas.Height));
            // What was cut off with the margin is not there any more.
            if (!(left < right && top < bottom))
                continue;
            ((ReadOnlySpan<float>)[(float)left, (float)top, (float)right, (float)bottom]).CopyTo(sides.AsSpan(count * 4));
            classes[count++] = numbers[thing.Class];
        }

        return Bundle.Named<Tensor>(["bounding_boxes", "bounding_box_labels"], [Tensor.From(sides, [MostBoxes, 4]), Tensor.From(classes)]);
    }

    private protected override void AddTargets(IncrementalHash hash)
    {
        Add(hash, $"{MostBoxes} {string.Join(' ', Classes)}");
        foreach (LabelledBox thing in boxes.SelectMany(list => list))
            Add(hash, string.Create(CultureInfo.InvariantCulture, $"{thing.Class} {thing.Box.Left} {thing.Box.Top} {thing.Box.Right} {thing.Box.Bottom}"));
        Add(hash, string.Join(' ', boxes.Select(list => list.Count)));
    }
}
