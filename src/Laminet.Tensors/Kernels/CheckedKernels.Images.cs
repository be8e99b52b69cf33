namespace Laminet.Tensors.Kernels;

/// <content>Images read at other places than their pixels' centres.</content>
internal static unsafe partial class CheckedKernels
{
    /// <summary>y = the images x at places: transforms (batch, 8) or coordinates (batch, height, width, 2).</summary>
    public static void SampleImages(bool nearest, FillMode fillMode, double fillValue, Tensor x, Tensor places, Tensor y)
    {
        RequireSampling(x, places, y);
        Require(x.DType == y.DType && x.IsContiguous && y.IsContiguous && places.IsContiguous, "layout of images");
        SamplingGeometry g = Geometry(fillMode, x, places, y);
        if (!nearest)
        {
            if (x.DType == DType.Float32)
                ImageSampling.Bilinear(g, P<float>(x), P<float>(places), (float)fillValue, P<float>(y));
            else
                ImageSampling.Bilinear(g, P<double>(x), P<double>(places), fillValue, P<double>(y));
        }
        else
        {
            Tensor fill = Tensor.Full(Shape.Scalar, fillValue, x.DType);
            NearestBody body = new(g, x, places, fill, y);
            DTypes.BySize(x.DType, ref body);
            GC.KeepAlive(fill);
        }

        KeepAlive(x, places, y);
    }

    /// <summary>dx = the transpose of <see cref="SampleImages"/> applied to dy.</summary>
    public static void SpreadSamples(bool nearest, FillMode fillMode, Tensor dy, Tensor places, Tensor dx)
    {
        RequireSampling(dx, places, dy);
        Require(dx.DType == dy.DType && dx.IsContiguous && dy.IsContiguous && places.IsContiguous, "layout of images");
        SamplingGeometry g = Geometry(fillMode, dx, places, dy);
        if (dx.DType == DType.Float32)
            ImageSampling.Spread(g, nearest, P<float>(dy), P<float>(places), P<float>(dx));
        else
            ImageSampling.Spread(g, nearest, P<double>(dy), P<double>(places), P<double>(dx));
        KeepAlive(dy, places, dx);
    }

    /// <summary>slopes = the gradient of <see cref="SampleImages"/>, bilinear, by its coordinates, for the gradient dy of its outputs.</summary>
    public static void SampleSlopes(FillMode fillMode, double fillValue, Tensor x, Tensor places, Tensor dy, Tensor slopes)
    {
        RequireSampling(x, places, dy);
        Require(x.DType == dy.DType && x.IsContiguous && dy.IsContiguous && places.IsContiguous, "layout of images");
        Require(places.Rank == 4 && slopes.Spec == places.Spec && slopes.IsContiguous, "layout of slopes");
        SamplingGeometry g = Geometry(fillMode, x, places, dy);
        if (x.DType == DType.Float32)
            ImageSampling.Slopes(g, P<float>(x), P<float>(places), P<float>(dy), (float)fillValue, P<float>(slopes));
        else
            ImageSampling.Slopes(g, P<double>(x), P<double>(places), P<double>(dy), fillValue, P<double>(slopes));
        KeepAlive(x, places, dy);
        GC.KeepAlive(slopes);
    }

    /// <summary>y = the images or volumes x at the coordinates, their weights differentiated as often as the orders say.</summary>
    public static void SampleTaps(Interpolation interpolation, FillMode fillMode, double fillValue, (int X, int Y, int Z) orders, Tensor x, Tensor places, Tensor y)
    {
        TapGeometry g = RequireTaps(interpolation, fillMode, orders, x, places, y);
        if (interpolation == Interpolation.Nearest)
        {
            Tensor fill = Tensor.Full(Shape.Scalar, fillValue, x.DType);
            NearestTapsBody body = new(g, x, places, fill, y);
            DTypes.BySize(x.DType, ref body);
            GC.KeepAlive(fill);
        }
        else if (x.DType == DType.Float32)
        {
            ImageSampling.ReadTaps(g, P<float>(x), P<float>(places), (float)fillValue, P<float>(y));
        }
        else
        {
            ImageSampling.ReadTaps(g, P<double>(x), P<double>(places), fillValue, P<double>(y));
        }

        KeepAlive(x, places, y);
    }

    /// <summary>dx = the transpose of <see cref="SampleTaps"/> applied to dy.</summary>
    public static void SpreadTaps(Interpolation interpolation, FillMode fillMode, (int X, int Y, int Z) orders, Tensor dy, Tensor places, Tensor dx)
    {
        TapGeometry g = RequireTaps(interpolation, fillMode, orders, dx, places, dy);
        if (dx.DType == DType.Float32)
            ImageSampling.SpreadTaps(g, P<float>(dy), P<float>(places), P<float>(dx));
        else
            ImageSampling.SpreadTaps(g, P<double>(dy), P<double>(places), P<double>(dx));
        KeepAlive(dy, places, dx);
    }

