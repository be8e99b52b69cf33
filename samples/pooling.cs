#:project ../src/Laminet.Zoo/Laminet.Zoo.csproj
// What pooling forgets: how far maps of a shifted image are from those of the image, without pooling, with every second pixel alone, with averages and with maxima.  dotnet run -c Release samples/pooling.cs
using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Zoo.Datasets;

Tensor lecture = Tensor.From(new float[,] { { 1, 3, 5, 3 }, { 4, 2, 3, 1 }, { 3, 1, 1, 3 }, { 0, 1, 0, 4 } }).Reshape([1, 4, 4, 1]);
Console.WriteLine($"max pooling of the lecture's 4 x 4: {string.Join(' ', new MaxPooling2D().Call(lecture).ToArray<float>())}");
Console.WriteLine($"average pooling of it: {string.Join(' ', new AveragePooling2D().Call(lecture).ToArray<float>())}");

// Edges of 500 images, and of the same images one pixel further right.
Tensor images = FashionMnist.Load().TestImages.Slice(0, 500).Cast(DType.Float32) / 255;
Tensor sobel = Tensor.From(new float[,] { { -1, 0, 1 }, { -2, 0, 2 }, { -1, 0, 1 } }).Reshape([3, 3, 1, 1]);
Tensor Edges(Tensor x) => x.Convolution(sobel, padding: Padding.Same).Relu();
Tensor shifted = Tensor.Concatenate([images.Slice(27, 28, axis: 2), images.Slice(0, 27, axis: 2)], 2);

foreach ((string name, Func<Tensor, Tensor> pool) in (ReadOnlySpan<(string, Func<Tensor, Tensor>)>)[
    ("no pooling", x => x), ("every second pixel", x => new MaxPooling2D(1, 2).Call(x)), ("by distance from the centre 4 x 4", x => new DistanceWeightedPooling2D(4).Call(x)),
    ("average 2 x 2", x => new AveragePooling2D().Call(x)), ("maximum 2 x 2", x => new MaxPooling2D().Call(x)),
    ("maximum 4 x 4", x => new MaxPooling2D(4).Call(x)), ("global maximum", x => x.Max([1, 2]))])
{
    Tensor before = pool(Edges(images)), after = pool(Edges(shifted));
    double change = ((after - before).Square().Sum().Sqrt() / before.Square().Sum().Sqrt()).ToDouble();
    double kept = (after - before).Abs().Less(0.02f).Cast(DType.Float32).Mean().ToDouble();
    Console.WriteLine($"{name}: a shift by one pixel changes the map by {change:P0} of its length; {kept:P0} of its numbers stay within 0.02");
}
