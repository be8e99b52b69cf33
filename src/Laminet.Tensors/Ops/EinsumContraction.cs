using System.Numerics;

namespace Laminet.Tensors.Ops;

/// <summary>
/// An einsum as transpositions, reshapes and matrix products. Axes are numbers: a letter is its code, the axes of <c>...</c> are -1, -2, ... from the last.
/// </summary>
internal sealed class EinsumContraction
{
    // Of more tensors the cheapest pairs are multiplied first, until so many are left. Of these all orders are compared.
    private const int MostCompared = 8;

    private readonly string equation;
    private readonly Dictionary<int, int> lengths = [];
    private readonly List<Term> terms = [];
    private readonly int[] result;

    public EinsumContraction(string equation, IReadOnlyList<Tensor> tensors)
    {
        this.equation = equation;
        string[] sides = equation.Replace(" ", "", StringComparison.Ordinal).Split("->");
        string[] read = sides[0].Split(',');
        if (sides.Length > 2)
            throw Wrong("it has more than one '->'");
        if (read.Length != tensors.Count)
            throw Wrong($"it has {read.Length} terms for {tensors.Count} tensors; give one for each, separated by commas");
        for (int i = 0; i < read.Length; i++)
            terms.Add(new Term(tensors[i] ?? throw new ArgumentNullException(nameof(tensors)), AxesOf(read[i], tensors[i], i)));
        for (int i = 0; i < terms.Count; i++)
            terms[i] = Diagonal(terms[i], i);
        for (int i = 0; i < terms.Count; i++)
            NoteLengths(terms[i], i);
        result = sides.Length == 2 ? AxesOfResult(sides[1]) : Implicit(sides[0]);
    }

    private sealed record Term(Tensor Tensor, int[] Axes);

    public Tensor Result()
    {
        // An axis of length 1 is dropped where another operand has a longer one. An axis that no other operand and not the output has is summed first.
        for (int i = 0; i < terms.Count; i++)
        {
            Term term = terms[i];
            int[] squeezed = [.. term.Axes.Where((axis, place) => term.Tensor.Shape[place] == lengths[axis])];
            Tensor tensor = squeezed.Length == term.Axes.Length ? term.Tensor : term.Tensor.Reshape([.. squeezed.Select(axis => lengths[axis])]);
            terms[i] = term with { Tensor = tensor, Axes = squeezed };
        }

        for (int i = 0; i < terms.Count; i++)
        {
            HashSet<int> others = [.. result, .. terms.Where((_, other) => other != i).SelectMany(other => other.Axes)];
            terms[i] = Summed(terms[i], others);
        }

        List<Term> left = [.. terms];
        while (left.Count > MostCompared)
            MultiplyCheapest(left);
        return Ordered(Multiply(left), result).Tensor;
    }

    private static Term Summed(Term term, HashSet<int> kept)
    {
        int[] summed = [.. Enumerable.Range(0, term.Axes.Length).Where(place => !kept.Contains(term.Axes[place]))];
        return summed.Length == 0 ? term : new Term(term.Tensor.Sum(summed), [.. term.Axes.Where(kept.Contains)]);
    }

    private static Term Ordered(Term term, int[] order) => term.Axes.AsSpan().SequenceEqual(order)
        ? term
        : new Term(term.Tensor.Transpose([.. order.Select(axis => Array.IndexOf(term.Axes, axis))]), order);

    // The best order of a set of terms is the best cut into two sets. Sets are bits.
    private Term Multiply(List<Term> factors)
    {
        int all = (1 << factors.Count) - 1;
        int[][] axes = new int[all + 1][];
        double[] costs = new double[all + 1];
        int[] cuts = new int[all + 1];
        for (int set = 1; set <= all; set++)
        {
            HashSet<int> outside = [.. result, .. Enumerable.Range(0, factors.Count).Where(i => (set >> i & 1) == 0).SelectMany(i => factors[i].Axes)];
            axes[set] = [.. Enumerable.Range(0, factors.Count).Where(i => (set >> i & 1) == 1).SelectMany(i => factors[i].Axes).Distinct().Where(outside.Contains)];
            costs[set] = BitOperations.PopCount((uint)set) == 1 ? 0 : double.PositiveInfinity;
            for (int part = (set - 1) & set; part > set - part; part = (part - 1) & set)
            {
                double cost = costs[part] + costs[set - part] + CostOf(axes[part], axes[set - part]);
                if (cost < costs[set])
                    (costs[set], cuts[set]) = (cost, part);
            }
        }

        return Product(all);

        Term Product(int set) => cuts[set] == 0 ? factors[BitOperations.TrailingZeroCount(set)] : Pair(Product(set - cuts[set]), Product(cuts[set]), [.. axes[set]]);
    }

