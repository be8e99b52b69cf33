namespace Laminet.Tensors.Tests;

/// <summary>Images as tensors: known numbers, the same by other ways, and wrong use.</summary>
public class ImageOperationTests
{
    private static readonly Tensor Images = new RandomKey(3).Uniform([2, 6, 8, 3]);

    [Fact]
    public void Patches_without_overlap_give_the_images_back()
    {
        Assert.Equal(Images.ToArray<float>(), Images.ExtractPatches((2, 4)).ReconstructPatches((2, 4)).ToArray<float>());
        Assert.Equal(Images.ToArray<float>(), Images.ExtractPatches((4, 3), padding: Padding.Same).ReconstructPatches((4, 3), (6, 8)).ToArray<float>());
    }

    [Fact]
    public void Four_corners_that_stay_move_nothing()
    {
        Tensor corners = Tensor.From([0f, 0, 7, 0, 7, 5, 0, 5], [4, 2]);
        Assert.True((Images.PerspectiveTransform(corners, corners) - Images).Abs().Max().Item<float>() < 1e-5f);
        // All corners moved by a pixel: the image is.
        Tensor moved = Images.PerspectiveTransform(corners, corners + 1);
        Assert.True((moved.CropImages(top: 1, left: 1, bottom: 0, right: 0) - Images.CropImages(top: 0, left: 0, bottom: 1, right: 1)).Abs().Max().Item<float>() < 1e-5f);
    }

    [Fact]
    public void Coordinates_of_all_pixels_are_read_as_images_are()
    {
        Tensor plane = Images.At(0).At(0, -1), coordinates = new RandomKey(4).Uniform([2, 5, 4], -3, 9);
        Tensor ofImages = plane.Reshape([1, 6, 8, 1]).SampleAt(Tensor.Stack([coordinates.At(1), coordinates.At(0)], -1).ExpandDims(0), fillMode: FillMode.Reflect);
        Assert.True((ofImages.Reshape([5, 4]) - plane.MapCoordinates(coordinates, fillMode: FillMode.Reflect)).Abs().Max().Item<float>() < 1e-5f);
    }

    [Fact]
    public void Elastic_images_depend_on_their_key_alone()
    {
        float[] one = Images.ElasticTransform(new RandomKey(1)).ToArray<float>();
        Assert.Equal(one, Images.ElasticTransform(new RandomKey(1)).ToArray<float>());
        Assert.NotEqual(one, Images.ElasticTransform(new RandomKey(2)).ToArray<float>());
    }

    [Fact]
    public void Wrong_use_is_explained()
    {
        Assert.Equal("CropImages: received (1, none, none) for top, bottom and height; expected two of the three, each 0 or more.", Assert.Throws<ArgumentException>(() => Images.CropImages(top: 1, left: 0, right: 0)).Message);
        Assert.Equal("CropImages: received (4, none, 3) for top, bottom and height of images 6 long; the window reaches beyond them.", Assert.Throws<ShapeException>(() => Images.CropImages(top: 4, height: 3, left: 0, right: 0)).Message);
        Assert.Equal("PadImages: received (1, none, 6) for top, bottom and height of images 6 long; the result is too small for them.", Assert.Throws<ShapeException>(() => Images.PadImages(top: 1, height: 6, left: 0, right: 0)).Message);
        Assert.Contains("a patch of 7 does not fit into axis 1", Assert.Throws<ShapeException>(() => Images.ExtractPatches((7, 1))).Message, StringComparison.Ordinal);
        Assert.Contains("a multiple of 4", Assert.Throws<ShapeException>(() => Images.ReconstructPatches((2, 2))).Message, StringComparison.Ordinal);
        Assert.Contains("expected (2, 2)", Assert.Throws<ShapeException>(() => Images.GaussianBlur(Tensor.Ones([3, 2]), (3, 3))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Images.GaussianBlur(sigma: (-1, 1)));
        Assert.Contains("not smaller than the filter", Assert.Throws<ShapeException>(() => Images.SSIM(Images)).Message, StringComparison.Ordinal);
        Assert.Contains("expected (4, ...)", Assert.Throws<ShapeException>(() => Images.MapCoordinates(Tensor.Ones([2, 3]))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Images.MapCoordinates(Tensor.Ones([4, 3]), Interpolation.Bicubic));
        Assert.Throws<LinearAlgebraException>(() => Images.PerspectiveTransform(Tensor.Zeros([4, 2]), Tensor.Zeros([4, 2])));
        Assert.Contains("differs along the axes [1] only", Assert.Throws<ShapeException>(() => Images.ScaleAndTranslate([2, 3, 9, 3], [2], [0], [1])).Message, StringComparison.Ordinal);
    }
}
