using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// In training, mixes each image with a mixture of chains of operations on it: w x + (1 - w) sum of v_i chain_i(x), clipped, w drawn from Beta(alpha, alpha) and v from a
/// Dirichlet distribution; otherwise does nothing. The operations are those of <see cref="RandAugment"/>, drawn for each image. (Hendrycks et al., "AugMix: a simple data
/// processing method to improve robustness and uncertainty", ICLR 2020.) Masks and boxes stay. Keras: <c>AugMix</c>.
/// </summary>
/// <param name="valueRange">The lowest and the highest value of a pixel; [0, 255] by default.</param>
/// <param name="numChains">How many chains.</param>
/// <param name="chainDepth">How many operations a chain has; one of them may be to do nothing.</param>
/// <param name="factor">How strong operations are, 0 to 1: drawn between the two numbers, or from 0 to the factor; 0.3 by default.</param>
/// <param name="alpha">The setting of both distributions.</param>
/// <param name="allOps">Whether brightness, colour, contrast and sharpness are among the operations.</param>
/// <param name="interpolation">Bilinear or nearest.</param>
public sealed class AugMix(
    Numbers? valueRange = null, int numChains = 3, int chainDepth = 3, Numbers? factor = null, double alpha = 1, bool allOps = true, Interpolation interpolation = Interpolation.Bilinear)
    : ColorLayer(valueRange)
{
    public int NumChains { get; } = Setting.Require(numChains, numChains is >= 1 and <= 16, "1 to 16");
    public int ChainDepth { get; } = Setting.Require(chainDepth, chainDepth is >= 1 and <= 16, "1 to 16");
    public Numbers Factor { get; } = DrawRange.Require(factor ?? 0.3, 0, 1, nameof(factor));
    public double Alpha { get; } = Setting.Require(alpha, alpha > 0 && double.IsFinite(alpha), "a number above 0");
    public bool AllOps { get; } = allOps;
    public Interpolation Interpolation { get; } = DrawRange.Require(interpolation);

    private protected override Func<Tensor, Tensor> Recolor(ImageDraw draw)
    {
        Tensor setting = Tensor.Full([draw.Count], Alpha, DType.Float64), own = draw.ForImages(draw.NextKeys().Beta(setting, setting)), weights = draw.NextKeys().Dirichlet(NumChains, Alpha, draw.Type);
        ImageChange[] chains = [.. Enumerable.Range(0, NumChains).Select(_ => new ChangesInTurn(
            [.. Enumerable.Range(0, ChainDepth).Select(_ => AugmentationSpace.Step(draw, DrawRange.Of(Factor), ValueRange, Interpolation, AllOps))]))];
        return images =>
        {
            Tensor mixed = chains.Select((chain, place) => chain.OfImages(images) * draw.ForImages(weights.Slice(place, place + 1, axis: 1))).Aggregate((left, right) => left + right);
            return Clipped((own * images) + ((1 - own) * mixed));
        };
    }
}
