using Laminet.Configuration;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Zoo.Language;

/// <summary>
/// Texts to vectors of length 1 whose products tell how alike the texts are. Texts of like length go through the model together, padded to a few lengths only, so that few programs are compiled.
/// </summary>
/// <example><code>
/// var encoder = new SentenceEncoder(Bert.SentenceVectors(PretrainedLanguage.MiniLM("model.onnx")), text => tokenizer.Encode(text).Ids);
/// Tensor vectors = encoder.Encode(["a cat", "a kitten", "a bridge"]);
/// Tensor alike = vectors.MatMul(vectors, transposeOther: true);
/// </code></example>
public sealed class SentenceEncoder
{
    private const int LengthStep = 16;

    private readonly Func<string, IReadOnlyList<int>> tokenize;

    /// <summary>Joins a tokenizer and a model.</summary>
    /// <param name="model">Tokens (batch, time) to vectors (batch, width), as from <see cref="Bert.SentenceVectors"/>.</param>
    /// <param name="tokenize">The tokens of a text, with the marks of beginning and end. It must cut long texts.</param>
    /// <param name="batchSize">How many texts go through the model together.</param>
    public SentenceEncoder(Model model, Func<string, IReadOnlyList<int>> tokenize, int batchSize = 32)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tokenize);
        if (model.Inputs.Count != 1 || model.OutputShape.Rank != 1)
            throw new ArgumentException($"SentenceEncoder: received a model of {model.Inputs.Count} inputs and outputs of shape {model.OutputShape}; expected tokens alone, and one vector for each text. Take Bert.SentenceVectors(encoder).", nameof(model));
        (Model, this.tokenize) = (model, tokenize);
        BatchSize = Setting.Require(batchSize, batchSize >= 1, "1 or more");
    }

    /// <summary>The model.</summary>
    public Model Model { get; }

    /// <summary>How many texts go through the model together.</summary>
    public int BatchSize { get; }

    /// <summary>How many numbers a vector has.</summary>
    public int Width => Model.OutputShape[0];

    /// <summary>How many tokens a text has.</summary>
    /// <param name="text">The text.</param>
    public int CountTokens(string text) => tokenize(text).Count;

    /// <summary>The vectors of texts, (texts, width), in their order.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="cancellationToken">Stops after the current batch.</param>
    /// <exception cref="ArgumentException">A text has no tokens.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public Tensor Encode(IReadOnlyList<string> texts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        if (texts.Count == 0)
            return Tensor.Zeros([0, Width]);
        IReadOnlyList<int>[] tokens = [.. texts.Select((text, place) => tokenize(text ?? throw new ArgumentException($"SentenceEncoder: the text of place {place} is null.", nameof(texts))))];
        int empty = Array.FindIndex(tokens, each => each.Count == 0);
        if (empty >= 0)
            throw new ArgumentException($"SentenceEncoder: the text of place {empty}, '{texts[empty]}', has no tokens; expected a mark of its beginning at least.", nameof(texts));
        int[] order = [.. Enumerable.Range(0, tokens.Length).OrderBy(place => tokens[place].Count)], places = new int[order.Length];
        List<Tensor> parts = [];
        foreach (int[] rows in order.Chunk(BatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            parts.Add(Model.PredictOnBatch(Padded([.. rows.Select(row => tokens[row])])).Slice(0, rows.Length));
        }

        for (int i = 0; i < order.Length; i++)
            places[order[i]] = i;
        return Tensor.Concatenate([.. parts], 0).Gather(Tensor.From(places, [places.Length]));
    }

    // The rows and steps of a batch, each rounded up: rows to a power of 2, steps to a multiple.
    private Tensor Padded(IReadOnlyList<int>[] rows)
    {
        int count = Math.Min(BatchSize, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)rows.Length)), longest = rows.Max(row => row.Count);
        int length = Math.Min((longest + LengthStep - 1) / LengthStep * LengthStep, Math.Max(longest, MaxLength()));
        int[] ids = new int[count * length];
        foreach ((int row, IReadOnlyList<int> tokens) in rows.Index())
        {
            for (int i = 0; i < tokens.Count; i++)
                ids[(row * length) + i] = tokens[i];
        }

        return Tensor.From(ids, [count, length]);
    }

    private int MaxLength() => Model.Layers.OfType<Layers.PositionEmbedding>().FirstOrDefault()?.SequenceLength ?? int.MaxValue;
}
