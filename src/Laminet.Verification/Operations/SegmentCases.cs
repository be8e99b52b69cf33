using System.Globalization;
using Laminet.Tensors.Compilation;

namespace Laminet.Verification.Operations;

/// <summary>Segments, distances, and loops and choices made of others.</summary>
internal static class SegmentCases
{
    public static IEnumerable<OpCase> Rows() => [.. Segments(), .. Distances(), .. Flows()];

    private static IEnumerable<OpCase> Segments()
    {
        (string Name, Func<Tensor, Tensor, int?, Tensor> Function, Func<double[], double> Reference)[] all =
        [
            ("SegmentSum", (x, ids, count) => x.SegmentSum(ids, count), values => values.Sum()),
            ("SegmentProd", (x, ids, count) => x.SegmentProd(ids, count), values => values.Aggregate(1.0, (product, value) => product * value)),
            ("SegmentMax", (x, ids, count) => x.SegmentMax(ids, count), values => values.DefaultIfEmpty(double.NegativeInfinity).Max()),
            ("SegmentMin", (x, ids, count) => x.SegmentMin(ids, count), values => values.DefaultIfEmpty(double.PositiveInfinity).Min()),
        ];
        foreach ((string name, Func<Tensor, Tensor, int?, Tensor> function, Func<double[], double> reference) in all)
        {
            foreach ((int[] shape, int[] ids, int count) in ((int[], int[], int)[])[([6], [0, 2, 0, 1, 2, 2], 3), ([5, 2], [3, 0, 3, 0, 3], 4), ([4, 0], [0, 1, 0, 1], 2), ([0, 2], [], 2)])
            {
                bool isEmpty = Enumerable.Range(0, count).Except(ids).Any();
                yield return new OpCase($"{name}{OpCases.Text(shape)}:{count}", [Grid.Distinct(shape, 3), new Grid([ids.Length], [.. ids], DType.Int32)], inputs => function(inputs[0], inputs[1], count),
                    grids => Grid.From([count, .. shape[1..]], at => reference([.. Enumerable.Range(0, ids.Length).Where(place => grids[1].Values[place] == at[0]).Select(place => grids[0][[place, .. at[1..]]])])))
                { Types = name is "SegmentMax" or "SegmentMin" ? OpCase.Floats : [.. OpCase.Floats, .. isEmpty ? [] : OpCase.Integers], Tolerance = 8, Differentiable = isEmpty && (name is "SegmentMax" or "SegmentMin") ? [] : [0] };
            }
        }

        // The ends of the type, for segments without entries.
        yield return new OpCase("SegmentMax of integers", [new Grid([1], [5], DType.Int16)], inputs => inputs[0].SegmentMax(Tensor.Zeros([1], DType.Int32), 2), grids => new Grid([2], [grids[0][0], short.MinValue], DType.Int16)) { Types = [DType.Float32] };
        yield return new OpCase("SegmentMin of integers", [new Grid([1], [5], DType.UInt16)], inputs => inputs[0].SegmentMin(Tensor.Zeros([1], DType.Int32), 2), grids => new Grid([2], [grids[0][0], ushort.MaxValue], DType.UInt16)) { Types = [DType.Float32] };
        foreach (int k in (int[])[0, 1, 3])
        {
            yield return new OpCase($"InTopK{k}", [Grid.Distinct([6, 5], 2), Grid.Whole([6], 3, 5, DType.Int64)], inputs => inputs[0].InTopK(inputs[1], k),
                grids => Grid.From([6], at => Enumerable.Range(0, 5).Count(label => grids[0][at[0], label] > grids[0][at[0], (int)grids[1].Values[at[0]]]) < k ? 1 : 0))
            { OutputType = DType.Bool, Differentiable = [] };
        }

        // Ties with the k-th count; a number that is not finite does not.
        yield return new OpCase("InTopK of ties", [new Grid([2, 5], [0.1639, 0.1967, 0.2131, 0.2295, 0.1967, 0, 1, double.PositiveInfinity, 2, 3])], inputs => inputs[0].InTopK(Tensor.From(4, 2), 3),
            grids => Grid.From([2], at => at[0] == 0 || grids[0][1, 2] < 1 ? 1 : 0))
        { OutputType = DType.Bool, Types = OpCase.Computed, Differentiable = [] };
    }

