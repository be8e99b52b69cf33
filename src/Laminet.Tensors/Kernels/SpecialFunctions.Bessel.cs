namespace Laminet.Tensors.Kernels;

/// <content>Bessel functions of whole orders.</content>
internal static partial class SpecialFunctions
{
    private const double Euler = 0.57721566490153286;

    /// <summary>The Bessel function of the first kind and an order.</summary>
    public static double BesselJ(int order, double x)
    {
        double size = Math.Abs(x), sign = x < 0 && order % 2 == 1 ? -1 : 1;
        if (!double.IsFinite(x))
            return double.IsNaN(x) ? x : 0;
        if (size > Far(order))
            return sign * Hankel(order, size).First;
        int last = LastOrder(order, size);
        Span<double> all = last < 256 ? stackalloc double[last + 1] : new double[last + 1];
        Falling(size, all);
        return sign * all[order];
    }

    /// <summary>The Bessel function of the second kind and an order.</summary>
    public static double BesselY(int order, double x)
    {
        if (!(x > 0) || double.IsPositiveInfinity(x))
            return x == 0 ? double.NegativeInfinity : x > 0 ? 0 : double.NaN;
        if (x > Far(order))
            return Hankel(order, x).Second;
        int last = LastOrder(1, x);
        Span<double> all = last < 256 ? stackalloc double[last + 1] : new double[last + 1];
        Falling(x, all);
        // Neumann's series (Abramowitz and Stegun, 9.1.88), then upwards, where this solution grows.
        double logarithm = Math.Log(x / 2) + Euler, zeroth = 0, first = 0;
        for (int k = 1; (2 * k) + 1 <= last; k++)
        {
            double sign = k % 2 == 0 ? 1 : -1;
            zeroth -= sign * all[2 * k] / k;
            first -= sign * all[(2 * k) + 1] * ((2 * k) + 1) / (k * (k + 1.0));
        }

        double below = ((logarithm * all[0]) + (2 * zeroth)) * (2 / Math.PI), value = ((((logarithm - 1) * all[1]) + first) * (2 / Math.PI)) - (2 * all[0] / (Math.PI * x));
        for (int k = 1; k < order; k++)
            (below, value) = (value, (2 * k / x * value) - below);
        return order == 0 ? below : value;
    }

    /// <summary>The modified Bessel function of the second kind and an order, times e^x if scaled.</summary>
    public static double BesselK(int order, double x, bool scaled)
    {
        if (!(x > 0) || double.IsPositiveInfinity(x))
            return x == 0 ? double.PositiveInfinity : x > 0 ? 0 : double.NaN;
        // The integral of exp(-x (cosh t - 1)) cosh(nt) from 0 on, by the trapezoidal rule, which has all digits: the integrand is smooth and falls doubly exponentially.
        double step = Math.Min(0.125, 0.6 / Math.Sqrt(x)), sum = 0.5;
        for (int k = 1; ; k++)
        {
            double t = k * step, half = Math.Sinh(t / 2), exponent = -2 * x * half * half;
            double term = order == 0 ? Math.Exp(exponent) : (Math.Exp(exponent + (order * t)) + Math.Exp(exponent - (order * t))) / 2;
            sum += term;
            if (term < sum * 1e-18 && x * Math.Sinh(t) > order)
                break;
        }

        return scaled ? sum * step : sum * step * Math.Exp(-x);
    }

    // From here on Hankel's expansion has all digits.
    private static double Far(int order) => 25 + (order * order);

    private static int LastOrder(int order, double x) => (2 * ((((int)x) + order) / 2)) + 50;

    // The functions of the first kind of the orders 0 to an even one, downwards, where they grow (J. Miller, 1952): any start gives them times a number, which is known from J(0) + 2 J(2) + 2 J(4) + ... = 1.
    private static void Falling(double x, Span<double> all)
    {
        all.Clear();
        if (x < 1e-100)
        {
            (all[0], all[1]) = (1, x / 2);
            return;
        }

        all[^1] = 1e-100;
        for (int k = all.Length - 1; k > 0; k--)
        {
            all[k - 1] = (2 * k / x * all[k]) - (k + 1 < all.Length ? all[k + 1] : 0);
            if (Math.Abs(all[k - 1]) < 1e100)
                continue;
            for (int i = k - 1; i < all.Length; i++)
                all[i] *= 1e-200;
        }

        double sum = all[0];
        for (int k = 2; k < all.Length; k += 2)
            sum += 2 * all[k];
        for (int k = 0; k < all.Length; k++)
            all[k] /= sum;
    }

    // Hankel's expansion of both kinds (Abramowitz and Stegun, 9.2.5 to 9.2.10).
    private static (double First, double Second) Hankel(int order, double x)
    {
        double four = 4.0 * order * order, term = 1, even = 1, odd = 0;
        for (int k = 1; k < 80 && Math.Abs(term) > 1e-18; k++)
        {
            term *= (four - (((2 * k) - 1.0) * ((2 * k) - 1.0))) / (k * 8 * x);
            double signed = k % 4 < 2 ? term : -term;
            if (k % 2 == 0)
                even += signed;
            else
                odd += signed;
        }

        // The sine and cosine of x - (2n + 1) π/4, without rounding that difference.
        (double sine, double cosine) = Math.SinCos(x);
        double signCosine = order % 4 is 0 or 3 ? 1 : -1, signSine = order % 4 < 2 ? 1 : -1;
        (double s, double c) = ((sine * signCosine) - (cosine * signSine), (cosine * signCosine) + (sine * signSine));
        // sqrt(2 / (π x)), and sqrt(1/2) of the angle.
        double root = 1 / Math.Sqrt(Math.PI * x);
        return (root * ((even * c) - (odd * s)), root * ((even * s) + (odd * c)));
    }
}
