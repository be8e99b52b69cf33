using Laminet.Tensors;

namespace Laminet.Formats.Weights.Mapping;

/// <summary>One tensor of a model or of a file whose weights were imported.</summary>
/// <param name="Source">Its name in the file; several where they are combined; null if the file has none.</param>
/// <param name="Found">What the file has.</param>
/// <param name="Target">Its name in the model, as in <c>dense/kernel</c>; null if the model has none.</param>
/// <param name="Expected">What the model has.</param>
/// <param name="Status">What became of it.</param>
/// <param name="Remark">How the numbers were converted, or why they were not.</param>
public sealed record ImportedTensor(string? Source, TensorSpec? Found, string? Target, TensorSpec? Expected, ImportStatus Status, string Remark);
