using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Vision.Seeing;

/// <summary>What a layer makes of an image.</summary>
/// <example><code>
/// Tensor photo = Image.Read("bee.jpg", new ImageReading { Size = (224, 224) });
/// Image.Write("maps.png", Tiles.Of(FeatureMaps.Of(model, photo, "conv2d")));
/// </code></example>
public static class FeatureMaps
{
    /// <summary>The maps that a layer gives for an image, as in inference.</summary>
    /// <param name="model">A model that takes images, (batch, height, width, channels).</param>
    /// <param name="image">(height, width, channels), in the model's own input range.</param>
    /// <param name="layer">The name of a layer with maps; null for the last one whose maps have more than one pixel.</param>
    /// <returns>(rows, columns, channels) of the layer.</returns>
    /// <exception cref="ArgumentException">The model takes something else, or there is no such layer.</exception>
    /// <exception cref="ShapeException">The image does not fit the model.</exception>
    public static Tensor Of(Model model, Tensor image, string? layer = null)
    {
        SeenModel seen = new(model, nameof(FeatureMaps));
        Tensor batch = seen.Batch(image);
        return SeenModel.Run(new Model(model.Inputs, seen.Maps(layer)), batch)[0].At(0);
    }
}
