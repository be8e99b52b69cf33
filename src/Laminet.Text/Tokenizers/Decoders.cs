using System.Text;

namespace Laminet.Text.Tokenizers;

/// <summary>The decoders of <c>tokenizer.json</c>: functions from tokens to texts, which are put together.</summary>
internal static class Decoders
{
    private const string Known = "Sequence, ByteLevel, WordPiece, Metaspace, BPEDecoder, ByteFallback, Fuse, Strip, Replace";

    // The spaces that detokenizing English takes away (the clean-up of Hugging Face).
    private static readonly (string From, string To)[] Cleanings =
        [(" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"), (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re")];

    public static Func<IReadOnlyList<string>, IReadOnlyList<string>> Read(Part part)
    {
        switch (part.Type)
        {
            case "Sequence":
                Func<IReadOnlyList<string>, IReadOnlyList<string>>[] steps = [.. part.Children("decoders").Select(Read)];
                return tokens => steps.Aggregate(tokens, (current, step) => Growth.Checked(step(current), tokens));
            case "ByteLevel":
                return tokens => [Encoding.UTF8.GetString([.. tokens.SelectMany(BytesOf)])];
            case "WordPiece":
                (string prefix, bool cleans) = (part.Text("prefix", "##"), part.Flag("cleanup", true));
                return tokens => [.. tokens.Select((token, index) => WordPiece(token, index, prefix, cleans))];
            case "Metaspace":
                (string mark, bool drops) = (part.Text("replacement", "▁"), part.Text("prepend_scheme", part.Flag("add_prefix_space", true) ? "always" : "never") != "never");
                return tokens => [.. tokens.Select((token, index) => token.Replace(mark, index == 0 && drops ? "" : " ", StringComparison.Ordinal))];
            case "BPEDecoder":
                string suffix = part.Text("suffix", "</w>");
                if (suffix.Length == 0)
                    throw part.Wrong("suffix", "expected the end of a word's last token.");
                return tokens => [.. tokens.Select((token, index) => token.Replace(suffix, index == tokens.Count - 1 ? "" : " ", StringComparison.Ordinal))];
            case "ByteFallback":
                return FromBytes;
            case "Fuse":
                return tokens => [string.Concat(tokens)];
            case "Strip":
                (string content, int start, int stop) = (part.Text("content"), part.Number("start", 0), part.Number("stop", 0));
                return content.Length == 1 ? tokens => [.. tokens.Select(token => Strip(token, content[0], start, stop))] : throw part.Wrong("content", "expected one character.");
            case "Replace":
                (TextPattern pattern, string by) = (part.Pattern("pattern"), part.Text("content"));
                return tokens => [.. tokens.Select(token => Normalizers.Replace(new AlignedText(token), pattern, by).Text)];
            default:
                throw part.Unknown(Known);
        }
    }

    private static byte[] BytesOf(string token)
    {
        byte[] bytes = new byte[token.Length];
        for (int i = 0; i < bytes.Length; i++)
        {
            if (!ByteAlphabet.TryByteOf(token[i], out bytes[i]))
                // An added token that is text, not spelled bytes.
                return Encoding.UTF8.GetBytes(token);
        }

        return bytes;
    }

    private static string WordPiece(string token, int index, string prefix, bool cleans)
    {
        if (index > 0)
            token = token.StartsWith(prefix, StringComparison.Ordinal) ? token[prefix.Length..] : " " + token;
        return cleans ? Cleanings.Aggregate(token, (text, cleaning) => text.Replace(cleaning.From, cleaning.To, StringComparison.Ordinal)) : token;
    }

    private static List<string> FromBytes(IReadOnlyList<string> tokens)
    {
        List<string> texts = [];
        List<byte> run = [];
        UTF8Encoding strict = new(false, throwOnInvalidBytes: true);
        foreach (string token in tokens)
        {
            if (ByteTokens.TryParse(token, out byte value))
            {
                run.Add(value);
                continue;
            }

            EndRun();
            texts.Add(token);
        }

        EndRun();
        return texts;

        void EndRun()
        {
            if (run.Count == 0)
                return;
            try
            {
                texts.Add(strict.GetString([.. run]));
            }
            catch (DecoderFallbackException)
            {
                texts.Add(new string('\uFFFD', run.Count));
            }

            run.Clear();
        }
    }

    private static string Strip(string token, char content, int start, int stop)
    {
        int first = 0, end = token.Length;
        while (first < end && first < start && token[first] == content)
            first++;
        for (int left = stop; left > 0 && end > first && token[end - 1] == content; left--)
            end--;
        return token[first..end];
    }
}
