using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>A rectangle in each image; its edges are numbers (batch, 1).</summary>
internal readonly record struct ImageRectangle(Tensor Left, Tensor Top, Tensor Right, Tensor Bottom)
{
    /// <summary>
    /// Within images, the part of a rectangle about a centre: from centre - floor(length / 2) to centre + floor(length / 2).
    /// (Yun et al., "CutMix: regularization strategy to train strong classifiers with localizable features", ICCV 2019.)
    /// </summary>
    public static ImageRectangle About(Tensor x, Tensor y, Tensor across, Tensor down, int height, int width)
    {
        (Tensor besides, Tensor above) = ((across / 2).Floor(), (down / 2).Floor());
        return new((x - besides).Clip(0, width), (y - above).Clip(0, height), (x + besides).Clip(0, width), (y + above).Clip(0, height));
    }

    /// <summary>How many pixels it has, where its edges are whole numbers: (batch, 1).</summary>
    public Tensor Area => (Right - Left) * (Bottom - Top);

    /// <summary>True for its pixels: (batch, height, width, 1).</summary>
    public Tensor Contains(int height, int width)
    {
        Tensor x = Tensor.Range(0, width, Left.DType).Reshape(1, 1, width, 1), y = Tensor.Range(0, height, Left.DType).Reshape(1, height, 1, 1);
        return x.GreaterEqual(Apart(Left)).And(x.Less(Apart(Right))).And(y.GreaterEqual(Apart(Top))).And(y.Less(Apart(Bottom)));

        static Tensor Apart(Tensor edge) => edge.Reshape(edge.Shape[0], 1, 1, 1);
    }
}
