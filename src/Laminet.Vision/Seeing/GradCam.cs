using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;
using Laminet.Tensors.Compilation;
using Laminet.Training;

namespace Laminet.Vision.Seeing;

/// <summary>
/// Grad-CAM: where a layer's feature maps speak for a class. With the maps A_k and the class's score S, the logit before softmax or sigmoid: relu(sum_k a_k A_k), where a_k is the mean of dS/dA_k over
/// the places of the map. Selvaraju et al.: Grad-CAM: Visual Explanations from Deep Networks via Gradient-based Localization, 2017.
/// </summary>
public sealed class GradCam
{
    private readonly SeenModel seen;
    private readonly CompiledFunction map;

    /// <summary>Looks into a model.</summary>
    /// <param name="model">A model that takes images, (batch, height, width, channels), and gives scores, (batch, classes).</param>
    /// <param name="layer">The name of a layer with maps, (batch, height, width, channels); null for the last one whose maps have more than one pixel. It, or one before it, must have weights.</param>
    /// <exception cref="ArgumentException">The model takes or gives something else, or there is no such layer.</exception>
    public GradCam(Model model, string? layer = null)
    {
        seen = new SeenModel(model, nameof(GradCam));
        _ = seen.Classes;
        SymbolicTensor maps = seen.Maps(layer, learned: true);
        Model both = new(model.Inputs, [maps, model.Outputs.Only]);
        map = Function.Compile(
            inputs =>
            {
                GradientTape tape = new();
                Bundle<Tensor> outputs = SeenModel.Run(both, tape.Watch(inputs[0]));
                // A map that the score does not depend on says nothing.
                Tensor slopes = tape.Gradient((SeenModel.Logits(outputs[1]) * inputs[1]).Sum(), outputs[0], Unconnected.Zeros);
                return [(slopes.Mean([1, 2], keepDims: true) * outputs[0]).Sum(-1, keepDims: true).Relu().Detach()];
            },
            nameof(GradCam));
    }

    /// <summary>The map in the layer's own resolution.</summary>
    /// <param name="image">(height, width, channels), in the model's own input range.</param>
    /// <param name="target">The class; null for the predicted one.</param>
    /// <returns>(rows, columns) of the layer's maps, 0 or more; all 0 where nothing speaks for the class.</returns>
    /// <exception cref="ShapeException">The image does not fit the model.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    /// <exception cref="ArgumentException">The image holds NaN or infinity.</exception>
    public Tensor Map(Tensor image, int? target = null) => Run(image, target).At(0).Squeeze(-1);

    /// <summary>The map in the size of the image, enlarged bilinearly.</summary>
    /// <param name="image">(height, width, channels), in the model's own input range.</param>
    /// <param name="target">The class; null for the predicted one.</param>
    /// <returns>(height, width), 0 or more.</returns>
    /// <inheritdoc cref="Map" path="/exception"/>
    public Tensor HeatMap(Tensor image, int? target = null) => Run(image, target).Resize((image.Shape[0], image.Shape[1])).At(0).Squeeze(-1);

    private Tensor Run(Tensor image, int? target)
    {
        Tensor batch = seen.Batch(image);
        return map.Call(batch, seen.Row(seen.Target(batch, target)))[0];
    }
}
