using System.Globalization;
using System.Text.Json.Nodes;

namespace Laminet.Text.Tokenizers;

/// <summary>Which special tokens stand around one text and around two: the post-processors of <c>tokenizer.json</c>, of which each is a template.</summary>
internal sealed class PostProcessor
{
    private const string Known = "TemplateProcessing, BertProcessing, RobertaProcessing, ByteLevel, Sequence";

    public static PostProcessor None { get; } = new() { Single = [Item.First], Pair = [Item.First, Item.Second(1)] };

    public IReadOnlyList<Item> Single { get; private init; } = [];

    public IReadOnlyList<Item> Pair { get; private init; } = [];

    /// <summary>Whether the spaces that byte-level tokens begin with are left out of their offsets.</summary>
    public bool TrimsOffsets { get; private init; }

    public static PostProcessor Read(Part part)
    {
        switch (part.Type)
        {
            case "Sequence":
                PostProcessor[] all = [.. part.Children("processors").Select(Read)];
                PostProcessor template = Array.FindLast(all, one => one.Single.Count > 1) ?? None;
                return new PostProcessor { Single = template.Single, Pair = template.Pair, TrimsOffsets = Array.Exists(all, one => one.TrimsOffsets) };
            case "ByteLevel":
                return new PostProcessor { Single = None.Single, Pair = None.Pair, TrimsOffsets = part.Flag("trim_offsets", true) };
            case "BertProcessing":
                (Item start, Item end) = (Special(part, "cls"), Special(part, "sep"));
                return new PostProcessor { Single = [start, Item.First, end], Pair = [start, Item.First, end, Item.Second(1), end with { TypeId = 1 }] };
            case "RobertaProcessing":
                (Item begin, Item mark) = (Special(part, "cls"), Special(part, "sep"));
                return new PostProcessor
                {
                    Single = [begin, Item.First, mark],
                    Pair = [begin, Item.First, mark, mark, Item.Second(0), mark],
                    TrimsOffsets = part.Flag("trim_offsets", true),
                };
            case "TemplateProcessing":
                return new PostProcessor { Single = Template(part, "single"), Pair = Template(part, "pair") };
            default:
                throw part.Unknown(Known);
        }
    }

    private static Item Special(Part part, string entry) =>
        part.List(entry) is [JsonValue name, JsonValue number] && name.TryGetValue(out string? _) && number.TryGetValue(out int id) && id >= 0
            ? new Item(0, id, 0)
            : throw part.Wrong(entry, "expected a token and its number.");

    private static Item[] Template(Part part, string entry)
    {
        List<Item> items = [];
        foreach (Part piece in part.Children(entry))
        {
            if (piece.Json.ContainsKey("Sequence"))
            {
                Part sequence = piece.Child("Sequence");
                items.Add(new Item(sequence.Text("id") switch { "A" => 1, "B" => 2, _ => throw sequence.Wrong("id", "expected A or B.") }, 0, sequence.Number("type_id", 0)));
                continue;
            }

            Part special = piece.Child("SpecialToken");
            Part token = part.Child("special_tokens").Child(special.Text("id"));
            foreach (JsonNode? node in token.List("ids"))
            {
                items.Add(node is JsonValue value && value.TryGetValue(out int id) && id >= 0
                    ? new Item(0, id, special.Number("type_id", 0))
                    : throw token.Wrong("ids", "expected the numbers of tokens."));
            }
        }

        int expected = entry == "pair" ? 2 : 1;
        return [.. items.Any(item => item.Sequence == 0) || items.Select(item => item.Sequence).Distinct().Count() == expected
            ? items
            : throw part.Wrong(entry, string.Create(CultureInfo.InvariantCulture, $"expected a template of {expected} texts."))];
    }

    /// <summary>A place of a template: a special token, or (sequence 1 or 2) a text.</summary>
    public readonly record struct Item(int Sequence, int Id, int TypeId)
    {
        public static Item First { get; } = new(1, 0, 0);

        public static Item Second(int type) => new(2, 0, type);
    }
}
