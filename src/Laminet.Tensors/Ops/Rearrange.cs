namespace Laminet.Tensors;

/// <content>Axes in another order, joined and cut, by a pattern of names.</content>
public sealed partial class Tensor
{
    /// <summary>
    /// Moves, joins and cuts axes by a pattern: <c>x.Rearrange("b (h p) (w q) c -> b (h w) (p q c)", ("p", 4), ("q", 4))</c> makes a row of each patch. Names stand for axes, names in parentheses for
    /// axes that are one, and <c>1</c> for an axis of length 1; <c>...</c> stands for all axes that have no name. Keras and einops: <c>rearrange</c>. (Rogozhnikov, "Einops: clear and reliable tensor
    /// manipulations with Einstein-like notation", ICLR 2022.)
    /// </summary>
    /// <param name="pattern">The axes as they are, an arrow, and the axes as they shall be.</param>
    /// <param name="lengths">The lengths of axes that the shape does not say; of those in one pair of parentheses one may be left out.</param>
    /// <exception cref="ArgumentException">The pattern is not one, or a name is on one side alone.</exception>
    /// <exception cref="ShapeException">The shape does not fit.</exception>
    public Tensor Rearrange(string pattern, params IReadOnlyList<(string Name, int Length)> lengths)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        ArgumentNullException.ThrowIfNull(lengths);
        if (pattern.Split("->") is not [string left, string right])
            throw new ArgumentException($"Rearrange: received the pattern '{pattern}'; expected two lists of axes with an arrow between them, as in \"b h w c -> b (h w) c\".", nameof(pattern));
        List<string[]> from = AxisGroups(pattern, left), to = AxisGroups(pattern, right);
        int place = from.FindIndex(group => group is [Rest]), unnamed = place < 0 ? 0 : Rank - from.Count + 1;
        if (Rank != (place < 0 ? from.Count : from.Count - 1 + Math.Max(0, unnamed)))
            throw new ShapeException($"Rearrange: received {Shape} for '{left.Trim()}'; expected {from.Count} axes.");
        string[] rest = [.. Enumerable.Range(0, unnamed).Select(axis => $"{Rest}{axis}")];
        from = [.. from.SelectMany(group => group is [Rest] ? rest.Select(name => (string[])[name]) : [group])];
        to = [.. to.SelectMany(group => group is [Rest] ? rest.Select(name => (string[])[name]) : [[.. group.SelectMany(name => name == JoinedRest ? rest : [name])]])];
        string[] names = [.. from.SelectMany(group => group)], wanted = [.. to.SelectMany(group => group)];
        if (names.Distinct().Count() != names.Length || !names.Order(StringComparer.Ordinal).SequenceEqual(wanted.Order(StringComparer.Ordinal)))
            throw new ArgumentException($"Rearrange: received the pattern '{pattern}'; expected each name once on both sides.", nameof(pattern));
        Dictionary<string, int> known = lengths.ToDictionary(pair => pair.Name, pair => pair.Length);
        if (known.Keys.Except(names).FirstOrDefault() is { } strange)
            throw new ArgumentException($"Rearrange: received a length of '{strange}', which the pattern '{pattern}' does not have.", nameof(lengths));
        for (int axis = 0; axis < from.Count; axis++)
            Measure(from[axis], Shape[axis], known, pattern);
        Tensor cut = Reshape(new Shape([.. names.Select(name => known[name])]));
        Tensor moved = cut.Transpose([.. wanted.Select(name => Array.IndexOf(names, name))]);
        return moved.Reshape(new Shape([.. to.Select(group => group.Aggregate(1, (product, name) => product * known[name]))]));
    }

    private const string Rest = "...", JoinedRest = "(...)";

    // Each axis as the names that it is made of; none for a 1.
    private static List<string[]> AxisGroups(string pattern, string side)
    {
        List<string[]> groups = [];
        List<string>? open = null;
        foreach (string word in side.Replace("(", " ( ", StringComparison.Ordinal).Replace(")", " ) ", StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            bool isName = word == Rest || (char.IsLetter(word[0]) && word.All(letter => char.IsLetterOrDigit(letter) || letter == '_'));
            if (word == "(" && open is null)
                open = [];
            else if (word == ")" && open is not null)
                (groups, open) = ([.. groups, [.. open]], null);
            else if (word == "1" && open is null)
                groups.Add([]);
            else if (isName && open is null)
                groups.Add([word]);
            else if (isName)
                open!.Add(word == Rest ? JoinedRest : word);
            else
                throw new ArgumentException($"Rearrange: received '{word}' in the pattern '{pattern}'; expected names of axes, 1, ... and parentheses that are not in others.", nameof(pattern));
        }

        return open is null ? groups : throw new ArgumentException($"Rearrange: a parenthesis of the pattern '{pattern}' is not closed.", nameof(pattern));
    }

    private static void Measure(string[] group, int length, Dictionary<string, int> known, string pattern)
    {
        string[] unknown = [.. group.Where(name => !known.ContainsKey(name))];
        int product = group.Except(unknown).Aggregate(1, (all, name) => all * known[name]);
        if (unknown.Length > 1)
            throw new ArgumentException($"Rearrange: the pattern '{pattern}' does not say how an axis of length {length} is cut into {string.Join(", ", group)}. Give the lengths of all but one, as in (\"{unknown[0]}\", 2).", nameof(pattern));
        if (unknown.Length == 1 && product > 0 && length % product == 0)
            known[unknown[0]] = length / product;
        else if (unknown.Length == 1 || product != length)
            throw new ShapeException($"Rearrange: an axis of length {length} is no ({string.Join(" ", group)}) of the pattern '{pattern}', where the known lengths make {product}.");
    }
}
