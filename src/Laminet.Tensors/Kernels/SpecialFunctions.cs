namespace Laminet.Tensors.Kernels;

/// <summary>Special functions of one double.</summary>
internal static partial class SpecialFunctions
{
    private const double EulersConstant = 0.57721566490153286;

    // From here on the asymptotic series have all digits.
    private const double Large = 12;

    // Riemann's zeta function of 2, 3, ... less 1.
    private static readonly double[] ZetaLessOne =
    [
        0.64493406684822644, 0.20205690315959429, 0.082323233711138192, 0.036927755143369926, 0.017343061984449139, 0.0083492773819228268, 0.0040773561979443394,
        0.0020083928260822144, 0.00099457512781808534, 0.00049418860411946456, 0.00024608655330804830, 0.00012271334757848915, 6.1248135058704829e-05,
        3.0588236307020494e-05, 1.5282259408651872e-05, 7.6371976378997623e-06, 3.8172932649998398e-06, 1.9082127165539390e-06, 9.5396203387279611e-07,
        4.7693298678780645e-07, 2.3845050272773300e-07, 1.1921992596531107e-07, 5.9608189051259480e-08, 2.9803503514652280e-08, 1.4901554828365042e-08,
        7.4507117898354295e-09, 3.7253340247884571e-09, 1.8626597235130490e-09,
    ];

    // Bernoulli's numbers B2, B4, ...
    private static readonly double[] Bernoulli =
        [1.0 / 6, -1.0 / 30, 1.0 / 42, -1.0 / 30, 5.0 / 66, -691.0 / 2730, 7.0 / 6, -3617.0 / 510, 43867.0 / 798, -174611.0 / 330];

    /// <summary>The y with erf(y) = x, by Wichura's algorithm for the normal distribution's quantile, which is sqrt(2) times as large.</summary>
    public static double Erfinv(double x)
    {
        double q = x / 2;
        if (Math.Abs(q) <= 0.425)
        {
            double r = 0.180625 - (q * q);
            return q / Math.Sqrt(2) * Ratio(
                r,
                [2.5090809287301226727e+3, 3.3430575583588128105e+4, 6.7265770927008700853e+4, 4.5921953931549871457e+4, 1.3731693765509461125e+4, 1.9715909503065514427e+3, 1.3314166789178437745e+2, 3.3871328727963666080],
                [5.2264952788528545610e+3, 2.8729085735721942674e+4, 3.9307895800092710610e+4, 2.1213794301586595867e+4, 5.3941960214247511077e+3, 6.8718700749205790830e+2, 4.2313330701600911252e+1, 1]);
        }

        if (!(Math.Abs(x) <= 1))
            return double.NaN;
        if (Math.Abs(x) == 1)
            return x * double.PositiveInfinity;
        double tail = Math.Sqrt(-Math.Log((1 - Math.Abs(x)) / 2));
        double value = tail <= 5
            ? Ratio(
                tail - 1.6,
                [7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1, 1.27045825245236838258, 3.64784832476320460504, 5.76949722146069140550, 4.63033784615654529590, 1.42343711074968357734],
                [1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2, 1.48103976427480074590e-1, 6.89767334985100004550e-1, 1.67638483018380384940, 2.05319162663775882187, 1])
            : Ratio(
                tail - 5,
                [2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3, 2.65321895265761230930e-2, 2.96560571828504891230e-1, 1.78482653991729133580, 5.46378491116411436990, 6.65790464350110377720],
                [2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5, 7.86869131145613259100e-4, 1.48753612908506148525e-2, 1.36929880922735805310e-1, 5.99832206555887937690e-1, 1]);
        return Math.CopySign(value / Math.Sqrt(2), x);
    }

