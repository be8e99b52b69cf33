namespace Laminet.Text.Metrics;

/// <summary>
/// The score of names found in texts (Tjong Kim Sang and De Meulder, "Introduction to the CoNLL-2003 shared task", 2003): a name counts as found if its first word, its last word and its kind are right. Tags are a
/// letter and a kind, as in <c>B-PER</c>: B begins a name, I goes on, E ends one, S is one of a single word, O is none. The numbers are those of seqeval and of conlleval: an I that follows no tag of its kind begins a
/// name.
/// </summary>
/// <param name="Precision">The share of names found that are right.</param>
/// <param name="Recall">The share of names there are that are found.</param>
/// <param name="F1">Their harmonic mean.</param>
/// <param name="Count">How many names there are.</param>
/// <param name="Kinds">The scores of each kind by its name.</param>
public sealed record EntityScore(double Precision, double Recall, double F1, int Count, IReadOnlyDictionary<string, EntityScore> Kinds)
{
    private const string Outside = "O";

    /// <summary>The scores of texts.</summary>
    /// <param name="tags">The tags that were given, for each text those of its words.</param>
    /// <param name="references">The right ones.</param>
    /// <exception cref="ArgumentException">There are no texts, not as many references, a text has not as many tags as its reference, or a tag is empty.</exception>
    public static EntityScore Of(IReadOnlyList<IReadOnlyList<string>> tags, IReadOnlyList<IReadOnlyList<string>> references)
    {
        Pairing.Require(tags, references);
        HashSet<(int Text, string Kind, int First, int Last)> found = [], right = [];
        for (int i = 0; i < tags.Count; i++)
        {
            if (tags[i].Count != references[i].Count)
                throw new ArgumentException($"Text {i} has {tags[i].Count} tags, its reference {references[i].Count}; expected as many: a tag for each word.", nameof(tags));
            found.UnionWith(Entities(tags[i]).Select(entity => (i, entity.Kind, entity.First, entity.Last)));
            right.UnionWith(Entities(references[i]).Select(entity => (i, entity.Kind, entity.First, entity.Last)));
        }

        Dictionary<string, EntityScore> kinds = found.Concat(right).Select(entity => entity.Kind).Distinct().Order(StringComparer.Ordinal).ToDictionary(kind => kind, kind =>
            OfCounts(found.Count(entity => entity.Kind == kind), right.Count(entity => entity.Kind == kind), found.Count(entity => entity.Kind == kind && right.Contains(entity)), new Dictionary<string, EntityScore>()));
        return OfCounts(found.Count, right.Count, found.Count(right.Contains), kinds);
    }

    /// <summary>The names in a text: their kind, and the places of their first and last word.</summary>
    /// <param name="tags">The tag of each word.</param>
    /// <exception cref="ArgumentException">A tag is empty.</exception>
    public static IReadOnlyList<(string Kind, int First, int Last)> Entities(IReadOnlyList<string> tags)
    {
        ArgumentNullException.ThrowIfNull(tags);
        List<(string, int, int)> entities = [];
        (char before, string kindBefore, int first) = ('O', "", 0);
        for (int i = 0; i <= tags.Count; i++)
        {
            string tag = i < tags.Count ? tags[i] : Outside;
            if (string.IsNullOrEmpty(tag))
                throw new ArgumentException($"The tag of place {i} is {(tag is null ? "null" : "empty")}; expected O for a word that belongs to no name.", nameof(tags));
            // As seqeval has it, a tag without a kind is of the kind _.
            (char letter, string kind) = (tag[0], tag[1..].Split('-', 2)[^1] is { Length: > 0 } named ? named : "_");
            bool changes = kind != kindBefore;
            if (before is 'E' or 'S' || (before is 'B' or 'I' && letter is 'B' or 'S' or 'O') || (before != 'O' && changes))
                entities.Add((kindBefore, first, i - 1));

            if (letter is 'B' or 'S' || (before is 'E' or 'S' or 'O' && letter is 'E' or 'I') || (letter != 'O' && changes))
                first = i;
            (before, kindBefore) = (letter, kind);
        }

        return entities;
    }

    private static EntityScore OfCounts(int found, int right, int common, IReadOnlyDictionary<string, EntityScore> kinds)
    {
        (double precision, double recall) = (found == 0 ? 0 : (double)common / found, right == 0 ? 0 : (double)common / right);
        return new EntityScore(precision, recall, common == 0 ? 0 : 2 * precision * recall / (precision + recall), right, kinds);
    }
}
