using Laminet.Tensors;
using Laminet.Zoo.Datasets;
using Laminet.Zoo.Models;

namespace Laminet.Zoo.Tests.Models;

/// <summary>The neocognitron against Fukushima's equations written as loops, and that it learns.</summary>
public class NeocognitronTests
{
    private const int Side = 3, Inputs = 2, Height = 5, Width = 6;

    // Equations 3 to 6 of the paper of 2003, cell by cell in double precision; the maps end with zeros.
    [Theory]
    [InlineData(0.5)]
    [InlineData(0.8)]
    public void S_cells_answer_by_the_paper_s_equations(double threshold)
    {
        SimpleCells cells = new(Side, Inputs, threshold);
        float[][] lessons = [Numbers(1, Side * Side * Inputs), Numbers(2, Side * Side * Inputs), Numbers(3, Side * Side * Inputs)];
        // The second plane learns twice.
        cells.Learn(0, lessons[0]);
        cells.Learn(1, lessons[1]);
        cells.Learn(1, lessons[2]);
        float[] maps = Numbers(4, Height * Width * Inputs), answers = cells.Answer(Tensor.From(maps, [1, Height, Width, Inputs]), Padding.Same).ToArray<float>();
        double[] falling = [.. Enumerable.Range(0, Side * Side * Inputs).Select(i => Math.Exp(-(Squared(i / Inputs / Side) + Squared(i / Inputs % Side)) / (2 * 1.5 * 1.5)))];
        falling = [.. falling.Select(weight => weight / falling.Sum())];
        int answered = 0;
        for (int i = 0; i < answers.Length; i++)
        {
            (int plane, int row, int column) = (i % 2, i / 2 / Width, i / 2 % Width);
            (double excitation, double strength, double square) = (0, 0, 0);
            for (int k = 0; k < falling.Length; k++)
            {
                (int y, int x) = (row + (k / Inputs / Side) - 1, column + (k / Inputs % Side) - 1);
                double seen = y is >= 0 and < Height && x is >= 0 and < Width ? maps[(((y * Width) + x) * Inputs) + (k % Inputs)] : 0;
                double a = 100_000 * falling[k] * (plane == 0 ? lessons[0][k] : lessons[1][k] + (double)lessons[2][k]);
                excitation += a * seen;
                strength += falling[k] * seen * seen;
                square += a * a / falling[k];
            }

            double expected = threshold / (1 - threshold) * Math.Max(0, ((1 + excitation) / (1 + (threshold * Math.Sqrt(square) * Math.Sqrt(strength)))) - 1);
            Assert.Equal(expected, answers[i], 1e-4);
            answered += expected > 0 ? 1 : 0;
        }

        Assert.InRange(answered, 1, answers.Length);

        static double Squared(int place) => (place - 1) * (place - 1);
    }

    [Fact]
    public void A_pattern_is_as_similar_to_itself_as_can_be_however_bright_it_is()
    {
        SimpleCells cells = new(Side, Inputs, 0.7);
        float[] pattern = Numbers(5, Side * Side * Inputs);
        cells.Learn(0, pattern);
        foreach (float brightness in (ReadOnlySpan<float>)[0.01f, 1, 50])
            Assert.Equal(1, cells.Compare([.. pattern.Select(x => brightness * x)])[0], 1e-5f);

        Assert.InRange(cells.Compare(Numbers(6, pattern.Length))[0], 0.3, 0.98);
        Assert.Equal([0f], cells.Compare(new float[pattern.Length]));
    }

    // Chance is 0.1. Shifted by three pixels it knows more than half of what it knew.
    [Fact]
    public void Learns_clothes_and_knows_them_shifted()
    {
        ImageDataset data = FashionMnist.Load();
        Tensor tests = data.TestImages.Slice(0, 300), truth = data.TestLabels.Slice(0, 300).Cast(DType.Int32);
        Neocognitron network = new() { Lessons = 300 };
        network.Fit(data.TrainImages.Slice(0, 800), data.TrainLabels.Slice(0, 800));
        Assert.Equal([16, 100, 200], network.Planes.Take(3));
        double upright = Share(tests), shifted = Share(tests.Slice(0, 25, axis: 2).Pad([(0, 0), (0, 0), (3, 0), (0, 0)]));
        Assert.True(upright > 0.55 && shifted > upright / 2, $"accuracy {upright}, shifted {shifted}");

        double Share(Tensor images) => network.Predict(images).Equal(truth).Cast(DType.Float32).Mean().ToDouble();
    }

