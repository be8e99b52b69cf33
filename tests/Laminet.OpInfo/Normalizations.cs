namespace Laminet.OpInfo;

/// <summary>Normalization of layers, batches, groups and neighbours.</summary>
internal static class Normalizations
{
    public static Dictionary<string, Func<Arguments, object>> Table { get; } = new()
    {
        ["nn.functional.layer_norm"] = a => Layer(a, a.Num(4, "eps", 1e-5)),
        ["native_layer_norm"] = NativeLayer,
        ["nn.functional.group_norm"] = a => a.X.MoveAxis(1, -1).GroupNormalize(a.Int(1, "num_groups"), a.Maybe(2, "weight"), a.Maybe(3, "bias"), a.Num(4, "eps", 1e-5)).MoveAxis(-1, 1),
        ["nn.functional.instance_norm"] = Instance,
        ["nn.functional.batch_norm"] = a => Batch(a, a.Maybe(1), a.Maybe(2), a.Maybe(3, "weight"), a.Maybe(4, "bias"), a.Flag(-1, "training"), a.Num(-1, "eps", 1e-5))[0],
        ["native_batch_norm"] = a => Batch(a, a.Maybe(3), a.Maybe(4), a.Maybe(1), a.Maybe(2), a.Flag(5), a.Num(7)),
        ["nn.functional.local_response_norm"] = a => a.X.MoveAxis(1, -1).LocalResponseNormalize(a.Int(1, "size"), a.Num(-1, "alpha", 1e-4), a.Num(-1, "beta", 0.75), a.Num(-1, "k", 1)).MoveAxis(-1, 1),
    };

    private static Axes Inner(Arguments a) => Enumerable.Range(a.X.Rank - a.Ints(1).Length, a.Ints(1).Length).ToArray();

    private static Tensor Layer(Arguments a, double epsilon) => a.X.LayerNormalize(a.Maybe(2, "weight"), a.Maybe(3, "bias"), epsilon, Inner(a));

    private static object NativeLayer(Arguments a) =>
        (Layer(a, a.Num(4)), a.X.Mean(Inner(a), true), (a.X.Variance(Inner(a), true) + a.Num(4)).Rsqrt());

    private static Tensor Instance(Arguments a)
    {
        int[] axes = [.. Enumerable.Range(2, a.X.Rank - 2)];
        Tensor normal = (a.X - a.X.Mean(axes, true)) * (a.X.Variance(axes, true) + a.Num(-1, "eps", 1e-5)).Rsqrt();
        return Scaled(normal, a.Maybe(-1, "weight"), a.Maybe(-1, "bias"));
    }

    private static Tensor Scaled(Tensor x, Tensor? gamma, Tensor? beta)
    {
        x = gamma is null ? x : x * Channels(gamma, x.Rank);
        return beta is null ? x : x + Channels(beta, x.Rank);
    }

    private static Tensor Channels(Tensor values, int rank) => values.Reshape(Shape.Create([.. Enumerable.Range(0, rank).Select(axis => axis == 1 || rank == 1 ? values.Length : 1)]));

    // The result and, of training, the mean and 1 / sqrt(variance + epsilon) of each channel.
    private static object[] Batch(Arguments a, Tensor? runningMean, Tensor? runningVariance, Tensor? gamma, Tensor? beta, bool training, double epsilon)
    {
        Tensor last = a.X.Rank > 1 ? a.X.MoveAxis(1, -1) : a.X;
        if (training)
        {
            Tensor result = last.BatchNormalize(out Tensor mean, out Tensor variance, gamma, beta, epsilon);
            return [a.X.Rank > 1 ? result.MoveAxis(-1, 1) : result, mean, (variance + epsilon).Rsqrt()];
        }
        Tensor normal = last.Normalize(runningMean!, runningVariance!, gamma, beta, epsilon);
        Tensor none = Tensor.Zeros([0], a.X.DType);
        return [a.X.Rank > 1 ? normal.MoveAxis(-1, 1) : normal, none, none];
    }
}
