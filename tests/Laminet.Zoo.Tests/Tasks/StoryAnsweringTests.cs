using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Zoo.Datasets;
using Laminet.Zoo.Models;
using Laminet.Zoo.Tasks;

namespace Laminet.Zoo.Tests.Tasks;

public class StoryAnsweringTests
{
    // Trap A73: rows are words; counted from 0, or with words and numbers exchanged, they differ.
    [Fact]
    public void Position_encoding_is_that_of_the_paper()
    {
        Near([0.5, 0.5, 0.5, 1], MemoryNetwork.PositionEncoding(Tensor.From(new int[,] { { 7, 3 } }), 2));
        Near([0.5833, 0.5, 0.4167, 0.3333, 0.4167, 0.5, 0.5833, 0.6667, 0.25, 0.5, 0.75, 1], MemoryNetwork.PositionEncoding(Tensor.From(new int[,] { { 7, 3, 5 } }), 4));
        // A shorter sentence beside a longer one is the same, with zeros after it.
        Near([0.5, 0.5, 0.5, 1, 0, 0, 0, 0], MemoryNetwork.PositionEncoding(Tensor.From(new int[,] { { 7, 3, 0, 0 } }), 2));

        static void Near(double[] expected, Tensor received) => Assert.Equal(expected, received.ToArray<float>().Select(number => (double)number), (one, other) => Math.Abs(one - other) < 1e-4);
    }

    // Trap A73 again: the first place is the last statement.
    [Fact]
    public void The_last_statement_comes_first()
    {
        int[][] words = [[1], [2], [3], [4]];
        StoryBatch batch = new([([0, 1, 2], 3), ([1], 3)], words, memories: 2, noise: 0, new RandomKey(1));
        int[] sentences = batch.Inputs[0].ToArray<int>(), story = batch.Inputs[1].ToArray<int>();
        int longest = batch.Inputs[0].Shape[1];
        Assert.Equal([3, 2, 2, 0], story.Select(row => sentences[row * longest]));
        Assert.Equal([1, 1, 1, 0], batch.Inputs[2].ToArray<float>());
        Assert.Equal([4, 4], batch.Inputs[3].ToArray<int>().Select(row => sentences[row * longest]));
        // Empty memories move the others back in time, and do not change their order.
        StoryBatch noisy = new([.. Enumerable.Repeat(((int[])[0, 1, 2, 0, 1, 2], 3), 100)], words, memories: 20, noise: 0.2, new RandomKey(1));
        (sentences, story) = (noisy.Inputs[0].ToArray<int>(), noisy.Inputs[1].ToArray<int>());
        float[] present = noisy.Inputs[2].ToArray<float>();
        Assert.Equal(Enumerable.Repeat((int[])[3, 2, 1, 3, 2, 1], 100).SelectMany(order => order), story.Where(row => row > 0).Select(row => sentences[row * longest]));
        Assert.InRange(present.Sum() - 600, 100, 200);
    }

