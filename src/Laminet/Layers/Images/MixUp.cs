using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// In training, mixes each image with another of the batch, and its labels by the same share: w x + (1 - w) x', w drawn from Beta(alpha, alpha) for each; otherwise does
/// nothing. (Zhang et al., "mixup: beyond empirical risk minimization", ICLR 2018.) Labels are shares of classes (one-hot). A mixed image has the boxes of both; masks must be
/// shares of classes, too. Keras: <c>MixUp</c>.
/// </summary>
/// <param name="alpha">0.2: most images stay nearly what they are; 1: every share is as likely.</param>
public sealed class MixUp(double alpha = 0.2) : ImageLayer
{
    public double Alpha { get; } = Setting.Require(alpha, alpha > 0 && double.IsFinite(alpha), "a number above 0");

    internal override bool DependsOnBatch => true;

    private protected override ImageChange Change(ImageDraw draw)
    {
        Tensor setting = Tensor.Full([draw.Count], Alpha, DType.Float64);
        return new Mixture(draw.Partners(), draw.NextKeys().Beta(setting, setting));
    }

    private sealed class Mixture(Tensor partners, Tensor share) : ImageChange
    {
        public override Tensor OfImages(Tensor images) => MixedLabels.Of(images, partners, share);

        public override Tensor OfMasks(Tensor masks) => masks.DType.IsFloat()
            ? MixedLabels.Of(masks, partners, share)
            : throw new DTypeException($"received segmentation masks of {masks.Spec}; expected shares of classes, which can be mixed. OneHot(classes) makes them from classes.");

        public override Tensor OfBoxes(Tensor corners) => Tensor.Concatenate([corners, corners.Gather(partners)], axis: 1);

        public override Tensor OfBoxLabels(Tensor labels) => Tensor.Concatenate([labels, labels.Gather(partners)], axis: 1);

        public override Tensor OfLabels(Tensor labels) => MixedLabels.OfClasses(labels, partners, share);
    }
}

/// <summary>Numbers mixed with those of other examples.</summary>
internal static class MixedLabels
{
    /// <summary>share * x + (1 - share) * partner.</summary>
    public static Tensor Of(Tensor x, Tensor partners, Tensor share)
    {
        Tensor own = share.Cast(x.DType).Reshape([x.Shape[0], .. Enumerable.Repeat(1, x.Rank - 1)]);
        return (own * x) + ((1 - own) * x.Gather(partners));
    }

    /// <summary>The same for labels, as shares of classes.</summary>
    public static Tensor OfClasses(Tensor labels, Tensor partners, Tensor share) => labels.Rank >= 2
        ? Of(labels.DType.IsFloat() ? labels : labels.Cast(DType.Float32), partners, share)
        : throw new ShapeException($"received labels of shape {labels.Shape}; expected shares of classes (batch, classes), which can be mixed. OneHot(classes) makes them from class numbers.");
}
