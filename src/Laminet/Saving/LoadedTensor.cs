using Laminet.Tensors;

namespace Laminet.Saving;

/// <summary>One tensor of a model or a file.</summary>
/// <param name="Name">Its name, as in <c>dense/kernel</c>; what belongs to the optimizer begins with <c>optimizer:</c>.</param>
/// <param name="Status">What became of it.</param>
/// <param name="Expected">What the model has; null if it has none of that name.</param>
/// <param name="Found">What the file has; null if it has none of that name.</param>
public sealed record LoadedTensor(string Name, LoadStatus Status, TensorSpec? Expected, TensorSpec? Found);
