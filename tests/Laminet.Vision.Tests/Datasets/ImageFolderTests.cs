using Laminet.Data;
using Laminet.Tensors;
using Laminet.Vision.Datasets;
using Laminet.Vision.Images;

namespace Laminet.Vision.Tests.Datasets;

public class ImageFolderTests
{
    [Fact]
    public void Folders_are_classes_sorted_by_name_and_files_too()
    {
        using TemporaryFolder folder = new();
        // By code points: upper case first, "10" before "9", U+FF5E before U+1F41D, which UTF-16 would turn round.
        foreach (string name in (string[])["bees/9.png", "bees/10.png", "bees/deep/er/1.JPG", "Ants/a.png", "\uFF5E/x.png", "\U0001F41D/x.png", "bees/.hidden.png", "bees/text.txt"])
            Photos.Write(folder, name.EndsWith("txt", StringComparison.Ordinal) ? "bees/other.bmp.png" : name, 7);
        File.WriteAllText(folder.Of("bees", "text.txt"), "no image");
        File.WriteAllText(folder.Of("list.png"), "in no class");

        ImageFolder photos = new(folder.Path);
        Assert.Equal(["Ants", "bees", "\uFF5E", "\U0001F41D"], photos.Classes);
        Assert.Equal(["Ants/a.png", "bees/10.png", "bees/9.png", "bees/deep/er/1.JPG", "bees/other.bmp.png", "\uFF5E/x.png", "\U0001F41D/x.png"],
            Enumerable.Range(0, photos.Count).Select(i => Path.GetRelativePath(folder.Path, photos.PathOf(i))));
        Assert.Equal([0, 1, 1, 1, 1, 2, 3], photos.Labels);
        Assert.Equal(3, new ImageFolder(folder.Path, classes: ["bees"], recursive: false).Count);
        Assert.Equal(["bees", "Ants"], new ImageFolder(folder.Path, classes: ["bees", "Ants"]).Classes);
        Assert.Equal("Ants", Path.GetFileName(Path.GetDirectoryName(new ImageFolder(folder.Path, classes: ["bees", "Ants"], extensions: [".png"]).PathOf(3))));
        Assert.Equal(1, new ImageFolder(folder.Path, classes: ["bees"], extensions: [".jpg"]).Count);
    }

    [Fact]
    public void Without_labels_all_images_of_a_folder_are_taken()
    {
        using TemporaryFolder folder = Photos.Ten();
        Photos.Write(folder, "0.png", 11);
        ImageFolder photos = new(folder.Path, labelled: false);
        Assert.Equal(11, photos.Count);
        Assert.Empty(photos.Classes);
        Batch batch = photos.ToDataset(Photos.Reading).Batch(11).Batches().Single();
        Assert.Equal([11, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9], Photos.Values(batch));
        Assert.Null(batch.Y);
        Assert.Equal(1, new ImageFolder(folder.Path, labelled: false, recursive: false).Count);
    }

    [Fact]
    public void A_batch_has_images_and_labels()
    {
        using TemporaryFolder folder = Photos.Ten();
        Batch batch = new ImageFolder(folder.Path).ToDataset(Photos.Reading).Batch(10).Batches().Single();
        Assert.Equal(new TensorSpec([10, 4, 4, 3], DType.UInt8), batch.X.Spec);
        Assert.Equal([0, 0, 0, 0, 0, 0, 1, 1, 1, 1], batch.Y!.ToArray<int>());
        Assert.Equal(Enumerable.Range(0, 10), Photos.Values(batch));
    }

    [Fact]
    public void A_split_is_a_function_of_fraction_and_seed_and_keeps_the_proportions()
    {
        using TemporaryFolder folder = Photos.Ten();
        ImageFolder photos = new(folder.Path);
        (ImageFolder train, ImageFolder validation) = photos.Split(0.5, seed: 3);
        Assert.Equal([3, 2], validation.Labels.GroupBy(label => label).OrderBy(group => group.Key).Select(group => group.Count()));
        Assert.Equal(Files(photos).Order(), Files(train).Concat(Files(validation)).Order());
        Assert.Equal(Files(validation), Files(new ImageFolder(folder.Path).Split(0.5, seed: 3).Validation));
        Assert.NotEqual(Files(validation), Files(photos.Split(0.5, seed: 4).Validation));
        Assert.Equal(photos.Classes, validation.Classes);
        Assert.Equal(5, new ImageFolder(folder.Path, labelled: false).Split(0.5, seed: 3).Train.Count);

        static string[] Files(ImageFolder some) => [.. Enumerable.Range(0, some.Count).Select(some.PathOf)];
    }

