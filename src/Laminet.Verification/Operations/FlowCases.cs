using Laminet.Tensors.Compilation;

namespace Laminet.Verification.Operations;

/// <summary>Loops, branches and checkpoints.</summary>
internal static class FlowCases
{
    public static IEnumerable<OpCase> Rows()
    {
        yield return Row("scan: half the state + entry", [3, 2], x => Flow.Scan(
            (state, entry) =>
            {
                Tensor next = (state.Only * 0.5) + entry.Only;
                return (next, next);
            },
            Tensor.Zeros([2], x.DType), x).Outputs, x => Grid.From([3, 2], at => Enumerable.Range(0, at[0] + 1).Sum(turn => x[turn, at[1]] * Math.Pow(0.5, at[0] - turn))));
        yield return Row("while: doubled three times", [2, 3], x => Flow.While(
            state => state[0].Less(3), state => (state[0] + 1, state[1] * 2), (Tensor.Scalar(0), x))[1], x => Grid.Map(at => 8 * at[0], x), isSmooth: false);
        yield return Row("if: the square", [2, 3], x => Flow.If(Tensor.Scalar(true), () => x.Square(), () => x), x => Grid.Map(at => at[0] * at[0], x));
        yield return Row("if: the sine", [2, 3], x => Flow.If(Tensor.Scalar(false), () => x.Square(), () => x.Sin()), x => Grid.Map(at => Math.Sin(at[0]), x));
        yield return Row("compile: the sine's double", [2, 3], x => Function.Compile(y => y.Sin() * 2)(x), x => Grid.Map(at => 2 * Math.Sin(at[0]), x));
        yield return Row("checkpoint: the sine's square", [2, 3], x => Function.Checkpoint(y => y.Sin().Square())(x), x => Grid.Map(at => Math.Pow(Math.Sin(at[0]), 2), x));
        yield return Row("checkpoint: a detached double", [2, 3], x => Function.Checkpoint(y => (y * 2).Detach())(x), x => Grid.Map(at => 2 * at[0], x), isSmooth: false);
    }

    private static OpCase Row(string name, int[] shape, Func<Tensor, Tensor> function, Func<Grid, Grid> reference, bool isSmooth = true) =>
        new(name, [Grid.Random(shape, 1)], inputs => function(inputs[0]), grids => reference(grids[0])) { Types = OpCase.Computed, Differentiable = isSmooth ? [0] : [] };
}
