using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// In training, moves the pixels of each image as if it were drawn on rubber, with a probability; otherwise does nothing. Pixels are displaced by normal noise of deviation
/// sigma that is blurred by a Gaussian of the same deviation and multiplied by 0.1 scale max(height, width); sigma is 0.05 scale min(height, width). (Simard, Steinkraus and
/// Platt, "Best practices for convolutional neural networks applied to visual document analysis", 2003; measures as in Keras.) Segmentation masks move along; bounding boxes
/// stay, since the displacement of their edges is small. Keras: <c>RandomElasticTransform</c>.
/// </summary>
/// <param name="factor">The probability, for each image drawn between the two numbers, or from 0 to the factor.</param>
/// <param name="scale">How strong, for each image drawn between the two numbers, or from 0 to the scale; 0 to 1.</param>
/// <param name="interpolation">Bilinear or nearest.</param>
/// <param name="fillMode">What lies beyond the edges.</param>
/// <param name="fillValue">The number beyond the edges with <see cref="FillMode.Constant"/>.</param>
/// <param name="valueRange">The lowest and the highest value of a pixel, to which results are clipped; [0, 255] by default.</param>
public sealed class RandomElasticTransform(
    Numbers? factor = null, Numbers? scale = null, Interpolation interpolation = Interpolation.Bilinear, FillMode fillMode = FillMode.Reflect, double fillValue = 0, Numbers? valueRange = null) : ImageLayer
{
    public Numbers Factor { get; } = DrawRange.Require(factor ?? 1, 0, 1, nameof(factor));
    public Numbers Scale { get; } = DrawRange.Require(scale ?? 1, 0, 1, nameof(scale));
    public Interpolation Interpolation { get; } = DrawRange.Require(interpolation);
    public FillMode FillMode { get; } = fillMode;
    public double FillValue { get; } = fillValue;
    public Numbers ValueRange { get; } = DrawRange.RequireValues(valueRange);

    private protected override ImageChange Change(ImageDraw draw)
    {
        (int height, int width) = (draw.Height, draw.Width);
        (double smaller, double larger) = (Math.Min(height, width), Math.Max(height, width));
        Tensor strength = draw.Uniform(DrawRange.Of(Scale)) * draw.Happens(DrawRange.Of(Factor)).Cast(draw.Type), sigma = strength * (0.05 * smaller);
        Tensor noise = draw.NextKeys().Normal([height, width, 2], draw.Type) * sigma.Reshape([draw.Count, 1, 1, 1]);
        // As long as that of the largest deviation. Beyond it weights are below 0.011 of the middle's.
        int size = (int)(6 * 0.05 * smaller * DrawRange.Of(Scale).High) | 1;
        Tensor moved = noise.GaussianBlur(sigma.BroadcastTo([draw.Count, 2]), (size, size)) * (strength * (0.1 * larger)).Reshape([draw.Count, 1, 1, 1]);
        Tensor x = Tensor.Range(0, width, draw.Type).BroadcastTo([height, width]), y = Tensor.Range(0, height, draw.Type).ExpandDims(-1).BroadcastTo([height, width]);
        return new Displacement(moved + Tensor.Stack([x, y], axis: -1), this);
    }

    private sealed class Displacement(Tensor places, RandomElasticTransform layer) : ImageChange
    {
        public override Tensor OfImages(Tensor images) =>
            images.SampleAt(places, layer.Interpolation, layer.FillMode, layer.FillValue).Clip(layer.ValueRange[0], layer.ValueRange[1]);

        public override Tensor OfMasks(Tensor masks) => masks.SampleAt(places, Interpolation.Nearest, layer.FillMode);
    }
}
