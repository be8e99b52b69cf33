using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Tensors.Compilation;
using Laminet.Training;

namespace Laminet.Tests.Training;

/// <summary>A training step written by hand, with all the variables that it may change.</summary>
/// <param name="Body">The step.</param>
/// <param name="State">What it changes: weights, optimizers' slots, random streams.</param>
internal sealed record OwnStep(Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> Body, IReadOnlyList<Variable> State)
{
    /// <summary>
    /// Makes a step twice and runs one as it is, the other compiled: results and state must be the same bits after each call, and what an
    /// earlier call gave stays what it was.
    /// </summary>
    public static void RequireSameBits(Func<OwnStep> make, IReadOnlyList<Tensor> inputs, int calls = 5)
    {
        OwnStep eager = make(), compiled = make();
        CompiledFunction function = Function.Compile(compiled.Body);
        double[][] before = Numbers(eager.State);
        List<(Tensor Expected, Tensor Actual)> results = [];
        for (int call = 0; call < calls; call++)
        {
            results.AddRange(eager.Body(inputs).Zip(function.Call([.. inputs])));
            Assert.All(results, pair => Assert.Equal(pair.Expected.ToArray<float>(), pair.Actual.ToArray<float>()));
            Assert.Equal(Numbers(eager.State), Numbers(compiled.State));
        }

        Assert.Equal(1, function.Traces);
        Assert.All(before.Zip(Numbers(eager.State)), pair => Assert.NotEqual(pair.First, pair.Second));
    }

    /// <summary>How many of the variables the compiled step writes in place, and how many it copies at the end of a call.</summary>
    public (int InPlace, int Copied) Successions(IReadOnlyList<Tensor> inputs) =>
        new CompiledProgram(Compiler.Optimize(Tracer.Trace([.. inputs.Select(input => input.Spec)], Body))).Successions;

    /// <summary>The numbers of variables; Float32 and Int64 values that occur in tests are the same as doubles.</summary>
    public static double[][] Numbers(IEnumerable<Variable> variables) => [.. variables.Select(variable => variable.Value.Cast(DType.Float64).ToArray<double>())];

    /// <summary>All that changes in a step of an optimizer but the learning rate.</summary>
    public static IEnumerable<Variable> Changing(Model model, Optimizer optimizer)
    {
        optimizer.Build(model.TrainableWeights);
        return [.. model.Weights, .. optimizer.State.Where(variable => variable.Name != "learning_rate")];
    }
}
