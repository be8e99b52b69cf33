using Laminet.Data;
using Laminet.Layers;
using Laminet.Metrics.Detection;
using Laminet.Tensors;
using Laminet.Tests.Shared;
using Laminet.Vision.Datasets;
using Laminet.Vision.Images;

namespace Laminet.Vision.Tests.Datasets;

public class ImageBoxesTests
{
    private const string Cat = """
        <annotation><filename>../../etc/passwd</filename><size><width>40</width><height>20</height><depth>3</depth></size>
        <object><name>cat</name><difficult>1</difficult><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>10</xmax><ymax>20</ymax></bndbox></object>
        <object><name>ant</name><bndbox><ymin>5</ymin><xmin>20.5</xmin><ymax>15</ymax><xmax>44</xmax></bndbox></object></annotation>
        """;

    [Fact]
    public void Annotations_of_VOC_are_read()
    {
        using TemporaryFolder folder = Voc((Name: "one", Xml: Cat), ("two", "<annotation/>"));
        ImageBoxes images = ImageBoxes.FromVoc(folder.Of("xml"), folder.Of("images"));
        Assert.Equal(["ant", "cat"], images.Classes);
        Assert.Equal([folder.Of("images", "one.png"), folder.Of("images", "two.png")], Enumerable.Range(0, images.Count).Select(images.PathOf));
        // Beyond the image is cut.
        Assert.Equal([new LabelledBox("cat", new Box(1, 1, 10, 20), IsDifficult: true), new LabelledBox("ant", new Box(20.5f, 5, 40, 15))], images.BoxesOf(0));
        Assert.Empty(images.BoxesOf(1));
        Assert.Equal(new Box(0, 0, 10, 20), ImageBoxes.FromVoc(folder.Of("xml"), folder.Of("images"), oneBased: true).BoxesOf(0)[0].Box);
        File.WriteAllText(folder.Of("list.txt"), "two  1\n\n");
        Assert.Equal(folder.Of("images", "two.png"), ImageBoxes.FromVoc(folder.Of("xml"), folder.Of("images"), folder.Of("list.txt")).PathOf(0));
    }

    [Theory]
    [InlineData(ImageFit.Stretch, new float[] { 0.5f, 1, 5, 20, 10.25f, 5, 20, 15 })]
    // 40 x 20 on 20 x 20: scaled by 1/2, 5 rows above.
    [InlineData(ImageFit.Letterbox, new float[] { 0.5f, 5.5f, 5, 15, 10.25f, 7.5f, 20, 12.5f })]
    // Columns 10 to 30 are kept; the cat is gone, and -1 follows.
    [InlineData(ImageFit.Cover, new float[] { 10.5f, 5, 20, 15, -1, -1, -1, -1 })]
    public void Boxes_go_the_way_of_their_pixels(ImageFit fit, float[] expected)
    {
        using TemporaryFolder folder = Voc(("one", Cat));
        Batch batch = ImageBoxes.FromVoc(folder.Of("xml"), folder.Of("images")).ToDataset(new ImageReading { Size = (20, 20), Fit = fit }).Batch(1).Batches().Single();
        Assert.Equal(new Shape([1, 2, 4]), batch.Targets!["bounding_boxes"].Shape);
        Assert.Equal(expected, batch.Targets["bounding_boxes"].ToArray<float>());
        Assert.Equal(fit == ImageFit.Cover ? [0, -1] : [1, 0], batch.Targets["bounding_box_labels"].ToArray<int>());
    }

    // The targets have the names by which image layers know them: mirrored, the cat of 0.5 to 5 in 20 columns lies in 15 to 19.5.
    [Fact]
    public void Image_layers_move_the_boxes_along()
    {
        using TemporaryFolder folder = Voc(("one", Cat));
        Batch batch = ImageBoxes.FromVoc(folder.Of("xml"), folder.Of("images")).ToDataset(new ImageReading { Size = (20, 20) }).Batch(1).Batches().Single();
        batch = new Batch(new RandomKey(1).Uniform([1, 20, 20, 3]), batch.Targets);
        float[] kept = [0.5f, 1, 5, 20, 10.25f, 5, 20, 15], mirrored = [15, 1, 19.5f, 20, 0, 5, 9.75f, 15];
        HashSet<bool> seen = [];
        for (ulong seed = 0; seed < 20; seed++)
        {
            Batch moved = new RandomFlip(FlipMode.Horizontal).Call(batch, new RandomKey(seed));
            bool isMirrored = !moved.X.ToArray<float>().SequenceEqual(batch.X.ToArray<float>());
            Assert.Equal(isMirrored ? mirrored : kept, moved.Targets!["bounding_boxes"].ToArray<float>());
            Assert.Equal([1, 0], moved.Targets["bounding_box_labels"].ToArray<int>());
            seen.Add(isMirrored);
        }

        Assert.Equal(2, seen.Count);
        Assert.Equal([new TrueBox(new Box(0.5, 1, 5, 20), 1), new TrueBox(new Box(10.25, 5, 20, 15), 0)], TrueBox.ListOf(batch.Targets!["bounding_boxes"].At(0), batch.Targets["bounding_box_labels"].At(0)));
    }

