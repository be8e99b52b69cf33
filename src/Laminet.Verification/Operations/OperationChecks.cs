using Laminet.Tensors.Autodiff;

namespace Laminet.Verification.Operations;

/// <summary>Every generic check runs on every row of <see cref="OpCases"/>.</summary>
internal static class OperationChecks
{
    public static IEnumerable<Check> All() => OpCases.Everything.SelectMany(Of);

    private static IEnumerable<Check> Of(OpCase row)
    {
        yield return New(CheckKind.Value, "the value is the reference's", depth => Value(row, depth));
        yield return New(CheckKind.Consistency, "the value is the same for views", depth => OfViews(row, depth));
        yield return New(CheckKind.Consistency, "shapes alone give the same shape", _ => ShapesAlone(row));
        yield return New(CheckKind.Consistency, "compiled gives the bits of eager", depth => CompiledChecks.Values(row, depth));
        if (row.Differentiable.Length == 0)
            yield break;
        yield return New(CheckKind.Gradient, "the gradient is that of finite differences", depth => First(row, depth));
        yield return New(CheckKind.Gradient, "the second gradient is that of finite differences", depth => Second(row, depth));
        yield return New(CheckKind.Consistency, "the float32 gradient is near the float64 one", _ => InFloat32(row));
        yield return New(CheckKind.Consistency, "compiled gradients are the eager ones", _ => CompiledChecks.Gradients(row));

        Check New(CheckKind kind, string what, Action<Depth> run) => new(Family.Operations, row.Subject, kind, $"{row.Name}: {what}", run);
    }

    private static void Value(OpCase row, Depth depth)
    {
        foreach (DType type in row.TypesAt(depth))
            Close(row, type, row.References(row.Grids(type)), row.Outputs(row.Tensors(type)), $"{row.Name} in {type}");
    }

    private static void OfViews(OpCase row, Depth depth)
    {
        foreach (DType type in row.Large || depth == Depth.Quick ? row.Types[..1] : row.Types)
        {
            Grid[] grids = row.Grids(type);
            // The references of large rows take long: a quick run compares views that change no number with copies, which it has held to the reference.
            bool isShort = row.Large && depth == Depth.Quick;
            Grid[] unchanged = isShort ? [.. row.Outputs(row.Tensors(type)).Select(Grid.Of)] : row.References(grids);
            for (int input = 0; input < grids.Length; input++)
            {
                foreach ((string kind, Func<Grid, Grid> values, Func<Tensor, Tensor> view) in Views.Kinds.Where(each => !isShort || each.Kind == Views.Gaps))
                {
                    Grid[] changed = [.. grids];
                    changed[input] = values(grids[input]);
                    Tensor[] tensors = [.. changed.Select(grid => grid.ToTensor(type))];
                    tensors[input] = view(tensors[input]);
                    Grid[] expected = ReferenceEquals(changed[input], grids[input]) ? unchanged : row.References(changed);
                    Close(row, type, expected, row.Outputs(tensors), $"{row.Name} in {type}, input {input} {kind}");
                }
            }
        }
    }

    private static void ShapesAlone(OpCase row)
    {
        foreach (DType type in row.Types)
        {
            Tensor[] inputs = row.Tensors(type);
            Tensor[] outputs = row.Outputs(inputs);
            Tensor[] shapesOnly = row.Outputs([.. inputs.Select(input => Tensor.ShapeOnly(input.Shape, input.DType))]);
            Expect.Sequence(outputs.Select(output => output.Spec), shapesOnly.Select(output => output.Spec), $"{row.Name} in {type}");
            Expect.True(inputs.Length == 0 || shapesOnly.All(output => output.IsShapeOnly), $"{row.Name} in {type}: of shapes alone, expected shapes, received numbers");
        }
    }

    private static void First(OpCase row, Depth depth)
    {
        foreach ((string some, Func<Tensor[], Tensor> function) in row.OfSomeOutputs())
            Differences.Check(function, row.Tensors(DType.Float64), row.Differentiable, row.Points(depth, 40), some);
    }

    private static void Second(OpCase row, Depth depth)
    {
        Tensor[] inputs = row.Tensors(DType.Float64);
        foreach ((string some, Func<Tensor[], Tensor> function) in row.OfSomeOutputs())
        {
            foreach (int input in row.Differentiable)
            {
                Tensor projection = Differences.Projection(function(inputs).Shape, 11);
                Tensor Slope(Tensor[] all) => Gradient.Of(x => (function([.. all[..input], x, .. all[(input + 1)..]]) * projection).Sum(), Unconnected.Zeros)(all[input]);
                Differences.Check(Slope, inputs, row.Differentiable, row.Points(depth, 12), $"{some}, gradient by input {input}");
            }
        }
    }

    private static void InFloat32(OpCase row)
    {
        Tensor[] exact = Gradients(row, [.. row.Tensors(DType.Float32).Select(Wide)]);
        Tensor[] narrow = Gradients(row, row.Tensors(DType.Float32));
        for (int i = 0; i < exact.Length; i++)
            Compare.Values(exact[i].ToArray<double>(), narrow[i], 2e-5 * row.Tolerance, $"{row.Name}: gradient {i}");

        static Tensor Wide(Tensor tensor) => tensor.DType == DType.Float32 ? tensor.Cast(DType.Float64) : tensor;
    }

    private static void Close(OpCase row, DType type, Grid[] expected, Tensor[] actual, string what)
    {
        Expect.True(expected.Length == actual.Length, $"{what}: expected {expected.Length} outputs, received {actual.Length}");
        for (int i = 0; i < expected.Length; i++)
            Compare.Close(row, type, expected[i], actual[i], expected.Length == 1 ? what : $"{what}, output {i}");
    }

    private static Tensor[] Gradients(OpCase row, Tensor[] inputs)
    {
        GradientTape tape = new();
        Tensor[] watched = [.. inputs];
        foreach (int input in row.Differentiable)
            watched[input] = tape.Watch(inputs[input]);
        Tensor output = row.Function(watched);
        return [.. tape.Gradients((output * Differences.Projection(output.Shape, 3).Cast(output.DType)).Sum(), Unconnected.Zeros)];
    }
}
