using Laminet.Tensors;

namespace Laminet.Text.Tokenizers;

public sealed partial class Tokenizer
{
    /// <summary>Cuts a text, or a pair of texts, into tokens.</summary>
    /// <param name="text">The text. Halves of surrogate pairs that stand alone are read as U+FFFD.</param>
    /// <param name="pair">A second text, for models of two, such as question and paragraph.</param>
    /// <param name="maxLength">The most tokens, special tokens included; null for the limit of the tokenizer's file, if it has one.</param>
    /// <param name="truncation">Which text loses tokens if there are more.</param>
    /// <param name="specialTokens">Whether to add the special tokens that the model expects around a text.</param>
    /// <exception cref="ArgumentException">The special tokens alone are more than <paramref name="maxLength"/>, or the text that must lose tokens has too few.</exception>
    /// <exception cref="FormatException">The text has a part without a token, and the vocabulary has no token for such parts.</exception>
    public EncodedText Encode(string text, string? pair = null, int? maxLength = null, Truncation truncation = Truncation.LongestFirst, bool specialTokens = true)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<Placed>[] texts = pair is null ? [Cut(text)] : [Cut(text), Cut(pair)];
        IReadOnlyList<PostProcessor.Item> template = pair is null ? postProcessor.Single : postProcessor.Pair;
        if (!specialTokens)
            template = [.. template.Where(item => item.Sequence != 0)];
        if ((maxLength ?? MaxLength) is { } limit)
            Truncate(texts, limit, template.Count(item => item.Sequence == 0), truncation);
        int capacity = texts.Sum(one => one.Count) + template.Count;
        List<int> ids = new(capacity), types = new(capacity), sequences = new(capacity);
        List<(int, int)> offsets = new(capacity);
        foreach (PostProcessor.Item item in template)
        {
            if (item.Sequence == 0)
                Add(new Placed(item.Id, 0, 0), item.TypeId, -1);
            else
                texts[item.Sequence - 1].ForEach(token => Add(token, item.TypeId, item.Sequence - 1));
        }

        return new EncodedText(ids, [.. ids.Select(TokenOf)], offsets, types, sequences);

        void Add(Placed token, int type, int sequence)
        {
            ids.Add(token.Id);
            types.Add(type);
            sequences.Add(sequence);
            offsets.Add((token.Start, token.End));
        }
    }

    /// <summary>Cuts texts into tokens and pads them to rows of equal length.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="pairs">A second text for each, or null.</param>
    /// <param name="maxLength">The most tokens of a row; null for the limit of the tokenizer's file, if it has one.</param>
    /// <param name="length">The length of all rows; null for that of the longest.</param>
    /// <param name="padLeft">Whether the padding stands before the tokens, as for models that write on.</param>
    /// <param name="truncation">Which text of a pair loses tokens if there are more.</param>
    /// <param name="specialTokens">Whether to add the special tokens that the model expects around a text.</param>
    /// <exception cref="ArgumentException">There are no texts, there are not as many second texts, or a row has more tokens than <paramref name="length"/>.</exception>
    public TokenBatch EncodeBatch(
        IReadOnlyList<string> texts, IReadOnlyList<string>? pairs = null, int? maxLength = null, int? length = null, bool padLeft = false,
        Truncation truncation = Truncation.LongestFirst, bool specialTokens = true)
    {
        ArgumentNullException.ThrowIfNull(texts);
        if (texts.Count == 0)
            throw new ArgumentException("EncodeBatch received no texts; expected one or more.", nameof(texts));
        if (pairs is not null && pairs.Count != texts.Count)
            throw new ArgumentException($"EncodeBatch received {texts.Count} texts and {pairs.Count} second texts; expected as many.", nameof(pairs));
        EncodedText[] rows = [.. texts.Select((text, i) => Encode(text, pairs?[i], maxLength ?? length, truncation, specialTokens))];
        int longest = rows.Max(row => row.Count), width = length ?? Math.Max(longest, 1);
        if (longest > width)
            throw new ArgumentException($"EncodeBatch received length = {width} and maxLength = {maxLength}; a text has {longest} tokens. Leave maxLength out to cut texts to the length.", nameof(length));
        int[,] ids = new int[rows.Length, width], types = new int[rows.Length, width];
        bool[,] mask = new bool[rows.Length, width];
        foreach ((int row, EncodedText encoded) in rows.Index())
        {
            int shift = padLeft ? width - encoded.Count : 0;
            for (int i = 0; i < width; i++)
                ids[row, i] = PaddingId ?? 0;
            for (int i = 0; i < encoded.Count; i++)
                (ids[row, i + shift], types[row, i + shift], mask[row, i + shift]) = (encoded.Ids[i], encoded.TypeIds[i], true);
        }

        return new TokenBatch(Tensor.From(ids), Tensor.From(mask), Tensor.From(types));
    }

    private List<Placed> Cut(string text)
    {
        List<Placed> placed = [];
        List<ModelToken> found = [];
        foreach ((AlignedText part, int? id) in added.Extract(new AlignedText(Characters.WithoutLoneSurrogates(text)), normalizer))
        {
            if (id is { } special)
            {
                placed.Add(new Placed(special, part.Start(0), part.End(part.Text.Length - 1)));
                continue;
            }

            foreach (AlignedText piece in preTokenizer is null ? [part] : preTokenizer(part))
            {
                if (piece.Text.Length == 0)
                    continue;
                found.Clear();
                model.Tokenize(piece.Text, found);
                foreach (ModelToken token in found)
                    placed.Add(Place(token, piece, text));
            }
        }

        return placed;
    }

    private Placed Place(ModelToken token, AlignedText piece, string text)
    {
        int start = piece.Start(token.Start), end = piece.End(token.Start + token.Length - 1);
        while (postProcessor.TrimsOffsets && start < end && char.IsWhiteSpace(text[start]))
            start++;
        while (postProcessor.TrimsOffsets && start < end && char.IsWhiteSpace(text[end - 1]))
            end--;
        return new Placed(token.Id, start, end);
    }

    private static void Truncate(List<Placed>[] texts, int limit, int special, Truncation truncation)
    {
        if (limit < special)
            throw new ArgumentException($"Received maxLength = {limit}; the special tokens alone are {special}.", nameof(limit));
        int room = limit - special, excess = texts.Sum(text => text.Count) - room;
        if (excess <= 0)
            return;
        int first = texts[0].Count, second = texts.Length > 1 ? texts[1].Count : 0;
        (first, second) = truncation switch
        {
            Truncation.LongestFirst when texts.Length == 1 => (room, 0),
            Truncation.LongestFirst => Share(first, second, room),
            Truncation.OnlyFirst when first >= excess => (first - excess, second),
            Truncation.OnlySecond when second >= excess => (first, second - excess),
            _ => throw new ArgumentException($"Received maxLength = {limit} and truncation = {truncation}; that text has fewer tokens than the {excess} that are too many. Use {Truncation.LongestFirst}, or a longer maxLength.", nameof(truncation)),
        };
        Cut(texts[0], first);
        if (texts.Length > 1)
            Cut(texts[1], second);

        static void Cut(List<Placed> tokens, int length) => tokens.RemoveRange(length, tokens.Count - length);
    }

    // The shorter text stays whole while it has no more than half of the room.
    private static (int First, int Second) Share(int first, int second, int room)
    {
        int shorter = Math.Min(Math.Min(first, second), room / 2);
        return first > second ? (room - shorter, shorter) : (shorter, room - shorter);
    }

    /// <summary>A token and its place in the text.</summary>
    private readonly record struct Placed(int Id, int Start, int End);
}
