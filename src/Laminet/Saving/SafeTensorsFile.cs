using Laminet.Tensors;

namespace Laminet.Saving;

/// <summary>What a safetensors file holds.</summary>
/// <param name="Tensors">The tensors by name. Float16 and bfloat16 are converted to Float32.</param>
/// <param name="Metadata">The texts stored beside them.</param>
public sealed record SafeTensorsFile(IReadOnlyDictionary<string, Tensor> Tensors, IReadOnlyDictionary<string, string> Metadata);
