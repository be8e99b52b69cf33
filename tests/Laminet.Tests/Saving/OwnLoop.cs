using Laminet.Data;
using Laminet.Layers;
using Laminet.Metrics;
using Laminet.Optimizers;
using Laminet.Saving;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Compilation;
using Laminet.Training;

namespace Laminet.Tests.Saving;

/// <summary>A training loop of its own with one of each that a checkpoint may hold: two networks, one optimizer each, noise, a metric, a position.</summary>
internal sealed class OwnLoop
{
    private readonly bool reversed;
    private readonly CompiledFunction step;

    /// <param name="reversed">Whether optimizers meet the weights, and the checkpoint its items, in reverse order.</param>
    /// <param name="width">The width of the hidden layer.</param>
    /// <param name="first">The first network's optimizer.</param>
    /// <param name="seed">Names the noise.</param>
    public OwnLoop(bool reversed = false, int width = 5, Optimizer? first = null, ulong seed = 3)
    {
        this.reversed = reversed;
        First = new Sequential(new Input([4]), new Dense(width, "tanh"), new BatchNormalization(), new Dropout(0.2), new Dense(2));
        Second = new Sequential(new Input([2]), new Dense(3, "relu"), new Dense(1));
        // From keys that a resumed loop would not have by chance: all comes from the file.
        First.Initialize(new RandomKey(1));
        Second.Initialize(new RandomKey(2));
        OfFirst = first ?? new Adam(0.01);
        OfSecond = new SGD(0.05, momentum: 0.9);
        Random = new RandomStream(seed);
        step = Function.Compile(inputs => [Step(inputs[0])]);
    }

    public Sequential First { get; }

    public Sequential Second { get; }

    public Optimizer OfFirst { get; }

    public Optimizer OfSecond { get; }

    public RandomStream Random { get; }

    public Mean Losses { get; } = new("losses");

    public Variable Scale { get; } = new(Tensor.Full([1], 0.5), "scale");

    public DataPosition Position { get; } = new();

    /// <summary>All that changes, as bytes.</summary>
    public byte[] State
    {
        get
        {
            using MemoryStream bytes = new();
            foreach (Variable variable in (IEnumerable<Variable>)
                [.. First.Weights, .. Second.Weights, .. Slots(OfFirst, [.. First.Weights, Scale]), .. Slots(OfSecond, Second.Weights), .. Random.State, .. Losses.State, Scale])
            {
                variable.Value.Write(bytes);
            }

            bytes.Write([(byte)Position.Epoch, (byte)Position.Batch, (byte)OfFirst.Iterations, (byte)OfSecond.Iterations]);
            bytes.Write(BitConverter.GetBytes(OfFirst.LearningRate));
            return bytes.ToArray();
        }
    }

    public Checkpoint Checkpoint
    {
        get
        {
            Checkpoint checkpoint = new();
            List<(string Name, IHasState Item)> items =
                [("first", First), ("second", Second), ("first_opt", OfFirst), ("second_opt", OfSecond), ("random", Random), ("losses", Losses), ("scale", Scale), ("position", Position)];
            if (reversed)
                items.Reverse();
            foreach ((string name, IHasState item) in items)
                checkpoint[name] = item;
            return checkpoint;
        }
    }

    /// <summary>Trains on, for so many batches.</summary>
    public OwnLoop Train(int batches)
    {
        Dataset data = Dataset.FromTensors(new RandomKey(5).Normal([28, 4])).Shuffle(seed: 1).Batch(8);
        foreach (Batch batch in Position.Batches(data, epochs: 100).Take(batches))
        {
            step.Call(batch.X);
            OfFirst.LearningRate *= 0.9;
        }

        return this;
    }

    private Tensor Step(Tensor x)
    {
        CallContext pass = new(training: true, Random.Next());
        Variable[] ofFirst = Ordered([.. First.TrainableWeights, Scale]), ofSecond = Ordered([.. Second.TrainableWeights]);
        Tensor noise = pass.NextKey().Normal(x.Shape);
        (Tensor loss, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(
            () => Second.Call(First.Call(x + (noise * Scale.Value), pass), pass).Square().Mean(), [.. ofFirst, .. ofSecond]);
        OfFirst.Apply([.. gradients.Take(ofFirst.Length)], ofFirst);
        OfSecond.Apply([.. gradients.Skip(ofFirst.Length)], ofSecond);
        Losses.Add(loss);
        return loss;
    }

    private Variable[] Ordered(Variable[] variables) => reversed ? [.. variables.Reverse()] : variables;

    private static IEnumerable<Variable> Slots(Optimizer optimizer, IReadOnlyList<Variable> weights) =>
        weights.Where(optimizer.SlotsByVariable.ContainsKey).SelectMany(weight => optimizer.SlotsByVariable[weight]);
}
