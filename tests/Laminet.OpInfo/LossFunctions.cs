using Laminet.Losses;

namespace Laminet.OpInfo;

/// <summary>Losses of nn.functional.</summary>
internal static class LossFunctions
{
    public static Dictionary<string, Func<Arguments, object>> Table { get; } = new()
    {
        ["nn.functional.mse_loss"] = a => Called(a, new MeanSquaredError(Reduction(a))) ?? Reduced(a, (a.X - a.T(1)).Square()),
        ["nn.functional.l1_loss"] = a => Called(a, new MeanAbsoluteError(Reduction(a))) ?? Reduced(a, (a.X - a.T(1)).Abs()),
        ["nn.functional.smooth_l1_loss"] = a => Reduced(a, Smooth(a.X - a.T(1), a.Num(-1, "beta", 1))),
        ["nn.functional.huber_loss"] = a => Called(a, new Huber(a.Num(-1, "delta", 1), Reduction(a))) ?? Reduced(a, Smooth(a.X - a.T(1), a.Num(-1, "delta", 1)) * a.Num(-1, "delta", 1)),
        ["nn.functional.soft_margin_loss"] = a => Reduced(a, (-a.T(1) * a.X).Softplus()),
        ["nn.functional.binary_cross_entropy"] = a => Reduced(a, Weighted(a, -((a.T(1) * AtLeast(a.X.Log(), -100)) + ((1 - a.T(1)) * AtLeast((1 - a.X).Log(), -100))))),
        ["nn.functional.binary_cross_entropy_with_logits"] = BinaryWithLogits,
        ["nn.functional.hinge_embedding_loss"] = a => Reduced(a, Tensor.Where(a.T(1).NotEqual(-1), a.X, a.X.ZerosLike()) + Tensor.Where(a.T(1).NotEqual(1), (a.Num(-1, "margin", 1) - a.X).Relu(), a.X.ZerosLike())),
        ["nn.functional.margin_ranking_loss"] = a => Reduced(a, ((-a.T(2) * (a.X - a.T(1))) + a.Num(-1, "margin", 0)).Relu()),
        ["nn.functional.cosine_embedding_loss"] = a => Reduced(a, CosineEmbedding(a.X, a.T(1), a.T(2), a.Num(-1, "margin", 0))),
        ["nn.functional.gaussian_nll_loss"] = Gaussian,
        ["nn.functional.poisson_nll_loss"] = Poisson,
        ["nn.functional.kl_div"] = KullbackLeibler,
        ["nn.functional.nll_loss"] = a => NegativeLogLikelihood(a, a.X, a.T(1)),
        ["nn.functional.cross_entropy"] = CrossEntropy,
        ["nn.functional.multi_margin_loss"] = MultiMargin,
        ["nn.functional.multilabel_margin_loss"] = MultiLabelMargin,
        ["nn.functional.multilabel_soft_margin_loss"] = a => Reduced(a, Weighted(a, (a.T(1) * (-a.X).Softplus()) + ((1 - a.T(1)) * a.X.Softplus())).Mean(-1)),
        ["nn.functional.triplet_margin_loss"] = a => Reduced(a, Triplet(a, (x, y) => (x - y + 1e-6).Norm(-1, a.Num(-1, "p", 2)))),
        ["nn.functional.triplet_margin_with_distance_loss"] = a => Reduced(a, Triplet(a, (x, y) => a.Raw(-1, "distance_function") is null or Other { } ? (x - y + 1e-6).Norm(-1) : throw new NotSupportedException("Another distance."))),
        ["nn.functional.ctc_loss"] = Ctc,
        ["nn.functional.embedding_bag"] = EmbeddingBag,
    };

    // The mean over all numbers is that of the class, which otherwise takes the mean over the last axis first.
    private static Tensor? Called(Arguments a, Loss loss) => a.X.Rank > 1 && loss.Reduction == LossReduction.SumOverBatchSize ? loss.Call(a.T(1), a.X) : null;

    private static LossReduction Reduction(Arguments a) => a.Text(-1, "reduction", "mean") == "mean" ? LossReduction.SumOverBatchSize : LossReduction.None;

    private static Tensor Reduced(Arguments a, Tensor losses) => a.Text(-1, "reduction", "mean") switch { "none" => losses, "sum" => losses.Sum(), _ => losses.Mean() };

    private static Tensor Weighted(Arguments a, Tensor losses) => a.Maybe(2, "weight") is Tensor weight ? losses * weight : losses;

    private static Tensor AtLeast(Tensor x, double bound) => x.Maximum(Tensor.Scalar(bound, x.DType));

    private static Tensor Smooth(Tensor error, double beta)
    {
        Tensor size = error.Abs();
        return beta == 0 ? size : Tensor.Where(size.Less(beta), error.Square() * (0.5 / beta), size - (0.5 * beta));
    }

