#:project ../src/Laminet/Laminet.csproj
// A convolution is a product with a sparse matrix of equal entries; the lecture's examples, strides, padding, the parameters of feature maps, and equivariance to shifts.  dotnet run -c Release samples/convolution_matrix.cs
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;

Tensor image = Tensor.From(new float[,] { { 1, 1, 1, 0, 0 }, { 0, 1, 1, 1, 0 }, { 0, 0, 1, 1, 1 }, { 0, 0, 1, 1, 0 }, { 0, 1, 1, 0, 0 } });
Tensor kernel = Tensor.From(new float[,] { { 1, 0, 1 }, { 0, 1, 0 }, { 1, 0, 1 } });
Tensor Convolved(Tensor x) => x.Reshape([1, x.Shape[0], x.Shape[1], 1]).Convolution(kernel.Reshape([3, 3, 1, 1])).Reshape([x.Shape[0] - 2, x.Shape[1] - 2]);

Tensor map = Convolved(image);
Console.WriteLine($"feature map: {Rows(map)}");
Tensor whole = image.Reshape([1, 5, 5, 1]), filter = kernel.Reshape([3, 3, 1, 1]);
Console.WriteLine($"with stride 2: {Rows(whole.Convolution(filter, strides: (2, 2)).Reshape([2, 2]))}");
Console.WriteLine($"with zeros around the image: {Rows(whole.Convolution(filter, padding: Padding.Same).Reshape([5, 5]))}");

// Several kernels give as many maps. Kernels of 2 x 2 have 4 weights a map, whatever the size of the image; a dense layer on a photograph has hundreds of millions.
foreach (int maps in (int[])[1, 100])
    Console.WriteLine($"{maps} maps by kernels of 2 x 2: {Weights(new Conv2D(maps, 2, useBias: false), [400, 400, 1])} parameters");
foreach (int units in (int[])[1000, 480_000])
    Console.WriteLine($"400 x 400 x 3 to {units}, dense: {Weights(new Dense(units), [480_000])} parameters");
long Weights(Layer layer, Shape example) => new Sequential(new Input(example), layer).ParameterCount;

// The matrix: row (i, j) holds the kernel's nine weights where they meet the image, and zeros elsewhere.
float[] weights = kernel.ToArray<float>();
float[,] entries = new float[9, 25];
for (int i = 0; i < 3; i++)
{
    for (int j = 0; j < 3; j++)
    {
        for (int m = 0; m < 3; m++)
        {
            for (int n = 0; n < 3; n++)
                entries[(3 * i) + j, (5 * (i + m)) + j + n] = weights[(3 * m) + n];
        }
    }
}

Tensor matrix = Tensor.From(entries), product = matrix.MatMul(image.Reshape([25, 1])).Reshape([3, 3]);
Console.WriteLine($"matrix times image: {Rows(product)}");
Console.WriteLine($"largest difference {(product - map).Abs().Max().ToDouble()}");
double used = matrix.NotEqual(0).Cast(DType.Float32).Sum().ToDouble();
Console.WriteLine($"sparse interactions: {used} of {matrix.Length} entries are not zero; parameter sharing: they have {kernel.Length} parameters in all");

// Shifted input, shifted output: equivariance.
Tensor wide = new RandomKey(1).Uniform([9, 9]), shifted = Tensor.Concatenate([wide.Slice(8, 9), wide.Slice(0, 8)], 0);
Console.WriteLine($"shift then convolve against convolve then shift: largest difference {(Convolved(shifted).Slice(1) - Convolved(wide).Slice(0, 6)).Abs().Max().ToDouble()}");

static string Rows(Tensor table) => string.Join(" / ", Enumerable.Range(0, table.Shape[0]).Select(row => string.Join(' ', table.At(row).ToArray<float>())));
