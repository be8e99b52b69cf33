using Laminet.Tensors.Autodiff;

namespace Laminet.Verification.Operations;

/// <summary>Central finite differences in float64.</summary>
internal static class Differences
{
    private const double Step = 1e-5, Tolerance = 2e-6;

    /// <summary>Fixed random weights, so that a gradient is one of a number.</summary>
    public static Tensor Projection(Shape shape, int seed) =>
        Grid.Random([.. shape], seed, 0.5, 1.5).ToTensor(DType.Float64);

    /// <summary>Checks the gradients of the projected function by the given inputs at up to <paramref name="most"/> elements each.</summary>
    public static void Check(Func<Tensor[], Tensor> function, Tensor[] inputs, int[] differentiable, int most, string what)
    {
        GradientTape tape = new();
        Tensor[] watched = [.. inputs];
        foreach (int input in differentiable)
            watched[input] = tape.Watch(inputs[input]);
        Tensor output = function(watched);
        Tensor projection = Projection(output.Shape, 5);
        IReadOnlyList<Tensor> gradients = tape.Gradients((output * projection).Sum(), Unconnected.Zeros);
        double[] weights = projection.ToArray<double>();
        for (int i = 0; i < differentiable.Length; i++)
        {
            int input = differentiable[i];
            Expect.True(gradients[i].Spec == inputs[input].Spec, $"{what}: the gradient by input {input} is {gradients[i].Spec}, expected {inputs[input].Spec}");
            double[] gradient = gradients[i].ToArray<double>();
            double[] values = inputs[input].ToArray<double>();
            int stride = Math.Max(1, values.Length / most);
            for (int place = stride / 2; place < values.Length; place += stride)
            {
                double[] above = At(place, Step), below = At(place, -Step);
                double expected = 0;
                for (int j = 0; j < weights.Length; j++)
                    expected += weights[j] * (above[j] - below[j]);
                expected /= 2 * Step;
                if (!Compare.Near(expected, gradient[place], Tolerance))
                    throw new VerificationException(FormattableString.Invariant($"{what}: gradient by input {input}[{place}] is {gradient[place]:R}, finite differences give {expected:R}; the tolerance is {Tolerance:R}"));
            }

            double[] At(int place, double step)
            {
                double[] moved = [.. values];
                moved[place] += step;
                Tensor[] changed = [.. inputs];
                changed[input] = Tensor.From(moved, inputs[input].Shape);
                return function(changed).ToArray<double>();
            }
        }
    }
}
