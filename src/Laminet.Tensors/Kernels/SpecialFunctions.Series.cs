namespace Laminet.Tensors.Kernels;

/// <content>Functions that are sums of series and continued fractions.</content>
internal static partial class SpecialFunctions
{
    private const double Least = 1e-300;

    /// <summary>The derivative of that order of sin(πx) / (πx).</summary>
    public static double Sinc(int order, double x)
    {
        if (!double.IsFinite(x))
            return double.IsNaN(x) ? x : 0;
        if (x == 0 && order == 0)
            return 1;
        // The recurrence from f to its derivatives divides by x each time: near 0 Taylor's series has more digits.
        if (order > 0 && Math.Abs(x) < 1 + (order / Math.PI))
            return SincSeries(order, x);
        double value = double.SinPi(x) / (Math.PI * x);
        for (int n = 1; n <= order; n++)
            value = ((Math.Pow(Math.PI, n - 1) * Turned(n, x)) - (n * value)) / x;
        return value;

        // sin(πx + nπ/2).
        static double Turned(int n, double x) => (n % 4) switch { 0 => double.SinPi(x), 1 => double.CosPi(x), 2 => -double.SinPi(x), _ => -double.CosPi(x) };
    }

    /// <summary>The modified Bessel function of the first kind and an order.</summary>
    public static double BesselI(int order, double x)
    {
        double size = Math.Abs(x), sign = x < 0 && order % 2 == 1 ? -1 : 1;
        if (double.IsNaN(x) || double.IsInfinity(x))
            return sign * size;
        if (size < 30 + (order * order))
        {
            double half = size / 2, term = 1;
            for (int k = 1; k <= order; k++)
                term *= half / k;
            double sum = term;
            for (int k = 1; term > sum * 1e-18; k++)
                sum += term *= half / k * (half / (k + order));
            return sign * sum;
        }

        // Hankel's expansion; its smallest term is about exp(-2x) of the first.
        double part = 1, series = 1, four = 4.0 * order * order;
        for (int k = 1; k < 60 && Math.Abs(part) > 1e-18; k++)
            series += part *= -(four - (((2 * k) - 1.0) * ((2 * k) - 1.0))) / (k * 8 * size);
        // In two halves, since the exponential alone overflows earlier.
        double root = Math.Exp(size / 2);
        return sign * root * (series / Math.Sqrt(2 * Math.PI * size)) * root;
    }

    /// <summary>The regularized lower incomplete gamma function P(a, x), or 1 - P where asked for the upper one.</summary>
    public static double GammaInc(double a, double x, bool upper)
    {
        if (double.IsNaN(a) || double.IsNaN(x) || a < 0 || x < 0 || (a == 0 && x == 0) || (double.IsInfinity(a) && double.IsInfinity(x)))
            return double.NaN;
        if (a == 0 || double.IsPositiveInfinity(x))
            return upper ? 0 : 1;
        if (x == 0 || double.IsPositiveInfinity(a))
            return upper ? 1 : 0;
        bool isSeries = x < a + 1;
        double part = isSeries ? GammaSeries(a, x) : GammaFraction(a, x);
        return isSeries == upper ? 1 - part : part;
    }

    /// <summary>x^a e^-x / Γ(a + 1), which is the density of the gamma distribution times x / a.</summary>
    public static double GammaPrefix(double a, double x)
    {
        if (a < Large)
            return Math.Exp((a * Math.Log(x)) - x - LogGamma(a + 1));
        // Without the difference of large logarithms: (x/a)^a e^(a - x) / sqrt(2 pi a), less Stirling's correction.
        double mu = (x - a) / a;
        double square = 1 / (a * a), sum = 0;
        for (int k = Bernoulli.Length - 1; k >= 0; k--)
            sum = (sum * square) + (Bernoulli[k] / ((2 * k + 2) * (2 * k + 1)));
        return Math.Exp((a * (Math.Abs(mu) > 0.3 ? Math.Log(x / a) - mu : LogLessArgument(mu))) - (sum / a)) / Math.Sqrt(2 * Math.PI * a);
    }

