using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Zoo.Datasets;

/// <summary>
/// Repeat copy: vectors of random bits, then a mark and in a channel of its own a number; the network gives the vectors back that many times, and then a 1 in a channel of its own. The number is scaled to mean 0 and deviation 1 over 1 to
/// <see cref="MaxCount"/>. Inputs: the bits, the mark, the number; outputs: the bits, the end. (Graves, Wayne and Danihelka, 2014, section 4.2.)
/// </summary>
/// <inheritdoc cref="SequenceTask"/>
public sealed class RepeatCopyTask : SequenceTask
{
    /// <summary>Creates the task.</summary>
    /// <param name="bits">How many bits a vector has.</param>
    /// <param name="maxLength">The largest number of vectors that <see cref="Next"/> draws; the least is 1.</param>
    /// <param name="maxCount">The largest number of repetitions that <see cref="Next"/> draws; the least is 1.</param>
    /// <param name="seed">Names all sequences.</param>
    /// <param name="multiple">The number of steps is filled up to a multiple of this, with zeros that count for nothing: a compiled step then serves several lengths.</param>
    public RepeatCopyTask(int bits = 8, int maxLength = 10, int maxCount = 10, ulong seed = 0, int multiple = 8) : base(bits, seed, multiple)
    {
        MaxLength = Setting.Require(maxLength, maxLength >= 1, "1 or more");
        MaxCount = Setting.Require(maxCount, maxCount >= 2, "2 or more");
    }

    /// <summary>The largest number of vectors that <see cref="Next"/> draws.</summary>
    public int MaxLength { get; }

    /// <summary>The largest number of repetitions that <see cref="Next"/> draws.</summary>
    public int MaxCount { get; }

    /// <inheritdoc/>
    public override int Inputs => Bits + 2;

    /// <inheritdoc/>
    public override int Outputs => Bits + 1;

    /// <inheritdoc/>
    public override SequenceBatch Next(int batch)
    {
        RandomKey key = NextKey();
        return Draw(key, batch, Between(key.Fold(0), 1, MaxLength), Between(key.Fold(1), 1, MaxCount));
    }

    /// <summary>Draws sequences of a length, to be repeated a number of times.</summary>
    /// <param name="batch">How many.</param>
    /// <param name="length">How many vectors each has; it may be more than the task draws.</param>
    /// <param name="count">How often they are repeated; it may be more than the task draws.</param>
    public SequenceBatch Draw(int batch, int length, int count) => Draw(NextKey(), batch, length, count);

    private SequenceBatch Draw(RandomKey key, int batch, int length, int count)
    {
        Setting.Require(count, count >= 1, "1 or more");
        Tensor vectors = Drawn(key.Fold(2), batch, Setting.Require(length, length >= 1, "1 or more"));
        double mean = (MaxCount + 1) / 2.0, deviation = Math.Sqrt(((double)MaxCount * MaxCount - 1) / 12);
        Tensor end = Tensor.Zeros([batch, 1, Bits]).Pad([(0, 0), (0, 0), (0, 1)], 1);
        Tensor repeated = Tensor.Concatenate([.. Enumerable.Repeat(vectors.Pad([(0, 0), (0, 0), (0, 1)]), count), end], 1);
        return Answered([Read(vectors), Mark(batch, 1, (float)((count - mean) / deviation))], repeated);
    }
}
