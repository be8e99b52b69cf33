using Laminet.Tensors.Blocks;
using Laminet.Tensors.Compilation;
using Laminet.Tensors.Compilation.Passes;
using Laminet.Verification.Operations;

namespace Laminet.Tensors.Tests.Compilation;

/// <summary>Small graphs for tests of passes: traced, listed, run.</summary>
internal static class Graphs
{
    /// <summary>The graph of a function of Float32 tensors.</summary>
    public static Graph Of(Func<Tensor[], Tensor[]> function, params int[][] shapes) =>
        Tracer.Trace([.. shapes.Select(shape => new TensorSpec(new Shape(shape), DType.Float32))], inputs => function([.. inputs]));

    /// <summary>The graph of a function of one Float32 tensor.</summary>
    public static Graph Of(Func<Tensor, Tensor> function, params int[] shape) => Of(inputs => [function(inputs[0])], shape);

    /// <summary>What is computed, in order, by name.</summary>
    public static string Names(this Graph graph) =>
        string.Join(' ', graph.Operations.Where(operation => operation.Kind is OperationKind.Computed or OperationKind.HostCall).Select(operation => operation.Title));

    /// <summary>The first operation of a primitive's kind.</summary>
    public static Operation First<T>(this Graph graph) where T : Primitive => graph.Operations.First(operation => operation.Primitive is T);

    /// <summary>Runs a graph that some passes have been over: no program runs without the last two.</summary>
    public static IReadOnlyList<Tensor> Run(this Graph graph, params ReadOnlySpan<Tensor> inputs) => Program(graph).Run(inputs);

    public static CompiledProgram Program(Graph graph) => new(Scheduling.Run(Materialization.Run(graph)));

    /// <summary>A graph of a function of Float32 tensors, and the function after all passes, give the bits of eager, call after call.</summary>
    public static void AssertBitsOfEager(Graph graph, Func<Tensor[], Tensor[]> function, int[][] shapes)
    {
        Tensor[] inputs = [.. shapes.Select((shape, i) => new RandomKey((ulong)i).Uniform(new Shape(shape), -2, 2))];
        CompiledFunction compiled = Function.Compile(x => function([.. x]));
        CompiledProgram program = Program(graph);
        Tensor[] wanted = function(inputs);
        for (int call = 0; call < 2; call++)
        {
            IReadOnlyList<Tensor> alone = program.Run(inputs);
            Bundle<Tensor> whole = compiled.Call(inputs);
            for (int i = 0; i < wanted.Length; i++)
            {
                Bits.Equal(wanted[i], alone[i], $"output {i}");
                Bits.Equal(wanted[i], whole[i], $"output {i} after all passes");
            }
        }
    }

    /// <summary>Changes a variable by its gradient, as an optimizer does.</summary>
    public static void Update(Variable variable, Tensor gradient) => new Descent().Apply(variable, gradient, []);

    private sealed record Descent : UpdateRule
    {
        public override string Name => "update";

        protected override void Update<T>(in UpdateTile<T> tile)
        {
            for (int i = 0; i < tile.Value.Length; i++)
                tile.Value[i] -= tile.Gradient[i];
        }
    }
}
