using Laminet.Tensors;

namespace Laminet.Zoo.Datasets;

/// <summary>The four files in which MNIST and its like are published.</summary>
internal static class MnistFiles
{
    public const string TrainImages = "train-images-idx3-ubyte";
    public const string TrainLabels = "train-labels-idx1-ubyte";
    public const string TestImages = "t10k-images-idx3-ubyte";
    public const string TestLabels = "t10k-labels-idx1-ubyte";

    /// <summary>The data of a folder that holds the four files, gzipped (.gz) or not.</summary>
    public static ImageDataset Load(DatasetDescription description, string folder)
    {
        return Load(description, name => IdxReader.Read(Find(name)));

        string Find(string name)
        {
            string plain = Path.Combine(folder, name), packed = plain + ".gz";
            return File.Exists(plain) ? plain
                : File.Exists(packed) ? packed
                : throw new FileNotFoundException($"{description.Title}: received the folder '{folder}', which has neither {name} nor {name}.gz. {description.HowToGet}", plain);
        }
    }

    /// <summary>The data, each file read by its usual name.</summary>
    public static ImageDataset Load(DatasetDescription description, Func<string, Tensor> read)
    {
        (Tensor trainImages, Tensor trainLabels) = Part(description, TrainImages, TrainLabels, read);
        (Tensor testImages, Tensor testLabels) = Part(description, TestImages, TestLabels, read);
        return trainImages.Shape.With(0, 1) == testImages.Shape.With(0, 1)
            ? new ImageDataset
            {
                Description = description,
                TrainImages = trainImages,
                TrainLabels = trainLabels,
                TestImages = testImages,
                TestLabels = testLabels,
            }
            : throw new InvalidDataException($"{description.Title}: received training images of shape {trainImages.Shape} and test images of {testImages.Shape}; "
                + "all images have one size. Files of different data sets were mixed; fetch them again.");
    }

    private static (Tensor Images, Tensor Labels) Part(DatasetDescription description, string imageFile, string labelFile, Func<string, Tensor> read)
    {
        Tensor images = read(imageFile), labels = read(labelFile);
        if (images.Rank != 3 || images.DType != DType.UInt8)
            throw new InvalidDataException($"{description.Title}, {imageFile}: received {images.Spec}; expected UInt8 (images, height, width). Fetch the file again.");
        if (labels.Rank != 1 || labels.DType != DType.UInt8)
            throw new InvalidDataException($"{description.Title}, {labelFile}: received {labels.Spec}; expected UInt8 (images,). Fetch the file again.");
        if (images.Shape[0] != labels.Shape[0])
        {
            throw new InvalidDataException($"{description.Title}: received {images.Shape[0]} images in {imageFile} and {labels.Shape[0]} labels in {labelFile}; "
                + "the numbers must be equal. One of the files belongs to another data set; fetch both again.");
        }

        int largest = labels.ToArray<byte>().Max();
        if (largest >= description.ClassNames.Count)
        {
            throw new InvalidDataException($"{description.Title}, {labelFile}: received the label {largest}; the classes are 0 to {description.ClassNames.Count - 1}. "
                + "The file belongs to another data set or is damaged.");
        }

        return (images.ExpandDims(-1), labels.Cast(DType.Int32));
    }
}
