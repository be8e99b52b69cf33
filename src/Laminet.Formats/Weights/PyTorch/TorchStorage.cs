using Laminet.Tensors;

namespace Laminet.Formats.Weights.PyTorch;

/// <summary>A piece of memory that tensors look at, as a pickle names it.</summary>
/// <param name="Key">Its name in the file.</param>
/// <param name="DType">The type of its elements; null for bytes whose type the tensor gives.</param>
/// <param name="Elements">How many elements it has.</param>
internal sealed record TorchStorage(string Key, DType? DType, long Elements);
