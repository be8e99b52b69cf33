using Laminet.Configuration;
using Laminet.Tensors;
using Laminet.Zoo.Environments;

namespace Laminet.Zoo.Datasets;

/// <summary>
/// Random sequences of bits and what a network with a memory is to answer: as many as one wants, each batch new. The network reads a sequence, then answers while it reads zeros. All sequences of a batch are of one length.
/// (Graves, Wayne and Danihelka, "Neural Turing machines", 2014, section 4.)
/// </summary>
/// <example><code>
/// CopyTask task = new(seed: 1);
/// model.Compile("adam", new Laminet.Losses.BinaryCrossentropy(fromLogits: true));
/// for (int step = 0; step &lt; 10_000; step++)
/// {
///     SequenceBatch batch = task.Next(32);
///     model.TrainOnBatch(batch.Inputs, batch.Targets, batch.Weights);
/// }
///
/// SequenceBatch longer = task.Draw(32, length: 80);
/// double wrong = longer.WrongBits(model.PredictOnBatch(longer.Inputs));
/// </code></example>
public abstract class SequenceTask : IHasState
{
    private readonly RandomKey key;
    private readonly int multiple;
    private readonly Variable batches = new(Tensor.Scalar(0L), "batches", trainable: false);

    /// <param name="bits">How many bits a vector of the sequences has.</param>
    /// <param name="seed">Names all sequences.</param>
    /// <param name="multiple">The number of steps is filled up to a multiple of this, with zeros that count for nothing: a compiled step then serves several lengths.</param>
    private protected SequenceTask(int bits, ulong seed, int multiple)
    {
        Bits = Setting.Require(bits, bits >= 1, "1 or more");
        this.multiple = Setting.Require(multiple, multiple >= 1, "1 or more");
        key = new RandomKey(seed);
    }

    /// <summary>How many bits a vector of the sequences has.</summary>
    public int Bits { get; }

    /// <summary>How many numbers a step of the input has.</summary>
    public abstract int Inputs { get; }

    /// <summary>How many bits a step of the answer has.</summary>
    public virtual int Outputs => Bits;

    /// <summary>Draws sequences of a random size within the bounds that the task was made with.</summary>
    /// <param name="batch">How many.</param>
    public abstract SequenceBatch Next(int batch);

    /// <summary>How many batches were drawn: in a <see cref="Saving.Checkpoint"/>, a task that is made as before goes on with the next one.</summary>
    IEnumerable<(string Name, Variable Variable)> IHasState.State => [(batches.Name, batches)];

    /// <summary>The key of the next batch.</summary>
    private protected RandomKey NextKey()
    {
        long number = batches.Item<long>();
        batches.Assign<long>([number + 1]);
        return key.Fold((ulong)number);
    }

    /// <summary>A whole number from least to most.</summary>
    private protected static int Between(RandomKey key, int least, int most) => least + key.Below(most - least + 1);

    /// <summary>Random bits, (batch, steps, bits).</summary>
    private protected Tensor Drawn(RandomKey key, int batch, int steps)
    {
        Setting.Require(batch, batch >= 1, "1 or more");
        return key.Bernoulli([batch, steps, Bits], 0.5).Cast(DType.Float32);
    }

    /// <summary>Vectors as steps of the input: the channels above the bits are 0.</summary>
    private protected Tensor Read(Tensor vectors) => vectors.Pad([(0, 0), (0, 0), (0, Inputs - Bits)]);

    /// <summary>One step of the input that says something in a channel above the bits.</summary>
    private protected Tensor Mark(int batch, params ReadOnlySpan<float> channels) =>
        Tensor.From([.. new float[Bits], .. channels, .. new float[Inputs - Bits - channels.Length]], [1, 1, Inputs]).BroadcastTo([batch, 1, Inputs]);

    /// <summary>The batch: what is read, then as many zeros as the answer has steps.</summary>
    private protected SequenceBatch Answered(IReadOnlyList<Tensor> read, Tensor answer)
    {
        Tensor question = Tensor.Concatenate(read, 1);
        int before = question.Shape[1], steps = before + answer.Shape[1], after = (multiple - (steps % multiple)) % multiple;
        return new SequenceBatch(
            question.Pad([(0, 0), (0, steps - before + after), (0, 0)]), answer.Pad([(0, 0), (before, after), (0, 0)]), Tensor.Ones(answer.Shape[..2]).Pad([(0, 0), (before, after)]));
    }
}
