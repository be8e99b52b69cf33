using System.Text;

namespace Laminet.Text.Tokenizers;

/// <summary>The normalizers of <c>tokenizer.json</c>: functions from a text to a text.</summary>
internal static class Normalizers
{
    private const string Known = "Sequence, BertNormalizer, NFC, NFD, NFKC, NFKD, Lowercase, StripAccents, Strip, Replace, Prepend, ByteLevel, Precompiled, Nmt";

    public static Func<AlignedText, AlignedText> Read(Part part)
    {
        switch (part.Type)
        {
            case "Sequence":
                Func<AlignedText, AlignedText>[] steps = [.. part.Children("normalizers").Select(Read)];
                return text => steps.Aggregate(text, (current, step) => Growth.Checked(step(current), text));
            case "BertNormalizer":
                return Bert(part);
            case "NFC":
                return text => UnicodeNormalization.Apply(text, compatibility: false, compose: true);
            case "NFD":
                return Decompose;
            case "NFKC":
                return text => UnicodeNormalization.Apply(text, compatibility: true, compose: true);
            case "NFKD":
                return text => UnicodeNormalization.Apply(text, compatibility: true, compose: false);
            case "Lowercase":
                return Lowercase;
            case "StripAccents":
                return text => Filter(text, rune => !Characters.IsMark(rune));
            case "Strip":
                (bool left, bool right) = (part.Flag("strip_left", true), part.Flag("strip_right", true));
                return text => Strip(text, left, right);
            case "Replace":
                (TextPattern pattern, string content) = (part.Pattern("pattern"), part.Text("content"));
                return text => Replace(text, pattern, content);
            case "Prepend":
                string prepended = part.Text("prepend");
                return text => text.Prepend(prepended);
            case "ByteLevel":
                return ByteAlphabet.Spell;
            case "Precompiled":
                return CharacterMap.FromBase64(part).Apply;
            case "Nmt":
                return text => Map(Filter(text, rune => !IsDroppedByNmt(rune.Value)), rune => IsSpaceToNmt(rune.Value) ? new Rune(' ') : rune);
            default:
                throw part.Unknown(Known);
        }
    }

    public static AlignedText Replace(AlignedText text, TextPattern pattern, string content)
    {
        AlignedBuilder builder = new(text.Text.Length);
        bool changed = false;
        foreach ((int start, int length, bool isMatch) in pattern.Parts(text.Text))
        {
            changed |= isMatch;
            if (isMatch)
                builder.Add(content, text.Start(start), text.End(start + length - 1));
            else
                builder.Add(text, start, length);
        }

        return changed ? builder.Build() : text;
    }

    // The cleaning of BERT's published code: control characters, ideographs, accents, case, in this order.
    private static Func<AlignedText, AlignedText> Bert(Part part)
    {
        (bool cleans, bool separates, bool lowers) = (part.Flag("clean_text", true), part.Flag("handle_chinese_chars", true), part.Flag("lowercase", true));
        bool strips = part.Flag("strip_accents", lowers);
        return text =>
        {
            if (cleans)
                text = Map(Filter(text, rune => rune.Value is not (0 or 0xFFFD) && !Characters.IsControl(rune)), rune => Rune.IsWhiteSpace(rune) ? new Rune(' ') : rune);
            if (separates && !Ascii.IsValid(text.Text))
                text = Separate(text);
            if (strips)
                text = Filter(Decompose(text), rune => !Characters.IsNonSpacingMark(rune));
            return lowers ? Lowercase(text) : text;
        };
    }

    private static AlignedText Decompose(AlignedText text) => UnicodeNormalization.Apply(text, compatibility: false, compose: false);

    private static AlignedText Separate(AlignedText text)
    {
        AlignedBuilder builder = new(text.Text.Length);
        foreach ((Rune rune, int start, int end) in text.Runes())
        {
            if (!Characters.IsIdeograph(rune))
            {
                builder.Add(rune, start, end);
                continue;
            }

            builder.Add(' ', start, start);
            builder.Add(rune, start, end);
            builder.Add(' ', end, end);
        }

        return builder.Build();
    }

    private static AlignedText Lowercase(AlignedText text)
    {
        if (!text.Text.EnumerateRunes().Any(rune => Lower(rune) != rune || rune.Value == 0x130))
            return text;
        AlignedBuilder builder = new(text.Text.Length);
        foreach ((Rune rune, int start, int end) in text.Runes())
        {
            // The one capital whose small letter is two characters: I with a dot.
            if (rune.Value == 0x130)
                builder.Add("i\u0307", start, end);
            else
                builder.Add(Lower(rune), start, end);
        }

        return builder.Build();

        static Rune Lower(Rune rune) => Rune.ToLowerInvariant(rune);
    }

    private static AlignedText Strip(AlignedText text, bool left, bool right)
    {
        int start = 0, end = text.Text.Length;
        while (left && start < end && char.IsWhiteSpace(text.Text[start]))
            start++;
        while (right && end > start && char.IsWhiteSpace(text.Text[end - 1]))
            end--;
        return text.Slice(start, end - start);
    }

    private static AlignedText Filter(AlignedText text, Func<Rune, bool> keeps)
    {
        if (text.Text.EnumerateRunes().All(keeps))
            return text;
        AlignedBuilder builder = new(text.Text.Length);
        foreach ((Rune rune, int start, int end) in text.Runes())
        {
            if (keeps(rune))
                builder.Add(rune, start, end);
        }

        return builder.Build();
    }

    private static AlignedText Map(AlignedText text, Func<Rune, Rune> map)
    {
        if (text.Text.EnumerateRunes().All(rune => map(rune) == rune))
            return text;
        AlignedBuilder builder = new(text.Text.Length);
        foreach ((Rune rune, int start, int end) in text.Runes())
            builder.Add(map(rune), start, end);
        return builder.Build();
    }

    private static bool IsDroppedByNmt(int code) => code is (>= 0x01 and <= 0x08) or 0x0B or (>= 0x0E and <= 0x1F) or 0x7F or 0x8F or 0x9F;

    private static bool IsSpaceToNmt(int code) => code is 0x09 or 0x0A or 0x0C or 0x0D or 0x1680 or (>= 0x200B and <= 0x200F) or 0x2028 or 0x2029 or 0x2581 or 0xFEFF or 0xFFFD;
}
