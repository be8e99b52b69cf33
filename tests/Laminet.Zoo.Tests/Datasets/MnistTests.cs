using Laminet.Tensors;
using Laminet.Tests.Shared;
using Laminet.Zoo.Datasets;

namespace Laminet.Zoo.Tests.Datasets;

public class MnistTests
{
    [SharedDataFact("data/mnist")]
    public void The_real_files_have_their_counts()
    {
        ImageDataset data = Mnist.Load(SharedDataFactAttribute.Find("data/mnist")!);
        Assert.Equal(new TensorSpec([60_000, 28, 28, 1], DType.UInt8), data.TrainImages.Spec);
        Assert.Equal(new TensorSpec([10_000, 28, 28, 1], DType.UInt8), data.TestImages.Spec);
        Assert.Equal([5, 0, 4, 1, 9, 2, 1, 3, 1, 4], data.TrainLabels.ToArray<int>()[..10]);
        Assert.Equal([7, 2, 1, 0, 4, 1, 4, 9, 5, 9], data.TestLabels.ToArray<int>()[..10]);
        // The published mean of the training pixels.
        Assert.Equal(0.1307, data.TrainImages.ToArray<byte>().Average(pixel => (double)pixel) / 255, 4);
    }

    [Fact]
    public void A_folder_of_the_same_format_is_read()
    {
        using TemporaryFolder folder = new();
        IdxBytes.WriteFolder(folder.Path, gzip: true);
        Assert.Equal("MNIST: 3 + 2 images (2, 2, 1), 10 classes", Mnist.Load(folder.Path).ToString());
    }
}
