using Laminet.Tensors;

namespace Laminet.Verification.Tests.Onnx;

/// <summary>Numbers of images and volumes at any coordinates, by <c>SampleAt</c>.</summary>
internal static class OnnxSampling
{
    public static Tensor AffineGrid(OnnxExample e)
    {
        int[] size = [.. e.Whole(1)!.Skip(2)];
        Tensor[] along = [.. size.Select(length => e.Flag("align_corners") ? Tensor.LinSpace(-1, 1, length) : ((Tensor.ARange(0, length) * 2) + 1) / length - 1)];
        // x before y before z.
        Tensor[] grid = Tensor.Meshgrid(along, false);
        Tensor places = Tensor.Stack([.. grid.Reverse(), grid[0].OnesLike()], -1).Reshape(1, -1, size.Length + 1);
        return places.MatMul(e.X, transposeOther: true).Reshape(Shape.Create([e.X.Shape[0], .. size, size.Length]));
    }

    public static Tensor GridSample(OnnxExample e)
    {
        bool align = e.Flag("align_corners");
        var size = Tensor.From([.. e.X.Shape.Skip(2).Reverse().Select(length => (double)length)]).Cast(e.Y.DType);
        Tensor share = (e.Y + 1) / 2, places = align ? share * (size - 1) : (share * size) - 0.5;
        FillMode fill = e.Text("padding_mode", "zeros") switch { "zeros" => FillMode.Constant, "border" => FillMode.Nearest, _ => align ? FillMode.Mirror : FillMode.Reflect };
        (Interpolation interpolation, Tensor at) = e.Text("mode", "linear") switch
        {
            // The even one of two pixels as near; SampleAt takes the outer one.
            "nearest" => (Interpolation.Nearest, places.Round()),
            "cubic" => (Interpolation.Bicubic, places),
            _ => (Interpolation.Bilinear, places),
        };
        return OnnxImages.First(OnnxImages.Last(e.X).SampleAt(at, interpolation, fill));
    }
}
