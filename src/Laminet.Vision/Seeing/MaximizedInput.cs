using Laminet.Tensors;

namespace Laminet.Vision.Seeing;

/// <summary>An image that excites a channel or a unit, and the way to it.</summary>
/// <param name="Image">(height, width, channels), in the model's own input range.</param>
/// <param name="Activations">The activation before each step and at the end. If all are equal, the channel does not react to the start: try another seed.</param>
public sealed record MaximizedInput(Tensor Image, IReadOnlyList<double> Activations);
