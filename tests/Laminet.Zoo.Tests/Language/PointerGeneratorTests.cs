using Laminet.Losses;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Training;
using Laminet.Zoo.Language;

namespace Laminet.Zoo.Tests.Language;

/// <summary>The mixture of what is written from memory and what is copied: held to numbers by hand and finite differences; and a network learns to copy what it has never seen. PyTorch's outputs are in <see cref="TranslatorTests"/>.</summary>
public class PointerGeneratorTests
{
    // Half from memory, a quarter each; of the other half, 3/4 for the token 2, which the source has twice, and 1/4 for 3. In the second row the source ends after one step.
    [Theory]
    [InlineData(DType.Float32, 1e-6)]
    [InlineData(DType.Float64, 1e-12)]
    [InlineData(DType.Float16, 1e-6)]
    public void The_mixture_is_that_by_hand(DType dtype, double tolerance)
    {
        Tensor shares = Tensor.From([0.5, 0.25, 0.25, 1, 0, 0], [2, 1, 3]).Cast(dtype), gate = Tensor.Scalar(0, dtype).BroadcastTo([2, 1, 1]);
        Tensor logs = PointerGenerator.LogProbabilities(Tensor.Scalar(1, dtype).BroadcastTo([2, 1, 4]), gate, shares, Tensor.From(new[,] { { 2, 3, 2 }, { 1, 0, 0 } }));
        double[] expected = [0.125, 0.125, 0.125 + 0.375, 0.125 + 0.125, 0.125, 0.125 + 0.5, 0.125, 0.125];
        Assert.All(expected.Zip(logs.Exp().Cast(DType.Float64).ToArray<double>()), pair => Assert.Equal(pair.First, pair.Second, tolerance));
        // It stands for logits.
        Assert.All(expected.Zip(logs.Softmax().Cast(DType.Float64).ToArray<double>()), pair => Assert.Equal(pair.First, pair.Second, tolerance));
    }

    // A gate that is shut on one side, and logits that are far apart: p underflows, ln p does not, and there is a way back.
    [Theory]
    [InlineData(200, -200, -100)]
    [InlineData(-200, -69.0776, 0)]
    public void Extreme_numbers_stay_numbers(float gate, double unread, double read)
    {
        Variable logits = new(Tensor.From([0f, -200, -100], [1, 1, 3]), "logits"), shut = new(Tensor.From([gate], [1, 1, 1]), "gate");
        Tensor Logs() => PointerGenerator.LogProbabilities(logits.Value, shut.Value, Tensor.From([1f], [1, 1, 1]), Tensor.From(new[,] { { 2 } }));
        Tensor logs = Logs();
        Assert.Equal(unread, logs.ToArray<float>()[1], 1e-3);
        Assert.Equal(read, logs.ToArray<float>()[2], 1e-3);
        Assert.All(Gradient.ValueAndGradients(() => Logs().Sum(), [logits, shut]).Gradients.SelectMany(gradient => gradient.ToArray<float>()), slope => Assert.True(float.IsFinite(slope)));
    }

    [Fact]
    public void Its_gradient_is_that_of_finite_differences()
    {
        Variable logits = Wave(1, [2, 2, 5]), gate = Wave(2, [2, 2, 1]), shares = Wave(3, [2, 2, 3]);
        Tensor source = Tensor.From(new[,] { { 2, 4, 2 }, { 3, 1, 0 } }), factors = Wave(4, [2, 2, 5]).Value;
        Tensor Sum() => (PointerGenerator.LogProbabilities(logits.Value, gate.Value, shares.Value.Softmax(), source) * factors).Sum();
        Variable[] all = [logits, gate, shares];
        foreach ((Variable one, Tensor gradient) in all.Zip(Gradient.ValueAndGradients(Sum, all).Gradients))
            Assert.All(FiniteDifferences.Of(one, () => Sum().ToDouble()).Zip(gradient.ToArray<double>()), pair => Assert.Equal(pair.First, pair.Second, 1e-8));

        static Variable Wave(int first, Shape shape) => new(Tensor.From([.. Enumerable.Range(0, shape.ElementCount).Select(i => Math.Sin(first + (1.7 * i)))], shape), $"wave {first}");
    }

    // Of four tokens the one after a mark is to be written. Half of the tokens are never seen in training: only a copy can write them.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void It_learns_to_copy_tokens_that_it_has_never_seen(bool copies)
    {
        const int end = 2, mark = 3, first = 4, seen = 24, all = 44, examples = 512;
        LuongNetwork network = new(all, 24, dropout: 0, copies: copies);
        Random random = new(1);
        int[][] sources = [.. Enumerable.Range(0, examples).Select(_ => Source(random, first, seen))];
        Model model = network.ToModel(seed: 1);
        model.Compile(new Adam(1e-2) { GlobalClipNorm = 1 }, new SparseCategoricalCrossentropy(fromLogits: true));
        Tensor targets = Rows(sources.Select(source => (int[])[1, Marked(source)])), outputs = Rows(sources.Select(source => (int[])[Marked(source), end]));
        model.Fit((Rows(sources), targets), outputs, batchSize: 32, epochs: 12);

        double known = Share([.. Enumerable.Range(0, 40).Select(_ => Source(random, first, seen))]), unseen = Share([.. Enumerable.Range(0, 40).Select(_ => Source(random, seen, all))]);
        if (copies)
            Assert.InRange(Math.Min(known, unseen), 0.9, 1);
        else
            Assert.InRange(unseen, 0, 0.1);

        double Share(int[][] some) => some.Zip(network.Generate(some, new() { MaxNewTokens = 2, StopTokens = [end] }), (source, written) => written is [int only] && only == Marked(source) ? 1.0 : 0).Average();

        static int[] Source(Random random, int from, int to)
        {
            List<int> tokens = [.. Enumerable.Range(0, 4).Select(_ => random.Next(from, to))];
            tokens.Insert(random.Next(4), mark);
            return [.. tokens];
        }

        static int Marked(int[] source) => source[Array.IndexOf(source, mark) + 1];

        static Tensor Rows(IEnumerable<int[]> rows) => Tensor.From([.. rows.SelectMany(row => row)], [examples, rows.First().Length]);
    }
}