    [Fact]
    public void Boxes_without_area_are_left_out_if_asked_for()
    {
        using TemporaryFolder folder = Voc(("one", Cat.Replace("<ymax>15</ymax>", "<ymax>5</ymax>", StringComparison.Ordinal)));
        List<string> leftOut = [];
        ImageBoxes images = ImageBoxes.FromVoc(folder.Of("xml"), folder.Of("images"), leftOut: leftOut.Add);
        Assert.Equal([new LabelledBox("cat", new Box(1, 1, 10, 20), IsDifficult: true)], images.BoxesOf(0));
        string message = $"{folder.Of("xml", "one.xml")}: the object 'ant' has the box (20.5, 5, 44, 5), which has no area within 40 x 20 pixels.";
        Assert.Equal([message], leftOut);
        Assert.Equal($"{message} Correct or delete it, or pass leftOut to leave such boxes out.", Message(folder));
    }

    [Fact]
    public void A_cache_keeps_the_names_of_the_targets()
    {
        using TemporaryFolder folder = Voc(("one", Cat), ("two", "<annotation/>"));
        ImageReading reading = new() { Size = (20, 20) };
        ImageBoxes images = ImageBoxes.FromVoc(folder.Of("xml"), folder.Of("images"));
        float[] expected = images.ToDataset(reading).Batch(2).Batches().Single().Targets!["bounding_boxes"].ToArray<float>();
        Assert.Equal(expected, images.Cache(reading, folder.Of("cache")).Batch(2).Batches().Single().Targets!["bounding_boxes"].ToArray<float>());
        Assert.Equal(expected, images.Cache(reading).Batch(2).Batches().Single().Targets!["bounding_boxes"].ToArray<float>());
    }

    [Fact]
    public void Hostile_XML_is_refused()
    {
        const string bomb = "<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><annotation><size>&e;</size></annotation>";
        using TemporaryFolder folder = Voc(("one", bomb));
        Assert.Contains($"{folder.Of("xml", "one.xml")} is no XML file that can be read: ", Message(folder), StringComparison.Ordinal);
        Assert.DoesNotContain("root:", Message(folder), StringComparison.Ordinal);
        File.WriteAllText(folder.Of("list.txt"), "../xml/one\n");
        Assert.Contains("received the name '../xml/one'", Assert.Throws<FormatException>(() => ImageBoxes.FromVoc(folder.Of("xml"), folder.Of("images"), folder.Of("list.txt"))).Message, StringComparison.Ordinal);
    }

    // The text of an element is collected by recursion.
    [Theory]
    [InlineData("name")]
    [InlineData("bndbox")]
    [InlineData("difficult")]
    public void Elements_without_end_in_each_other_are_refused(string element)
    {
        const int levels = 500_000;
        string deep = string.Concat(Enumerable.Repeat("<a>", levels)) + string.Concat(Enumerable.Repeat("</a>", levels));
        using TemporaryFolder folder = Voc(("one", Cat.Replace($"<{element}>", $"<{element}>{deep}", StringComparison.Ordinal)));
        Assert.Equal($"{folder.Of("xml", "one.xml")} has elements in more than 64 levels; an annotation has 4. Correct or delete it.", Message(folder));
    }

