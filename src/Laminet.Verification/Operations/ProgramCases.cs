using Laminet.Tensors.Blocks;
using Laminet.Tensors.Compilation;
using Laminet.Tensors.Ops;

namespace Laminet.Verification.Operations;

/// <summary>Rows of several operations, of which compilation makes one.</summary>
internal static class ProgramCases
{
    public static IEnumerable<OpCase> Rows()
    {
        yield return Row("relu(product + bias)", [4], (product, addend) => (product + addend).Relu(), true);
        yield return Row("relu(residual + product)", [3, 4], (product, addend) => (addend + product).Relu(), true);
        yield return Row("product + residual", [3, 4], (product, addend) => product + addend, false);
        yield return new OpCase(
            "relu(convolution + residual)",
            [Grid.Random([2, 3, 4, 3], 1), Grid.Random([1, 1, 3, 5], 2), Grid.Random([2, 3, 4, 5], 3)],
            inputs => (inputs[0].Convolution(inputs[1]) + inputs[2]).Relu(),
            grids => Grid.From([2, 3, 4, 5], at => Math.Max(0, grids[2][at] + Enumerable.Range(0, 3).Sum(c => grids[0][at[0], at[1], at[2], c] * grids[1][0, 0, c, at[3]]))))
        { Subject = nameof(Tensor.Convolution), Tolerance = 4 };
        yield return new OpCase(
            "Scan of h w + x",
            [Grid.Random([3, 2], 1), Grid.Random([2], 2), Grid.Random([2], 3)],
            inputs => Flow.Scan((state, entry) => ((state.Only * inputs[2]) + entry.Only, []), inputs[1], inputs[0]).Carry.Only,
            grids => Grid.From([2], at => (((((grids[1][at] * grids[2][at]) + grids[0][0, at[0]]) * grids[2][at]) + grids[0][1, at[0]]) * grids[2][at]) + grids[0][2, at[0]]))
        { Tolerance = 4, Types = OpCase.Computed };
        yield return new OpCase(
            "While x < 100",
            [Grid.Random([3], 1, 1, 2)],
            inputs => Flow.While(state => state.Only.Sum().Less(100), state => state.Only * 2, inputs[0]).Only,
            grids => Grid.From([3], at => grids[0][at] * Math.Pow(2, Math.Ceiling(Math.Log2(100 / grids[0].Values.Sum())))))
        { Differentiable = [], Types = OpCase.Computed };
        yield return new OpCase(
            "If the first is larger",
            [Grid.Random([3], 1), Grid.Random([3], 2)],
            inputs => Flow.If(inputs[0].Sum().Greater(inputs[1].Sum()), () => inputs[0].Sin(), () => inputs[1] * inputs[0]).Only,
            grids => Grid.From([3], at => grids[0].Values.Sum() > grids[1].Values.Sum() ? Math.Sin(grids[0][at]) : grids[1][at] * grids[0][at]))
        { Tolerance = 4, Types = OpCase.Computed };
        yield return new OpCase(
            "Checkpoint of tanh(x y)",
            [Grid.Random([3], 1), Grid.Random([3], 2)],
            inputs => Function.Checkpoint(x => (x * inputs[1]).Tanh())(inputs[0]),
            grids => Grid.From([3], at => Math.Tanh(grids[0][at] * grids[1][at])))
        { Tolerance = 4, Types = OpCase.Computed };
        // Two look-ups of a table, ids twice in either; the compiled step changes their rows alone.
        yield return new OpCase(
            "table - half of the looked-up rows' gradients",
            [Grid.Random([9, 5], 1), Grid.Random([2, 3, 5], 2), Grid.Whole([2, 3], 3, 7, DType.Int32), Grid.Random([4, 5], 4), Grid.Whole([4], 5, 9, DType.Int32)],
            inputs => new HalfStep().Apply(
                inputs[0], new ScatterAdd(0, 9, AreChecked: true).Apply(inputs[1], inputs[2]) + new ScatterAdd(0, 9, AreChecked: true).Apply(inputs[3], inputs[4]),
                UpdateRule.Scalars(Array.Empty<double>())),
            grids => Grid.From([9, 5], at => grids[0][at] - (0.5 * (Looked(grids[1], grids[2], at) + Looked(grids[3], grids[4], at)))))
        { Subject = nameof(SparseUpdate), Differentiable = [], Tolerance = 4, Types = OpCase.Computed };
    }

    private static double Looked(Grid rows, Grid ids, int[] at) =>
        Enumerable.Range(0, ids.Values.Length).Where(i => ids.Values[i] == at[0]).Sum(i => rows.Values[(i * 5) + at[1]]);

    private sealed record HalfStep : UpdateRule
    {
        public override bool LeavesZeroGradientsAlone => true;

        protected override void Update<T>(in UpdateTile<T> tile)
        {
            for (int i = 0; i < tile.Value.Length; i++)
                tile.Value[i] -= tile.Gradient[i] * Constant<T>(0.5);
        }
    }

    private static OpCase Row(string name, int[] addend, Func<Tensor, Tensor, Tensor> function, bool relu) =>
        new(
            name,
            [Grid.Random([3, 5], 1), Grid.Random([5, 4], 2), Grid.Random(addend, 3)],
            inputs => function(inputs[0].MatMul(inputs[1]), inputs[2]),
            grids =>
            {
                Grid sum = Grid.Map(x => x[0] + x[1], Grid.From([3, 4], at => Enumerable.Range(0, 5).Sum(k => grids[0][at[0], k] * grids[1][k, at[1]])), grids[2]);
                return relu ? Grid.Map(x => Math.Max(0, x[0]), sum) : sum;
            })
        { Subject = nameof(Tensor.MatMul), Tolerance = 6 };
}
