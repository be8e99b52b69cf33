namespace Laminet.OpInfo;

/// <summary>Orthogonal polynomials by their recurrences: p(k + 1) = (a x + b) p(k) - c p(k - 1), of the degrees that a second tensor holds.</summary>
internal static class Polynomials
{
    public static Dictionary<string, Func<Arguments, object>> Table { get; } = new(new (string Name, Func<Tensor, Tensor> First, Func<Tensor, Tensor, Tensor, int, Tensor> Next)[]
    {
        ("chebyshev_polynomial_t", x => x, Chebyshev),
        ("chebyshev_polynomial_u", x => x * 2, Chebyshev),
        ("chebyshev_polynomial_v", x => (x * 2) - 1, Chebyshev),
        ("chebyshev_polynomial_w", x => (x * 2) + 1, Chebyshev),
        ("hermite_polynomial_h", x => x * 2, (x, p, q, k) => (x * p * 2) - (q * (2 * k))),
        ("hermite_polynomial_he", x => x, (x, p, q, k) => (x * p) - (q * k)),
        ("laguerre_polynomial_l", x => 1 - x, (x, p, q, k) => ((((2 * k) + 1 - x) * p) - (q * k)) / (k + 1)),
        ("legendre_polynomial_p", x => x, (x, p, q, k) => ((x * p * ((2 * k) + 1)) - (q * k)) / (k + 1)),
    }.SelectMany(entry => new[]
    {
        KeyValuePair.Create<string, Func<Arguments, object>>("special." + entry.Name, a => OfDegrees(a.X, a.Operand(1), entry.First, entry.Next)),
        KeyValuePair.Create<string, Func<Arguments, object>>("special.shifted_" + entry.Name, a => OfDegrees((a.X * 2) - 1, a.Operand(1), entry.First, entry.Next)),
    }));

    private static Tensor Chebyshev(Tensor x, Tensor p, Tensor q, int k) => (x * p * 2) - q;

    private static Tensor OfDegrees(Tensor x, Tensor degrees, Func<Tensor, Tensor> first, Func<Tensor, Tensor, Tensor, int, Tensor> next)
    {
        Shape shape = Shape.Broadcast(x.Shape, degrees.Shape);
        x = x.BroadcastTo(shape);
        degrees = degrees.BroadcastTo(shape).Truncate();
        Tensor before = x.OnesLike(), now = first(x);
        Tensor result = Tensor.Where(degrees.Less(0), x.ZerosLike(), before);
        int last = shape.ElementCount == 0 ? 0 : (int)degrees.Max().ToDouble();
        for (int k = 1; k <= last; k++)
        {
            result = Tensor.Where(degrees.Equal(k), now, result);
            (before, now) = (now, next(x, now, before, k));
        }
        return result;
    }
}