    // Row A17 and its siblings: order and bits do not depend on threads.
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Order_and_bits_do_not_depend_on_the_number_of_threads(int parallelism)
    {
        using TemporaryFolder folder = Photos.Ten();
        ImageFolder photos = new(folder.Path);
        for (int epoch = 0; epoch < 2; epoch++)
        {
            int[][] one = [.. Batches(1, epoch)], several = [.. Batches(parallelism, epoch)];
            Assert.Equal(one, several);
            Assert.Equal(Enumerable.Range(0, 10), one.SelectMany(values => values).Order());
        }

        IEnumerable<int[]> Batches(int threads, int epoch) => photos.ToDataset(Photos.Reading, threads).Shuffle(5).Batch(3).Prefetch(2).Batches(epoch).Select(Photos.Values);
    }

    // Row A19: what was read and what is read after a resume are all images, once.
    [Fact]
    public void Reading_resumes_at_any_position()
    {
        using TemporaryFolder folder = Photos.Ten();
        Dataset batches = new ImageFolder(folder.Path).ToDataset(Photos.Reading, 2).Shuffle(5).Batch(3);
        int[][] all = [.. batches.Batches(1).Select(Photos.Values)];
        for (int skip = 0; skip <= all.Length; skip++)
            Assert.Equal(all[skip..], batches.Batches(1, skip).Select(Photos.Values));
        Assert.Equal(Enumerable.Range(0, 10), all.SelectMany(values => values).Order());
    }

