namespace Laminet.Verification.Operations;

/// <summary>Special functions against slow series; <see cref="SpecialFunctionChecks"/> holds their last digits to SciPy's.</summary>
internal static class SpecialCases
{
    public static IEnumerable<OpCase> Rows() =>
    [
        .. ElementwiseCases.Unary("Erf", x => x.Erf(), Erf, OpCase.Floats),
        .. ElementwiseCases.Unary("Erfc", x => x.Erfc(), x => 1 - Erf(x), OpCase.Floats),
        .. ElementwiseCases.Unary("Erfcx", x => x.Erfcx(), x => Math.Exp(x * x) * (1 - Erf(x)), OpCase.Floats, -2, 1),
        .. ElementwiseCases.Unary("LogNdtr", x => x.LogNdtr(), x => Math.Log((1 + Erf(x * Math.Sqrt(0.5))) / 2), OpCase.Computed, -2, 3),
        .. ElementwiseCases.Unary("Erfinv", x => x.Erfinv(), Erfinv, OpCase.Floats, -0.9, 0.9),
        .. ElementwiseCases.Unary("LogGamma", x => x.LogGamma(), LogGamma, OpCase.Floats, 0.3, 4),
        .. ElementwiseCases.Unary("LogGammaBelowZero", x => x.LogGamma(), x => Math.Log(Math.PI / Math.Abs(Math.Sin(Math.PI * x))) - LogGamma(1 - x), OpCase.Computed, -1.8, -1.2),
        .. ElementwiseCases.Unary("Digamma", x => x.Digamma(), Digamma, OpCase.Floats, 0.5, 4),
        .. ElementwiseCases.Unary("DigammaBelowZero", x => x.Digamma(), x => Digamma(1 - x) - (Math.PI / Math.Tan(Math.PI * x)), OpCase.Computed, -1.8, -1.2),
        .. ElementwiseCases.Unary("Expm1", x => x.Expm1(), x => Math.Exp(x) - 1, OpCase.Floats),
        .. ElementwiseCases.Unary("Exp2", x => x.Exp2(), x => Math.Pow(2, x), OpCase.Floats),
        .. ElementwiseCases.Unary("Log2", x => x.Log2(), Math.Log2, OpCase.Floats, 0.1, 4),
        .. ElementwiseCases.Unary("Log10", x => x.Log10(), Math.Log10, OpCase.Floats, 0.1, 4),
        .. ElementwiseCases.Unary("Rsqrt", x => x.Rsqrt(), x => 1 / Math.Sqrt(x), OpCase.Floats, 0.3, 4),
        .. ElementwiseCases.Unary("Tan", x => x.Tan(), Math.Tan, OpCase.Floats, -1.2, 1.2),
        .. ElementwiseCases.Unary("Asin", x => x.Asin(), Math.Asin, OpCase.Floats, -0.9, 0.9),
        .. ElementwiseCases.Unary("Acos", x => x.Acos(), Math.Acos, OpCase.Floats, -0.9, 0.9),
        .. ElementwiseCases.Unary("Atan", x => x.Atan(), Math.Atan, OpCase.Floats),
        .. ElementwiseCases.Unary("Sinh", x => x.Sinh(), Math.Sinh, OpCase.Floats),
        .. ElementwiseCases.Unary("Cosh", x => x.Cosh(), Math.Cosh, OpCase.Floats),
        .. ElementwiseCases.Unary("Asinh", x => x.Asinh(), Math.Asinh, OpCase.Floats),
        .. ElementwiseCases.Unary("Acosh", x => x.Acosh(), Math.Acosh, OpCase.Floats, 1.3, 4),
        .. ElementwiseCases.Unary("Atanh", x => x.Atanh(), Math.Atanh, OpCase.Floats, -0.9, 0.9),
        .. ElementwiseCases.Binary("Atan2", (y, x) => y.Atan2(x), Math.Atan2, OpCase.Floats, 0.3, 2),
    ];

    // Terms of one sign: no digits are lost.
    private static double Erf(double x)
    {
        double term = x, sum = x;
        for (int n = 1; n < 200 && Math.Abs(term) > 1e-20; n++)
            sum += term *= 2 * x * x / ((2 * n) + 1);
        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }

    private static double Erfinv(double y)
    {
        double x = y, step = 1;
        for (int count = 0; count < 60 && Math.Abs(step) > 1e-18; count++)
            x -= step = (Erf(x) - y) * Math.Sqrt(Math.PI) / 2 * Math.Exp(x * x);
        return x;
    }

    // Stirling's series from 10 on.
    private static double LogGamma(double x)
    {
        double product = 1;
        for (; x < 10; x++)
            product *= x;
        double series = (1 / (12 * x)) - (1 / (360 * Math.Pow(x, 3))) + (1 / (1260 * Math.Pow(x, 5))) - (1 / (1680 * Math.Pow(x, 7))) + (1 / (1188 * Math.Pow(x, 9)))
            - (691 / (360_360 * Math.Pow(x, 11)));
        return ((x - 0.5) * Math.Log(x)) - x + (Math.Log(2 * Math.PI) / 2) + series - Math.Log(product);
    }

    private static double Digamma(double x)
    {
        double sum = 0;
        for (; x < 40; x++)
            sum += 1 / x;
        return Math.Log(x) - (1 / (2 * x)) - (1 / (12 * x * x)) + (1 / (120 * Math.Pow(x, 4))) - (1 / (252 * Math.Pow(x, 6))) - sum;
    }
}
