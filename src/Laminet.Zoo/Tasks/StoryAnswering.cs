using Laminet.Configuration;
using Laminet.Losses;
using Laminet.Optimizers;
using Laminet.Saving;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Compilation;
using Laminet.Zoo.Datasets;
using Laminet.Zoo.Models;

namespace Laminet.Zoo.Tasks;

/// <summary>
/// Trains a <see cref="MemoryNetwork"/> to answer questions about stories, as its paper does: a tenth of the questions is held out; the first epochs are linear, without the softmax of attention, until the held-out loss has not fallen for three; empty memories are put
/// into the stories at random; stochastic gradient descent whose rate is halved again and again, with the norm of the gradient clipped. The weights of the epoch with the least held-out error stay.
/// (Sukhbaatar et al., "End-to-end memory networks", NIPS 2015, section 4.2.)
/// </summary>
/// <example><code>
/// StoryAnswering answering = new(StoryQuestion.Read("qa1_single-supporting-fact_train.txt")) { Seed = 1 };
/// answering.Fit(epochs: 40);
/// Console.WriteLine(answering.Error(StoryQuestion.Read("qa1_single-supporting-fact_test.txt")));
/// </code></example>
public sealed class StoryAnswering : IHasState
{
    private const ulong OfNetwork = 0, OfOrder = 1, OfNoise = 2;
    // The loss of the first epochs rises and falls: one rise ends nothing. With a patience of 1, half of the answers of bAbI's task 16 stay wrong, with 3 none.
    private const int InferenceBatch = 128, LinearPatience = 3;

