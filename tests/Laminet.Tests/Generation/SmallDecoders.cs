using Laminet.Generation;
using Laminet.Tensors;

namespace Laminet.Tests.Generation;

/// <summary>A small recurrence, h' = tanh(E[token] + h W), logits = 3 h' U, as in make_generation.py.</summary>
internal sealed class RecurrentDecoder(Tensor embeddings, Tensor recurrent, Tensor output, int? maxLength = null) : IDecoder
{
    public int VocabularySize => embeddings.Shape[0];

    public int? MaxLength => maxLength;

    /// <summary>How often its code ran: not in each step, if the steps are compiled.</summary>
    public int Calls { get; private set; }

    public Bundle<Tensor> NewCache(int batch, int length) => Tensor.Zeros([batch, recurrent.Shape[0]]);

    public (Tensor Logits, Bundle<Tensor> Cache) Next(Tensor tokens, Tensor position, Bundle<Tensor> cache, Tensor? padding = null)
    {
        Calls++;
        Tensor state = cache.Only;
        for (int step = 0; step < tokens.Shape[1]; step++)
        {
            Tensor next = (embeddings.Gather(tokens.Slice(step, step + 1, axis: 1).Squeeze(1)) + state.MatMul(recurrent)).Tanh();
            state = padding is null ? next : Tensor.Where(padding.LessEqual(position + step).ExpandDims(-1), next, state);
        }

        return (state.MatMul(output) * 3, state);
    }
}

/// <summary>The logits are a function of the last token and its position.</summary>
internal sealed class FunctionDecoder(int vocabulary, Func<Tensor, Tensor, Tensor> logits) : IDecoder
{
    public int VocabularySize => vocabulary;

    public int? MaxLength => null;

    /// <summary>One of a table: a row of logits for each token.</summary>
    public static FunctionDecoder Of(Tensor table) => new(table.Shape[0], (token, _) => table.Gather(token));

    public Bundle<Tensor> NewCache(int batch, int length) => Tensor.Zeros([batch, 1]);

    public (Tensor Logits, Bundle<Tensor> Cache) Next(Tensor tokens, Tensor position, Bundle<Tensor> cache, Tensor? padding = null)
    {
        int steps = tokens.Shape[1];
        return (logits(tokens.Slice(steps - 1, steps, axis: 1).Squeeze(1), position + (steps - 1)), cache);
    }
}

/// <summary>The numbers of generation.json.</summary>
internal static class GenerationGolden
{
    public static System.Text.Json.Nodes.JsonNode Json { get; } =
        System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "generation.json")))!;

    public static RecurrentDecoder Decoder(int? maxLength = null) => new(Matrix("embeddings"), Matrix("recurrent"), Matrix("output"), maxLength);

    public static T[] Array<T>(System.Text.Json.Nodes.JsonNode node) => [.. node.AsArray().Select(number => number!.GetValue<T>())];

    private static Tensor Matrix(string name) => Tensor.From([.. Json[name]!.AsArray().SelectMany(row => Array<double>(row!)).Select(number => (float)number)], [Json[name]!.AsArray().Count, Json[name]![0]!.AsArray().Count]);
}
