using Laminet.Configuration;
using Laminet.Initializers;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>
/// A mean of each window in which a cell counts the less, the further it lies from the window's centre: the weights are exp(-d^2 / (2 s^2)) with the distance d in
/// cells and the width s, divided by their sum over the cells inside the image. The output changes smoothly when the image shifts, where
/// <see cref="MaxPooling2D"/> jumps. Input (batch, height, width, channels); no parameters, or one. A layer of this library; Keras has none like it.
/// </summary>
/// <param name="poolSize">The window; 2 x 2 by default.</param>
/// <param name="strides">Steps; the window's size by default.</param>
/// <param name="padding">The border, which counts in no mean; none by default.</param>
/// <param name="width">The width s in cells; half the window's size by default, the mean of both sides. A large one gives <see cref="AveragePooling2D"/>.</param>
/// <param name="trainableWidth">Whether training changes the width: log s is then a weight, one for all channels.</param>
public sealed class DistanceWeightedPooling2D(
    Size2D? poolSize = null, Size2D? strides = null, Padding padding = default, double? width = null, bool trainableWidth = false)
    : Pooling<Size2D>(poolSize, strides, padding)
{
    private Variable? logWidth;

    public double Width { get; } = Setting.Require(width ?? ((poolSize ?? 2).Height + (poolSize ?? 2).Width) / 4.0, width is null or (> 0 and < double.PositiveInfinity), "a number above 0", nameof(width));
    public bool TrainableWidth { get; } = trainableWidth;

    protected override void Build(Shape input)
    {
        if (TrainableWidth)
            logWidth = AddWeight("log_width", Shape.Scalar, new Constant(Math.Log(Width)));
    }

    protected override Tensor Forward(Tensor input, CallContext context)
    {
        Shape shape = Spatial.Require(input.Shape, 2);
        Tensor logarithm = logWidth?.Value ?? Tensor.Scalar(Math.Log(Width), input.DType);
        Tensor weights = (Distances(input.DType) * (logarithm * -2).Exp() * -0.5).Exp();
        Tensor sums = Weighted(input, weights.BroadcastTo([PoolSize.Height, PoolSize.Width, 1, shape[-1]]));
        return sums / Weighted(Tensor.Ones([1, shape[1], shape[2], 1], input.DType), weights);
    }

    private Tensor Weighted(Tensor images, Tensor weights) => images.Convolution(weights, null, Strides.Pair, Padding, groups: images.Shape[-1]);

    // The squared distance of each cell from the window's centre.
    private Tensor Distances(DType type)
    {
        (double row, double column) = ((PoolSize.Height - 1) / 2.0, (PoolSize.Width - 1) / 2.0);
        double[] squares = [.. Enumerable.Range(0, PoolSize.Height * PoolSize.Width)
            .Select(cell => Square((cell / PoolSize.Width) - row) + Square((cell % PoolSize.Width) - column))];
        return Tensor.From(squares, [PoolSize.Height, PoolSize.Width, 1, 1]).Cast(type);

        static double Square(double x) => x * x;
    }
}
