#:project ../src/Laminet.Zoo/Laminet.Zoo.csproj
// Classical filters as fixed kernels of a convolution: Laplacian, edge enhancement, blur, and vertical and horizontal edges.  dotnet run -c Release samples/filters.cs
using Laminet.Tensors;
using Laminet.Zoo.Datasets;

ImageDataset data = FashionMnist.Load();
int number = args.Length > 0 ? int.Parse(args[0]) : 0;
Tensor picture = data.TestImages.Slice(number, number + 1).Cast(DType.Float32) / 255;
Console.WriteLine($"test image {number}: {data.ClassNames[data.TestLabels.At(number).Item<int>()]}");
Show("as it is", picture);
Show("Laplacian", Filtered(0, 1, 0, 1, -4, 1, 0, 1, 0).Abs());
Show("edges enhanced", Filtered(0, -1, 0, -1, 5, -1, 0, -1, 0));
Show("blurred", Filtered(1, 2, 1, 2, 4, 2, 1, 2, 1) / 16);
Show("vertical edges (Sobel)", Filtered(-1, 0, 1, -2, 0, 2, -1, 0, 1).Abs());

// A Laplacian is blind to a plane and answers a bump.
Tensor plane = (Tensor.Range(0, 7, DType.Float32).Reshape([1, 7, 1, 1]) * 2) + Tensor.Range(0, 7, DType.Float32).Reshape([1, 1, 7, 1]);
Console.WriteLine($"Laplacian of a plane: at most {plane.Convolution(Kernel(0, 1, 0, 1, -4, 1, 0, 1, 0)).Abs().Max().ToDouble()}");

Tensor Filtered(params float[] weights) => picture.Convolution(Kernel(weights), padding: Padding.Same);

static Tensor Kernel(params float[] weights) => Tensor.From(weights, [3, 3, 1, 1]);

static void Show(string name, Tensor image)
{
    const string Shades = " .:-=+*#%@";
    float[] pixels = image.Clip(0, 1).ToArray<float>();
    Console.WriteLine($"--- {name} ---");
    // Every second row: letters are twice as high as wide.
    for (int row = 0; row < 28; row += 2)
        Console.WriteLine(string.Concat(Enumerable.Range(0, 28).Select(column => Shades[(int)(pixels[(28 * row) + column] * (Shades.Length - 0.01f))])));
}
