using System.Text.Json.Nodes;
using Laminet.Saving;
using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>The layers of this library, by the names model files use.</summary>
internal static class BuiltInLayers
{
    public static ClassRegistry<Layer> Register(ClassRegistry<Layer> registry)
    {
        Add(config => new Input(ConfigValues.ReadShape(config, "shape"), ConfigValues.ReadEnum(config, "data_type", DType.Float32)));
        Add(Dense.FromConfig);
        Add(Conv2D.FromConfig);
        Add(MaxPooling2D.FromConfig);
        Add(AveragePooling2D.FromConfig);
        Add(config => new GlobalAveragePooling2D(config.Get("keepdims", false)));
        Add(_ => new Flatten());
        Add(Reshape.FromConfig);
        Add(config => new Activation(ActivationFunction.FromName(config.Get<string?>("activation", null))));
        Add(config => new Dropout(config.Get("rate", 0.5)));
        Add(config => new Rescaling(config.Get("scale", 1.0), config.Get("offset", 0.0)) { DType = ConfigValues.ReadEnum(config, "dtype", DType.Float32) });
        Add(BatchNormalization.FromConfig);
        Add(_ => new Add());
        Add(config => new Concatenate(config.Get("axis", -1)));
        Add(Training.Sequential.FromConfig);
        Add(Training.Model.FromConfig);
        return registry;

        void Add<TLayer>(Func<JsonObject, TLayer> factory) where TLayer : Layer =>
            registry.Register(config => Layer.WithBaseConfig(factory(config), config));
    }
}