    private void MultiplyCheapest(List<Term> factors)
    {
        (int first, int second, double least) = (0, 1, double.PositiveInfinity);
        for (int i = 0; i < factors.Count; i++)
        {
            for (int j = i + 1; j < factors.Count; j++)
            {
                if (CostOf(factors[i].Axes, factors[j].Axes) is var cost && cost < least)
                    (first, second, least) = (i, j, cost);
            }
        }

        HashSet<int> kept = [.. result, .. factors.Where((_, i) => i != first && i != second).SelectMany(factor => factor.Axes)];
        Term product = Pair(factors[first], factors[second], kept);
        factors.RemoveAt(second);
        factors[first] = product;
    }

    private double CostOf(int[] left, int[] right) => left.Union(right).Aggregate(1.0, (product, axis) => product * lengths[axis]);

    // (batch, rows, inner) times (batch, inner, columns), where inner is summed over.
    private Term Pair(Term left, Term right, HashSet<int> kept)
    {
        int[] shared = [.. left.Axes.Intersect(right.Axes)], inner = [.. shared.Where(axis => !kept.Contains(axis))], batch = [.. shared.Where(kept.Contains)];
        int[] rows = [.. left.Axes.Except(shared)], columns = [.. right.Axes.Except(shared)];
        // The result's first axes come from the left, so that it need not be turned.
        if (rows.Length > 0 && columns.Length > 0 && Array.IndexOf(result, columns[0]) is >= 0 and var place && place < Array.IndexOf(result, rows[0]))
            return Pair(right, left, kept);
        if (inner.Length == 0)
            return new Term(Spread(left, [.. batch, .. rows], columns.Length) * Spread(right, [.. batch, .. columns], rows.Length, batch.Length), [.. batch, .. rows, .. columns]);
        (Tensor first, bool isFirstTurned) = Matrices(left, batch, rows, inner, isInnerLast: true);
        (Tensor second, bool isSecondTurned) = Matrices(right, batch, columns, inner, isInnerLast: false);
        return new Term(
            first.MatMul(second, isFirstTurned, isSecondTurned).Reshape([.. LengthsOf([.. batch, .. rows, .. columns])]), [.. batch, .. rows, .. columns]);
    }

    // With axes of length 1 for those that it does not have, at a place or at the end.
    private Tensor Spread(Term term, int[] order, int further, int? at = null) =>
        Ordered(term, order).Tensor.Reshape([.. LengthsOf(order[..(at ?? order.Length)]), .. Enumerable.Repeat(1, further), .. LengthsOf(order[(at ?? order.Length)..])]);

    // As matrices (rows, inner), or (inner, rows) which is read transposed: whichever lies so in memory already.
    private (Tensor Matrices, bool IsTurned) Matrices(Term term, int[] batch, int[] rows, int[] inner, bool isInnerLast)
    {
        bool innerLast = term.Axes.AsSpan().SequenceEqual([.. batch, .. rows, .. inner]) || (isInnerLast && !term.Axes.AsSpan().SequenceEqual([.. batch, .. inner, .. rows]));
        int[] order = innerLast ? [.. batch, .. rows, .. inner] : [.. batch, .. inner, .. rows];
        int outer = Count(innerLast ? rows : inner), last = Count(innerLast ? inner : rows);
        Tensor ordered = Ordered(term, order).Tensor;
        return (batch.Length == 0 ? ordered.Reshape([outer, last]) : ordered.Reshape([Count(batch), outer, last]), innerLast != isInnerLast);
    }

    private int Count(int[] axes) => axes.Aggregate(1, (product, axis) => product * lengths[axis]);

    private IEnumerable<int> LengthsOf(int[] axes) => axes.Select(axis => lengths[axis]);