    private static TapGeometry RequireTaps(Interpolation interpolation, FillMode fillMode, (int X, int Y, int Z) orders, Tensor image, Tensor places, Tensor output)
    {
        int axes = image.Rank - 2, batch = image.Shape[0];
        Require(axes is 2 or 3 && output.Rank == image.Rank && places.Rank == image.Rank && batch == output.Shape[0] && image.Shape[-1] == output.Shape[-1], "shape of images");
        Require(image.DType == output.DType && image.IsContiguous && output.IsContiguous && places.IsContiguous, "layout of images");
        Require(interpolation is Interpolation.Nearest || image.DType is DType.Float32 or DType.Float64, "type of images");
        Require(image.Shape.CountOf(1..^1) > 0, "images without pixels");
        Require(places.DType == (image.DType == DType.Float64 ? DType.Float64 : DType.Float32), "type of places");
        long outputs = output.Shape.CountOf(1..^1);
        Require(places.Length == axes * batch * outputs, "number of places");
        return new(batch, axes == 3 ? image.Shape[1] : 1, image.Shape[-3], image.Shape[-2], image.Shape[-1], axes, outputs, interpolation, fillMode, orders);
    }

    /// <summary>y = the bands applied along an axis of x.</summary>
    public static void BandedRows(Bands bands, Tensor x, int axis, Tensor y)
    {
        Require(x.DType == y.DType && x.DType is DType.Float32 or DType.Float64 && x.IsContiguous && y.IsContiguous, "layout of resampled axes");
        Require(bands.Rows == y.Shape[axis] && x.Shape.CountOf(..axis) == y.Shape.CountOf(..axis) && x.Shape.CountOf((axis + 1)..) == y.Shape.CountOf((axis + 1)..), "shape of resampled axes");
        for (int row = 0; row < bands.Rows; row++)
            Require(bands.Firsts[row] >= 0 && bands.Firsts[row] + bands.Starts[row + 1] - bands.Starts[row] <= x.Shape[axis], "columns of bands");
        if (x.DType == DType.Float32)
            BandedRows<float>(bands, x, axis, y);
        else
            BandedRows<double>(bands, x, axis, y);
        KeepAlive(x, y, y);
    }

    private static void BandedRows<T>(Bands bands, Tensor x, int axis, Tensor y) where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        fixed (int* firsts = bands.Firsts, starts = bands.Starts)
        fixed (T* numbers = bands.Numbers<T>())
            Kernels.BandedRows.Run(firsts, starts, numbers, P<T>(x), P<T>(y), x.Shape.CountOf(..axis), x.Shape[axis], bands.Rows, x.Shape.CountOf((axis + 1)..));
    }

    private static SamplingGeometry Geometry(FillMode fillMode, Tensor image, Tensor places, Tensor output) => new(
        image.Shape[0], image.Shape[1], image.Shape[2], image.Shape[3], output.Shape[1], output.Shape[2], fillMode, places.Rank == 2);

    private static void RequireSampling(Tensor image, Tensor places, Tensor output)
    {
        Require(image.Rank == 4 && output.Rank == 4 && image.Shape[0] == output.Shape[0] && image.Shape[3] == output.Shape[3], "shape of images");
        Require(image.Shape[1] > 0 && image.Shape[2] > 0, "images without pixels");
        Require(places.DType == (image.DType == DType.Float64 ? DType.Float64 : DType.Float32), "type of places");
        Require(places.Rank == 2 ? places.Length == 8L * image.Shape[0] : places.Length == 2L * output.Shape[0] * output.Shape[1] * output.Shape[2], "number of places");
    }

    private readonly ref struct NearestBody(SamplingGeometry g, Tensor x, Tensor places, Tensor fill, Tensor y) : IMoveBody
    {
        public void Run<T>() where T : unmanaged
        {
            if (places.DType == DType.Float32)
                ImageSampling.Nearest(g, P<T>(x), P<float>(places), *P<T>(fill), P<T>(y));
            else
                ImageSampling.Nearest(g, P<T>(x), P<double>(places), *P<T>(fill), P<T>(y));
        }
    }

    private readonly ref struct NearestTapsBody(TapGeometry g, Tensor x, Tensor places, Tensor fill, Tensor y) : IMoveBody
    {
        public void Run<T>() where T : unmanaged
        {
            if (places.DType == DType.Float32)
                ImageSampling.NearestTaps(g, P<T>(x), P<float>(places), *P<T>(fill), P<T>(y));
            else
                ImageSampling.NearestTaps(g, P<T>(x), P<double>(places), *P<T>(fill), P<T>(y));
        }
    }
}
