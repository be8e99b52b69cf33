using System.Numerics;
using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Blocks;
using Laminet.Tensors.Compilation;

namespace Laminet.Tensors.Tests.Compilation;

/// <summary>
/// A function made of random operations, loops and branches, with variables of its own that it reads, assigns and changes by rules, and a log of what its
/// host calls saw. The same seed gives the same function and the same first values.
/// </summary>
internal sealed class RandomFunction
{
    private readonly int seed;
    private readonly DType type;
    private readonly int[][] shapes;

    public RandomFunction(int seed, DType type)
    {
        (this.seed, this.type) = (seed, type);
        Random random = new(seed);
        int rows = random.Next(12) == 0 ? 0 : 1 + random.Next(5), columns = 1 + random.Next(7);
        bool large = random.Next(10) == 0;
        shapes = [[rows, columns], [columns], [], [1 + random.Next(2), 1 + random.Next(5), 1 + random.Next(5), 1 + random.Next(5)], large ? [33, 1031] : [2, 3, columns]];
        Variables = [.. shapes[..3].Select((shape, i) => new Variable(Numbers(shape, seed + i), $"v{i}"))];
    }

    public IReadOnlyList<Variable> Variables { get; }

    /// <summary>What host calls received, call after call.</summary>
    public List<Tensor> Log { get; } = [];

    /// <summary>Inputs for one call; the last one is a random key.</summary>
    public IReadOnlyList<Tensor> Inputs(int call) =>
        [.. shapes.Select((shape, i) => Numbers(shape, (1000 * (call + 1)) + seed + (10 * i))), new RandomKey((ulong)call).AsTensor()];

    public IReadOnlyList<Tensor> Run(IReadOnlyList<Tensor> inputs)
    {
        Random random = new(seed);
        RandomOperations operations = new(random, type);
        foreach (Tensor input in inputs.SkipLast(1))
            operations.Add(input);
        RandomKey key = RandomKey.From(inputs[^1]);
        operations.Add(operations.Constant(shapes[0]));
        for (int step = 6 + random.Next(20); step > 0; step--)
        {
            Variable variable = Variables[random.Next(Variables.Count)];
            switch (random.Next(18))
            {
                case 0 or 1:
                    operations.Add(variable.Value);
                    break;
                case 2:
                    variable.Assign(operations.Pick(tensor => tensor.Spec == variable.Spec) ?? variable.Value * 0.5);
                    break;
                case 3:
                    Change(variable, operations.Pick(tensor => tensor.Spec == variable.Spec) ?? operations.Constant([.. variable.Shape]), random.Next(2) == 0);
                    break;
                case 4:
                    Function.HostCall(values => Log.AddRange(values.Select(Copied)), [operations.Pick(_ => true)!, operations.Pick(_ => true)!]);
                    break;
                case 5:
                    operations.Add(key.Fold((ulong)step).Normal(operations.PickFloat().Shape, dtype: type));
                    break;
                case 6:
                    AddGradients(operations, random);
                    break;
                case 7 or 8:
                    new RandomFlow(random, type, Variables).Step(operations);
                    break;
                default:
                    operations.Step();
                    break;
            }
        }

        return [.. Enumerable.Range(0, 1 + random.Next(5)).Select(_ => operations.Pick(_ => true)!)];
    }

    // By a rule that writes in place, or by operations.
    private static void Change(Variable variable, Tensor by, bool byRule)
    {
        if (byRule)
            new Nudge().Apply(variable, by, [], UpdateRule.Scalars(Array.Empty<double>(), decay: 0.25));
        else
            variable.Assign((variable.Value * 0.5) + by.Tanh());
    }

    private void AddGradients(RandomOperations operations, Random random)
    {
        (Tensor value, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(
            watched =>
            {
                RandomOperations inner = new(random, type);
                inner.Add(watched[0]);
                inner.Add(watched[1]);
                for (int step = 0; step < 5; step++)
                {
                    if (random.Next(6) == 0)
                        new RandomFlow(random, type, Variables, hasGradient: true).Step(inner);
                    else
                        inner.Step();
                }

                // No mean of nothing, which is NaN. Where a tensor leads nowhere, plain code gives it no gradient, a loop or a branch gives it zeros,
                // and zero times the slope at NaN is NaN (in JAX too).
                Tensor last = inner.PickFloat().Tanh(), mean = inner.PickFloat().Sin();
                return last.Sum() + (mean.Length == 0 ? mean.Sum() : mean.Mean());
            },
            Unconnected.Zeros,
            operations.PickFloat(),
            operations.PickFloat());
        operations.Add(value);
        operations.Add(gradients[0]);
        operations.Add(gradients[1]);
    }

    // Some zeros of both signs among them.
    private Tensor Numbers(int[] shape, int seed)
    {
        Tensor numbers = new RandomKey((ulong)seed).Uniform(shape, -2, 2, type);
        return Tensor.Where(numbers.Greater(1.8), Tensor.Scalar(-0.0, type), Tensor.Where(numbers.Less(-1.8), Tensor.Scalar(0.0, type), numbers));
    }

    private static Tensor Copied(Tensor tensor)
    {
        using MemoryStream stream = new();
        tensor.Write(stream);
        stream.Position = 0;
        return Tensor.Read(stream, tensor.Shape, tensor.DType);
    }

    private sealed record Nudge : UpdateRule
    {
        protected override void Update<T>(in UpdateTile<T> tile)
        {
            Vector<T> rate = Constant<T>(0.125);
            for (int i = 0; i < tile.Gradient.Length; i++)
                tile.Value[i] -= tile.Gradient[i] * rate;
        }
    }
}
