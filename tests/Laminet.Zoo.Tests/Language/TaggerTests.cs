using Laminet.Layers;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Training;
using Laminet.Zoo.Language;
using Laminet.Zoo.Models;

namespace Laminet.Zoo.Tests.Language;

public class TaggerTests
{
    private static readonly Tensor Scores = new RandomKey(1).Normal([3, 4, 3], 0, 2, DType.Float64), Transitions = new RandomKey(2).Normal([4, 4], 0, 1, DType.Float64);

    // Of four, two and one steps.
    private static readonly int[] Lengths = [4, 2, 1];

    private static Tensor Mask => Tensor.From([.. Lengths.SelectMany(length => Enumerable.Range(0, 4).Select(step => step < length))], [3, 4]);

    [Fact]
    public void The_recursions_give_what_all_sequences_give()
    {
        double[] partition = LinearChain.LogPartition(Scores, Transitions, Mask).ToArray<double>();
        int[] best = LinearChain.Viterbi(Scores, Transitions, Mask).ToArray<int>();
        for (int row = 0; row < 3; row++)
        {
            (int[] Tags, double Score)[] all = [.. Sequences(Lengths[row]).Select(tags => (tags, ByHand(row, tags)))];
            Assert.Equal((int)Math.Pow(3, Lengths[row]), all.Length);
            Assert.Equal(Math.Log(all.Sum(one => Math.Exp(one.Score))), partition[row], 10);
            Assert.Equal(all.MaxBy(one => one.Score).Tags, best[(4 * row)..((4 * row) + Lengths[row])]);
            Assert.All(best[((4 * row) + Lengths[row])..(4 * (row + 1))], tag => Assert.Equal(0, tag));
            foreach ((int[] tags, double score) in all)
            {
                // What stands where no step counts changes nothing.
                Tensor padded = Tensor.From([.. Enumerable.Range(0, 3).SelectMany(one => one == row ? [.. tags, .. Enumerable.Repeat(2, 4 - tags.Length)] : new int[4])], [3, 4]);
                Assert.Equal(score, LinearChain.Score(Scores, Transitions, padded, Mask).ToArray<double>()[row], 10);
            }
        }

        // All probabilities together are 1, and without a mask all steps count.
        Assert.Equal(LinearChain.LogPartition(Scores.Slice(0, 1), Transitions).ToArray<double>()[0], partition[0], 12);
    }

    [Fact]
    public void A_single_step_and_no_mask()
    {
        Tensor one = Scores.Slice(0, 1, axis: 1);
        Assert.Equal(ByHand(1, [2]), LinearChain.Score(one, Transitions, Tensor.From([0, 2, 1], [3, 1])).ToArray<double>()[1], 12);
        Assert.Equal(Math.Log(Enumerable.Range(0, 3).Sum(tag => Math.Exp(ByHand(1, [tag])))), LinearChain.LogPartition(one, Transitions).ToArray<double>()[1], 12);
        Assert.Equal(Enumerable.Range(0, 3).MaxBy(tag => ByHand(1, [tag])), LinearChain.Viterbi(one, Transitions).ToArray<int>()[1]);
    }

    [Fact]
    public void Gradients_are_the_slopes()
    {
        Variable scores = new(Scores, "scores"), transitions = new(Transitions, "transitions");
        Tensor tags = Tensor.From([0, 1, 2, 1, 2, 2, 0, 0, 1, 0, 0, 0], [3, 4]);
        foreach (Variable by in (Variable[])[scores, transitions])
        {
            (_, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(Loss, [by]);
            Assert.All(FiniteDifferences.Of(by, () => Loss().ToDouble()).Zip(gradients[0].ToArray<double>()), pair => Assert.Equal(pair.First, pair.Second, 6));
        }

        Tensor Loss() => (LinearChain.LogPartition(scores.Value, transitions.Value, Mask) - LinearChain.Score(scores.Value, transitions.Value, tags, Mask)).Sum();
    }

    // A word ends the text (2), or else follows the word 1 (1) or not (0): words alone do not tell.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void It_learns_tags_of_sequences_of_different_lengths(bool hasTransitions)
    {
        (Tensor tokens, Tensor tags) = Runs(256, seed: 1);
        Tagger tagger = Small(hasTransitions);
        tagger.Compile(new Adam(0.02));
        History history = tagger.Fit(tokens, tags, batchSize: 16, epochs: 12);
        Assert.InRange(history["loss"][^1], 0, 0.1);
        (Tensor newTokens, Tensor newTags) = Runs(64, seed: 2);
        Assert.InRange(tagger.Tag(newTokens).Equal(newTags).Cast(DType.Float32).Mean().ToDouble(), 0.98, 1);
        Assert.InRange(tagger.Evaluate(newTokens, newTags)["loss"], 0, 0.15);

        ModelCatalog.RegisterLayers();
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".laminet");
        tagger.Save(path);
        Tagger loaded = (Tagger)Model.Load(path);
        File.Delete(path);
        Assert.Equal((3, hasTransitions), (loaded.Tags, loaded.HasTransitions));
        Assert.Equal(tagger.Tag(newTokens).ToArray<int>(), loaded.Tag(newTokens).ToArray<int>());
        Assert.Equal(tagger.Predict(newTokens).ToArray<float>(), loaded.Predict(newTokens).ToArray<float>());
    }

