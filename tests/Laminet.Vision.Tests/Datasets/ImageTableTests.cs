using Laminet.Data;
using Laminet.Tensors;
using Laminet.Vision.Datasets;

namespace Laminet.Vision.Tests.Datasets;

public class ImageTableTests
{
    [Fact]
    public void A_column_of_text_is_a_class()
    {
        using TemporaryFolder folder = Photos.Ten();
        File.WriteAllText(folder.Of("table.csv"), "file, kind\nb/9.png, wasp\na/1.png, ant\nb/8.png, wasp\na/0.png, ant\n");
        ImageTable table = ImageTable.Read(folder.Of("table.csv"), folder.Path, path: "file", targets: ["kind"]);
        Assert.Equal(["ant", "wasp"], table.Classes);
        Batch batch = table.ToDataset(Photos.Reading).Batch(4).Batches().Single();
        Assert.Equal([9, 1, 8, 0], Photos.Values(batch));
        Assert.Equal([1, 0, 1, 0], batch.Y!.ToArray<int>());
        Assert.Equal([0, 1], table.Split(0.5, 1).Validation.ToDataset(Photos.Reading).Batch(2).Batches().Single().Y!.ToArray<int>().Order());
    }

    [Fact]
    public void Columns_of_numbers_are_targets_of_regression()
    {
        using TemporaryFolder folder = Photos.Ten();
        File.WriteAllText(folder.Of("table.csv"), "path,red,white\na/1.png,3,0.5\na/2.png,4,1e3\n");
        Batch both = ImageTable.Read(folder.Of("table.csv"), folder.Path, targets: ["white", "red"]).ToDataset(Photos.Reading).Batch(2).Batches().Single();
        Assert.Equal(new Shape([2, 2]), both.Y!.Shape);
        Assert.Equal([0.5f, 3, 1000, 4], both.Y.ToArray<float>());
        Assert.Equal([3f, 4], ImageTable.Read(folder.Of("table.csv"), folder.Path, targets: ["red"]).ToDataset(Photos.Reading).Batch(2).Batches().Single().Y!.ToArray<float>());
    }

    [Fact]
    public void Wrong_tables_are_told()
    {
        using TemporaryFolder folder = Photos.Ten();
        string file = folder.Of("table.csv");
        Assert.Equal($"{file} has no column 'class'; it has path, red. (Parameter 'names')", Assert.Throws<ArgumentException>(() => Read("path,red\na,1\n")).Message);
        Assert.Equal($"{file}, line 3: received 1 columns; expected 2, as in the first line.", Assert.Throws<FormatException>(() => Read("path,class\na/1.png,x\na/2.png\n")).Message);
        Assert.Equal($"{file} has no lines after the first. (Parameter 'file')", Assert.Throws<ArgumentException>(() => Read("path,class\n")).Message);
        Assert.Equal($"{file}, line 2, column 'path': received the path '/etc/passwd'; expected one below {folder.Path}.", Assert.Throws<FormatException>(() => Read("path,class\n/etc/passwd,x\n")).Message);
        Assert.Equal($"{file}, line 2, column 'b': received 'x'; expected a number, such as 1.5.", Assert.Throws<FormatException>(() => Read("path,a,b\na/1.png,1,x\n", ["a", "b"])).Message);

        Assert.StartsWith($"Received the folder {folder.Of("none")}; there is no such folder.", Assert.Throws<DirectoryNotFoundException>(() => ImageTable.Read(file, folder.Of("none"))).Message, StringComparison.Ordinal);

        ImageTable Read(string text, string[]? targets = null)
        {
            File.WriteAllText(file, text);
            return ImageTable.Read(file, folder.Path, targets: targets);
        }
    }
}