    private int[] AxesOf(string term, Tensor tensor, int number)
    {
        string letters = Letters(term, $"term {number}, '{term}',");
        bool hasEllipsis = letters.Length < term.Length;
        int further = tensor.Rank - letters.Length;
        if (further < 0 || (further > 0 && !hasEllipsis))
        {
            throw new ShapeException($"Einsum '{equation}': tensor {number} has shape {tensor.Shape}; its term '{term}' has {letters.Length} subscripts. "
                + "Give a subscript for each axis, or '...' for those that are left.");
        }

        int at = hasEllipsis ? term.IndexOf("...", StringComparison.Ordinal) : 0;
        return [.. letters[..at].Select(letter => (int)letter), .. Enumerable.Range(1, hasEllipsis ? further : 0).Reverse().Select(place => -place), .. letters[at..].Select(letter => (int)letter)];
    }

    private string Letters(string term, string what)
    {
        int at = term.IndexOf("...", StringComparison.Ordinal);
        string letters = at < 0 ? term : term.Remove(at, 3);
        foreach (char letter in letters)
        {
            if (!char.IsAsciiLetter(letter))
                throw Wrong($"{what} has the subscript '{letter}'; expected letters, and '...' at most once");
        }

        return letters;
    }

    // An axis that a term has twice, n by n numbers, as every (n + 1)th of n² numbers.
    private Term Diagonal(Term term, int number)
    {
        while (term.Axes.GroupBy(axis => axis).FirstOrDefault(group => group.Count() > 1)?.Key is { } twice)
        {
            int first = Array.IndexOf(term.Axes, twice), second = Array.IndexOf(term.Axes, twice, first + 1), length = term.Tensor.Shape[first];
            if (term.Tensor.Shape[second] != length)
                throw Differing(twice, length, number, term.Tensor.Shape[second], number);
            int[] others = [.. Enumerable.Range(0, term.Axes.Length).Where(place => place != first && place != second)];
            Tensor turned = term.Tensor.Transpose([.. others, first, second]);
            Shape flat = [.. others.Select(place => term.Tensor.Shape[place]), length * length];
            term = new Term(turned.Reshape(flat).Slice(0, step: length + 1, axis: others.Length), [.. others.Select(place => term.Axes[place]), twice]);
        }

        return term;
    }

    private void NoteLengths(Term term, int number)
    {
        foreach ((int place, int axis) in term.Axes.Index())
        {
            int length = term.Tensor.Shape[place], known = lengths.GetValueOrDefault(axis, 1);
            if (length != known && known != 1 && length != 1)
                throw Differing(axis, known, terms.FindIndex(other => Array.IndexOf(other.Axes, axis) is >= 0 and var at && other.Tensor.Shape[at] == known), length, number);
            lengths[axis] = known == 1 ? length : known;
        }
    }

    private int[] AxesOfResult(string text)
    {
        string letters = Letters(text, $"the result '{text}'");
        foreach (char letter in letters)
        {
            if (!lengths.ContainsKey(letter))
                throw Wrong($"the result has the subscript '{letter}', which no tensor has");
            if (letters.IndexOf(letter, StringComparison.Ordinal) != letters.LastIndexOf(letter))
                throw Wrong($"the result has the subscript '{letter}' twice");
        }

        int at = text.IndexOf("...", StringComparison.Ordinal);
        return at < 0 ? [.. letters.Select(letter => (int)letter)] : [.. letters[..at].Select(letter => (int)letter), .. Further(), .. letters[at..].Select(letter => (int)letter)];
    }

    private int[] Implicit(string read) =>
        [.. Further(), .. read.Where(char.IsAsciiLetter).GroupBy(letter => letter).Where(group => group.Count() == 1).Select(group => (int)group.Key).Order()];

    private IEnumerable<int> Further() => lengths.Keys.Where(axis => axis < 0).Order();

    private ArgumentException Wrong(string what) => new($"Einsum: received the equation '{equation}'; {what}.");

    private ShapeException Differing(int axis, int first, int firstTensor, int second, int secondTensor) => new(
        $"Einsum '{equation}': the subscript '{(axis < 0 ? "..." : (char)axis)}' has length {first} in tensor {firstTensor} and {second} in tensor {secondTensor}; they must be equal, or 1.");
}