    /// <summary>The regularized incomplete beta function I(a, b, x).</summary>
    public static double BetaInc(double a, double b, double x)
    {
        if (!(a >= 0 && b >= 0 && x is >= 0 and <= 1) || (a == 0 && b == 0))
            return double.NaN;
        if (a == 0 || x == 1)
            return 1;
        if (b == 0 || x == 0)
            return 0;
        // The fraction converges fast on the near side of the mean.
        return x <= (a + 1) / (a + b + 2) ? BetaPrefix(a, b, x) * BetaFraction(a, b, x) / a : 1 - (BetaPrefix(b, a, 1 - x) * BetaFraction(b, a, 1 - x) / b);
    }

    // Term by term: (-1)^k π^2k x^(2k - n) (2k)! / ((2k - n)! (2k + 1)!).
    private static double SincSeries(int order, double x)
    {
        int first = (order + 1) / 2, rest = (2 * first) - order;
        // Of the first term (2k)! / (2k + 1)! is 1 / (2k + 1), and the power that is left of x is 0 or 1.
        double term = Math.Pow(Math.PI, 2 * first) * (rest == 1 ? x : 1) * (first % 2 == 0 ? 1 : -1) / ((2 * first) + 1);
        double sum = 0, square = Math.PI * x * Math.PI * x;
        for (int k = first; k < first + 60; k++)
        {
            sum += term;
            // (2k + 2)(2k + 1) / ((2k + 2 - n)(2k + 1 - n) (2k + 3)(2k + 2)).
            term *= -square * ((2.0 * k) + 1) / (((2.0 * k) + 2 - order) * ((2.0 * k) + 1 - order) * ((2.0 * k) + 3));
        }

        return sum;
    }

    private static double GammaSeries(double a, double x)
    {
        double term = 1, sum = 1;
        for (int k = 1; k < 100_000 && term > sum * 1e-17; k++)
            sum += term *= x / (a + k);
        return GammaPrefix(a, x) * sum;
    }

    // Legendre's continued fraction, by Lentz's method.
    private static double GammaFraction(double a, double x)
    {
        double b = x + 1 - a, c = 1 / Least, d = 1 / b, h = d;
        for (int i = 1; i < 100_000; i++)
        {
            double factor = -i * (i - a);
            b += 2;
            d = 1 / NotZero((factor * d) + b);
            c = NotZero(b + (factor / c));
            double step = c * d;
            h *= step;
            if (Math.Abs(step - 1) < 1e-16)
                break;
        }

        return GammaPrefix(a, x) * a * h;
    }

    // x^a (1 - x)^b / B(a, b).
    private static double BetaPrefix(double a, double b, double x) =>
        Math.Exp(LogGamma(a + b) - LogGamma(a) - LogGamma(b) + (a * Math.Log(x)) + (b * Log1p(-x)));

    private static double BetaFraction(double a, double b, double x)
    {
        double c = 1, d = 1 / NotZero(1 - ((a + b) * x / (a + 1))), h = d;
        for (int m = 1; m < 100_000; m++)
        {
            double even = m * (b - m) * x / ((a + (2 * m) - 1) * (a + (2 * m)));
            d = 1 / NotZero(1 + (even * d));
            c = NotZero(1 + (even / c));
            h *= d * c;
            double odd = -(a + m) * (a + b + m) * x / ((a + (2 * m)) * (a + (2 * m) + 1));
            d = 1 / NotZero(1 + (odd * d));
            c = NotZero(1 + (odd / c));
            double step = d * c;
            h *= step;
            if (Math.Abs(step - 1) < 1e-16)
                break;
        }

        return h;
    }

    private static double NotZero(double x) => Math.Abs(x) < Least ? Least : x;

    // ln(1 + x) - x of small x, as a series.
    private static double LogLessArgument(double x)
    {
        double power = x, sum = 0;
        for (int k = 2; k < 40; k++)
        {
            power *= -x;
            sum += power / k;
        }

        return sum;
    }
}