    // Row A20.
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_damaged_file_is_skipped_and_reported_or_an_error_that_names_it(int parallelism)
    {
        using TemporaryFolder folder = Photos.Ten();
        string damaged = folder.Of("a", "4.png");
        Photos.Damage(damaged);
        Dataset all = new ImageFolder(folder.Path).ToDataset(Photos.Reading);
        List<string> reported = [];
        Dataset skipping = all.SkipFailures<ImageException>(failure => reported.Add(failure.Message), parallelism).Batch(3);

        Batch[] batches = [.. skipping.Batches()];
        Assert.Equal([[0, 1, 2], [3, 5, 6], [7, 8, 9]], batches.Select(Photos.Values));
        Assert.Equal([0, 0, 1], batches[1].Y!.ToArray<int>());
        Assert.Contains($"Cannot read {damaged}: the file ends before the image does.", Assert.Single(reported), StringComparison.Ordinal);
        for (int skip = 0; skip <= 3; skip++)
            Assert.Equal(batches[skip..].Select(Photos.Values), skipping.Batches(0, skip).Select(Photos.Values));
        Assert.Contains($"Cannot read {damaged}: ", Assert.Throws<DatasetException>(() => all.Batch(3).Batches().Count()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_files_are_found_and_left_out_beforehand()
    {
        using TemporaryFolder folder = Photos.Ten();
        Photos.Damage(folder.Of("a", "4.png"));
        File.WriteAllText(folder.Of("b", "7.png"), "");
        ImageFolder photos = new(folder.Path);
        IReadOnlyList<BadImage> bad = photos.Check(parallelism: 2);
        Assert.Equal([4, 7], bad.Select(image => image.Index));
        Assert.Contains("it is empty", bad[1].Reason, StringComparison.Ordinal);
        ImageFolder good = photos.Without(bad);
        Assert.Equal([[0, 1, 2, 3], [5, 6, 8, 9]], good.ToDataset(Photos.Reading).Batch(4).Batches().Select(Photos.Values));
        Assert.StartsWith("Without: received ", Assert.Throws<ArgumentException>(() => good.Without(bad)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void When_every_file_is_damaged_the_reading_ends()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.Of("a", "1.png"), "x");
        Dataset none = new ImageFolder(folder.Path).ToDataset().SkipFailures<ImageException>();
        Assert.StartsWith("Each of the 1 examples failed; the last: ", Assert.Throws<DatasetException>(() => none.Batches().Count()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_the_failures_that_were_named_are_skipped()
    {
        using TemporaryFolder folder = Photos.Ten();
        Photos.Damage(folder.Of("a", "4.png"));
        Dataset all = new ImageFolder(folder.Path).ToDataset(Photos.Reading);
        Assert.Throws<DatasetException>(() => all.SkipFailures<FormatException>().Batches().Count());
        Assert.StartsWith("SkipFailures: the elements cannot be read by position", Assert.Throws<ArgumentException>(() => all.Batch(2).SkipFailures<ImageException>()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Links_to_files_and_to_classes_are_followed_and_circles_are_not()
    {
        using TemporaryFolder folder = Photos.Ten(), linked = new();
        File.CreateSymbolicLink(linked.Of("a", "link.png"), folder.Of("a", "3.png"));
        Directory.CreateSymbolicLink(linked.Of("b"), folder.Of("b"));
        Directory.CreateSymbolicLink(linked.Of("a", "circle"), linked.Path);
        ImageFolder photos = new(linked.Path);
        Assert.Equal([3, 6, 7, 8, 9], Photos.Values(photos.ToDataset(Photos.Reading).Batch(5).Batches().Single()));
    }

    [Fact]
    public void Wrong_places_are_told()
    {
        using TemporaryFolder folder = Photos.Ten();
        ImageFolder photos = new(folder.Path);
        foreach (int wrong in (int[])[-1, 10, int.MaxValue])
        {
            Assert.StartsWith($"PathOf: received the index {wrong}; the list has 10 images, so expected 0 to 9.", Assert.Throws<ArgumentOutOfRangeException>(() => photos.PathOf(wrong)).Message, StringComparison.Ordinal);
            Assert.StartsWith($"Choose: received the index {wrong}; ", Assert.Throws<ArgumentOutOfRangeException>(() => photos.Choose([0, wrong])).Message, StringComparison.Ordinal);
            Assert.StartsWith("Without: received x, which is not at place ", Assert.Throws<ArgumentException>(() => photos.Without([new BadImage(wrong, "x", "")])).Message, StringComparison.Ordinal);
        }

        Assert.StartsWith("PathOf: received the index 0; the list has no images.", Assert.Throws<ArgumentOutOfRangeException>(() => photos.Choose([]).PathOf(0)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_folders_are_told()
    {
        using TemporaryFolder folder = Photos.Ten();
        Directory.CreateDirectory(folder.Of("c"));
        Directory.CreateDirectory(folder.Of("c", "x"));
        string c = folder.Of("c");
        Assert.Equal($"{c} holds no images: no file ends in .jpg, .jpeg, .png, .webp, .gif, .bmp. Delete the folder if it is no class, or name the classes; a class that is named may be empty. (Parameter 'root')",
            Assert.Throws<ArgumentException>(() => new ImageFolder(folder.Path)).Message);
        Assert.Equal(0, new ImageFolder(folder.Path, classes: ["c", "a"]).Labels.Count(label => label == 0));
        Assert.Equal($"{folder.Path} holds no folder d; it holds a, b, c. (Parameter 'classes')", Assert.Throws<ArgumentException>(() => new ImageFolder(folder.Path, classes: ["d"])).Message);
        Assert.StartsWith("ImageFolder: received the class '../a'; ", Assert.Throws<ArgumentException>(() => new ImageFolder(folder.Path, classes: ["../a"])).Message, StringComparison.Ordinal);
        Assert.Equal("ImageFolder: received the class 'a' twice, as 0 and 2. Name each class once. (Parameter 'classes')", Assert.Throws<ArgumentException>(() => new ImageFolder(folder.Path, classes: ["a", "b", "a"])).Message);
        Assert.StartsWith($"{folder.Of("a")} holds no folders; ", Assert.Throws<ArgumentException>(() => new ImageFolder(folder.Of("a"))).Message, StringComparison.Ordinal);
        Assert.StartsWith($"{c} holds no images: ", Assert.Throws<ArgumentException>(() => new ImageFolder(c, labelled: false)).Message, StringComparison.Ordinal);
        Assert.StartsWith("Received the extension 'png'; ", Assert.Throws<ArgumentException>(() => new ImageFolder(folder.Path, extensions: ["png"])).Message, StringComparison.Ordinal);
        Assert.StartsWith($"Received the folder {folder.Of("none")}; there is no such folder.", Assert.Throws<DirectoryNotFoundException>(() => new ImageFolder(folder.Of("none"))).Message, StringComparison.Ordinal);
        Assert.StartsWith($"Received the folder {folder.Of("a", "1.png")}; it is a file.", Assert.Throws<DirectoryNotFoundException>(() => new ImageFolder(folder.Of("a", "1.png"))).Message, StringComparison.Ordinal);
    }
}