    /// <summary>ln |Γ(x)|.</summary>
    public static double LogGamma(double x)
    {
        if (double.IsNaN(x))
            return x;
        if (double.IsInfinity(x) || (x <= 0 && x == Math.Floor(x)))
            return double.PositiveInfinity;
        if (x < 0)
            return Math.Log(Math.PI / Math.Abs(double.SinPi(x))) - LogGamma(1 - x);
        if (x >= Large)
        {
            double square = 1 / (x * x), sum = 0;
            for (int k = Bernoulli.Length - 1; k >= 0; k--)
                sum = (sum * square) + (Bernoulli[k] / ((2 * k + 2) * (2 * k + 1)));
            return ((x - 0.5) * Math.Log(x)) - x + (0.5 * Math.Log(2 * Math.PI)) + (sum / x);
        }

        // Down or up to where Taylor's series of ln Γ(2 + z) has all digits, near its zeros too.
        if (x < 0.5)
            return NearTwo(x) - Math.Log(x) - Log1p(x);
        if (x < 1.5)
            return NearTwo(x - 1) - Log1p(x - 1);
        double product = 1;
        for (; x > 2.5; product *= x)
            x--;
        return NearTwo(x - 2) + Math.Log(product);
    }

    /// <summary>The derivative of that order of the digamma function: 0 for itself, 1 for trigamma.</summary>
    public static double Polygamma(int order, double x)
    {
        if (double.IsNaN(x) || (x <= 0 && x == Math.Floor(x)) || double.IsNegativeInfinity(x))
            return double.NaN;
        if (double.IsPositiveInfinity(x))
            return order == 0 ? x : 0;
        double sign = order % 2 == 0 ? -1 : 1;
        if (x < 0)
            return -(sign * Polygamma(order, 1 - x)) - CotangentDerivative(order, x);
        double shifted = 0, factorial = 1;
        for (int i = 2; i <= order; i++)
            factorial *= i;
        for (; x < Large + order; x++)
            shifted += Math.Pow(x, -order - 1);
        // Each term has (2k + order - 1)! / (2k)!, which for order 0 is 1 / 2k.
        double square = 1 / (x * x), sum = 0;
        for (int k = Bernoulli.Length; k >= 1; k--)
        {
            double ratio = order == 0 ? 1.0 / (2 * k) : 1;
            for (int i = 1; i < order; i++)
                ratio *= (2 * k) + i;
            sum = (sum + (Bernoulli[k - 1] * ratio)) * square;
        }

        return order == 0
            ? Math.Log(x) - (0.5 / x) - sum - shifted
            : sign * ((factorial * shifted) + (Math.Pow(x, -order) * ((factorial / order) + (factorial / (2 * x)) + sum)));
    }

    // The derivative of that order of π cot(πx): a polynomial in c = cot(πx), since c' = -π (1 + c²).
    private static double CotangentDerivative(int order, double x)
    {
        double cotangent = double.CosPi(x) / double.SinPi(x);
        double[] polynomial = [0, 1];
        for (int i = 0; i < order; i++)
        {
            double[] next = new double[polynomial.Length + 1];
            for (int power = 1; power < polynomial.Length; power++)
            {
                next[power - 1] -= power * polynomial[power];
                next[power + 1] -= power * polynomial[power];
            }

            polynomial = next;
        }

        double value = 0;
        for (int power = polynomial.Length - 1; power >= 0; power--)
            value = (value * cotangent) + polynomial[power];
        return Math.Pow(Math.PI, order + 1) * value;
    }

    // ln Γ(2 + z) for |z| up to 1/2.
    private static double NearTwo(double z)
    {
        double sum = 0;
        for (int i = ZetaLessOne.Length - 1; i >= 0; i--)
            sum = ((ZetaLessOne[i] / (i + 2)) - sum) * z;
        return z * (1 - EulersConstant + sum);
    }

    private static double Ratio(double x, ReadOnlySpan<double> above, ReadOnlySpan<double> below)
    {
        (double numerator, double denominator) = (0, 0);
        for (int i = 0; i < above.Length; i++)
            (numerator, denominator) = ((numerator * x) + above[i], (denominator * x) + below[i]);
        return numerator / denominator;
    }

    // .NET's LogP1 computes Log(1 + x), which loses all digits of a small x. Kahan's form repairs the rounding of 1 + x.
    private static double Log1p(double x)
    {
        double u = x + 1;
        return u == 1 ? x : double.IsFinite(u) && u > 0 ? Math.Log(u) * (x / (u - 1)) : Math.Log(u);
    }
}
