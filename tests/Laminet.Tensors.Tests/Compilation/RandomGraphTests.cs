using Laminet.Tensors.Blocks;
using Laminet.Tensors.Compilation;
using Laminet.Tensors.Compilation.Passes;
using Laminet.Tensors.Devices;
using Laminet.Tensors.Ops;
using Laminet.Tensors.Runtime;
using Laminet.Verification.Operations;

namespace Laminet.Tensors.Tests.Compilation;

/// <summary>
/// Random functions give the same when they are compiled, with every number of passes: results, what host calls see, what variables become.
/// To the last bit, except that folding into products may add in another order.
/// </summary>
[Collection("Engine settings")]
public class RandomGraphTests
{
    private const int Calls = 2;

    // More for a long search: LAMINET_RANDOM_FUNCTIONS=20000 dotnet test --filter RandomGraphTests. The first of them by LAMINET_RANDOM_FIRST.
    private static readonly int Functions = Setting("LAMINET_RANDOM_FUNCTIONS", 300);
    private static readonly int First = Setting("LAMINET_RANDOM_FIRST", 0);

    // Without copies and order no program runs; with each of these beginnings they are there, too.
    private static readonly string[] Needed = ["copy where needed", "schedule"];
    private static readonly IReadOnlyList<Pass> Passes = Compiler.PassesFor(Device.Cpu);
    // The CPU lacks no block.
    private static readonly string[] Optional = [.. Passes.Select(pass => pass.Name).Except([.. Needed, "inline"])];
    private static readonly int Folding = Optional.IndexOf("fold into products") + 1;

    [Fact]
    public void Every_number_of_passes_gives_what_eager_gives()
    {
        int before = Workers.Count;
        List<string> failures = [];
        try
        {
            for (int seed = First; seed < First + Functions; seed++)
            {
                // Folding may round otherwise, which tips comparisons over: half of the functions have digits to spare.
                DType type = seed % 2 == 0 ? DType.Float32 : DType.Float64;
                Workers.Count = 1;
                List<Tensor>[]? expected = null;
                for (int passes = 0; passes <= Optional.Length; passes++)
                {
                    try
                    {
                        expected ??= Play(new RandomFunction(seed, type), function => function.Run);
                        // Eager bits do not depend on the number of threads, so each beginning may have another.
                        Workers.Count = 1 + ((seed + passes) % 2);
                        bool exact = true;
                        Compare(expected, Play(new RandomFunction(seed, type), function => Programmed(function, passes, out exact)), exact, type);
                    }
                    catch (Exception exception)
                    {
                        string last = passes == 0 ? "no pass" : $"'{Optional[passes - 1]}'";
                        string message = exception.Message.ReplaceLineEndings(" ");
                        failures.Add($"seed {seed}, {type}, {Workers.Count} threads, after {last}: {message[..Math.Min(300, message.Length)]}");
                    }
                }
            }
        }
        finally
        {
            Workers.Count = before;
        }

        Assert.True(failures.Count == 0, $"{failures.Count} of {Functions * (Optional.Length + 1)} differ:\n{string.Join('\n', failures.Take(20))}");
    }

    [Fact]
    public void Loops_and_branches_give_what_plain_code_gives()
    {
        List<string> failures = [];
        for (int seed = First; seed < First + Functions; seed++)
        {
            try
            {
                Compare(Plain(seed), Play(new RandomFunction(seed, DType.Float64), function => function.Run), exact: false, DType.Float64);
            }
            catch (Exception exception)
            {
                string message = exception.Message.ReplaceLineEndings(" ");
                failures.Add($"seed {seed}: {message[..Math.Min(300, message.Length)]}");
            }
        }

        Assert.True(failures.Count == 0, $"{failures.Count} of {Functions} differ:\n{string.Join('\n', failures.Take(20))}");
    }

