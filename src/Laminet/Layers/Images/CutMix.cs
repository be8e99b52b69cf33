using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// In training, puts a rectangle of another image of the batch in the place of each image's own, and mixes its labels by the area; otherwise does nothing. The rectangle has
/// sides of sqrt(1 - w), w drawn from Beta(a, a), about a random pixel, and is cut off at the edges; the labels' weights are the shares of pixels that are left. (Yun et al.,
/// "CutMix: regularization strategy to train strong classifiers with localizable features", ICCV 2019.) Labels are shares of classes (one-hot). Masks take the same rectangle.
/// Keras: <c>CutMix</c>.
/// </summary>
/// <param name="factor">a, for each image drawn between the two numbers, or from 0 to the factor; 1 by default, so that large and small rectangles are as likely.</param>
public sealed class CutMix(Numbers? factor = null) : ImageLayer
{
    public Numbers Factor { get; } = DrawRange.Require(factor ?? 1, 0, 1, nameof(factor));

    internal override bool DependsOnBatch => true;

    private protected override ImageChange Change(ImageDraw draw)
    {
        Tensor setting = (draw.Uniform(DrawRange.Of(Factor)) + 1e-6).Reshape([draw.Count]), share = draw.NextKeys().Beta(setting, setting).Reshape(draw.Count, 1);
        return new Patch(draw.Partners(), Rectangle(share, draw.Whole(draw.Width), draw.Whole(draw.Height), draw.Height, draw.Width), draw.Height, draw.Width);
    }

    /// <summary>The rectangle that leaves a share of an image, about a pixel; less at the edges.</summary>
    internal static ImageRectangle Rectangle(Tensor share, Tensor x, Tensor y, int height, int width)
    {
        Tensor side = (1 - share).Sqrt();
        return ImageRectangle.About(x, y, (side * width).Floor(), (side * height).Floor(), height, width);
    }

    private sealed class Patch(Tensor partners, ImageRectangle rectangle, int height, int width) : ImageChange
    {
        private readonly Tensor isOther = rectangle.Contains(height, width);

        public override Tensor OfImages(Tensor images) => Tensor.Where(isOther, images.Gather(partners), images);

        public override Tensor OfMasks(Tensor masks) => OfImages(masks);

        public override Tensor OfBoxes(Tensor corners) =>
            throw new ShapeException("received bounding boxes, of which a rectangle would cut off parts; expected images, labels and masks. MixUp takes the boxes of both images.");

        public override Tensor OfLabels(Tensor labels) => MixedLabels.OfClasses(labels, partners, (1 - (rectangle.Area / ((double)height * width))).Reshape([labels.Shape[0]]));
    }
}
