using System.Text.Json.Nodes;

namespace Laminet.Layers;

/// <summary>The settings that layers with a kernel and a bias share.</summary>
internal static class KernelConfig
{
    public static void Write(
        JsonObject config, Initializers.Initializer kernelInitializer, Initializers.Initializer biasInitializer,
        Regularizers.Regularizer? kernelRegularizer, Regularizers.Regularizer? biasRegularizer)
    {
        config["kernel_initializer"] = Initializers.Initializer.Registry.Serialize(kernelInitializer);
        config["bias_initializer"] = Initializers.Initializer.Registry.Serialize(biasInitializer);
        if (kernelRegularizer is not null)
            config["kernel_regularizer"] = Regularizers.Regularizer.Registry.Serialize(kernelRegularizer);
        if (biasRegularizer is not null)
            config["bias_regularizer"] = Regularizers.Regularizer.Registry.Serialize(biasRegularizer);
    }

    public static Initializers.Initializer? Initializer(JsonObject config, string name) =>
        config[name] is { } node ? Initializers.Initializer.Registry.Deserialize(node) : null;

    public static Regularizers.Regularizer? Regularizer(JsonObject config, string name) =>
        config[name] is { } node ? Regularizers.Regularizer.Registry.Deserialize(node) : null;
}
