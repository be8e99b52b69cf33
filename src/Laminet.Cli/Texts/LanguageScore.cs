using Laminet.Tensors;
using Laminet.Text.Metrics;
using Laminet.Zoo.Language;

namespace Laminet.Cli.Texts;

/// <summary>How well a language model foretells a text.</summary>
/// <param name="Nats">The mean of -ln p over the tokens but the first, each with as many tokens before it as the windows give.</param>
/// <param name="Tokens">How many tokens were foretold.</param>
internal sealed record LanguageScore(double Nats, long Tokens)
{
    // Logits of a batch need no more than this many numbers.
    private const long MostLogits = 1 << 25;
    private const int MostBatch = 32;

    /// <summary>exp of <see cref="Nats"/>.</summary>
    public double Perplexity => Math.Exp(Nats);

    /// <summary>Scores a text, which windows of the model's length go over. Of each window but the first only the last <paramref name="stride"/> tokens count, so that each counts once.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tokens">The text, two tokens or more.</param>
    /// <param name="stride">From one window to the next, at most the model's length.</param>
    /// <param name="progress">Told how many windows are done.</param>
    /// <param name="cancellation">Ends the scoring.</param>
    public static LanguageScore Of(CausalLanguageModel model, int[] tokens, int stride, IProgress<int> progress, CancellationToken cancellation)
    {
        int length = Math.Min(model.MaxLength, tokens.Length - 1), windows = CountWindows(model, tokens.Length, stride);
        int batch = (int)Math.Clamp(MostLogits / ((long)length * model.VocabularySize), 1, MostBatch);
        Perplexity perplexity = new();
        for (int first = 0; first < windows; first += batch)
        {
            cancellation.ThrowIfCancellationRequested();
            (int[] x, int[] y, float[] weights) = (new int[batch * length], new int[batch * length], new float[batch * length]);
            for (int row = 0; row < Math.Min(batch, windows - first); row++)
            {
                // The last window ends with the text; what the one before has counted does not count again.
                int window = first + row, start = Math.Min(window * stride, tokens.Length - 1 - length), counted = window == 0 ? 0 : ((window - 1) * stride) + length;
                for (int i = 0; i < length; i++)
                    (x[(row * length) + i], y[(row * length) + i], weights[(row * length) + i]) = (tokens[start + i], tokens[start + i + 1], start + i >= counted ? 1 : 0);
            }

            perplexity.UpdateState(Tensor.From(y, [batch, length]), model.PredictOnBatch(Tensor.From(x, [batch, length])), Tensor.From(weights, [batch, length]));
            progress.Report(Math.Min(windows, first + batch));
        }

        return new LanguageScore(Math.Log(perplexity.Result().ToDouble()), tokens.Length - 1);
    }

    /// <summary>How many windows go over a text.</summary>
    public static int CountWindows(CausalLanguageModel model, int tokens, int stride)
    {
        int length = Math.Min(model.MaxLength, tokens - 1);
        return 1 + ((tokens - 1 - length + stride - 1) / stride);
    }
}
