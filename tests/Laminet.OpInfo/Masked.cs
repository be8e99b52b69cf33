using static Laminet.OpInfo.Counterparts;

namespace Laminet.OpInfo;

/// <summary>torch.masked: what the mask leaves out counts as the number that changes nothing.</summary>
internal static class Masked
{
    public static Dictionary<string, Func<Arguments, object>> Table { get; } = Functions().ToDictionary(entry => entry.Key, entry => OfVectors(a => Kept(a, (Tensor)entry.Value(a), entry.Key)));

    private static Dictionary<string, Func<Arguments, object>> Functions() => new()
    {
        ["masked.sum"] = a => Filled(a, 0).Sum(a.Axes(-1, "dim"), a.Flag(-1, "keepdim")),
        ["masked.prod"] = a => Filled(a, 1).Product(a.Axes(-1, "dim"), a.Flag(-1, "keepdim")),
        ["masked.amax"] = a => Filled(a, double.NegativeInfinity).Max(a.Axes(-1, "dim"), a.Flag(-1, "keepdim")),
        ["masked.amin"] = a => Filled(a, double.PositiveInfinity).Min(a.Axes(-1, "dim"), a.Flag(-1, "keepdim")),
        ["masked.argmax"] = a => Position(a, Filled(a, double.NegativeInfinity), (x, axis, keep) => x.ArgMax(axis, keep)).Cast(a.X.DType),
        ["masked.argmin"] = a => Position(a, Filled(a, double.PositiveInfinity), (x, axis, keep) => x.ArgMin(axis, keep)).Cast(a.X.DType),
        ["masked.mean"] = a => Filled(a, 0).Sum(a.Axes(-1, "dim"), a.Flag(-1, "keepdim")) / Count(a, a.Axes(-1, "dim"), a.Flag(-1, "keepdim")),
        ["masked.norm"] = a => Norms.Of(Filled(a, double.IsNegativeInfinity(a.Num(1)) ? double.PositiveInfinity : 0), a.Axes(-1, "dim"), a.Num(1), a.Flag(-1, "keepdim")),
        ["masked.var"] = a => Variance(a),
        ["masked.std"] = a => Variance(a).Sqrt(),
        ["masked.logsumexp"] = a => Filled(a, double.NegativeInfinity).LogSumExp(a.Axes(-1, "dim"), a.Flag(-1, "keepdim")),
        ["masked.softmax"] = a => Filled(a, double.NegativeInfinity).Softmax(a.Int(1, "dim")),
        ["masked.log_softmax"] = a => Filled(a, double.NegativeInfinity).LogSoftmax(a.Int(1, "dim")),
        ["masked.softmin"] = a => (-Filled(a, double.PositiveInfinity)).Softmax(a.Int(1, "dim")),
        ["masked.normalize"] = a => Filled(a, 0) is Tensor x ? x / Norms.Of(x, a.Int(2, "dim"), a.Num(1), true).Maximum(Tensor.Scalar(1e-12, x.DType)) : a,
        ["masked.cumsum"] = a => Filled(a, 0).CumSum(a.Int(1, "dim")),
        ["masked.cumprod"] = a => Filled(a, 1).CumProd(a.Int(1, "dim")),
        ["masked.logaddexp"] = a => Filled(a, double.NegativeInfinity, 0, "input_mask").LogAddExp(Filled(a, double.NegativeInfinity, 1, "other_mask")),
        ["masked.median"] = a => Median(Filled(a, double.NaN), a.Int(1, "dim"), a.Flag(-1, "keepdim")),
    };

    // Where the mask leaves nothing the result is no matter; PyTorch's check of gradients takes 0. The mask is that of a reduction's result, or of all elements.
    private static Tensor Kept(Arguments a, Tensor result, string name)
    {
        Tensor? mask = a.Maybe(-1, "mask") ?? (a.Maybe(-1, "input_mask") is Tensor first && a.Maybe(-1, "other_mask") is Tensor second ? first.And(second) : null);
        if (mask is null || name is "masked.sum" or "masked.prod")
            return result;
        mask = mask.BroadcastTo(a.X.Shape);
        bool isNorm = name == "masked.norm", isReduction = !name.Contains("soft", StringComparison.Ordinal) && !name.Contains("cum", StringComparison.Ordinal) && name is not ("masked.normalize" or "masked.logaddexp");
        return Tensor.Where(isReduction ? mask.Any(a.Axes(a.Has(-1, "dim") || a.Raw(1) is not long || isNorm ? -1 : 1, "dim"), a.Flag(-1, "keepdim")) : mask, result, result.ZerosLike());
    }

    private static Tensor Filled(Arguments a, double value, int position = 0, string name = "mask")
    {
        Tensor x = a.Type(-1, "dtype") is DType type ? a.T(position).Cast(type) : a.T(position);
        return a.Maybe(-1, name) is Tensor mask ? Tensor.Where(mask, x, x.FullLike(value)) : x;
    }

    private static Tensor Count(Arguments a, Axes axes, bool keep)
    {
        Tensor ones = a.X.OnesLike();
        return (a.Maybe(-1, "mask") is Tensor mask ? Tensor.Where(mask, ones, ones.ZerosLike()) : ones).Sum(axes, keep);
    }

    private static Tensor Variance(Arguments a)
    {
        Axes axes = a.Axes(-1, "dim");
        Tensor count = Count(a, axes, true);
        Tensor centred = a.X - (Filled(a, 0).Sum(axes, true) / count);
        if (a.Maybe(-1, "mask") is Tensor mask)
            centred = Tensor.Where(mask, centred, centred.ZerosLike());
        Tensor divisor = Count(a, axes, a.Flag(-1, "keepdim")) - (a.Flag(-1, "unbiased") ? 1 : 0);
        return centred.Square().Sum(axes, a.Flag(-1, "keepdim")) / divisor.Maximum(divisor.ZerosLike());
    }

    private static Tensor Position(Arguments a, Tensor x, Func<Tensor, int, bool, Tensor> position)
    {
        if (a.Has(-1, "dim"))
            return position(x, a.Int(-1, "dim"), a.Flag(-1, "keepdim"));
        Tensor found = position(x.Reshape(x.Length), 0, false);
        return a.Flag(-1, "keepdim") ? found.Reshape(Shape.Create([.. Enumerable.Repeat(1, x.Rank)])) : found;
    }

    // The lower one of those in the middle that are not NaN.
    private static Tensor Median(Tensor x, int axis, bool keep)
    {
        Tensor rank = (x.IsNaN().Not().CountNonZero(axis, true) - 1).FloorDivide(2).Maximum(Tensor.Scalar(0));
        Tensor median = x.Sort(axis).TakeAlong(rank, axis);
        return keep ? median : median.Squeeze(axis);
    }
}
