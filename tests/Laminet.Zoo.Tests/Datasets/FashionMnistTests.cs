using System.Security.Cryptography;
using Laminet.Tensors;
using Laminet.Zoo.Datasets;

namespace Laminet.Zoo.Tests.Datasets;

public class FashionMnistTests
{
    private static readonly Lazy<ImageDataset> Embedded = new(FashionMnist.Load);

    [Fact]
    public void The_embedded_part_has_its_shapes_and_types()
    {
        ImageDataset data = Embedded.Value;
        Assert.Equal(new TensorSpec([10_000, 28, 28, 1], DType.UInt8), data.TrainImages.Spec);
        Assert.Equal(new TensorSpec([2_000, 28, 28, 1], DType.UInt8), data.TestImages.Spec);
        Assert.Equal(new TensorSpec([10_000], DType.Int32), data.TrainLabels.Spec);
        Assert.Equal(new TensorSpec([2_000], DType.Int32), data.TestLabels.Spec);
        Assert.Equal("Fashion-MNIST: 10000 + 2000 images (28, 28, 1), 10 classes", data.ToString());
    }

    [Fact]
    public void The_embedded_part_is_the_head_of_the_published_files()
    {
        // Sums of the first 10,000 and 2,000 images of the full files without their headers.
        Assert.Equal("2929ae1c7b89e0ee6587bbe4911fd5f0a5dafe21ae6ed9b737173cbfe20c12c9", Sum(Embedded.Value.TrainImages));
        Assert.Equal("09bbac78738f0229a68f7ca74e62665d7fb34f45ea7a3509ab5c4a202c1370de", Sum(Embedded.Value.TestImages));
        Assert.Equal([9, 0, 0, 3, 0, 2, 7, 2, 5, 5], Embedded.Value.TrainLabels.ToArray<int>()[..10]);
    }

    [Fact]
    public void The_classes_are_balanced()
    {
        Assert.Equal([942, 1027, 1016, 1019, 974, 989, 1021, 1022, 990, 1000], Count(Embedded.Value.TrainLabels));
        Assert.Equal([200, 203, 214, 190, 219, 195, 197, 200, 194, 188], Count(Embedded.Value.TestLabels));
        Assert.Equal(10, Embedded.Value.ClassNames.Count);
    }

    [Theory, InlineData(true), InlineData(false)]
    public void A_folder_is_read_packed_or_not(bool gzip)
    {
        using TemporaryFolder folder = new();
        IdxBytes.WriteFolder(folder.Path, gzip);
        ImageDataset data = FashionMnist.Load(folder.Path);
        Assert.Equal([3, 2, 2, 1], data.TrainImages.Shape);
        Assert.Equal([0, 1, 2], data.TrainLabels.ToArray<int>());
        Assert.Equal<byte>([4, 5, 6, 7], data.TrainImages.At(1).ToArray<byte>());
    }

    [Fact]
    public void A_missing_file_is_told_with_the_way_to_get_it()
    {
        using TemporaryFolder folder = new();
        string message = Assert.Throws<FileNotFoundException>(() => FashionMnist.Load(folder.Path)).Message;
        Assert.StartsWith($"Fashion-MNIST: received the folder '{folder.Path}', which has neither train-images-idx3-ubyte nor train-images-idx3-ubyte.gz.", message, StringComparison.Ordinal);
        Assert.Contains("FashionMnist.DownloadAsync", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_do_not_belong_together_are_told()
    {
        Assert.Contains("received 3 images in train-images-idx3-ubyte and 2 labels in train-labels-idx1-ubyte", Broken("train-labels-idx1-ubyte", IdxBytes.Of(8, [2], 0, 0)), StringComparison.Ordinal);
        Assert.Contains("received the label 10; the classes are 0 to 9", Broken("train-labels-idx1-ubyte", IdxBytes.Of(8, [3], 0, 10, 0)), StringComparison.Ordinal);
        Assert.Contains("received UInt8 (3,); expected UInt8 (images, height, width)", Broken("train-images-idx3-ubyte", IdxBytes.Of(8, [3], 0, 0, 0)), StringComparison.Ordinal);
        Assert.Contains("received UInt8 (3, 1); expected UInt8 (images,)", Broken("train-labels-idx1-ubyte", IdxBytes.Of(8, [3, 1], 0, 0, 0)), StringComparison.Ordinal);
        Assert.Contains("all images have one size", Broken("t10k-images-idx3-ubyte", IdxBytes.Of(8, [2, 1, 2], 0, 0, 0, 0)), StringComparison.Ordinal);
    }

    private static string Broken(string name, byte[] content)
    {
        using TemporaryFolder folder = new();
        IdxBytes.WriteFolder(folder.Path, gzip: false);
        File.WriteAllBytes(folder[name], content);
        return Assert.Throws<InvalidDataException>(() => FashionMnist.Load(folder.Path)).Message;
    }

    private static int[] Count(Tensor labels)
    {
        int[] counts = new int[10];
        foreach (int label in labels.ToArray<int>())
            counts[label]++;
        return counts;
    }

    private static string Sum(Tensor images) => Convert.ToHexStringLower(SHA256.HashData(images.ToArray<byte>()));
}
