namespace Laminet.Tensors.Tests;

/// <summary>The lecture's worked examples, with its numbers.</summary>
public class WorkedExampleTests
{
    private static readonly float[,] Pooled = { { 1, 3, 5, 3 }, { 4, 2, 3, 1 }, { 3, 1, 1, 3 }, { 0, 1, 0, 4 } };

    [Fact]
    public void A_kernel_on_an_image()
    {
        Tensor image = Image(new float[,] { { 1, 1, 1, 0, 0 }, { 0, 1, 1, 1, 0 }, { 0, 0, 1, 1, 1 }, { 0, 0, 1, 1, 0 }, { 0, 1, 1, 0, 0 } });
        Tensor kernel = Kernel(new float[,] { { 1, 0, 1 }, { 0, 1, 0 }, { 1, 0, 1 } });
        Tensor map = image.Convolution(kernel);
        Assert.Equal(new Shape(1, 3, 3, 1), map.Shape);
        Assert.Equal([4f, 3, 4, 2, 4, 3, 2, 3, 4], map.ToArray<float>());
    }

    [Fact]
    public void A_kernel_of_letters()
    {
        // Each letter is a prime: a product of two tells which two letters met, and no two sums of four are equal by accident.
        int[] primes = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 1009, 2003, 3001, 4001];
        double Letter(char letter) => letter >= 'w' ? primes[16 + letter - 'w'] : primes[letter - 'a'];
        Tensor image = Tensor.From([.. "abcdefghijklmnop".Select(Letter)], [1, 4, 4, 1]);
        Tensor kernel = Tensor.From([.. "wxyz".Select(Letter)], [2, 2, 1, 1]);
        string[] expected =
        [
            "aw+bx+ey+fz", "bw+cx+fy+gz", "cw+dx+gy+hz",
            "ew+fx+iy+jz", "fw+gx+jy+kz", "gw+hx+ky+lz",
            "iw+jx+my+nz", "jw+kx+ny+oz", "kw+lx+oy+pz",
        ];
        Assert.Equal(expected.Select(sum => sum.Split('+').Sum(product => Letter(product[0]) * Letter(product[1]))),
            image.Convolution(kernel).ToArray<double>());
    }

    [Fact]
    public void Max_pooling_two_by_two() => Assert.Equal([4f, 5, 3, 4], Image(Pooled).MaxPool((2, 2), (2, 2)).ToArray<float>());

    [Fact]
    public void Max_pooling_three_by_three_by_single_steps()
    {
        Tensor image = Image(new float[,] { { 3, 3, 2, 1, 0 }, { 0, 0, 1, 3, 1 }, { 3, 1, 2, 2, 3 }, { 2, 0, 0, 2, 2 }, { 2, 0, 0, 0, 1 } });
        Assert.Equal([3f, 3, 3, 3, 3, 3, 3, 2, 3], image.MaxPool((3, 3), (1, 1)).ToArray<float>());
    }

    [Fact]
    public void Average_pooling_two_by_two() => Assert.Equal([2.5f, 3, 1.25f, 2], Image(Pooled).AveragePool((2, 2), (2, 2)).ToArray<float>());

    [Fact]
    public void Convolution_is_equivariant_to_translation()
    {
        Tensor kernel = new RandomKey(1).Normal([3, 3, 2, 4], dtype: DType.Float64);
        Tensor small = new RandomKey(2).Normal([1, 5, 5, 2], dtype: DType.Float64);
        Tensor map = small.Pad([(0, 0), (4, 7), (4, 7), (0, 0)]).Convolution(kernel);
        foreach ((int down, int right) in ((int, int)[])[(1, 0), (0, 3), (3, 2), (-2, -1)])
        {
            // The image moved, then convolved, is the map moved.
            Tensor moved = small.Pad([(0, 0), (4 + down, 7 - down), (4 + right, 7 - right), (0, 0)]).Convolution(kernel);
            Tensor expected = map.Pad([(0, 0), (4 + down, 4 - down), (4 + right, 4 - right), (0, 0)]).Slice(4, 18, 1, 1).Slice(4, 18, 1, 2);
            Assert.Equal(expected.ToArray<double>(), moved.ToArray<double>(), (x, y) => Math.Abs(x - y) < 1e-12);
        }
    }

    [Fact]
    public void Max_pooling_is_invariant_to_small_translations()
    {
        // One bright spot per window, moved within its window.
        Tensor image = Tensor.Zeros([1, 6, 6, 1]);
        for (int row = 0; row < 3; row++)
        {
            for (int column = 0; column < 3; column++)
            {
                Tensor spots = Tensor.Ones([1, 1, 1, 1]).Pad([(0, 0), (row, 2 - row), (column, 2 - column), (0, 0)]);
                float[] map = (image + Tensor.Concatenate([Tensor.Concatenate([spots, spots * 2], 1), Tensor.Concatenate([spots * 3, spots * 4], 1)], 2))
                    .MaxPool((3, 3)).ToArray<float>();
                Assert.Equal([1f, 3, 2, 4], map);
            }
        }
    }

    [Fact]
    public void Convolution_is_multiplication_by_a_matrix_with_equal_entries()
    {
        double[] weights = [2, 3, 5, 7];
        Tensor image = new RandomKey(3).Normal([1, 4, 4, 1], dtype: DType.Float64);
        // Row (i, j) of the matrix holds the kernel at the pixels its window covers.
        double[,] matrix = new double[9, 16];
        for (int row = 0; row < 9; row++)
        {
            for (int cell = 0; cell < 4; cell++)
                matrix[row, (((row / 3) + (cell / 2)) * 4) + (row % 3) + (cell % 2)] = weights[cell];
        }

        double[] product = Tensor.From(matrix).MatMul(image.Reshape(16, 1)).ToArray<double>();
        Assert.Equal(product, image.Convolution(Tensor.From(weights, [2, 2, 1, 1])).ToArray<double>(), (x, y) => Math.Abs(x - y) < 1e-12);
        // Many entries, few different ones: shared weights.
        Assert.Equal([0.0, 2, 3, 5, 7], matrix.Cast<double>().Distinct().Order());
    }

    private static Tensor Image(float[,] pixels) => Tensor.From(pixels).ExpandDims(0).ExpandDims(-1);

    private static Tensor Kernel(float[,] weights) => Tensor.From(weights).ExpandDims(-1).ExpandDims(-1);
}
