using System.Text;

namespace Laminet.Text.Metrics;

/// <summary>
/// The two numbers of question answering on SQuAD (Rajpurkar et al. 2016): whether an answer equals one of the references, and the F1 of the words it shares with one. Both
/// disregard case, punctuation, the articles a, an, the, and spaces; of several references the best counts.
/// </summary>
/// <param name="ExactMatch">The share of answers that equal a reference, from 0 to 1.</param>
/// <param name="F1">The mean of 2 P R / (P + R) over the answers, from 0 to 1.</param>
public sealed record AnswerScore(double ExactMatch, double F1)
{
    private static readonly string[] Articles = ["a", "an", "the"];

    /// <summary>The scores of answers.</summary>
    /// <param name="answers">The answers; an empty one says that there is no answer.</param>
    /// <param name="references">For each answer the right ones.</param>
    /// <exception cref="ArgumentException">There are no answers, not as many references, or an answer has no reference.</exception>
    public static AnswerScore Of(IReadOnlyList<string> answers, IReadOnlyList<IReadOnlyList<string>> references)
    {
        Pairing.Require(answers, references);
        (double exact, double f1) = (0, 0);
        for (int i = 0; i < answers.Count; i++)
        {
            Pairing.RequireReferences(references[i], i);
            string[] answer = Words(answers[i]);
            string[][] right = [.. references[i].Select(Words)];
            exact += Array.Exists(right, words => words.SequenceEqual(answer)) ? 1 : 0;
            f1 += right.Max(words => F(answer, words));
        }

        return new AnswerScore(exact / answers.Count, f1 / answers.Count);
    }

    private static double F(string[] answer, string[] right)
    {
        // Neither has words: both say that there is no answer.
        if (answer.Length == 0 || right.Length == 0)
            return answer.Length == right.Length ? 1 : 0;
        double common = NGrams.Common(NGrams.OfWords(answer, 1), NGrams.OfWords(right, 1)), precision = common / answer.Length, recall = common / right.Length;
        return common == 0 ? 0 : 2 * precision * recall / (precision + recall);
    }

    private static string[] Words(string text)
    {
        StringBuilder kept = new(text.Length);
        foreach (char character in text.ToLowerInvariant().Where(character => !char.IsAscii(character) || !(char.IsPunctuation(character) || char.IsSymbol(character))))
            kept.Append(character);
        return [.. kept.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Where(word => !Articles.Contains(word))];
    }
}