    [Fact]
    public void The_same_images_give_the_same_network_again()
    {
        ImageDataset data = FashionMnist.Load();
        Tensor images = data.TrainImages.Slice(0, 100), labels = data.TrainLabels.Slice(0, 100);
        Neocognitron one = new(), other = new();
        one.Fit(images, labels);
        other.Fit(data.TrainImages.Slice(100, 200), data.TrainLabels.Slice(100, 200));
        other.Fit(images, labels);
        Assert.Equal(one.Planes, other.Planes);
        Assert.Equal(one.Predict(images).ToArray<int>(), other.Predict(images.Squeeze(-1)).ToArray<int>());
    }

    // Bars apart from each other have no pattern in common.
    [Fact]
    public void There_are_never_more_planes_than_allowed()
    {
        byte[] pixels = new byte[40 * 784];
        for (int image = 0; image < 40; image++)
        {
            for (int i = 4; i < 24; i++)
                pixels[(image * 784) + (image % 2 == 0 ? (i * 28) + 4 + (image / 2) : ((4 + (image / 2)) * 28) + i)] = 255;
        }

        Neocognitron network = new() { MostPlanes = [1, 1] };
        network.Fit(Tensor.From(pixels, [40, 28, 28, 1]), Tensor.Range(0, 40, DType.Int32).Mod(2).Cast(DType.Int32));
        Assert.Equal([16, 1, 1], network.Planes.Take(3));
    }

    [Fact]
    public void Wrong_use_is_an_error_that_says_what_is_expected()
    {
        Tensor images = Tensor.Zeros([2, 28, 28, 1]), labels = Tensor.From([0, 1]);
        Assert.Contains("call Fit first", Assert.Throws<InvalidOperationException>(() => new Neocognitron().Predict(images)).Message, StringComparison.Ordinal);
        Assert.Contains("received images of shape (2, 8, 8, 1)", Assert.Throws<ArgumentException>(() => new Neocognitron().Fit(Tensor.Zeros([2, 8, 8, 1]), labels)).Message, StringComparison.Ordinal);
        Assert.Contains("received images of shape (2, 28, 28, 3)", Assert.Throws<ArgumentException>(() => new Neocognitron().Fit(Tensor.Zeros([2, 28, 28, 3]), labels)).Message, StringComparison.Ordinal);
        Assert.Contains("expected one integer for each", Assert.Throws<ArgumentException>(() => new Neocognitron().Fit(images, Tensor.From([0f, 1f]))).Message, StringComparison.Ordinal);
        Assert.Contains("expected one integer for each", Assert.Throws<ArgumentException>(() => new Neocognitron().Fit(images, Tensor.From([0, 1, 2]))).Message, StringComparison.Ordinal);
        Assert.Contains("a label below 0", Assert.Throws<ArgumentException>(() => new Neocognitron().Fit(images, Tensor.From([0, -1]))).Message, StringComparison.Ordinal);
        Assert.ThrowsAny<ArgumentException>(() => new Neocognitron { Thresholds = [0.5, 0.5, 1, 0.5] });
        Assert.ThrowsAny<ArgumentException>(() => new Neocognitron { Lessons = 0 });
        Assert.Contains("NaN or infinity", Assert.Throws<ArgumentException>(() => new Neocognitron().Fit(Tensor.Full([2, 28, 28, 1], double.NaN), labels)).Message, StringComparison.Ordinal);
        // A fit that fails leaves what was learned.
        ImageDataset data = FashionMnist.Load();
        Neocognitron network = new();
        network.Fit(data.TrainImages.Slice(0, 20), data.TrainLabels.Slice(0, 20));
        int[] before = network.Predict(data.TestImages.Slice(0, 20)).ToArray<int>();
        Assert.Contains("layer 1 answers nothing in the first 2 images", Assert.Throws<ArgumentException>(() => network.Fit(images, labels)).Message, StringComparison.Ordinal);
        Assert.Equal(before, network.Predict(data.TestImages.Slice(0, 20)).ToArray<int>());
        Assert.Contains("the size it learned", Assert.Throws<ArgumentException>(() => network.Predict(Tensor.Zeros([1, 20, 28, 1]))).Message, StringComparison.Ordinal);
    }

    private static float[] Numbers(ulong seed, int count) => new RandomKey(seed).Uniform([count]).ToArray<float>();
}
