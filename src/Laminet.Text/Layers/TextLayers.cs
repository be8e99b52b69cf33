using System.Runtime.CompilerServices;
using Laminet.Metrics;
using Laminet.Text.Metrics;

namespace Laminet.Text.Layers;

/// <summary>Makes this package's layers and metrics known to model files.</summary>
public static class TextLayers
{
    /// <summary>Registers the layers and metrics. Call it before a model that has some of them is loaded in a program that has used none of them yet; each class also registers itself when it is first used.</summary>
    public static void Register()
    {
        RuntimeHelpers.RunClassConstructor(typeof(CategoryEncoding).TypeHandle);
        RuntimeHelpers.RunClassConstructor(typeof(Hashing).TypeHandle);
        RuntimeHelpers.RunClassConstructor(typeof(IntegerLookup).TypeHandle);
        RuntimeHelpers.RunClassConstructor(typeof(StringLookup).TypeHandle);
        RuntimeHelpers.RunClassConstructor(typeof(TextVectorization).TypeHandle);
        Metric.Registry.Register<Perplexity>();
    }
}
