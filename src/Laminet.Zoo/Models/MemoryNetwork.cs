using Laminet.Configuration;
using Laminet.Initializers;
using Laminet.Layers;
using Laminet.Tensors;

namespace Laminet.Zoo.Models;

/// <summary>
/// The end-to-end memory network: it looks at the statements of a story several times, each time at those that fit what it asks, and adds what they say to what it asks: p = softmax(u · m), u' = u + sum of p c.
/// The words of statements are summed with weights by their place (<see cref="PositionEncoding"/>), and a learned vector tells how long ago a statement was. What a hop reads, c, is what the next one compares with, m; the first m is that of the
/// question, the last c that of the answer (adjacent weight tying). (Sukhbaatar, Szlam, Weston and Fergus, "End-to-end memory networks", NIPS 2015.)
/// </summary>
/// <remarks>
/// Inputs: sentences (different sentences, words), 0 where a sentence has ended; the rows of the statements in them, (batch, memories), the last statement first; 1 where there is a memory, else 0, (batch, memories), Float32; the rows of the
/// questions, (batch). Outputs: logits of the answer's word (batch, words), and what each hop looked at, (batch, hops, memories).
/// </remarks>
/// <param name="words">How many different words there are, the one of number 0, which is none, counted.</param>
/// <param name="memories">How many statements it has room for.</param>
/// <param name="hops">How often it looks.</param>
/// <param name="units">How many numbers a word has.</param>
public sealed class MemoryNetwork(int words, int memories = 50, int hops = 3, int units = 50) : Layer
{
    private Variable[] tables = [], ages = [];

    static MemoryNetwork() => Registry.Register<MemoryNetwork>();

    /// <summary>How many different words there are.</summary>
    public int Words { get; } = Setting.Require(words, words >= 2, "2 or more", nameof(words));

    /// <summary>How many statements it has room for.</summary>
    public int Memories { get; } = Setting.Require(memories, memories >= 1, "1 or more", nameof(memories));

    /// <summary>How often it looks.</summary>
    public int Hops { get; } = Setting.Require(hops, hops >= 1, "1 or more", nameof(hops));

    /// <summary>How many numbers a word has.</summary>
    public int Units { get; } = Setting.Require(units, units >= 1, "1 or more", nameof(units));

    /// <summary>
    /// The weights by which the words of a sentence are summed, so that their order counts: (1 - j/J) - (k/d) (1 - 2j/J) for number k of d of word j of J, both from 1; 0 after the sentence.
    /// </summary>
    /// <param name="sentences">(sentences, words), 0 where a sentence has ended.</param>
    /// <param name="units">d.</param>
    /// <returns>(sentences, words, units).</returns>
    public static Tensor PositionEncoding(Tensor sentences, int units)
    {
        ArgumentNullException.ThrowIfNull(sentences);
        Tensor isWord = sentences.NotEqual(0).Cast(DType.Float32), length = isWord.Sum(1, keepDims: true).Maximum(Tensor.Scalar(1f));
        Tensor place = (Tensor.Range(1, sentences.Shape[1] + 1, DType.Float32) / length).ExpandDims(-1), number = Tensor.Range(1, units + 1, DType.Float32) / units;
        return isWord.ExpandDims(-1) * (1 - place - (number * (1 - (2 * place))));
    }

    /// <summary>Whether p is u · m itself, as in the first epochs of training with a linear start. Set it before a step is compiled.</summary>
    internal bool IsLinear { get; set; }

    /// <inheritdoc/>
    protected override void Build(Shape input)
    {
        RandomNormal first = new(stddev: 0.1);
        tables = [.. Enumerable.Range(0, Hops + 1).Select(i => AddWeight($"words_{i}", [Words, Units], first))];
        ages = [.. Enumerable.Range(0, Hops + 1).Select(i => AddWeight($"ages_{i}", [Memories, Units], first))];
    }

    /// <inheritdoc/>
    protected override Bundle<Tensor> Forward(Bundle<Tensor> inputs, CallContext context)
    {
        (Tensor sentences, Tensor story, Tensor present, Tensor question) = (inputs[0], inputs[1], inputs[2], inputs[3]);
        if (story.Shape[1] > Memories)
            throw new ShapeException($"received {story.Shape[1]} memories; expected at most {Memories}. Leave out the oldest.");
        Tensor places = PositionEncoding(sentences, Units), asked = Sentences(0).Gather(question), memory = Memory(0), absent = (present - 1) * 1e9;
        List<Tensor> looks = [];
        for (int hop = 1; hop <= Hops; hop++)
        {
            Tensor fits = (memory * asked.ExpandDims(1)).Sum(-1), look = IsLinear ? fits * present : (fits + absent).Softmax();
            memory = Memory(hop);
            asked += (look.ExpandDims(-1) * memory).Sum(1);
            looks.Add(look);
        }

        return (asked.MatMul(tables[Hops].Value, transposeOther: true), Tensor.Stack(looks, 1));

        Tensor Sentences(int i) => (tables[i].Value.Gather(sentences) * places).Sum(1);

        Tensor Memory(int i) => Sentences(i).Gather(story) + ages[i].Value.Slice(0, story.Shape[1]);
    }
}
