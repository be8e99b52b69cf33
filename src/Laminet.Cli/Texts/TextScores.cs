using Laminet.Text.Metrics;

namespace Laminet.Cli.Texts;

/// <summary>Figures of texts that a program wrote against what people wrote.</summary>
internal static class TextScores
{
    public static IReadOnlyList<string> Names { get; } = ["bleu", "chrf", "chrf++", "rouge", "wer", "cer", "exact"];

    /// <summary>Those that are computed unless others are asked for. An error rate takes one reference.</summary>
    public static IReadOnlyList<string> Usual(int references) => references == 1 ? ["bleu", "chrf", "rouge", "wer", "exact"] : ["bleu", "chrf", "rouge", "exact"];

    /// <summary>Computes figures.</summary>
    /// <param name="name">Which.</param>
    /// <param name="texts">The texts.</param>
    /// <param name="references">For each text its references.</param>
    /// <param name="lowercase">Whether case is disregarded, by BLEU, chrF and error rates; the others always do.</param>
    public static IEnumerable<KeyValuePair<string, double>> Of(string name, IReadOnlyList<string> texts, IReadOnlyList<IReadOnlyList<string>> references, bool lowercase)
    {
        switch (name)
        {
            case "bleu":
                Bleu bleu = Bleu.Corpus(texts, references, lowercase: lowercase);
                return [new("bleu", bleu.Score), new("bleu_brevity_penalty", bleu.BrevityPenalty)];
            case "chrf":
                return [new("chrf", Chrf.Corpus(texts, references, lowercase: lowercase))];
            case "chrf++":
                return [new("chrf++", Chrf.Corpus(texts, references, wordOrder: 2, lowercase: lowercase))];
            case "rouge":
                return [new("rouge_1", Best((text, other) => Rouge.N(text, other, 1))), new("rouge_2", Best((text, other) => Rouge.N(text, other, 2))), new("rouge_l", Best((text, other) => Rouge.L(text, other)))];
            case "wer" or "cer":
                string[] ours = [.. texts.Select(Cased)], theirs = [.. references.Select(all => Cased(all[0]))];
                return [new(name, name == "wer" ? ErrorRate.Words(ours, theirs) : ErrorRate.Characters(ours, theirs))];
            default:
                AnswerScore score = AnswerScore.Of(texts, references);
                return [new("exact_match", score.ExactMatch), new("f1", score.F1)];
        }

        string Cased(string text) => lowercase ? text.ToLowerInvariant() : text;

        // Of several references the one with the highest F counts.
        double Best(Func<string, string, Rouge> score) => texts.Zip(references, (text, others) => others.Max(other => score(text, other).F)).Average();
    }
}
