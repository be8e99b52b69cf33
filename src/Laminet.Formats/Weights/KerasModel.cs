using Laminet.Configuration;
using Laminet.Formats.Weights.Keras;
using Laminet.Formats.Weights.Mapping;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Formats.Weights;

/// <summary>Builds models that Keras or TensorFlow.js wrote, layers and weights.</summary>
/// <example><code>
/// Model model = KerasModel.Load("model.keras", out ImportReport report);
/// Console.Write(report);
/// </code></example>
public static class KerasModel
{
    /// <inheritdoc cref="Load(string, out ImportReport)"/>
    public static Model Load(string path) => Load(path, out _);

    /// <summary>
    /// Loads a model of Keras 3 (<c>.keras</c>), of Keras 2 (<c>.h5</c>, whole model) or of TensorFlow.js (<c>model.json</c>, layers model). Its layers must all be known
    /// to <see cref="Layers.Layer.Registry"/>, with settings that this library has; an unknown class or setting is an error that names it. The model is not
    /// compiled. Code in a file, such as that of a Lambda layer, is never run.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="report">Every tensor and what became of it.</param>
    /// <exception cref="InvalidDataException">The file is damaged, holds no layers, or layers that cannot be built here.</exception>
    public static Model Load(string path, out ImportReport report)
    {
        using WeightFile file = WeightFile.Open(path);
        if (!file.HasLayers)
        {
            throw new InvalidDataException($"{file.Path} ({file.Format}) holds weights and does not describe layers. Build the model by your code and call model.ImportWeights(path), "
                + "or get a whole model: .keras, .h5 of model.save, or a layers model of TensorFlow.js.");
        }

        Model model;
        try
        {
            model = KerasLayers.Build(file.Config);
            if (!model.HasGraph)
                throw new FormatException("It does not say the shape of the input");
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException or InvalidOperationException or NotSupportedException or ShapeException or DTypeException or OverflowException)
        {
            throw new InvalidDataException($"{file.Path}: the model that it describes cannot be built. {JsonForms.Reason(exception).TrimEnd('.')}. "
                + "Register classes of your own first, with Layer.Registry.Register; or build the model in code and call model.ImportWeights(path).", exception);
        }

        report = model.ImportWeights(file);
        return model;
    }
}