    [Fact]
    public void Answers_and_gradients_are_those_of_PyTorch()
    {
        JsonNode golden = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "memory_network.json")))!;
        MemoryNetwork network = new(7, memories: 4, hops: 2, units: 3);
        Tensor sentences = Tensor.From(new int[,] { { 0, 0, 0 }, { 1, 2, 3 }, { 4, 5, 0 }, { 6, 0, 0 }, { 2, 6, 1 } }), story = Tensor.From(new int[,] { { 1, 0, 2, 3 }, { 4, 2, 0, 0 } });
        Bundle<Tensor> inputs = [sentences, story, Tensor.From(new float[,] { { 1, 1, 1, 1 }, { 1, 1, 0, 0 } }), Tensor.From(3, 2)];
        foreach (bool isLinear in (bool[])[false, true])
        {
            network.IsLinear = isLinear;
            JsonNode expected = golden[isLinear ? "linear" : "softmax"]!;
            network.Call(inputs);
            foreach ((int i, Variable weight) in network.Weights.Index())
                weight.Assign(Tensor.From([.. Numbers(golden["weights"]![i]!).Select(number => (float)number)], weight.Shape));
            Bundle<Tensor>? outputs = null;
            (_, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(() => (outputs = network.Call(inputs))[0].SparseCrossEntropy(Tensor.From(5, 1)).Sum(), network.Weights);
            Near(expected["logits"]!, outputs![0].Detach());
            Near(expected["attention"]!, outputs[1].Detach());
            foreach ((int i, Tensor gradient) in gradients.Index())
                Near(expected["gradients"]![i]!, gradient);
        }

        static double[] Numbers(JsonNode node) => [.. node.AsArray().Select(number => number!.GetValue<double>())];
        static void Near(JsonNode expected, Tensor received) => Assert.Equal(Numbers(expected), received.ToArray<float>().Select(number => (double)number), (one, other) => Math.Abs(one - other) < 1e-5);
    }

    // What ends the training early takes nothing of what it has learned, and leaves the optimizer as it was.
    [Fact]
    public void The_best_weights_stay_when_training_is_ended()
    {
        StoryAnswering answering = new(Walks(100, 1), hops: 1, units: 8) { Seed = 1, LinearEpochs = 0, Optimizer = new SGD(0.02) { GlobalClipNorm = 40 } };
        Assert.Throws<InvalidOperationException>(() => answering.Fit(10, 2, (epoch, _, _, _) =>
        {
            if (epoch == 5)
            {
                answering.Network.Weights[0].Assign(answering.Network.Weights[0].Value * 0);
                throw new InvalidOperationException();
            }
        }));
        Assert.Equal(0.02, answering.Optimizer.LearningRate);
        Assert.Contains(answering.Network.Weights[0].Value.ToArray<float>(), number => number != 0);
    }

    // Word 0 is none: even a network that tells it does not answer rightly.
    [Fact]
    public void An_answer_that_was_not_learned_is_wrong()
    {
        StoryAnswering answering = new(Walks(20, 1), hops: 1, units: 4) { Seed = 1 };
        StoryQuestion unknown = Walks(1, 2)[0] with { Answer = "moon" };
        answering.Error([unknown]);
        foreach (Variable weight in answering.Network.Weights)
            weight.Assign(weight.Value * 0);
        Assert.Equal(1, answering.Error([unknown]));
    }

    // Who was where last: the words alone, or the statements in another order, do not tell.
    [Fact]
    public void Stories_are_learned()
    {
        StoryAnswering answering = new(Walks(500, 1), hops: 2, units: 16) { Seed = 1, BatchSize = 16 };
        List<bool> linear = [];
        answering.Fit(40, 20, (_, isLinear, _, _) => linear.Add(isLinear));
        IReadOnlyList<StoryQuestion> test = Walks(200, 2);
        double error = answering.Error(test);
        Assert.True(error < 0.1, $"error {error}");
        Assert.True(linear[0] && !linear[^1]);
        Assert.Equal(answering.Epochs, linear.Count);

        // It looks where the answer is: in nearly all stories the last hop looks most at the last statement about the one asked for.
        int right = test.Count(question =>
        {
            (_, Tensor attention) = answering.Answer(question);
            Assert.Equal(new Shape(2, question.Story.Count), attention.Shape);
            int most = Enumerable.Range(0, question.Story.Count).MaxBy(i => attention.At(-1).At(i).ToDouble());
            return most == Enumerable.Range(0, question.Story.Count).Last(i => question.Story[i][0] == question.Question[^1]);
        });
        Assert.True(right > 0.8 * test.Count, $"{right} of {test.Count}");
    }

    // Saved in the linear epochs and after, where the rate is halved and the best weights are not the last.
    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    public void A_restored_training_goes_on_in_the_same_bits(int saved)
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("laminet-stories-").FullName, "stories.checkpoint");
        StoryAnswering whole = New(), half = New(), rest = New();
        whole.Fit(8, 2);
        using CancellationTokenSource source = new();
        Assert.Throws<OperationCanceledException>(() => half.Fit(8, 2, (epoch, _, _, _) =>
        {
            if (epoch == saved)
                half.NewCheckpoint().Save(path);
            if (epoch == saved + 1)
                source.Cancel();
        }, source.Token));
        Assert.Equal(saved + 1, half.Epochs);
        Assert.True(rest.NewCheckpoint().TryRestore(path));
        Assert.Equal(saved, rest.Epochs);
        rest.Fit(8, 2);
        Assert.Equal((whole.Epochs, whole.BestEpoch, whole.HeldOutError), (rest.Epochs, rest.BestEpoch, rest.HeldOutError));
        Assert.All(whole.Network.Weights.Zip(rest.Network.Weights), pair => Assert.Equal(pair.First.Value.ToArray<float>(), pair.Second.Value.ToArray<float>()));
        // All is done: nothing more is learned.
        rest.Fit(8, 2, (_, _, _, _) => Assert.Fail("It has learned on."));
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);

        static StoryAnswering New() => new(Walks(60, 1), hops: 2, units: 4) { Seed = 1, LinearEpochs = 4, BatchSize = 8 };
    }

    [Fact]
    public void Files_are_read_and_bounded()
    {
        IReadOnlyList<StoryQuestion> read = Parsed("1 Mary moved to the bathroom.\n2 John went to the hallway.\n3 Where is Mary? \tbathroom\t1\n4 Mary left.\r\n5 How do you go?\tn,s\t1 4\n1 A cat.\n2 What?\tCat\t1\n");
        Assert.Equal([2, 3, 1], read.Select(question => question.Story.Count));
        Assert.Equal(["mary", "moved", "to", "the", "bathroom"], read[1].Story[0]);
        Assert.Equal(["where", "is", "mary"], read[0].Question);
        Assert.Equal(["bathroom", "n,s", "cat"], read.Select(question => question.Answer));
        Says("line 1: expected a number of the line in its story (1, or above 0, at most 1024) and a space.", "Mary moved.");
        Says("line 3: expected a number of the line in its story (1, or above 2, at most 1024) and a space.", "1 a\n2 b\n2 c");
        Says("line 1: expected a number of the line in its story (1, or above 0, at most 1024) and a space.", "99999 a");
        Says("line 1: expected words after the number.", "1 .");
        Says("line 2: expected an answer after the tab.", "1 a\n2 b?\t\t1");
        Says("line 1: longer than 4096 characters. Is this a file of the bAbI tasks?", "1 " + new string('a', 5000));

        static IReadOnlyList<StoryQuestion> Parsed(string text) => StoryQuestion.Parse(new StringReader(text));
        static void Says(string message, string text) => Assert.Equal("text, " + message, Assert.Throws<InvalidDataException>(() => Parsed(text)).Message);
    }

    [Fact]
    public void Wrong_use_is_told()
    {
        Assert.Equal("StoryAnswering: received 3 questions; expected at least 10, of which one is held out. (Parameter 'questions')", Assert.Throws<ArgumentException>(() => new StoryAnswering(Walks(3, 1))).Message);
        Assert.Contains("Received hops = 0; expected 1 or more.", Assert.Throws<ArgumentOutOfRangeException>(() => new StoryAnswering(Walks(20, 1), hops: 0)).Message, StringComparison.Ordinal);
        Assert.Contains("received 5 memories; expected at most 4. Leave out the oldest.", Assert.Throws<ShapeException>(() => new MemoryNetwork(7, memories: 4).Call([Tensor.Zeros([2, 2], DType.Int32), Tensor.Zeros([1, 5], DType.Int32), Tensor.Ones([1, 5]), Tensor.Zeros([1], DType.Int32)])).Message, StringComparison.Ordinal);
        StoryAnswering diverging = new(Walks(100, 1), units: 4) { Seed = 1, Optimizer = new SGD(1e20) };
        Assert.Contains("the network has diverged. Lower the learning rate, or clip the gradient.", Assert.Throws<InvalidOperationException>(() => diverging.Fit(10)).Message, StringComparison.Ordinal);
    }

    private static IReadOnlyList<StoryQuestion> Walks(int count, int seed)
    {
        Random random = new(seed);
        StringBuilder text = new();
        for (int story = 0; story < count; story++)
        {
            Dictionary<string, string> where = [];
            int length = random.Next(2, 6);
            for (int line = 1; line <= length; line++)
            {
                string person = $"person{random.Next(3)}";
                where[person] = $"place{random.Next(3)}";
                text.Append(CultureInfo.InvariantCulture, $"{line} {person} went to {where[person]}.\n");
            }

            (string who, string place) = where.ElementAt(random.Next(where.Count));
            text.Append(CultureInfo.InvariantCulture, $"{length + 1} where is {who}?\t{place}\n");
        }

        return StoryQuestion.Parse(new StringReader(text.ToString()));
    }
}
