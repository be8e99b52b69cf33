using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Tensors.Compilation;

namespace Laminet.Zoo.Language;

/// <summary>
/// A recurrent network that reads a sequence and writes another, and looks at what it has read by sums: from the state s_(t-1) before a step, scores vᵀ tanh(W s_(t-1) + U h_j), their softmax a_tj, and c_t = sum over j of a_tj h_j; the step's
/// recurrence sees the token before and c_t; the logits are computed from tanh(W [s_t; c_t; y_(t-1)]), where the paper takes the larger of two units. (Bahdanau, Cho and Bengio, "Neural machine translation by jointly learning to align and translate", ICLR 2015.)
/// </summary>
public sealed class BahdanauNetwork : RecurrentSequenceToSequence
{
    private readonly RecurrentCell cell;
    private readonly Dense query, key;
    private readonly AdditiveAttention attention;

    static BahdanauNetwork() => Registry.Register<BahdanauNetwork>();

    /// <summary>Creates the network.</summary>
    /// <inheritdoc cref="RecurrentSequenceToSequence(int, int, int?, RecurrentUnit, double, bool, int?, bool)"/>
    public BahdanauNetwork(
        int vocabularySize, int units = 256, int? embeddingDim = null, RecurrentUnit unit = RecurrentUnit.Gru, double dropout = 0.2, bool tieEmbeddings = true, int? sourceVocabularySize = null,
        bool copies = false)
        : base(vocabularySize, units, embeddingDim, unit, dropout, tieEmbeddings, sourceVocabularySize, copies)
    {
        cell = Track<RecurrentCell>(Unit == RecurrentUnit.Gru ? new GRUCell(Units) : new LSTMCell(Units));
        cell.Name = "decoder";
        query = Track(new Dense(Units) { Name = "query" });
        key = Track(new Dense(Units, useBias: false) { Name = "key" });
        attention = Track(new AdditiveAttention(returnAttentionScores: true) { Name = "attention" });
    }

    private protected override Tensor Keys(Tensor memory, CallContext context) => key.Call(memory, context);

    private protected override (Tensor Output, Tensor Scores, Bundle<Tensor> States) Decode(Tensor x, Bundle<Tensor> states, Tensor memory, Tensor keys, CallContext context)
    {
        Tensor? counts = context.MaskOf(x);
        Bundle<Tensor> sequences = counts is null ? [x] : [x, counts];
        // Once outside of the loop: within it weights cannot be drawn.
        Step(states, [.. sequences.Select(sequence => sequence.Slice(0, 1, axis: 1).Squeeze(1))]);
        (Bundle<Tensor> last, Bundle<Tensor> all) = Flow.Scan(Step, states, sequences, axis: 1);
        return (all[0], all[1], last);

        (Bundle<Tensor> States, Bundle<Tensor> Outputs) Step(Bundle<Tensor> before, Bundle<Tensor> entries)
        {
            (Tensor seen, Tensor scores) = attention.Call([query.Call(before[0], context).ExpandDims(1), memory, keys], context);
            Tensor glimpse = seen.Squeeze(1), token = entries[0];
            Bundle<Tensor> run = cell.Call([Tensor.Concatenate([token, glimpse], -1), .. before], context);
            Bundle<Tensor> after = [.. run.Skip(1)];
            if (entries.Count == 2)
                after = [.. after.Zip(before, (one, other) => Tensor.Where(entries[1].ExpandDims(-1), one, other))];
            return (after, (Tensor.Concatenate([run[0], glimpse, token], -1), scores.Squeeze(1)));
        }
    }
}
