using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using Laminet.Metrics.Detection;
using Laminet.Vision.Images;

namespace Laminet.Vision.Datasets;

/// <summary>Pascal VOC's annotations. Source: Everingham et al. 2010, "The PASCAL Visual Object Classes Challenge", and its development kit.</summary>
internal static class VocFiles
{
    private const long MostCharacters = 16 << 20;

    // An annotation has four levels. The text of an element is collected by recursion over what it holds, so depth is memory of the stack.
    private const int MostLevels = 64;

    public static ImageBoxes Read(string annotations, string images, string? names, IReadOnlyList<string>? classes, bool oneBased, Action<string>? leftOut)
    {
        FolderListing.Require(annotations);
        FolderListing.Require(images);
        Checked.Classes(classes, "FromVoc");
        List<(string, IReadOnlyList<LabelledBox>)> list = [];
        foreach (string stem in names is null ? Stems(annotations) : Names(names))
        {
            if (stem.AsSpan().IndexOfAny('/', '\\') >= 0 || stem is "..")
                throw new FormatException($"{names}: received the name {Checked.Quoted(stem)}; expected the name of an XML file without folder and end.");
            string image = FolderListing.Extensions.Select(end => stem + end).FirstOrDefault(name => File.Exists(Path.Combine(images, name)))
                ?? throw new ArgumentException($"The annotation {Path.Combine(annotations, stem)}.xml has no image {stem}{string.Join('|', FolderListing.Extensions)} in {images}.", nameof(images));
            list.Add((image, Boxes(Path.Combine(annotations, stem + ".xml"), Path.Combine(images, image), oneBased, leftOut)));
        }

        return list.Count > 0 ? ImageBoxes.Of(images, list, classes) : throw new ArgumentException($"{names ?? annotations} names no images.", nameof(annotations));
    }

    private static string[] Stems(string annotations) =>
        [.. new DirectoryInfo(annotations).EnumerateFiles("*.xml").Select(file => Path.GetFileNameWithoutExtension(file.Name)).Order(StringComparer.Ordinal)];

    // Lists of the challenge have a number behind the name.
    private static IEnumerable<string> Names(string file) => File.ReadLines(file).Select(line => line.Trim().Split(' ', '\t')[0]).Where(name => name.Length > 0);

    private static LabelledBox[] Boxes(string path, string image, bool oneBased, Action<string>? leftOut)
    {
        XElement root = Load(path);
        (float width, float height) = root.Element("size") is { } size && Number(size, "width") is var w and > 0 && Number(size, "height") is var h and > 0 ? (w, h) : Size(image);
        return [.. root.Elements("object").Select(Thing).OfType<LabelledBox>()];

        LabelledBox? Thing(XElement thing)
        {
            XElement sides = thing.Element("bndbox") ?? throw new FormatException($"{path}: an object has no bndbox. Expected <bndbox> with xmin, ymin, xmax and ymax.");
            float first = oneBased ? 1 : 0;
            Box stored = new(Number(sides, "xmin"), Number(sides, "ymin"), Number(sides, "xmax"), Number(sides, "ymax"));
            Box box = new(Math.Max(stored.Left - first, 0), Math.Max(stored.Top - first, 0), Math.Min(stored.Right, width), Math.Min(stored.Bottom, height));
            if (box.Left < box.Right && box.Top < box.Bottom)
                return new LabelledBox(Text(thing, "name"), box, thing.Element("difficult")?.Value.Trim() == "1");
            string message = string.Create(CultureInfo.InvariantCulture, $"{path}: the object {Checked.Quoted(Text(thing, "name"))} has the box {Checked.Described(stored)}, which has no area within {width} x {height} pixels.");
            (leftOut ?? throw new FormatException($"{message} Correct or delete it, or pass leftOut to leave such boxes out."))(message);
            return null;
        }

        string Text(XElement parent, string name) => parent.Element(name)?.Value.Trim() is { Length: > 0 } text ? text : throw new FormatException($"{path}: <{parent.Name}> has no <{name}>.");

        float Number(XElement parent, string name) => float.TryParse(Text(parent, name), NumberStyles.Float, CultureInfo.InvariantCulture, out float number) && float.IsFinite(number)
            ? number
            : throw new FormatException($"{path}: received {Checked.Quoted(Text(parent, name))} as <{name}>; expected a number.");
    }

    private static (float, float) Size(string image)
    {
        ImageInfo info = Image.Info(image);
        return (info.Width, info.Height);
    }

    private static XElement Load(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            RequireLevels(file, path);
            file.Position = 0;
            using XmlReader reader = Reader(file);
            return XDocument.Load(reader).Root is { } root && root.Name == "annotation" ? root
                : throw new FormatException($"{path}: expected an XML file whose outermost element is <annotation>.");
        }
        catch (XmlException exception)
        {
            throw new FormatException($"{path} is no XML file that can be read: {exception.Message}", exception);
        }
        catch (FileNotFoundException exception)
        {
            throw new ArgumentException($"There is no annotation {path}.", nameof(path), exception);
        }
    }

    private static void RequireLevels(Stream file, string path)
    {
        using XmlReader reader = Reader(file);
        while (reader.Read())
        {
            if (reader.Depth > MostLevels)
                throw new FormatException($"{path} has elements in more than {MostLevels} levels; an annotation has 4. Correct or delete it.");
        }
    }

    // A document type could define entities that grow to gigabytes, or that are other files.
    private static XmlReader Reader(Stream file) =>
        XmlReader.Create(file, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = MostCharacters, CloseInput = false });
}