    private static IEnumerable<OpCase> Distances()
    {
        foreach ((int[] left, int[] right, int[] result) in ((int[], int[], int[])[])[([3, 4], [5, 4], [3, 5]), ([2, 3, 2], [2, 1, 2], [2, 3, 1]), ([2, 3, 2], [4, 2], [2, 3, 4]), ([0, 2], [3, 2], [0, 3]), ([2, 2], [0, 2], [2, 0])])
        {
            foreach (double order in (double[])[1, 2, 3, double.PositiveInfinity])
                yield return Of(string.Create(CultureInfo.InvariantCulture, $"CDist{OpCases.Text(left)}{OpCases.Text(right)} of {order}"), (x, y) => x.CDist(y, order), differences => double.IsInfinity(order) ? differences.Max(Math.Abs) : Math.Pow(differences.Sum(each => Math.Pow(Math.Abs(each), order)), 1 / order));
            yield return Of($"SquaredDistances{OpCases.Text(left)}{OpCases.Text(right)}", (x, y) => x.SquaredDistances(y), differences => differences.Sum(each => each * each));

            OpCase Of(string name, Func<Tensor, Tensor, Tensor> function, Func<double[], double> size) => new(name, [Grid.Distinct(left, 1), Grid.Random(right, 2)], inputs => function(inputs[0], inputs[1]),
                grids => Grid.From(result, at => size([.. Enumerable.Range(0, left[^1]).Select(k => grids[0][[.. at[..(left.Length - 2)], at[^2], k]] - grids[1][[.. at[..(right.Length - 2)], at[^1], k]])])))
            { Types = OpCase.Computed, Tolerance = 30 };
        }

        yield return new OpCase("Psnr", [Grid.Distinct([2, 3, 4], 1), Grid.Distinct([2, 3, 4], 2)], inputs => inputs[0].Psnr(inputs[1], 4), grids => new Grid([], [-10 * Math.Log10(grids[0].Values.Zip(grids[1].Values, (x, y) => Math.Pow(x - y, 2)).Average() / 16)])) { Types = OpCase.Computed, Tolerance = 8 };
        yield return new OpCase("Moments", [Grid.Distinct([3, 4], 1)], inputs => inputs[0].Moments(1, keepDims: true) is var (mean, variance) ? [mean, variance] : [],
            grids => [grids[0].Reduce([1], true, values => values.Average()), grids[0].Reduce([1], true, values => values.Average(value => Math.Pow(value - values.Average(), 2)))])
        { Tolerance = 8 };
    }

    private static IEnumerable<OpCase> Flows()
    {
        yield return Flowing("For", [3], x => Flow.For(1, 4, (number, state) => state[0] * (number.Cast(x.DType) + 1), x)[0], (x, at) => x[at] * 24);
        yield return Flowing("For without turns", [3], x => Flow.For(4, 4, (number, state) => state[0] * 2, x)[0], (x, at) => x[at]);
        yield return Flowing("Map", [4, 3], x => Flow.Map(rows => rows[0].Square().Sum(), x)[0], (x, at) => Enumerable.Range(0, 3).Sum(k => x[at[0], k] * x[at[0], k]), [4]);
        foreach ((int index, double expected) in ((int, double)[])[(-3, 2), (0, 2), (1, 3), (2, 5), (9, 5)])
            yield return Flowing($"Switch to {index}", [3], x => Flow.Switch(Tensor.Scalar(index), () => x * 2, () => x * 3, () => x * 5)[0], (x, at) => expected * x[at]);
        foreach (int count in (int[])[0, 1, 2, 3, 5, 8, 13])
        {
            yield return Flowing($"AssociativeScan({count})", [count, 2], x => Flow.AssociativeScan((left, right) => left[0] + right[0], x)[0], (x, at) => Enumerable.Range(0, at[0] + 1).Sum(place => x[place, at[1]]));
            // The affine maps a x + b, one after the other: not commutative.
            yield return new OpCase($"AssociativeScan of maps({count})", [Grid.Random([2, count], 3), Grid.Random([2, count], 4)],
                inputs => [.. Flow.AssociativeScan((left, right) => (left[0] * right[0], (left[1] * right[0]) + right[1]), (inputs[0], inputs[1]), axis: 1, reverse: true)],
                grids => [Grid.From([2, count], at => Chain(grids, at).A), Grid.From([2, count], at => Chain(grids, at).B)])
            { Types = OpCase.Computed, Tolerance = 30 };
        }

        // Draws that can have one outcome alone; DistributionChecks hold the others to their distributions.
        yield return new OpCase("Binomial of certain trials", [new Grid([2, 3], [0, 3, 100, 7, 1, 2])], inputs => new RandomKey(1).Binomial([2, 3], inputs[0], Tensor.Ones([1], inputs[0].DType)), grids => grids[0]) { Types = OpCase.Computed, Differentiable = [] };
        yield return new OpCase("Poisson of nothing", [new Grid([3], [0, 0, 0])], inputs => new RandomKey(1).Poisson([2, 3], inputs[0]), grids => Grid.From([2, 3], _ => 0)) { Types = OpCase.Computed, Differentiable = [] };
        yield return new OpCase("RandInt of one number", [], _ => new RandomKey(1).RandInt([2, 3], 5, 6, DType.Int16), _ => Grid.From([2, 3], _ => 5)) { Types = [DType.Float32], OutputType = DType.Int16 };
        yield return new OpCase("Categorical of one class", [new Grid([2, 3], [0, double.NegativeInfinity, double.NegativeInfinity, double.NegativeInfinity, double.NegativeInfinity, 4])], inputs => new RandomKey(1).Categorical(inputs[0], 4), grids => Grid.From([2, 4], at => grids[0][at[0], 0] == 0 ? 0 : 2)) { OutputType = DType.Int32, Differentiable = [] };

        static (double A, double B) Chain(Grid[] grids, int[] at)
        {
            int count = grids[0].Shape[1];
            return Enumerable.Range(at[1], count - at[1]).Reverse().Aggregate((A: 1.0, B: 0.0), (all, place) => (all.A * grids[0][at[0], place], (all.B * grids[0][at[0], place]) + grids[1][at[0], place]));
        }
    }

    private static OpCase Flowing(string name, int[] shape, Func<Tensor, Tensor> function, Func<Grid, int[], double> element, int[]? result = null) =>
        new(name, [Grid.Random(shape, 1)], inputs => function(inputs[0]), grids => Grid.From(result ?? shape, at => element(grids[0], at))) { Types = OpCase.Computed, Tolerance = 8 };
}
