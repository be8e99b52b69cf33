using Laminet.Losses;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Zoo.Models;

/// <summary>A model of the zoo by name.</summary>
/// <param name="Name">The name on the command line.</param>
/// <param name="Description">A description in one line.</param>
/// <param name="InputShape">Height, width and channels of the images it was made for.</param>
/// <param name="Classes">The number of classes it was made for.</param>
/// <param name="Task">What it tells about an image.</param>
/// <param name="Create">Builds the model for images of a shape, a number of classes and a seed.</param>
public sealed record ModelEntry(string Name, string Description, Shape InputShape, int Classes, ModelTask Task, Func<Shape, int, ulong, Model> Create)
{
    /// <summary>Makes the loss it is trained with, for a number of classes; the cross-entropy of class numbers unless it has its own.</summary>
    public Func<int, Loss> Loss { get; init; } = _ => new SparseCategoricalCrossentropy();
}
