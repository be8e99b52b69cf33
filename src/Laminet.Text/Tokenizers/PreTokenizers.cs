using System.Text;

namespace Laminet.Text.Tokenizers;

/// <summary>The pre-tokenizers of <c>tokenizer.json</c>: functions from a text to the pieces that a model sees one by one.</summary>
internal static class PreTokenizers
{
    private const string Known = "Sequence, BertPreTokenizer, ByteLevel, Whitespace, WhitespaceSplit, Metaspace, Punctuation, Digits, Split, CharDelimiterSplit";

    public static Func<AlignedText, IEnumerable<AlignedText>> Read(Part part)
    {
        switch (part.Type)
        {
            case "Sequence":
                Func<AlignedText, IEnumerable<AlignedText>>[] steps = [.. part.Children("pretokenizers").Select(Read)];
                return text => steps.Aggregate((IEnumerable<AlignedText>)[text], (pieces, step) => Growth.Checked(pieces.SelectMany(step), text));
            case "BertPreTokenizer":
                return Bert;
            case "ByteLevel":
                (bool prefixes, bool splits) = (part.Flag("add_prefix_space", true), part.Flag("use_regex", true));
                return text => ByteLevel(prefixes && !text.Text.StartsWith(' ') ? text.Prepend(" ") : text, splits);
            case "Whitespace":
                return text => Runs(text, rune => Rune.IsWhiteSpace(rune) ? 0 : Characters.IsWord(rune) ? 1 : 2);
            case "WhitespaceSplit":
                return text => Runs(text, rune => Rune.IsWhiteSpace(rune) ? 0 : 1);
            case "Metaspace":
                return Metaspace(part);
            case "Punctuation":
                SplitBehavior around = ReadBehavior(part, "Isolated");
                return text => Splitter.Split(text, Splitter.Parts(text.Text, Characters.IsPunctuation), around);
            case "Digits":
                SplitBehavior digits = part.Flag("individual_digits", false) ? SplitBehavior.Isolated : SplitBehavior.Contiguous;
                return text => Splitter.Split(text, Splitter.Parts(text.Text, Characters.IsNumber), digits);
            case "Split":
                (TextPattern pattern, SplitBehavior behavior, bool inverts) = (part.Pattern("pattern"), ReadBehavior(part, null), part.Flag("invert", false));
                return text => Splitter.Split(text, pattern.Parts(text.Text).Select(found => found with { IsMatch = found.IsMatch != inverts }), behavior);
            case "CharDelimiterSplit":
                TextPattern delimiter = part.Pattern("delimiter");
                return text => Splitter.Split(text, delimiter.Parts(text.Text), SplitBehavior.Removed);
            default:
                throw part.Unknown(Known);
        }
    }

    // Spaces separate and are left out; a punctuation mark is a piece of its own.
    private static IEnumerable<AlignedText> Bert(AlignedText text)
    {
        string all = text.Text;
        int start = 0;
        for (int i = 0; i < all.Length;)
        {
            Rune rune = Rune.GetRuneAt(all, i);
            int next = i + rune.Utf16SequenceLength;
            bool isSpace = Rune.IsWhiteSpace(rune), isMark = !isSpace && Characters.IsPunctuation(rune);
            if (isSpace || isMark)
            {
                if (i > start)
                    yield return text.Slice(start, i - start);
                if (isMark)
                    yield return text.Slice(i, next - i);
                start = next;
            }

            i = next;
        }

        if (all.Length > start)
            yield return text.Slice(start, all.Length - start);
    }

    private static IEnumerable<AlignedText> ByteLevel(AlignedText text, bool splits)
    {
        if (!splits)
        {
            yield return ByteAlphabet.Spell(text);
            yield break;
        }

        foreach ((int start, int length) in Gpt2Words.Of(text.Text))
            yield return ByteAlphabet.Spell(text.Slice(start, length));
    }

    /// <summary>Runs of one kind; those of kind 0 are left out.</summary>
    private static IEnumerable<AlignedText> Runs(AlignedText text, Func<Rune, int> kindOf)
    {
        (int start, int kind) = (0, 0);
        for (int i = 0; i < text.Text.Length;)
        {
            Rune rune = Rune.GetRuneAt(text.Text, i);
            int next = kindOf(rune);
            if (next != kind)
            {
                if (kind != 0)
                    yield return text.Slice(start, i - start);
                (start, kind) = (i, next);
            }

            i += rune.Utf16SequenceLength;
        }

        if (kind != 0)
            yield return text.Slice(start, text.Text.Length - start);
    }

    // SentencePiece: a mark in the place of each space, and one before the first word.
    private static Func<AlignedText, IEnumerable<AlignedText>> Metaspace(Part part)
    {
        string mark = part.Text("replacement", "▁"), scheme = part.Text("prepend_scheme", part.Flag("add_prefix_space", true) ? "always" : "never");
        if (scheme is not ("always" or "first" or "never"))
            throw part.Wrong("prepend_scheme", "expected always, first or never.");
        bool splits = part.Flag("split", true);
        (TextPattern space, TextPattern marks) = (TextPattern.OfText(" "), TextPattern.OfText(mark));
        return text =>
        {
            AlignedText marked = Normalizers.Replace(text, space, mark);
            if (!marked.Text.StartsWith(mark, StringComparison.Ordinal) && (scheme == "always" || (scheme == "first" && text.Text.Length > 0 && text.Start(0) == 0)))
                marked = marked.Prepend(mark);
            return splits ? Splitter.Split(marked, marks.Parts(marked.Text), SplitBehavior.MergedWithNext) : [marked];
        };
    }

    private static SplitBehavior ReadBehavior(Part part, string? fallback) =>
        Enum.TryParse(part.Text("behavior", fallback), out SplitBehavior behavior) && Enum.IsDefined(behavior)
            ? behavior
            : throw part.Wrong("behavior", $"expected {string.Join(", ", Enum.GetNames<SplitBehavior>())}.");
}
