using System.Globalization;
using System.Text.Json.Nodes;

namespace Laminet.Text.Tokenizers;

/// <summary>A SentencePiece model file (Kudo and Richardson 2018): pieces with scores, and how a text is normalized.</summary>
internal sealed class SentencePieceModel
{
    private const string Mark = "▁";

    private readonly List<Piece> pieces = [];
    private bool isBytePair, fallsBackToBytes, addsPrefix = true, collapsesSpaces = true;
    private byte[] characterMap = [];
    private int start = 1, end = 2;

    private enum Kind
    {
        Normal = 1,
        Unknown = 2,
        Control = 3,
        UserDefined = 4,
        Unused = 5,
        Byte = 6,
    }

    /// <exception cref="FormatException">It is no such file.</exception>
    public static SentencePieceModel Read(byte[] file)
    {
        SentencePieceModel model = new();
        foreach (ProtoField field in ProtoField.ReadAll(file))
        {
            if (field.Number == 1)
                model.ReadPiece(field.Bytes);
            else if (field.Number == 2)
                model.ReadTraining(field.Bytes);
            else if (field.Number == 3)
                model.ReadNormalization(field.Bytes);
        }

        return model.pieces.Count > 0 ? model : throw new FormatException("The file has no pieces; it is no SentencePiece model.");
    }

    public JsonObject ToTokenizerJson(bool addStart, bool addEnd)
    {
        int unknown = pieces.FindIndex(piece => piece.Kind == Kind.Unknown);
        (string, int)[] special = [.. pieces.Index().Where(pair => pair.Item.Kind is Kind.Control or Kind.Unknown).Select(pair => (pair.Item.Text, pair.Index))];
        JsonObject model = isBytePair ? BytePairs(unknown) : Unigrams(unknown);
        JsonObject whole = TokenizerJson.Whole(model, Normalizer(), Metaspace(), Template(addStart, addEnd), Decoder(), special);
        foreach ((int id, Piece piece) in pieces.Index().Where(pair => pair.Item.Kind == Kind.UserDefined))
            whole["added_tokens"]!.AsArray().Add(new JsonObject { ["id"] = id, ["content"] = piece.Text, ["single_word"] = false, ["lstrip"] = false, ["rstrip"] = false, ["normalized"] = false, ["special"] = false });
        return whole;
    }

    private void ReadPiece(byte[] message)
    {
        Piece piece = new("", 0, Kind.Normal);
        foreach (ProtoField field in ProtoField.ReadAll(message))
        {
            piece = field.Number switch
            {
                1 => piece with { Text = field.Text },
                2 => piece with { Score = field.Single },
                3 => piece with { Kind = (Kind)field.Integer },
                _ => piece,
            };
        }

        if (float.IsNaN(piece.Score) || !Enum.IsDefined(piece.Kind))
            throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"The piece {pieces.Count}, '{Excerpts.Of(piece.Text)}', has the score {piece.Score} and the type {(int)piece.Kind}."));
        pieces.Add(piece);
    }

    private void ReadTraining(byte[] message)
    {
        foreach (ProtoField field in ProtoField.ReadAll(message))
        {
            switch (field.Number)
            {
                case 3:
                    isBytePair = field.Integer switch { 1 => false, 2 => true, _ => throw new FormatException($"The model is of type {field.Integer}; this reader knows unigram (1) and byte-pair (2).") };
                    break;
                case 35:
                    fallsBackToBytes = field.Integer != 0;
                    break;
                case 41:
                    start = (int)field.Integer;
                    break;
                case 42:
                    end = (int)field.Integer;
                    break;
            }
        }
    }

    private void ReadNormalization(byte[] message)
    {
        foreach (ProtoField field in ProtoField.ReadAll(message))
        {
            switch (field.Number)
            {
                case 2:
                    characterMap = field.Bytes;
                    break;
                case 3:
                    addsPrefix = field.Integer != 0;
                    break;
                case 4:
                    collapsesSpaces = field.Integer != 0;
                    break;
            }
        }
    }

    private JsonObject Unigrams(int unknown) => new()
    {
        ["type"] = "Unigram",
        ["unk_id"] = unknown >= 0 ? unknown : null,
        ["vocab"] = new JsonArray([.. pieces.Select(piece => (JsonNode)new JsonArray(piece.Text, (double)piece.Score))]),
        ["byte_fallback"] = fallsBackToBytes,
    };

    // SentencePiece merges the pair whose union has the highest score: the merges are all pairs of pieces with a piece as union, in the order of its score.
    private JsonObject BytePairs(int unknown)
    {
        HashSet<string> mergeable = [.. pieces.Where(piece => piece.Kind is Kind.Normal or Kind.UserDefined).Select(piece => piece.Text)];
        List<(string Left, string Right)> merges = [];
        foreach (Piece piece in pieces.Where(piece => piece.Kind == Kind.Normal).OrderByDescending(piece => piece.Score))
        {
            for (int cut = 1; cut < piece.Text.Length; cut++)
            {
                if (mergeable.Contains(piece.Text[..cut]) && mergeable.Contains(piece.Text[cut..]))
                    merges.Add((piece.Text[..cut], piece.Text[cut..]));
            }
        }

        return TokenizerJson.BytePair(TokenizerJson.Vocabulary(pieces.Select(piece => piece.Text)), merges, unknown >= 0 ? pieces[unknown].Text : null, fallsBackToBytes);
    }

    private JsonObject? Normalizer()
    {
        JsonArray steps = [];
        if (characterMap.Length > 0)
            steps.Add(new JsonObject { ["type"] = "Precompiled", ["precompiled_charsmap"] = Convert.ToBase64String(characterMap) });
        if (collapsesSpaces)
        {
            steps.Add(Replace("^ +| +$", ""));
            steps.Add(Replace(" {2,}", " "));
        }

        return steps.Count == 0 ? null : new JsonObject { ["type"] = "Sequence", ["normalizers"] = steps };

        static JsonObject Replace(string pattern, string content) =>
            new() { ["type"] = "Replace", ["pattern"] = new JsonObject { ["Regex"] = pattern }, ["content"] = content };
    }

    // Where pieces of the user's own cut the text, the parts after the first get no mark.
    private JsonObject Metaspace() => new()
    {
        ["type"] = "Metaspace",
        ["replacement"] = Mark,
        ["prepend_scheme"] = !addsPrefix ? "never" : pieces.Exists(piece => piece.Kind == Kind.UserDefined) ? "first" : "always",
        ["split"] = false,
    };

    private JsonObject Decoder() => new()
    {
        ["type"] = "Sequence",
        ["decoders"] = new JsonArray(new JsonObject { ["type"] = "ByteFallback" }, Metaspace()),
    };

    private JsonObject? Template(bool addStart, bool addEnd)
    {
        return addStart || addEnd ? TokenizerJson.Template(addStart ? At(start, "begins") : null, addEnd ? At(end, "ends") : null, secondType: 0) : null;

        (string, int) At(int id, string verb) => id >= 0 && id < pieces.Count ? (pieces[id].Text, id) : throw new FormatException($"The model has no token that {verb} a text.");
    }

    private sealed record Piece(string Text, float Score, Kind Kind);
}
