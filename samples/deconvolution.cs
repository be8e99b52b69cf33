#:project ../src/Laminet.Zoo/Laminet.Zoo.csproj
#:project ../src/Laminet.Vision/Laminet.Vision.csproj
// What excites the features of the course's convnet, projected back to pixels by a deconvolutional network.  dotnet run -c Release samples/deconvolution.cs
// (Zeiler and Fergus, "Visualizing and understanding convolutional networks", 2013.)
// Arguments: images to learn from; epochs; a folder for the pictures; a folder with MNIST's files instead of Fashion-MNIST.
using Laminet.Tensors;
using Laminet.Training;
using Laminet.Training.Callbacks;
using Laminet.Vision.Images;
using Laminet.Vision.Seeing;
using Laminet.Zoo.Datasets;
using Laminet.Zoo.Models;

int count = args.Length > 0 ? int.Parse(args[0]) : 5000, epochs = args.Length > 1 ? int.Parse(args[1]) : 3;
string folder = Directory.CreateDirectory(args.Length > 2 ? args[2] : "deconvolution").FullName;
ImageDataset data = args.Length > 3 ? Mnist.Load(args[3]) : FashionMnist.Load();
Sequential model = CourseConvnet.Create([28, 28, 1], seed: 0);
model.Compile("adam", "sparse_categorical_crossentropy", ["accuracy"]);
model.Fit(data.TrainImages.Slice(0, count), data.TrainLabels.Slice(0, count), batchSize: 128, epochs: epochs, callbacks: [new ProgressBar()]);
Console.WriteLine($"test accuracy {model.Evaluate(data.TestImages, data.TestLabels)["accuracy"]:F4}");

// How much of an image a layer's maps give back, with the maxima's switches and without.
foreach (string layer in (string[])["max_pooling2d", "max_pooling2d_1"])
{
    DeconvolutionalNetwork back = new(model, layer);
    Tensor[] images = [.. Enumerable.Range(0, 100).Select(number => data.TestImages.At(number).Cast(DType.Float32))];
    double with = images.Average(image => Lost(back.Reconstruct(image), image)), without = images.Average(image => Lost(back.Reconstruct(image, switches: false), image));
    Console.WriteLine($"{layer}: of the pixels' squares {with:F3} are lost with switches, {without:F3} without");
}

// The features of the second convolution that react most; for each the four test images that excite it most, and what in them does.
const int Features = 10, Best = 4, Searched = 1000;
DeconvolutionalNetwork second = new(model, "conv2d_1");
Tensor searched = data.TestImages.Slice(0, Searched), peaks = new Model(model.Inputs, model.GetLayer("conv2d_1").Output).Predict(searched).Max([1, 2]);
int[] channels = peaks.Max(0).TopK(Features).Indices.Cast(DType.Int32).ToArray<int>();
List<Tensor> rows = [];
foreach (int channel in channels)
{
    List<Tensor> row = [];
    foreach (int number in peaks.At(channel, axis: 1).TopK(Best).Indices.Cast(DType.Int32).ToArray<int>())
    {
        Tensor pattern = second.Project(searched.At(number), channel);
        row.AddRange([searched.At(number).Cast(DType.Float32), 128 + (127 * pattern / pattern.Abs().Max())]);
    }

    rows.Add(Tensor.Concatenate([.. row], 1));
}

Image.Write(Path.Combine(folder, "deconvolution.png"), Enlarged(Tensor.Concatenate([.. rows], 0)));
Console.WriteLine($"pictures in {folder}");

// What is left of the image, as a share of its squares, where the projection has the best factor: of that, it says nothing.
static double Lost(Tensor projection, Tensor image)
{
    double both = (projection * image).Sum().ToDouble();
    return 1 - (both * both / (projection.Square().Sum().ToDouble() * image.Square().Sum().ToDouble()));
}

static Tensor Enlarged(Tensor image) =>
    image.Clip(0.0, 255.0).Reshape([image.Shape[0], 1, image.Shape[1], 1]).BroadcastTo([image.Shape[0], 2, image.Shape[1], 2]).Reshape([image.Shape[0] * 2, -1, 1]).Cast(DType.UInt8);