    private static Tensor BinaryWithLogits(Arguments a)
    {
        (Tensor x, Tensor y) = (a.X, a.T(1));
        Tensor positive = a.Maybe(-1, "pos_weight") is Tensor weight ? y * weight : y;
        return Reduced(a, Weighted(a, (positive * (-x).Softplus()) + ((1 - y) * x.Softplus())));
    }

    private static Tensor CosineEmbedding(Tensor x, Tensor y, Tensor sign, double margin)
    {
        Tensor cosine = (x * y).Sum(-1) / ((x.Square().Sum(-1) + 1e-12) * (y.Square().Sum(-1) + 1e-12)).Sqrt();
        return Tensor.Where(sign.Equal(1), 1 - cosine, Tensor.Where(sign.Equal(-1), (cosine - margin).Relu(), cosine.ZerosLike()));
    }

    // The lower bound of the variance takes no gradient away.
    private static Tensor Gaussian(Arguments a)
    {
        Tensor variance = a.T(2);
        if (variance.Rank == a.X.Rank - 1)
            variance = variance.ExpandDims(-1);
        variance += (AtLeast(variance, a.Num(-1, "eps", 1e-6)) - variance).Detach();
        Tensor losses = (variance.Log() + ((a.X - a.T(1)).Square() / variance)) * 0.5;
        return Reduced(a, a.Flag(-1, "full") ? losses + (0.5 * Math.Log(2 * Math.PI)) : losses);
    }

    private static Tensor Poisson(Arguments a)
    {
        (Tensor x, Tensor y) = (a.X, a.T(1));
        Tensor losses = a.Flag(-1, "log_input", true) ? x.Exp() - (y * x) : x - (y * (x + a.Num(-1, "eps", 1e-8)).Log());
        if (a.Flag(-1, "full"))
        {
            Tensor safe = Tensor.Where(y.Greater(1), y, y.OnesLike());
            losses += Tensor.Where(y.Greater(1), (safe * safe.Log()) - safe + ((safe * (2 * Math.PI)).Log() * 0.5), y.ZerosLike());
        }
        return Reduced(a, losses);
    }

    private static Tensor KullbackLeibler(Arguments a)
    {
        (Tensor x, Tensor y) = (a.X, a.T(1));
        Tensor safe = Tensor.Where(y.Greater(0), y, y.OnesLike());
        Tensor losses = a.Flag(-1, "log_target") ? y.Exp() * (y - x) : Tensor.Where(y.Greater(0), safe * safe.Log(), y.ZerosLike()) - (y * x);
        return a.Text(-1, "reduction", "mean") == "batchmean" ? losses.Sum() / x.Shape[0] : Reduced(a, losses);
    }

    private static Tensor NegativeLogLikelihood(Arguments a, Tensor x, Tensor labels, double smoothing = 0)
    {
        bool isBatch = x.Rank > 1;
        Tensor rows = isBatch ? x.MoveAxis(1, -1) : x.ExpandDims(0);
        labels = isBatch ? labels : labels.Reshape(1);
        int classes = rows.Shape[^1];
        Tensor counted = labels.NotEqual(a.Int(-1, "ignore_index", -100));
        Tensor safe = Tensor.Where(counted, labels, labels.ZerosLike());
        Tensor weights = a.Maybe(2, "weight") ?? Tensor.Ones([classes], x.DType);
        Tensor each = Tensor.Where(counted, weights.Gather(safe), Tensor.Scalar(0.0, x.DType));
        Tensor losses = -rows.TakeAlong(safe.ExpandDims(-1)).Squeeze(-1) * each;
        Tensor total = each.Sum();
        if (smoothing > 0)
        {
            Tensor all = Tensor.Where(counted, -(rows * weights).Sum(-1), Tensor.Scalar(0.0, x.DType));
            losses = (losses * (1 - smoothing)) + (all * (smoothing / classes));
        }
        return a.Text(-1, "reduction", "mean") switch { "none" => isBatch ? losses : losses.Reshape(), "sum" => losses.Sum(), _ => losses.Sum() / total };
    }

    private static Tensor CrossEntropy(Arguments a)
    {
        double smoothing = a.Num(-1, "label_smoothing", 0);
        int axis = a.X.Rank > 1 ? 1 : 0;
        Tensor logs = a.X.LogSoftmax(axis);
        if (a.T(1).DType is not (DType.Float32 or DType.Float64))
            return NegativeLogLikelihood(a, logs, a.T(1), smoothing);
        int classes = a.X.Shape[axis];
        Tensor targets = (a.T(1) * (1 - smoothing)) + (smoothing / classes);
        if (a.Maybe(2, "weight") is Tensor weight)
            logs *= weight.Reshape(Shape.Create([.. a.X.Shape.Select((length, i) => i == axis ? length : 1)]));
        Tensor losses = -(logs * targets).Sum(axis);
        return a.Text(-1, "reduction", "mean") switch { "none" => losses, "sum" => losses.Sum(), _ => losses.Sum() / losses.Length };
    }

