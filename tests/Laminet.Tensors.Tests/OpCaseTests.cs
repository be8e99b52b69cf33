using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Tests.Cases;

namespace Laminet.Tensors.Tests;

/// <summary>Every generic check runs on every row of <see cref="OpCases"/>.</summary>
public class OpCaseTests
{
    public static TheoryData<string> Names => OpCases.Names;

    public static TheoryData<string> DifferentiableNames => OpCases.DifferentiableNames;

    [Theory]
    [MemberData(nameof(Names))]
    public void The_value_is_the_references(string name)
    {
        OpCase row = OpCases.ByName(name);
        foreach (DType type in row.Types)
        {
            Close(row, type, row.References(row.Grids(type)), row.Outputs(row.Tensors(type)), $"{name} in {type}");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_value_is_the_same_for_views(string name)
    {
        OpCase row = OpCases.ByName(name);
        foreach (DType type in row.Large ? row.Types[..1] : row.Types)
        {
            Grid[] grids = row.Grids(type);
            Grid[] unchanged = row.References(grids);
            for (int input = 0; input < grids.Length; input++)
            {
                foreach ((string kind, Func<Grid, Grid> values, Func<Tensor, Tensor> view) in Views.Kinds)
                {
                    Grid[] changed = [.. grids];
                    changed[input] = values(grids[input]);
                    Tensor[] tensors = [.. changed.Select(grid => grid.ToTensor(type))];
                    tensors[input] = view(tensors[input]);
                    Grid[] expected = ReferenceEquals(changed[input], grids[input]) ? unchanged : row.References(changed);
                    Close(row, type, expected, row.Outputs(tensors), $"{name} in {type}, input {input} {kind}");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Shapes_alone_give_the_same_shape(string name)
    {
        OpCase row = OpCases.ByName(name);
        foreach (DType type in row.Types)
        {
            Tensor[] inputs = row.Tensors(type);
            Tensor[] outputs = row.Outputs(inputs);
            Tensor[] shapesOnly = row.Outputs([.. inputs.Select(input => Tensor.ShapeOnly(input.Shape, input.DType))]);
            Assert.Equal(outputs.Select(output => output.Spec), shapesOnly.Select(output => output.Spec));
            Assert.True(inputs.Length == 0 || shapesOnly.All(output => output.IsShapeOnly));
        }
    }

    [Theory]
    [MemberData(nameof(DifferentiableNames))]
    public void The_gradient_is_that_of_finite_differences(string name)
    {
        OpCase row = OpCases.ByName(name);
        foreach ((string some, Func<Tensor[], Tensor> function) in row.OfSomeOutputs())
            Differences.Check(function, row.Tensors(DType.Float64), row.Differentiable, row.Large ? 6 : 40, some);
    }

    [Theory]
    [MemberData(nameof(DifferentiableNames))]
    public void The_second_gradient_is_that_of_finite_differences(string name)
    {
        OpCase row = OpCases.ByName(name);
        Tensor[] inputs = row.Tensors(DType.Float64);
        foreach ((string some, Func<Tensor[], Tensor> function) in row.OfSomeOutputs())
        {
            foreach (int input in row.Differentiable)
            {
                Tensor projection = Differences.Projection(function(inputs).Shape, 11);
                Tensor First(Tensor[] all) => Gradient.Of(x => (function([.. all[..input], x, .. all[(input + 1)..]]) * projection).Sum(), Unconnected.Zeros)(all[input]);
                Differences.Check(First, inputs, row.Differentiable, row.Large ? 3 : 12, $"{some}, gradient by input {input}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(DifferentiableNames))]
    public void The_float32_gradient_is_near_the_float64_one(string name)
    {
        OpCase row = OpCases.ByName(name);
        Tensor[] exact = Gradients(row, [.. row.Tensors(DType.Float32).Select(Wide)]);
        Tensor[] narrow = Gradients(row, row.Tensors(DType.Float32));
        for (int i = 0; i < exact.Length; i++)
        {
            double[] expected = exact[i].ToArray<double>();
            double[] actual = narrow[i].Cast(DType.Float64).ToArray<double>();
            for (int place = 0; place < expected.Length; place++)
                Assert.True(Compare.Near(expected[place], actual[place], 2e-5 * row.Tolerance), $"{name}: gradient {i}[{place}] is {actual[place]}, expected {expected[place]}");
        }

        static Tensor Wide(Tensor tensor) => tensor.DType == DType.Float32 ? tensor.Cast(DType.Float64) : tensor;
    }

    private static void Close(OpCase row, DType type, Grid[] expected, Tensor[] actual, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
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
