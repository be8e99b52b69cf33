using Laminet.Tensors;
using Laminet.Training;
using Laminet.Vision.Images;
using Laminet.Vision.Seeing;

namespace Laminet.Cli.Runs;

/// <summary>A photo for a model, and the ways to show what the model looks at in it.</summary>
internal sealed class Explanation
{
    public const string Default = "grad-cam";

    // Of the picture that is written: small photos are enlarged so that the map can be seen.
    private const int ShortestPicture = 256, LongestPicture = 1024, LongestInput = 512;

    private readonly Model model;
    private readonly string photo;
    private readonly ImageReading shown;

    /// <summary>Reads a photo as the other commands do, in the size and the channels of a model's input, with numbers from 0 to 255.</summary>
    /// <exception cref="UsageException">The model takes no photos or gives no scores.</exception>
    public Explanation(Model model, string asked, string photo)
    {
        (this.model, this.photo) = (model, photo);
        if (model.Inputs.Count != 1 || model.Outputs.Count != 1 || model.Inputs.Only.PartialShape is not [_, var height, var width, 1 or 3 or 4] || model.Outputs.Only.PartialShape is not [_, { } classes])
        {
            throw new UsageException($"'{asked}' takes {string.Join(", ", model.Inputs)} and gives {string.Join(", ", model.Outputs)}; expected a model that takes images of 1, 3 or 4 channels, "
                + "(None, height, width, channels), and gives a score for each class, (None, classes).");
        }

        Classes = classes;
        int channels = model.Inputs.Only.PartialShape[3]!.Value;
        if (height is null || width is null)
        {
            ImageInfo info = Vision.Images.Image.Info(photo);
            double scale = Math.Min(1, (double)LongestInput / Math.Max(info.Width, info.Height));
            (height, width) = (height ?? Scaled(info.Height, scale), width ?? Scaled(info.Width, scale));
        }

        ImageReading reading = Photographs.ReadingFor([height.Value, width.Value, channels]);
        Photo = Vision.Images.Image.Read(photo, reading);
        // The same part of the photo, larger.
        int factor = Math.Max(1, Math.Min((ShortestPicture + Math.Min(height.Value, width.Value) - 1) / Math.Min(height.Value, width.Value), LongestPicture / Math.Max(height.Value, width.Value)));
        shown = reading with { Size = (height.Value * factor, width.Value * factor), ShorterSide = reading.ShorterSide * factor, Color = ImageColor.Rgb };
    }

    /// <summary>The names of the methods.</summary>
    public static IReadOnlyList<string> Methods { get; } = [Default, "gradient", "smoothgrad", "integrated", "occlusion"];

    /// <summary>How many classes the model has scores for.</summary>
    public int Classes { get; }

    /// <summary>The photo as the model takes it, UInt8.</summary>
    public Tensor Photo { get; }

    /// <summary>Whether the last map had nothing above 0, as that of Grad-CAM where the maps only speak against the class.</summary>
    public bool IsEmpty { get; private set; }

    /// <summary>The map of a method over the photo.</summary>
    /// <param name="method">One of <see cref="Methods"/>.</param>
    /// <param name="target">The class.</param>
    /// <param name="layer">For Grad-CAM: the layer; null for the last with maps.</param>
    public Tensor Picture(string method, int target, string? layer)
    {
        Tensor map = method switch
        {
            "gradient" => HeatMap.OfAttribution(new Saliency(model).Gradient(Photo, target)),
            "smoothgrad" => HeatMap.OfAttribution(new Saliency(model).SmoothGrad(Photo, target)),
            "integrated" => HeatMap.OfAttribution(new Saliency(model).IntegratedGradients(Photo, target)),
            "occlusion" => Occluded(target),
            _ => Cam(target, layer),
        };
        IsEmpty = map.Max().ToDouble() <= 0;
        Tensor large = Vision.Images.Image.Resize(map.Cast(DType.Float32).ExpandDims(-1), shown.Size!.Value).Squeeze(-1);
        return HeatMap.Over(Vision.Images.Image.Read(photo, shown), large);
    }

    // A window of an eighth of the photo, filled with the photo's mean.
    private Tensor Occluded(int target)
    {
        int window = Math.Max(1, Math.Min(Photo.Shape[0], Photo.Shape[1]) / 8);
        return new Occlusion(model, window, Math.Max(1, window / 2), Photo.Cast(DType.Float32).Mean().ToDouble()).HeatMap(Photo, target);
    }

    private Tensor Cam(int target, string? layer)
    {
        GradCam cam;
        try
        {
            cam = new GradCam(model, layer);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            throw new UsageException(layer is null ? $"{exception.Message} Another --method needs none." : $"--layer: {exception.Message}");
        }

        return cam.HeatMap(Photo, target);
    }

    private static int Scaled(int length, double scale) => Math.Max(1, (int)Math.Round(length * scale));
}