    private static Tensor MultiMargin(Arguments a)
    {
        Tensor x = a.X.Rank < 2 ? a.X.Reshape(1, a.X.Length) : a.X;
        Tensor labels = a.T(1).Reshape(x.Shape[0], 1);
        Tensor margins = (a.Num(-1, "margin", 1) - x.TakeAlong(labels) + x).Relu();
        if (a.Num(-1, "p", 1) == 2)
            margins = margins.Square();
        if (a.Maybe(-1, "weight") is Tensor weight)
            margins *= weight.Gather(labels);
        Tensor others = Tensor.Where(Tensor.Range(0, x.Shape[1]).Cast(labels.DType).Equal(labels), margins.ZerosLike(), margins);
        Tensor losses = others.Sum(-1) / x.Shape[1];
        return Reduced(a, a.X.Rank < 2 && a.T(1).Rank == 0 ? losses.Reshape() : losses);
    }

    // Labels up to the first -1.
    private static Tensor MultiLabelMargin(Arguments a)
    {
        Tensor x = a.X.Rank < 2 ? a.X.Reshape(1, a.X.Length) : a.X, labels = a.T(1).Reshape(x.Shape);
        Tensor valid = labels.GreaterEqual(0).Cast(DType.Int32).CumProd(1).Equal(1);
        Tensor safe = Tensor.Where(valid, labels, labels.ZerosLike());
        Tensor classes = Tensor.Range(0, x.Shape[1]).Cast(labels.DType);
        Tensor isTarget = safe.ExpandDims(-1).Equal(classes).And(valid.ExpandDims(-1)).Any(1);
        Tensor margins = (1 - (x.TakeAlong(safe).ExpandDims(-1) - x.ExpandDims(1))).Relu();
        Tensor counted = valid.ExpandDims(-1).And(isTarget.Not().ExpandDims(1));
        Tensor losses = Tensor.Where(counted, margins, margins.ZerosLike()).Sum([1, 2]) / x.Shape[1];
        return Reduced(a, a.X.Rank < 2 ? losses.Reshape() : losses);
    }

    private static Tensor Triplet(Arguments a, Func<Tensor, Tensor, Tensor> distance)
    {
        Tensor near = distance(a.X, a.T(1)), far = distance(a.X, a.T(2));
        if (a.Flag(-1, "swap"))
            far = far.Minimum(distance(a.T(1), a.T(2)));
        return (near - far + a.Num(-1, "margin", 1)).Relu();
    }

    // One sequence after the other, each of its own length.
    private static Tensor Ctc(Arguments a)
    {
        int[] steps = a.Ints(2), longest = a.Ints(3);
        Tensor[] losses = [.. Enumerable.Range(0, steps.Length).Select(i =>
            a.X.At(i, 1).Slice(0, steps[i]).ExpandDims(0).CtcLoss(a.T(1).At(i).Slice(0, longest[i]).ExpandDims(0).Cast(DType.Int32)).Reshape())];
        Tensor all = Tensor.Stack(losses);
        if (a.Flag(-1, "zero_infinity"))
            all = Tensor.Where(all.IsInf(), all.ZerosLike(), all);
        return a.Text(-1, "reduction", "mean") == "mean" ? (all / Tensor.From([.. longest.Select(length => (double)Math.Max(length, 1))]).Cast(all.DType)).Mean() : Reduced(a, all);
    }

    private static Tensor EmbeddingBag(Arguments a)
    {
        (Tensor table, Tensor rows) = (a.X, a.T(1));
        int count = rows.Length;
        int[] starts = rows.Rank == 2 ? [.. Enumerable.Range(0, rows.Shape[0]).Select(i => i * rows.Shape[1])] : a.Ints(2, "offsets");
        int bags = a.Flag(-1, "include_last_offset") ? starts.Length - 1 : starts.Length;
        int[] bag = [.. Enumerable.Range(0, count).Select(i => starts.Take(bags).Count(start => start <= i) - 1)];
        int? padding = a.Has(-1, "padding_idx") ? a.Int(-1, "padding_idx") : null;
        int skipped = padding is int p ? p < 0 ? p + table.Shape[0] : p : -1;
        int[] kept = [.. Numbers.Of(rows).Select((row, i) => ((int)row, i)).Where(pair => pair.Item1 != skipped).Select(pair => pair.i)];
        var keep = Tensor.From(kept);
        var segments = Tensor.From([.. kept.Select(i => bag[i])]);
        Tensor entries = table.Gather(rows.Reshape(count).Gather(keep));
        if (a.Maybe(-1, "per_sample_weights") is Tensor weights)
            entries *= weights.Reshape(count).Gather(keep).ExpandDims(-1);
        if (a.Text(-1, "mode", "mean") == "max")
            return Tensor.Where(entries.OnesLike().SegmentSum(segments, bags).Equal(0), Tensor.Scalar(0.0, table.DType), entries.SegmentMax(segments, bags));
        Tensor sums = entries.SegmentSum(segments, bags);
        return a.Text(-1, "mode", "mean") == "sum" ? sums : sums / entries.OnesLike().SegmentSum(segments, bags).Maximum(sums.OnesLike());
    }
}
