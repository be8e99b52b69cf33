using Laminet.Layers;
using Laminet.Tensors;

namespace Laminet.Zoo.Language;

/// <summary>
/// A recurrent network that reads a sequence and writes another, and looks at what it has read by products: from the decoder's output s_t, scores s_tᵀ W h_j, their softmax a_tj, c_t = sum over j of a_tj h_j, tanh(W [s_t; c_t]), logits.
/// The recurrence does not see what was looked at (no input feeding), so that all steps of the targets are trained at once. (Luong, Pham and Manning, "Effective approaches to attention-based neural machine translation", EMNLP 2015:
/// global attention, general score.)
/// </summary>
public sealed class LuongNetwork : RecurrentSequenceToSequence
{
    private readonly RecurrentLayer decoder;
    private readonly Dense key;
    private readonly Attention attention;

    static LuongNetwork() => Registry.Register<LuongNetwork>();

    /// <summary>Creates the network.</summary>
    /// <inheritdoc cref="RecurrentSequenceToSequence(int, int, int?, RecurrentUnit, double, bool, int?, bool)"/>
    public LuongNetwork(
        int vocabularySize, int units = 256, int? embeddingDim = null, RecurrentUnit unit = RecurrentUnit.Lstm, double dropout = 0.2, bool tieEmbeddings = true, int? sourceVocabularySize = null,
        bool copies = false)
        : base(vocabularySize, units, embeddingDim, unit, dropout, tieEmbeddings, sourceVocabularySize, copies)
    {
        decoder = Track<RecurrentLayer>(Unit == RecurrentUnit.Gru ? new GRU(Units, returnSequences: true, returnState: true) : new LSTM(Units, returnSequences: true, returnState: true));
        decoder.Name = "decoder";
        key = Track(new Dense(Units, useBias: false) { Name = "key" });
        attention = Track(new Attention(returnAttentionScores: true));
    }

    private protected override Tensor Keys(Tensor memory, CallContext context) => key.Call(memory, context);

    private protected override (Tensor Output, Tensor Scores, Bundle<Tensor> States) Decode(Tensor x, Bundle<Tensor> states, Tensor memory, Tensor keys, CallContext context)
    {
        Bundle<Tensor> run = decoder.Call([x, .. states], context);
        (Tensor seen, Tensor scores) = attention.Call([run[0], memory, keys], context);
        return (Tensor.Concatenate([run[0], seen], -1), scores, [.. run.Skip(1)]);
    }
}
