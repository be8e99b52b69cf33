using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Vision.Seeing;

/// <summary>The kernels of a convolution.</summary>
/// <example><code>
/// Image.Write("filters.png", Tiles.Of(Filters.Of(model), scale: 8));
/// </code></example>
public static class Filters
{
    /// <summary>The kernels of a <see cref="Conv2D"/> or a <see cref="DepthwiseConv2D"/>.</summary>
    /// <param name="model">The model.</param>
    /// <param name="layer">The layer's name; null for the first convolution. Either may be within a model that is a layer; a name of the model itself comes first.</param>
    /// <returns>(rows, columns, channels, filters). Those of a depthwise convolution have one channel each.</returns>
    /// <exception cref="ArgumentException">There is no such layer, or it is no such convolution.</exception>
    public static Tensor Of(Model model, string? layer = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        Layer found = layer is not null ? Named(model, layer) : All(model).Select(pair => pair.Layer).FirstOrDefault(IsConvolution) ?? throw new ArgumentException(
            $"{nameof(Filters)}: the model has no Conv2D and no DepthwiseConv2D; expected a network with convolutions. Its layers are {string.Join(", ", model.Layers.Select(one => one.GetType().Name).Distinct())}.", nameof(model));
        if (!IsConvolution(found))
            throw new ArgumentException($"{nameof(Filters)}: the layer '{layer}' is a {found.GetType().Name}; expected a Conv2D or a DepthwiseConv2D. Such layers are {string.Join(", ", All(model).Where(pair => IsConvolution(pair.Layer)).Select(pair => pair.Name))}.", nameof(layer));
        Tensor kernels = found.Weights.Single(weight => weight.Shape.Rank == 4).Value;
        return found is DepthwiseConv2D ? kernels.Reshape([kernels.Shape[0], kernels.Shape[1], 1, kernels.Shape[2] * kernels.Shape[3]]) : kernels;
    }

    private static bool IsConvolution(Layer layer) => layer is Conv2D or DepthwiseConv2D;

    private static Layer Named(Model model, string name) =>
        model.Layers.Where((_, place) => model.SublayerName(place) == name).FirstOrDefault() ?? All(model).FirstOrDefault(pair => pair.Name == name).Layer ?? model.GetLayer(name);

    private static IEnumerable<(Layer Layer, string Name)> All(Model model) =>
        model.Layers.SelectMany((layer, place) => layer is Model inner ? All(inner) : [(layer, model.SublayerName(place))]);
}
