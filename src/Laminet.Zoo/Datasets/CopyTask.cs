using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Zoo.Datasets;

/// <summary>Copy: vectors of random bits and a mark, then the network gives the vectors back. Inputs: the bits and the mark. (Graves, Wayne and Danihelka, 2014, section 4.1.)</summary>
/// <inheritdoc cref="SequenceTask"/>
public sealed class CopyTask : SequenceTask
{
    /// <summary>Creates the task.</summary>
    /// <param name="bits">How many bits a vector has.</param>
    /// <param name="minLength">The least number of vectors that <see cref="Next"/> draws.</param>
    /// <param name="maxLength">The largest.</param>
    /// <param name="seed">Names all sequences.</param>
    /// <param name="multiple">The number of steps is filled up to a multiple of this, with zeros that count for nothing: a compiled step then serves several lengths.</param>
    public CopyTask(int bits = 8, int minLength = 1, int maxLength = 20, ulong seed = 0, int multiple = 4) : base(bits, seed, multiple)
    {
        MinLength = Setting.Require(minLength, minLength >= 1, "1 or more");
        MaxLength = Setting.Require(maxLength, maxLength >= minLength, $"{nameof(minLength)} = {minLength} or more");
    }

    /// <summary>The least number of vectors that <see cref="Next"/> draws.</summary>
    public int MinLength { get; }

    /// <summary>The largest number of vectors that <see cref="Next"/> draws.</summary>
    public int MaxLength { get; }

    /// <inheritdoc/>
    public override int Inputs => Bits + 1;

    /// <inheritdoc/>
    public override SequenceBatch Next(int batch)
    {
        RandomKey key = NextKey();
        return Draw(key, batch, Between(key.Fold(0), MinLength, MaxLength));
    }

    /// <summary>Draws sequences of a length.</summary>
    /// <param name="batch">How many.</param>
    /// <param name="length">How many vectors each has; it may be more than the task draws.</param>
    public SequenceBatch Draw(int batch, int length) => Draw(NextKey(), batch, length);

    private SequenceBatch Draw(RandomKey key, int batch, int length)
    {
        Tensor vectors = Drawn(key.Fold(1), batch, Setting.Require(length, length >= 1, "1 or more"));
        return Answered([Read(vectors), Mark(batch, 1)], vectors);
    }
}