    [Fact]
    public void The_random_functions_reach_what_compilation_makes()
    {
        HashSet<Type> reached = [];
        int recomputed = 0;
        for (int seed = 0; seed < Functions; seed++)
        {
            RandomFunction function = new(seed, DType.Float32);
            Graph graph = Compiler.Optimize(Tracer.Trace([.. function.Inputs(0).Select(input => input.Spec)], function.Run));
            recomputed += Recomputed(graph).Operations.Count - graph.Operations.Count;
            reached.UnionWith(graph.Operations.Where(operation => operation.Primitive is not null).Select(operation => operation.Primitive!.GetType()));
        }

        HashSet<Type> expected =
        [
            typeof(Fused), typeof(FoldedConvolution), typeof(FoldedMatMul), typeof(Copy), typeof(FoldKey), typeof(Convolution), typeof(MatMul),
            typeof(Scan), typeof(While), typeof(If), typeof(Call), typeof(Split), typeof(TopK), typeof(ChannelMoments), typeof(Normalize), typeof(NormalizeSums), typeof(NormalizeInputGradient), typeof(FoldedNormalize),
        ];
        Assert.Superset(expected, reached);
        Assert.InRange(reached.Count, 20, int.MaxValue);
        Assert.InRange(recomputed, 10, int.MaxValue);
    }

    private static int Setting(string name, int usual) => int.TryParse(Environment.GetEnvironmentVariable(name), out int number) ? number : usual;

    private static List<Tensor>[] Plain(int seed)
    {
        RandomFlow.IsPlain = true;
        try
        {
            return Play(new RandomFunction(seed, DType.Float64), function => function.Run);
        }
        finally
        {
            RandomFlow.IsPlain = false;
        }
    }

    // The results of each call, then what the host calls received and what the variables are.
    private static List<Tensor>[] Play(RandomFunction function, Func<RandomFunction, Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>>> prepare)
    {
        Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> run = prepare(function);
        List<Tensor>[] results = [.. Enumerable.Range(0, Calls).Select(call => run(function.Inputs(call)).ToList())];
        return [.. results, function.Log, [.. function.Variables.Select(variable => variable.Value)]];
    }

    private static Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> Programmed(RandomFunction function, int passes, out bool exact)
    {
        Graph graph = Tracer.Trace([.. function.Inputs(0).Select(input => input.Spec)], function.Run);
        foreach (Pass pass in Passes.Where(pass => Needed.Contains(pass.Name) || Optional.Take(passes).Contains(pass.Name)))
            graph = pass.Name == "recompute" ? Recomputed(graph) : pass.Run(graph);
        exact = passes < Folding || !graph.Operations.Any(operation => operation.Primitive is FoldedConvolution or FoldedMatMul);
        CompiledProgram program = new(graph);
        return inputs => program.Run([.. inputs]);
    }

    // The tensors of random functions are too small for the pass as it is.
    private static Graph Recomputed(Graph graph) => Rematerialization.Run(graph, 1);

    private static void Compare(List<Tensor>[] expected, List<Tensor>[] actual, bool exact, DType type)
    {
        string[] parts = ["result of the first call", "result of the second call", "what host calls saw", "variables"];
        for (int part = 0; part < parts.Length; part++)
        {
            Assert.True(expected[part].Count == actual[part].Count, $"{parts[part]}: expected {expected[part].Count}, received {actual[part].Count}.");
            for (int i = 0; i < expected[part].Count; i++)
            {
                if (exact)
                    Bits.Equal(expected[part][i], actual[part][i], $"{parts[part]} {i}");
                else if (type == DType.Float64)
                    Near(expected[part][i], actual[part][i], $"{parts[part]} {i}");
            }
        }
    }

    // Rounding in Float32 may tip a comparison over; in Float64 it does not come near one.
    private static void Near(Tensor expected, Tensor actual, string what)
    {
        Assert.True(expected.Spec == actual.Spec, $"{what}: expected {expected.Spec}, received {actual.Spec}.");
        double[] left = expected.Cast(DType.Float64).ToArray<double>(), right = actual.Cast(DType.Float64).ToArray<double>();
        for (int place = 0; place < left.Length; place++)
            Assert.True(Laminet.Verification.Operations.Compare.Near(left[place], right[place], 1e-6), $"{what}: element {place} is {right[place]:R}, expected {left[place]:R}");
    }
}
