using System.Text.Json.Nodes;

namespace Laminet.Text.Tokenizers;

/// <summary>
/// Makes vocabularies from texts: byte-pair encoding over bytes (Sennrich et al. 2016, Radford et al. 2019), and WordPiece, built by the same merges over characters as
/// Hugging Face's trainer does. The result depends on the texts and the settings alone: not on their order, nor on the number of threads.
/// </summary>
/// <example><code>
/// Tokenizer tokenizer = VocabularyTrainer.BytePair(TextFiles.Lines("corpus.txt"), vocabularySize: 8000, specialTokens: ["&lt;|endoftext|&gt;"]);
/// tokenizer.Save("tokenizer.json");
/// </code></example>
public static class VocabularyTrainer
{
    private const string Prefix = "##";

    /// <summary>A byte-level byte-pair tokenizer, in the form of GPT-2's. Any text can be encoded and decoded without loss.</summary>
    /// <param name="texts">The texts. They are read once; a stream of lines need not fit into memory, its different words must.</param>
    /// <param name="vocabularySize">How many tokens: the special ones, 256 bytes, then merges.</param>
    /// <param name="specialTokens">Tokens with a number and no part in merges, such as <c>&lt;|endoftext|&gt;</c>; numbered from 0.</param>
    /// <param name="minFrequency">How often a pair must occur to be merged.</param>
    /// <param name="threads">How many threads count words; null for all processors.</param>
    /// <exception cref="ArgumentException">The size does not hold the special tokens and the bytes, or a special token is empty or given twice.</exception>
    public static Tokenizer BytePair(IEnumerable<string> texts, int vocabularySize, IReadOnlyList<string>? specialTokens = null, int minFrequency = 2, int? threads = null)
    {
        string[] special = Check(texts, specialTokens ?? [], minFrequency, threads);
        string[] alphabet = [.. ByteAlphabet.All.Order().Select(character => character.ToString())];
        if (vocabularySize < special.Length + alphabet.Length)
            throw new ArgumentOutOfRangeException(nameof(vocabularySize), $"Received vocabularySize = {vocabularySize}; expected at least {special.Length + alphabet.Length}, for {special.Length} special tokens and 256 bytes.");
        IReadOnlyList<(string Word, long Count)> words = WordCounts.Count(texts, WordsOf, threads ?? Environment.ProcessorCount);
        PairMerger merger = new([.. special, .. alphabet], words.Select(word => (ByteSymbols(word.Word), word.Count)));
        merger.Merge(vocabularySize, minFrequency, prefix: "");
        JsonObject model = TokenizerJson.BytePair(TokenizerJson.Vocabulary(merger.Tokens), merger.Merges);
        return Tokenizer.Of(TokenizerJson.Whole(model, null, TokenizerJson.ByteLevel(), TokenizerJson.ByteLevel(), TokenizerJson.ByteLevel(), special.Select((token, id) => (token, id))));

        static IEnumerable<string> WordsOf(string text)
        {
            string whole = Characters.WithoutLoneSurrogates(text);
            return Gpt2Words.Of(whole).Select(word => whole.Substring(word.Start, word.Length));
        }

        static IEnumerable<string> ByteSymbols(string word) => ByteAlphabet.Spell(new AlignedText(word)).Text.Select(character => character.ToString());
    }

    /// <summary>A WordPiece tokenizer, in the form of BERT's, with <c>[PAD]</c>, <c>[UNK]</c>, <c>[CLS]</c>, <c>[SEP]</c> and <c>[MASK]</c> as its first tokens.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="vocabularySize">The most tokens. All characters of the texts are tokens, even if they are more.</param>
    /// <param name="lowercase">Whether capitals and accents are taken away.</param>
    /// <param name="minFrequency">How often a pair must occur to be merged.</param>
    /// <param name="threads">How many threads count words; null for all processors.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    public static Tokenizer WordPiece(IEnumerable<string> texts, int vocabularySize, bool lowercase = true, int minFrequency = 2, int? threads = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabularySize, 1);
        string[] special = Check(texts, ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"], minFrequency, threads);
        IReadOnlyList<(string Word, long Count)> words = WordCounts.Count(texts, WordCounts.Of(TokenizerJson.Bert(lowercase), Tokenizer.BertWords()), threads ?? Environment.ProcessorCount);
        (string[] Symbols, long Count)[] symbols = [.. words.Select(word => (PieceSymbols(word.Word), word.Count))];
        // As characters of their own first, then as parts of words: both in the order of their code points.
        IOrderedEnumerable<string> alphabet = symbols.SelectMany(word => word.Symbols).Distinct(StringComparer.Ordinal)
            .OrderBy(symbol => symbol.StartsWith(Prefix, StringComparison.Ordinal) && symbol.Length > Prefix.Length).ThenBy(CodePoint);
        PairMerger merger = new([.. special, .. alphabet], symbols.Select(word => ((IEnumerable<string>)word.Symbols, word.Count)));
        merger.Merge(vocabularySize, minFrequency, Prefix);
        return Tokenizer.OfWordPieces(merger.Tokens, lowercase);

        static string[] PieceSymbols(string word) => [.. word.EnumerateRunes().Select((rune, index) => index == 0 ? rune.ToString() : Prefix + rune)];

        static int CodePoint(string symbol) => symbol.EnumerateRunes().Last().Value;
    }

    private static string[] Check(IEnumerable<string> texts, IReadOnlyList<string> special, int minFrequency, int? threads)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentOutOfRangeException.ThrowIfLessThan(minFrequency, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads ?? 1, 1, nameof(threads));
        string? wrong = special.FirstOrDefault(token => string.IsNullOrEmpty(token)) ?? special.GroupBy(token => token).FirstOrDefault(group => group.Count() > 1)?.Key;
        return wrong is null && special.All(token => token is not null)
            ? [.. special]
            : throw new ArgumentException($"Received the special tokens [{string.Join(", ", special)}]; expected texts that are not empty and all different.", nameof(special));
    }
}
