using Laminet.Data;
using Laminet.Tensors;
using Laminet.Tests.Shared;
using Laminet.Vision.Datasets;
using Laminet.Vision.Images;
using Laminet.Vision.Tests.Images;

namespace Laminet.Vision.Tests.Datasets;

public class ImageMasksTests
{
    [Fact]
    public void A_mask_has_the_numbers_of_classes_and_goes_the_way_of_the_image()
    {
        using TemporaryFolder folder = new();
        Photos.Write(folder, "images/x.png", 1, 2, 4);
        Image.Write(folder.Of("masks", "x_L.png"), Tensor.From(new byte[] { 0, 6, 6, 0, 6, 6, 0, 0 }, [2, 4, 1]));
        ImageMasks pairs = new(folder.Of("images"), folder.Of("masks"), suffix: "_L");
        Assert.Equal(folder.Of("masks", "x_L.png"), pairs.MaskOf(0));
        Assert.Equal([0, 6, 6, 0, 6, 6, 0, 0], Mask(ImageReading.Default));
        // Nearest, and never between: 0 or 6.
        Assert.Equal([0, 0, 6, 6, 6, 6, 0, 0, 0, 0, 6, 6, 6, 6, 0, 0, 6, 6, 6, 6, 0, 0, 0, 0, 6, 6, 6, 6, 0, 0, 0, 0], Mask(new ImageReading { Size = (4, 8) }));
        Assert.Equal([255, 255, 255, 255, 0, 6, 6, 0, 6, 6, 0, 0, 255, 255, 255, 255], Mask(new ImageReading { Size = (4, 4), Fit = ImageFit.Letterbox }));
        Assert.Equal([6, 6, 6, 0], Mask(new ImageReading { Size = (2, 2), Fit = ImageFit.Cover }));

        int[] Mask(ImageReading reading) => pairs.ToDataset(reading).Batch(1).Batches().Single().Y!.ToArray<int>();
    }

    [Fact]
    public void A_palette_gives_its_places_and_colours_their_classes()
    {
        using TemporaryFolder folder = new();
        Photos.Write(folder, "images/x.png", 1, 6, 7);
        Directory.CreateDirectory(folder.Of("masks"));
        File.WriteAllBytes(folder.Of("masks", "x.png"), Golden.NumberBytes("palette4"));
        int[] expected = Golden.Ints(Golden.Numbers.Single(file => file.GetProperty("name").GetString() == "palette4"), "values");
        Assert.Equal(expected, new ImageMasks(folder.Of("images"), folder.Of("masks")).ToDataset().Batches().Single().Y!.ToArray<int>());

        Photos.Write(folder, "images/x.png", 1, 1, 2);
        Image.Write(folder.Of("masks", "x.png"), Tensor.From(new byte[] { 64, 0, 128, 0, 0, 255 }, [1, 2, 3]));
        (byte, byte, byte)[] colors = [(0, 0, 255), (64, 0, 128)];
        Assert.Equal([1, 0], new ImageMasks(folder.Of("images"), folder.Of("masks"), colors: colors).ToDataset().Batches().Single().Y!.ToArray<int>());
        Assert.Contains("the mask has the colour (0, 0, 255), which belongs to no class", Message(new ImageMasks(folder.Of("images"), folder.Of("masks"), colors: colors[1..])), StringComparison.Ordinal);
        Assert.Contains("the mask has 3 channels; expected 1", Message(new ImageMasks(folder.Of("images"), folder.Of("masks"))), StringComparison.Ordinal);
        Assert.StartsWith("Received the colour (0, 0, 255) for two classes, 0 and 1.", Assert.Throws<ArgumentException>(() => new ImageMasks(folder.Of("images"), folder.Of("masks"), colors: [colors[0], colors[0]])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pairs_that_do_not_fit_are_told()
    {
        using TemporaryFolder folder = new();
        Photos.Write(folder, "images/x.png", 1, 2, 4);
        Directory.CreateDirectory(folder.Of("masks"));
        Assert.Contains($"has no mask {folder.Of("masks", "x.png")}.", Assert.Throws<ArgumentException>(() => new ImageMasks(folder.Of("images"), folder.Of("masks"))).Message, StringComparison.Ordinal);
        Image.Write(folder.Of("masks", "x.png"), Tensor.Zeros([2, 5, 1], DType.UInt8));
        Assert.Contains("the mask has 2 rows and 5 columns, its image ", Message(new ImageMasks(folder.Of("images"), folder.Of("masks"))), StringComparison.Ordinal);
        File.WriteAllBytes(folder.Of("masks", "x.png"), Golden.Bytes("grey.jpg"));
        Assert.StartsWith("MaskOf: received the index 1; ", Assert.Throws<ArgumentOutOfRangeException>(() => new ImageMasks(folder.Of("images"), folder.Of("masks")).MaskOf(1)).Message, StringComparison.Ordinal);
        Assert.Contains("it is no PNG file", Message(new ImageMasks(folder.Of("images"), folder.Of("masks"))), StringComparison.Ordinal);
    }

    [SharedDataFact("data/camvid-half/camvid-half.tar.gz")]
    public void The_masks_of_road_scenes_are_read()
    {
        using TemporaryFolder folder = new();
        Unpacked.Into("data/camvid-half/camvid-half.tar.gz", folder.Path);
        string root = Path.GetDirectoryName(Directory.GetDirectories(folder.Path, "valannot", SearchOption.AllDirectories)[0])!;
        ImageMasks validation = new(Path.Combine(root, "val"), Path.Combine(root, "valannot"));
        Assert.Equal(101, validation.Count);
        int[] numbers = validation.ToDataset(new ImageReading { Size = (90, 120) }, 2).Batch(8).Batches().First().Y!.ToArray<int>();
        Assert.All(numbers, number => Assert.InRange(number, 0, 11));
        Assert.True(numbers.Distinct().Count() > 5);
    }

    private static string Message(ImageMasks masks) => Assert.Throws<DatasetException>(() => masks.ToDataset().Batches().Count()).Message;
}
