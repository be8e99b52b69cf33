using Laminet.Optimizers;

namespace Laminet.Verification.Optimizers;

/// <summary>The one-pass updates against the same formulas in plain tensor operations, at sizes with and without odd ends.</summary>
internal static class OptimizerFormulas
{
    private const double Rate = 0.01;

    public static IEnumerable<Check> All() =>
        from reference in References
        from length in (int[])[0, 1, 5, 8, 1023, 1025, 100_003]
        select new Check(Family.Optimizers, reference.Value.Make().GetType().Name, CheckKind.Value, $"{reference.Key}: one pass over {length} numbers gives what the formula gives", _ => IsItsFormula(reference.Key, length));

    // What to make; how many slots and what they start with; one step: (t, w, g, slots) to the new w, slots replaced.
    private static Dictionary<string, (Func<Optimizer> Make, double[] Slots, Func<int, Tensor, Tensor, Tensor[], Tensor> Step)> References => new()
    {
        ["SGD"] = (() => new SGD(Rate), [], (t, w, g, slots) => w - (g * Rate)),
        ["SGD with momentum"] = (() => new SGD(Rate, 0.9), [0], (t, w, g, slots) => w + (slots[0] = (slots[0] * 0.9) - (g * Rate))),
        ["SGD with Nesterov's momentum"] = (() => new SGD(Rate, 0.9, nesterov: true), [0], (t, w, g, slots) =>
        {
            slots[0] = (slots[0] * 0.9) - (g * Rate);
            return w + (slots[0] * 0.9) - (g * Rate);
        }
        ),
        ["Adam"] = (() => new Adam(Rate), [0, 0], (t, w, g, slots) => w - Moments(t, g, slots)),
        ["Adam, amsgrad"] = (() => new Adam(Rate, amsgrad: true), [0, 0, 0], (t, w, g, slots) => w - Moments(t, g, slots)),
        ["AdamW"] = (() => new AdamW(Rate, 0.1), [0, 0], (t, w, g, slots) => w - (w * (0.1 * Rate)) - Moments(t, g, slots)),
        ["RMSprop"] = (() => new RMSprop(Rate), [0], (t, w, g, slots) =>
        {
            slots[0] = (0.9 * slots[0]) + (0.1 * g.Square());
            return w - (Rate * g / (slots[0] + 1e-7).Sqrt());
        }
        ),
        ["RMSprop, centered with momentum"] = (() => new RMSprop(Rate, momentum: 0.5, centered: true), [0, 0, 0], (t, w, g, slots) =>
        {
            slots[0] = (0.9 * slots[0]) + (0.1 * g.Square());
            slots[2] = (0.9 * slots[2]) + (0.1 * g);
            slots[1] = (0.5 * slots[1]) + (Rate * g / (slots[0] - slots[2].Square() + 1e-7).Sqrt());
            return w - slots[1];
        }
        ),
        ["Adagrad"] = (() => new Adagrad(Rate), [0.1], (t, w, g, slots) =>
        {
            slots[0] += g.Square();
            return w - (Rate * g / (slots[0] + 1e-7).Sqrt());
        }
        ),
        ["Adadelta"] = (() => new Adadelta(Rate), [0, 0], (t, w, g, slots) =>
        {
            slots[0] = (0.95 * slots[0]) + (0.05 * g.Square());
            Tensor delta = (slots[1] + 1e-7).Sqrt() * g / (slots[0] + 1e-7).Sqrt();
            slots[1] = (0.95 * slots[1]) + (0.05 * delta.Square());
            return w - (Rate * delta);
        }
        ),
    };

    private static void IsItsFormula(string name, int length)
    {
        (Func<Optimizer> make, double[] starts, Func<int, Tensor, Tensor, Tensor[], Tensor> step) = References[name];
        foreach (DType dtype in new[] { DType.Float32, DType.Float64 })
        {
            Optimizer optimizer = make();
            Tensor weights = new RandomKey(1).Normal([length], dtype: dtype);
            Tensor[] slots = [.. starts.Select(start => Tensor.Full([length], start, dtype))];
            Variable variable = new(weights, "w");
            for (int t = 1; t <= 4; t++)
            {
                Tensor gradient = new RandomKey(2).Fold((ulong)t).Normal([length], dtype: dtype);
                weights = step(t, weights, gradient, slots);
                optimizer.Apply([(gradient, variable)]);
            }

            double tolerance = dtype == DType.Float32 ? 1e-6 : 1e-13;
            ExpectNear(weights, variable.Value, tolerance);
            for (int slot = 0; slot < slots.Length; slot++)
                ExpectNear(slots[slot], optimizer.State[slot + 2].Value, tolerance);
        }
    }

    private static Tensor Moments(int t, Tensor g, Tensor[] slots)
    {
        slots[0] += (g - slots[0]) * (1 - 0.9);
        slots[1] += (g.Square() - slots[1]) * (1 - 0.999);
        Tensor square = slots.Length == 3 ? slots[2] = slots[2].Maximum(slots[1]) : slots[1];
        double alpha = Rate * Math.Sqrt(1 - Math.Pow(0.999, t)) / (1 - Math.Pow(0.9, t));
        return slots[0] * alpha / (square.Sqrt() + 1e-7);
    }

    private static void ExpectNear(Tensor expected, Tensor actual, double tolerance)
    {
        if (expected.Length > 0)
            Expect.InRange(((expected - actual).Abs() / (1 + expected.Abs())).Max().ToDouble(), 0, tolerance, "the largest relative difference from the formula");
    }
}
