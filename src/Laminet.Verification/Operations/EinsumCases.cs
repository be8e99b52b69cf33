namespace Laminet.Verification.Operations;

/// <summary>Einsums against a loop over all values of all subscripts.</summary>
internal static class EinsumCases
{
    private static readonly (string Equation, int[][] Shapes)[] Equations =
    [
        ("ij,jk->ik", [[3, 4], [4, 5]]), ("ij,jk", [[3, 4], [4, 5]]), ("ij,kj->ki", [[3, 4], [5, 4]]), ("ji,jk->ik", [[4, 3], [4, 5]]), ("bij,bjk->bik", [[2, 3, 4], [2, 4, 5]]),
        ("bij,jk->bik", [[2, 3, 4], [4, 5]]), ("ibj,kbj->bki", [[3, 2, 4], [5, 2, 4]]), ("i,j->ij", [[3], [4]]), ("i,i->", [[5], [5]]), ("i,i->i", [[5], [5]]), ("ij->ji", [[3, 4]]),
        ("ij->", [[3, 4]]), ("ij->j", [[3, 4]]), ("ii->i", [[4, 4]]), ("ii", [[4, 4]]), ("iji->j", [[3, 2, 3]]), ("iii->i", [[3, 3, 3]]), ("ii,ij->j", [[3, 3], [3, 4]]), ("ba", [[2, 3]]),
        ("...ij,...jk->...ik", [[2, 3, 4], [2, 4, 5]]), ("...ij,...jk->...ik", [[2, 1, 3, 4], [3, 4, 2]]), ("...ij,jk->...ik", [[2, 2, 3, 4], [4, 5]]), ("...i->...", [[2, 3, 4]]),
        ("i...->...i", [[2, 3, 4]]), ("...,...", [[3], [2, 1]]), ("ij,ij->ij", [[3, 1], [1, 4]]), ("ij,jk->ik", [[3, 1], [4, 5]]), ("abcd,efcd->abef", [[2, 3, 2, 3], [2, 2, 2, 3]]),
        ("btnh,bsnh->bnts", [[2, 3, 2, 4], [2, 5, 2, 4]]), ("bnts,bsnh->btnh", [[2, 2, 3, 5], [2, 5, 2, 4]]), ("ab,bc,cd->ad", [[2, 3], [3, 4], [4, 2]]), ("ab,bc,cd", [[4, 3], [3, 2], [2, 5]]),
        ("a,ab,b->", [[3], [3, 4], [4]]), ("ab,ac,ad->bcd", [[2, 3], [2, 2], [2, 4]]), (",ij->ij", [[], [2, 3]]), ("ij,jk->ik", [[0, 4], [4, 5]]), ("ij,jk->ik", [[3, 0], [0, 5]]),
        ("ijk,jil->kl", [[2, 3, 4], [3, 2, 5]]), ("ab,cd->abcd", [[2, 3], [2, 2]]), (" i j , j k -> k i ", [[3, 4], [4, 5]]),
    ];

    public static IEnumerable<OpCase> Rows() => Equations.Select(row => new OpCase(
        $"Einsum[{row.Equation}]{string.Concat(row.Shapes.Select(OpCases.Text))}",
        [.. row.Shapes.Select((shape, seed) => Grid.Random(shape, seed + 40))],
        inputs => Tensor.Einsum(row.Equation, inputs),
        grids => Reference(row.Equation, grids))
    { Types = OpCase.Computed, Tolerance = 8 });

    public static Grid Reference(string equation, params Grid[] grids)
    {
        // The axes of "..." become capital letters, from the last.
        string[] sides = equation.Replace(" ", "", StringComparison.Ordinal).Split("->");
        int further = 0;
        string[] terms = [.. sides[0].Split(',').Select((term, i) =>
        {
            int count = term.Contains("...", StringComparison.Ordinal) ? grids[i].Shape.Length - (term.Length - 3) : 0;
            further = Math.Max(further, count);
            return term.Replace("...", Further(count), StringComparison.Ordinal);
        })];
        string result = sides.Length == 2
            ? sides[1].Replace("...", Further(further), StringComparison.Ordinal)
            : Further(further) + string.Concat(string.Concat(terms).Where(char.IsAsciiLetterLower).GroupBy(letter => letter).Where(group => group.Count() == 1).Select(group => group.Key).Order());
        Dictionary<char, int> lengths = [];
        foreach ((string term, Grid grid) in terms.Zip(grids))
        {
            for (int axis = 0; axis < term.Length; axis++)
                lengths[term[axis]] = lengths.GetValueOrDefault(term[axis], 1) == 1 ? grid.Shape[axis] : lengths[term[axis]];
        }

        char[] summed = [.. lengths.Keys.Except(result)];
        return Grid.From([.. result.Select(letter => lengths[letter])], index =>
        {
            Dictionary<char, int> at = result.Zip(index).ToDictionary(pair => pair.First, pair => pair.Second);
            return Sum(0);

            double Sum(int number)
            {
                if (number == summed.Length)
                    return terms.Zip(grids).Aggregate(1.0, (product, pair) => product * pair.Second[[.. pair.First.Select((letter, axis) => pair.Second.Shape[axis] == 1 ? 0 : at[letter])]]);
                double sum = 0;
                for (int value = 0; value < lengths[summed[number]]; value++)
                {
                    at[summed[number]] = value;
                    sum += Sum(number + 1);
                }

                return sum;
            }
        });

        static string Further(int count) => "ZYXWVU"[(6 - count)..];
    }
}
