using Laminet.Tensors;
using Laminet.Zoo.Tasks;

namespace Laminet.Zoo.Tests.Tasks;

public class ClassifierScoreTests
{
    [Fact]
    public void It_is_the_exponential_of_the_mean_divergence()
    {
        // Both classes alike often, each image 0.9 sure: ln 2 less the entropy of (0.9, 0.1).
        double expected = Math.Exp(Math.Log(2) + (0.9 * Math.Log(0.9)) + (0.1 * Math.Log(0.1)));
        Assert.Equal(expected, ClassifierScore.Of(Tensor.From(new double[] { 0.9, 0.1, 0.1, 0.9 }, [2, 2])), 1e-12);
        Tensor sure = Tensor.From([.. Enumerable.Range(0, 30).Select(i => i % 10)], [30]).OneHot(10);
        Assert.Equal(10, ClassifierScore.Of(sure), 1e-9);
        Assert.Equal(1, ClassifierScore.Of(Tensor.Full([5, 4], 0.25)), 1e-12);
        Assert.Equal(1, ClassifierScore.Of(sure.Slice(0, 1)), 1e-12);
    }

    [Fact]
    public void Shares_count_the_most_probable_class() => Assert.Equal([0.5, 0.25, 0.25], ClassifierScore.Shares(Tensor.From(new double[] { 0.6, 0.4, 0, 0, 1, 0, 0.1, 0.2, 0.7, 0.9, 0.1, 0 }, [4, 3])));

    [Fact]
    public void Other_numbers_are_refused()
    {
        Assert.Contains("received probabilities of shape (3,)", Assert.Throws<ShapeException>(() => ClassifierScore.Of(Tensor.From(0.2, 0.3, 0.5))).Message);
        foreach (double[] row in (double[][])[[0.5, 0.6], [-0.1, 1.1], [double.NaN, 1]])
            Assert.Contains("rows that are no distributions", Assert.Throws<ArgumentException>(() => ClassifierScore.Of(Tensor.From(row, [1, 2]))).Message);
    }
}
