namespace Laminet.Zoo.Datasets;

/// <summary>
/// MNIST: 60,000 + 10,000 handwritten digits, 28 x 28 grey (LeCun, Bottou, Bengio, Haffner, "Gradient-based learning applied to
/// document recognition", Proceedings of the IEEE, 1998).
/// </summary>
public static class Mnist
{
    /// <summary>What it is, and how to have it.</summary>
    public static DatasetDescription Description { get; } = new()
    {
        Name = "mnist",
        Title = "MNIST",
        Summary = "Handwritten digits: 60,000 training and 10,000 test images, 28 x 28 grey.",
        ClassNames = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
        Licence = "usually quoted as CC BY-SA 3.0; ask upstream before you pass it on",
        Source = "Yann LeCun, Corinna Cortes, Christopher J. C. Burges: The MNIST database of handwritten digits, http://yann.lecun.com/exdb/mnist/",
        HowToGet = "Put train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte (with or without .gz) "
            + "into a folder and name it.",
        IsEmbedded = false,
        Loader = folder => Load(folder!),
    };

    /// <summary>Loads the data from a folder that holds the four files under their usual names, gzipped (.gz) or not.</summary>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    public static ImageDataset Load(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        return MnistFiles.Load(Description, folder);
    }
}