    private readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal);
    private readonly List<string> vocabulary = ["_"];
    private readonly Sentences learned;
    private readonly Story[] train, held;
    private readonly SparseCategoricalCrossentropy sum = new(fromLogits: true, reduction: LossReduction.Sum);
    private readonly Variable epochs = Number(0, "epochs"), linearEpochs = Number(0, "linear_epochs"), bestEpoch = Number(0, "best_epoch"), perfect = Number(0, "perfect_epochs"), risen = Number(0, "risen_epochs");
    private readonly Variable heldOutError = Number(1.0, "held_out_error"), heldOutLoss = Number(double.PositiveInfinity, "held_out_loss"), leastLinearLoss = Number(double.PositiveInfinity, "least_linear_loss");
    private Variable[] best = [];
    private CompiledFunction? linear, learn, tell, tellLinear;

    /// <summary>Creates the network for the words of these questions.</summary>
    /// <param name="questions">What to learn from, at least ten; a tenth is held out.</param>
    /// <param name="hops">How often the network looks at a story.</param>
    /// <param name="units">How many numbers a word has.</param>
    /// <param name="memory">The most statements of a story that are looked at, the latest.</param>
    /// <exception cref="ArgumentException">There are fewer than ten questions.</exception>
    public StoryAnswering(IReadOnlyList<StoryQuestion> questions, int hops = 3, int units = 50, int memory = 50)
    {
        ArgumentNullException.ThrowIfNull(questions);
        if (questions.Count < 10)
            throw new ArgumentException($"{nameof(StoryAnswering)}: received {questions.Count} questions; expected at least 10, of which one is held out.", nameof(questions));
        foreach (StoryQuestion question in questions)
        {
            foreach (string word in (IEnumerable<string>)[.. question.Story.SelectMany(statement => statement), .. question.Question, question.Answer])
            {
                if (numbers.TryAdd(word, vocabulary.Count))
                    vocabulary.Add(word);
            }
        }

        learned = new(numbers);
        Story[] all = [.. questions.Select(learned.Encoded)];
        held = [.. all.Where((_, i) => i % 10 == 9)];
        train = [.. all.Where((_, i) => i % 10 != 9)];
        // Room for the empty memories too.
        int longest = all.Max(story => story.Statements.Length);
        Network = new MemoryNetwork(vocabulary.Count, Math.Min(Setting.Require(memory, memory >= 1, "1 or more"), longest + (longest / 8) + 1), hops, units);
    }

    /// <summary>The network.</summary>
    public MemoryNetwork Network { get; }

    /// <summary>The optimizer; by default that of the paper, whose gradient is the sum over a batch: gradient descent at a rate of 0.01, norm clipped to 40.</summary>
    public Optimizer Optimizer { get; init; } = new SGD(0.01) { GlobalClipNorm = 40 };

    /// <summary>How many questions a step learns from.</summary>
    public int BatchSize { get; init => field = Setting.Require(value, value >= 1, "1 or more", nameof(BatchSize)); } = 32;

    /// <summary>How many empty memories are put into a story, as a share of its statements.</summary>
    public double NoiseShare { get; init => field = Setting.Require(value, value is >= 0 and < 1, "0 up to but not 1", nameof(NoiseShare)); } = 0.1;

    /// <summary>The most epochs without the softmax; 0 for none.</summary>
    public int LinearEpochs { get; init => field = Setting.Require(value, value >= 0, "0 or more", nameof(LinearEpochs)); } = 20;

    /// <summary>Names all random numbers; a new one by default (<see cref="RandomSeed"/>).</summary>
    public ulong Seed { get; init; } = RandomSeed.New();

    /// <summary>The least share of held-out questions answered wrongly, after an epoch with the softmax.</summary>
    public double HeldOutError => heldOutError.Item<double>();

    /// <summary>How many epochs it has learned, linear ones included.</summary>
    public int Epochs => epochs.Item<int>();

    /// <summary>The epoch whose weights stay, among those with the softmax; 0 before there is one.</summary>
    public int BestEpoch => bestEpoch.Item<int>();

    /// <summary>The words, each at its number.</summary>
    public IReadOnlyList<string> Vocabulary => vocabulary;

    IEnumerable<(string Name, Variable Variable)> IHasState.State =>
        [.. ((Variable[])[epochs, linearEpochs, bestEpoch, perfect, risen, heldOutError, heldOutLoss, leastLinearLoss]).Select(number => (number.Name, number)), .. best.Select((weight, i) => ($"best{i}", weight))];

    /// <summary>Trains, and keeps the best weights. It goes on where an earlier call, or a restored training, has ended.</summary>
    /// <param name="epochs">The most epochs with the softmax, those before included. It stops early once no held-out answer is wrong in three epochs.</param>
    /// <param name="halveEvery">After every how many of them the rate is halved.</param>
    /// <param name="report">Called after each epoch with its number, whether it was linear, the mean loss of a question and the held-out error. A save here can be restored. An exception from it ends the training; the best weights stay.</param>
    /// <param name="cancellation">Ends the training between two steps.</param>
    /// <exception cref="InvalidOperationException">The loss is not finite. The weights of the best epoch stay.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled. The weights of the best epoch stay.</exception>
    public void Fit(int epochs = 100, int halveEvery = 25, Action<int, bool, double, double>? report = null, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(epochs);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(halveEvery);
        Prepare();
        try
        {
            // The paper halves the rate of the linear epochs too.
            while (BestEpoch == 0 && linearEpochs.Item<int>() < LinearEpochs && risen.Item<int>() < LinearPatience)
            {
                double loss = Epoch(linear!, 0.5, cancellation);
                (double error, double heldLoss) = Figures(held, learned, tellLinear!);
                Set(linearEpochs, linearEpochs.Item<int>() + 1);
                Set(risen, heldLoss > leastLinearLoss.Item<double>() ? risen.Item<int>() + 1 : 0);
                Set(leastLinearLoss, Math.Min(leastLinearLoss.Item<double>(), heldLoss));
                report?.Invoke(Epochs, true, loss, error);
            }

            for (int epoch = Epochs - linearEpochs.Item<int>(); epoch < epochs && perfect.Item<int>() < 3; epoch++)
            {
                double loss = Epoch(learn!, Math.Pow(0.5, epoch / halveEvery), cancellation);
                (double error, double heldLoss) = Figures(held, learned, tell!);
                Set(perfect, error == 0 ? perfect.Item<int>() + 1 : 0);
                if (BestEpoch == 0 || error < HeldOutError || (error == HeldOutError && heldLoss < heldOutLoss.Item<double>()))
                    Keep(error, heldLoss);
                report?.Invoke(Epochs, false, loss, error);
            }
        }
        finally
        {
            // Also where the network diverged, or the report ended the training.
            foreach ((Variable weight, Variable value) in BestEpoch > 0 ? Network.Weights.Zip(best) : [])
                weight.Assign(value.Value);
        }
    }

    /// <summary>All that this training needs to go on in the same bits, in another process too: save it in the report of <see cref="Fit"/>, and restore it into a training that was made with the same settings and questions.</summary>
    /// <returns>A checkpoint, to which you may add what your own loop needs.</returns>
    public Checkpoint NewCheckpoint()
    {
        Prepare();
        return new() { ["network"] = Network, ["optimizer"] = Optimizer, ["training"] = this };
    }

    /// <summary>The share of questions answered wrongly.</summary>
    /// <param name="questions">The questions. A word that was not learned counts as none.</param>
    public double Error(IReadOnlyList<StoryQuestion> questions)
    {
        ArgumentNullException.ThrowIfNull(questions);
        Prepare();
        Sentences told = new(numbers);
        return Figures([.. questions.Select(told.Encoded)], told, tell!).Error;
    }

    /// <summary>Answers a question.</summary>
    /// <param name="question">The question; its answer does not matter.</param>
    /// <returns>The answer, and how much each hop looked at each statement of the story: (hops, statements).</returns>
    public (string Answer, Tensor Attention) Answer(StoryQuestion question)
    {
        ArgumentNullException.ThrowIfNull(question);
        Prepare();
        Sentences told = new(numbers);
        Story story = told.Encoded(question);
        Bundle<Tensor> results = tell!.Call([.. Batch([story], told, noise: 0, default).Inputs]);
        float[] looks = results[1].ToArray<float>(), inOrder = new float[Network.Hops * story.Statements.Length];
        int seen = Math.Min(story.Statements.Length, Network.Memories);
        for (int hop = 0; hop < Network.Hops; hop++)
        {
            for (int age = 0; age < seen; age++)
                inOrder[((hop + 1) * story.Statements.Length) - 1 - age] = looks[(hop * Network.Memories) + age];
        }

        return (vocabulary[results[0].ArgMax().Cast(DType.Int32).ToArray<int>()[0]], Tensor.From(inOrder, [Network.Hops, story.Statements.Length]));
    }

    private static Variable Number<T>(T value, string name) where T : unmanaged => new(Tensor.Scalar(value), name, trainable: false);

    private static void Set<T>(Variable number, T value) where T : unmanaged => number.Assign<T>([value]);

    private void Keep(double error, double heldLoss)
    {
        Set(bestEpoch, Epochs);
        Set(heldOutError, error);
        Set(heldOutLoss, heldLoss);
        foreach ((Variable kept, Variable weight) in best.Zip(Network.Weights))
            kept.Assign(weight.Value);
    }

    private static double Finite(double loss, int epoch) => double.IsFinite(loss)
        ? loss
        : throw new InvalidOperationException(FormattableString.Invariant($"{nameof(StoryAnswering)}: the loss of epoch {epoch} is {loss}: the network has diverged. Lower the learning rate, or clip the gradient."));

    private double Epoch(CompiledFunction step, double share, CancellationToken cancellation)
    {
        RandomKey key = new RandomKey(Seed).Fold(OfOrder).Fold((ulong)Epochs), noise = new RandomKey(Seed).Fold(OfNoise).Fold((ulong)Epochs);
        int[] order = [.. Enumerable.Range(0, train.Length)];
        key.Permute(order);
        int size = Math.Min(BatchSize, train.Length), steps = train.Length / size;
        double total = 0, rate = Optimizer.LearningRate;
        Optimizer.LearningRate = rate * share;
        try
        {
            for (int i = 0; i < steps; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                Story[] batch = [.. order.AsSpan(i * size, size).ToArray().Select(one => train[one])];
                total += step.Call([.. Batch(batch, learned, NoiseShare, noise.Fold((ulong)i)).Inputs, Labels(batch)])[0].ToDouble();
            }
        }
        finally
        {
            // Outside of an epoch it is the whole one, which a checkpoint stores.
            Optimizer.LearningRate = rate;
        }

        Set(epochs, Epochs + 1);
        return Finite(total / (steps * size), Epochs);
    }

    private (double Error, double Loss) Figures(Story[] stories, Sentences sentences, CompiledFunction function)
    {
        int wrong = 0;
        double loss = 0;
        foreach (Story[] batch in stories.Chunk(InferenceBatch))
        {
            // The last batch is filled up, so that one program serves all.
            Story[] full = [.. batch, .. Enumerable.Repeat(batch[0], InferenceBatch - batch.Length)];
            float[] logits = function.Call([.. Batch(full, sentences, noise: 0, default).Inputs])[0].LogSoftmax().ToArray<float>();
            for (int i = 0; i < batch.Length; i++)
            {
                ReadOnlySpan<float> own = logits.AsSpan(i * Network.Words, Network.Words);
                // An answer that was not learned is none of the words.
                wrong += batch[i].Answer > 0 && System.Numerics.Tensors.TensorPrimitives.IndexOfMax(own) == batch[i].Answer ? 0 : 1;
                loss -= own[batch[i].Answer];
            }
        }

        return ((double)wrong / stories.Length, loss / stories.Length);
    }

    private static Tensor Labels(Story[] batch) => Tensor.From([.. batch.Select(story => story.Answer)], [batch.Length]);

    private StoryBatch Batch(Story[] stories, Sentences sentences, double noise, RandomKey key) =>
        new([.. stories.Select(story => (story.Statements, story.Question))], sentences.Words, Network.Memories, noise, key);

    private void Prepare()
    {
        if (learn is not null)
            return;
        Network.Call([Tensor.ShapeOnly([1, 1], DType.Int32), Tensor.ShapeOnly([1, 1], DType.Int32), Tensor.ShapeOnly([1, 1], DType.Float32), Tensor.ShapeOnly([1], DType.Int32)]);
        Network.Initialize(new RandomKey(Seed).Fold(OfNetwork));
        best = [.. Network.Weights.Select(weight => new Variable(weight.Value, weight.Name, trainable: false))];
        (tell, tellLinear) = (Function.Compile(inputs => Run(inputs, isLinear: false), "story_tell"), Function.Compile(inputs => Run(inputs, isLinear: true), "story_tell_linear"));
        (learn, linear) = (Function.Compile(inputs => [Learned(inputs, isLinear: false)], "story_learn"), Function.Compile(inputs => [Learned(inputs, isLinear: true)], "story_learn_linear"));
    }

    private Tensor Learned(Bundle<Tensor> inputs, bool isLinear)
    {
        (Tensor loss, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(() => sum.Call(inputs[4], Run(inputs, isLinear)[0]), Network.TrainableWeights);
        Optimizer.Apply(gradients, Network.TrainableWeights);
        return loss;
    }

    private Bundle<Tensor> Run(Bundle<Tensor> inputs, bool isLinear)
    {
        Network.IsLinear = isLinear;
        return Network.Call([inputs[0], inputs[1], inputs[2], inputs[3]]);
    }

    private sealed record Story(int[] Statements, int Question, int Answer);

    // Stories repeat their sentences: each stands here once, as numbers of words.
    private sealed class Sentences(Dictionary<string, int> numbers)
    {
        private readonly Dictionary<string, int> places = new(StringComparer.Ordinal);
        private readonly List<int[]> words = [];

        public IReadOnlyList<int[]> Words => words;

        public Story Encoded(StoryQuestion question) => new([.. question.Story.Select(Place)], Place(question.Question), numbers.GetValueOrDefault(question.Answer));

        private int Place(IReadOnlyList<string> sentence)
        {
            string text = string.Join(' ', sentence);
            if (!places.TryGetValue(text, out int place))
            {
                places[text] = place = words.Count;
                words.Add([.. sentence.Select(word => numbers.GetValueOrDefault(word)).Where(word => word > 0)]);
            }

            return place;
        }
    }
}
