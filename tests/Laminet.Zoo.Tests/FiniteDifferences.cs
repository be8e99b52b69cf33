using Laminet.Tensors;

namespace Laminet.Zoo.Tests;

/// <summary>Slopes of a function of a Float64 variable, number by number: an oracle for gradients.</summary>
internal static class FiniteDifferences
{
    public static double[] Of(Variable variable, Func<double> function)
    {
        const double Step = 1e-5;
        Tensor old = variable.Value;
        double[] numbers = old.ToArray<double>(), slopes = new double[numbers.Length];
        for (int place = 0; place < numbers.Length; place++)
        {
            slopes[place] = (With(Step) - With(-Step)) / (2 * Step);

            double With(double change)
            {
                double[] moved = [.. numbers];
                moved[place] += change;
                variable.Assign(Tensor.From(moved, old.Shape));
                return function();
            }
        }

        variable.Assign(old);
        return slopes;
    }
}