    [Fact]
    public void Wrong_arguments_are_told()
    {
        using TemporaryFolder folder = Voc(("one", Cat));
        string[] twice = ["cat", "ant", "cat"];
        File.WriteAllText(folder.Of("boxes.csv"), "path,class,xmin,ymin,xmax,ymax\none.png,cat,1,2,3,4\n");
        Assert.StartsWith("FromVoc: received the class 'cat' twice, as 0 and 2.", Assert.Throws<ArgumentException>(() => ImageBoxes.FromVoc(folder.Of("xml"), folder.Of("images"), classes: twice)).Message, StringComparison.Ordinal);
        Assert.StartsWith("FromCsv: received the class 'cat' twice, as 0 and 2.", Assert.Throws<ArgumentException>(() => ImageBoxes.FromCsv(folder.Of("boxes.csv"), folder.Of("images"), classes: twice)).Message, StringComparison.Ordinal);
        Assert.StartsWith($"Received the folder {folder.Of("none")}; there is no such folder.", Assert.Throws<DirectoryNotFoundException>(() => ImageBoxes.FromCsv(folder.Of("boxes.csv"), folder.Of("none"))).Message, StringComparison.Ordinal);
        Assert.StartsWith("BoxesOf: received the index 1; ", Assert.Throws<ArgumentOutOfRangeException>(() => ImageBoxes.FromCsv(folder.Of("boxes.csv"), folder.Of("images")).BoxesOf(1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_without_end_is_cut_in_the_message()
    {
        using TemporaryFolder folder = Voc(("one", Cat.Replace("20.5", new string('x', 1_000_000), StringComparison.Ordinal)));
        Assert.Equal($"{folder.Of("xml", "one.xml")}: received '{new string('x', 100)}...' as <xmin>; expected a number.", Message(folder));
        File.WriteAllText(folder.Of("xml", "one.xml"), Cat.Replace("44", "20", StringComparison.Ordinal).Replace("ant", new string('a', 1_000_000), StringComparison.Ordinal));
        Assert.InRange(Message(folder).Length, 200, 500);
        // More characters than are read at all.
        File.WriteAllText(folder.Of("xml", "one.xml"), Cat.Replace("ant", new string('a', 17 << 20), StringComparison.Ordinal));
        Assert.Contains("one.xml is no XML file that can be read: ", Message(folder), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<annotation><object><name>x</name></object></annotation>", "an object has no bndbox")]
    [InlineData("<annotation><object><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>2</xmax><ymax>2</ymax></bndbox></object></annotation>", "<object> has no <name>")]
    [InlineData("<annotation><object><name>x</name><bndbox><xmin>a</xmin><ymin>1</ymin><xmax>2</xmax><ymax>2</ymax></bndbox></object></annotation>", "received 'a' as <xmin>; expected a number")]
    [InlineData("<annotation><object><name>x</name><bndbox><xmin>50</xmin><ymin>1</ymin><xmax>60</xmax><ymax>2</ymax></bndbox></object></annotation>", "the object 'x' has the box (50, 1, 60, 2), which has no area within 40 x 20 pixels")]
    [InlineData("<html/>", "whose outermost element is <annotation>")]
    public void Wrong_files_are_told(string xml, string expected)
    {
        using TemporaryFolder folder = Voc(("one", xml));
        Assert.Contains(expected, Message(folder), StringComparison.Ordinal);
        Assert.Contains(folder.Of("xml", "one.xml"), Message(folder), StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_with_a_box_in_each_line_is_read()
    {
        using TemporaryFolder folder = Voc(("one", Cat));
        File.WriteAllText(folder.Of("boxes.csv"), "path,class,xmin,ymin,xmax,ymax\none.png,cat,1,2,3,4\n\"one.png\",ant,5,6,7.5,8\n");
        ImageBoxes images = ImageBoxes.FromCsv(folder.Of("boxes.csv"), folder.Of("images"));
        Assert.Equal(1, images.Count);
        Assert.Equal([new LabelledBox("cat", new Box(1, 2, 3, 4)), new LabelledBox("ant", new Box(5, 6, 7.5f, 8))], images.BoxesOf(0));
        Assert.StartsWith("Received the classes cat; the annotations name ant too, in one.png.", Assert.Throws<ArgumentException>(() => ImageBoxes.FromCsv(folder.Of("boxes.csv"), folder.Of("images"), classes: ["cat"])).Message, StringComparison.Ordinal);

        File.WriteAllText(folder.Of("boxes.csv"), "path,class,xmin,ymin,xmax,ymax\none.png,cat,3,2,3.5,2\n");
        Assert.Contains("boxes.csv, line 2: received the box (3, 2, 3.5, 2); expected left, top, right and bottom, with left < right and top < bottom.", Assert.Throws<FormatException>(() => ImageBoxes.FromCsv(folder.Of("boxes.csv"), folder.Of("images"))).Message, StringComparison.Ordinal);
        File.WriteAllText(folder.Of("boxes.csv"), "path,class,xmin,ymin,xmax,ymax\n../one.png,cat,1,2,3,4\n");
        Assert.Contains("received the path '../one.png'; expected one below", Assert.Throws<FormatException>(() => ImageBoxes.FromCsv(folder.Of("boxes.csv"), folder.Of("images"))).Message, StringComparison.Ordinal);
    }

    [SharedDataFact("data/bccd/bccd.tar.gz")]
    public void The_annotations_of_blood_cells_are_read()
    {
        using TemporaryFolder folder = new();
        Unpacked.Into("data/bccd/bccd.tar.gz", folder.Path);
        string root = Directory.GetDirectories(folder.Path, "BCCD", SearchOption.AllDirectories)[0];
        ImageBoxes test = ImageBoxes.FromVoc(Path.Combine(root, "Annotations"), Path.Combine(root, "JPEGImages"), Path.Combine(root, "ImageSets", "Main", "test.txt"));
        Assert.Equal(["Platelets", "RBC", "WBC"], test.Classes);
        Assert.Equal(File.ReadAllLines(Path.Combine(root, "ImageSets", "Main", "test.txt")).Length, test.Count);
        Batch batch = test.ToDataset(new ImageReading { Size = (240, 320) }, 2).Batch(8).Batches().First();
        Assert.Equal(new Shape([8, test.MostBoxes, 4]), batch.Targets!["bounding_boxes"].Shape);
    }

    private static TemporaryFolder Voc(params (string Name, string Xml)[] files)
    {
        TemporaryFolder folder = new();
        foreach ((string name, string xml) in files)
        {
            Photos.Write(folder, $"images/{name}.png", 1, 20, 40);
            File.WriteAllText(folder.Of("xml", name + ".xml"), xml);
        }

        return folder;
    }

    private static string Message(TemporaryFolder folder) => Assert.Throws<FormatException>(() => ImageBoxes.FromVoc(folder.Of("xml"), folder.Of("images"))).Message;
}