    // Padding neither adds to the loss nor to what is counted.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Padding_changes_no_loss(bool hasTransitions)
    {
        Tagger tagger = Small(hasTransitions);
        tagger.Compile("sgd");
        double shorter = tagger.Evaluate(Tensor.From([1, 2, 1], [1, 3]), Tensor.From([0, 1, 2], [1, 3]))["loss"];
        double longer = tagger.Evaluate(Tensor.From([1, 2, 1, 0, 0], [1, 5]), Tensor.From([0, 1, 2, 1, 1], [1, 5]))["loss"];
        Assert.Equal(shorter, longer, 5);
    }

    [Fact]
    public void Transitions_choose_where_scores_do_not()
    {
        // Both tags are as likely at each step, but for the first; neighbours differ.
        Tensor scores = Tensor.From([1f, 0, 0, 0, 0, 0], [1, 3, 2]), transitions = Tensor.From([-5f, 0, 0, 0, -5, 0, 0, 0, 0], [3, 3]);
        Assert.Equal([0, 1, 0], LinearChain.Viterbi(scores, transitions).ToArray<int>());
    }

    [Fact]
    public void Wrong_use_is_told()
    {
        Assert.Contains("expected (batch, time, tags), (tags + 1, tags + 1)", Assert.Throws<ShapeException>(() => LinearChain.LogPartition(Scores, Scores)).Message, StringComparison.Ordinal);
        Assert.Contains("expected (batch, time), (3, 4)", Assert.Throws<ShapeException>(() => LinearChain.Score(Scores, Transitions, Tensor.From([1, 2]))).Message, StringComparison.Ordinal);
        Assert.Contains("needs returnSequences: true", Assert.Throws<ShapeException>(() => new Tagger(new Sequential(new Embedding(5, 4), new LSTM(3)), 3).Call(Tensor.From([1, 2], [1, 2]))).Message, StringComparison.Ordinal);
        Assert.Contains("2 or more", Assert.Throws<ArgumentOutOfRangeException>(() => new Tagger(new Embedding(5, 4), 1)).Message, StringComparison.Ordinal);
        Tagger tagger = Small(true);
        tagger.Compile("sgd");
        Assert.Contains("expected one for each token, (1, 2)", Assert.Throws<ShapeException>(() => tagger.TrainOnBatch(Tensor.From([1, 2], [1, 2]), Tensor.From([1], [1, 1]))).Message, StringComparison.Ordinal);
    }

    private static Tagger Small(bool hasTransitions) =>
        new(new Sequential(new Input([null], DType.Int32), new Embedding(4, 8, maskZero: true), new Bidirectional(new LSTM(12, returnSequences: true))) { Name = "encoder" }, 3, hasTransitions, seed: 1);

    private static (Tensor Tokens, Tensor Tags) Runs(int count, int seed)
    {
        const int longest = 10;
        Random random = new(seed);
        (int[] tokens, int[] tags) = (new int[count * longest], new int[count * longest]);
        for (int row = 0; row < count; row++)
        {
            int length = random.Next(3, longest + 1);
            for (int i = row * longest; i < (row * longest) + length; i++)
            {
                tokens[i] = random.Next(1, 3);
                tags[i] = i == (row * longest) + length - 1 ? 2 : i > row * longest && tokens[i - 1] == 1 ? 1 : 0;
            }
        }

        return (Tensor.From(tokens, [count, longest]), Tensor.From(tags, [count, longest]));
    }

    private static double ByHand(int row, int[] tags)
    {
        double score = Transitions[3, tags[0]].ToDouble() + Transitions[tags[^1], 3].ToDouble();
        for (int step = 0; step < tags.Length; step++)
            score += Scores[row, step, tags[step]].ToDouble() + (step > 0 ? Transitions[tags[step - 1], tags[step]].ToDouble() : 0);
        return score;
    }

    private static IEnumerable<int[]> Sequences(int length) => length == 0 ? [[]] : Sequences(length - 1).SelectMany(tags => Enumerable.Range(0, 3).Select(tag => (int[])[.. tags, tag]));
}
