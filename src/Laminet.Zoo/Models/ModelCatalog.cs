using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Zoo.Models;

/// <summary>A model of the zoo by name.</summary>
/// <param name="Name">The name on the command line.</param>
/// <param name="Description">A description in one line.</param>
/// <param name="Create">Builds the model for images of a shape, a number of classes and a seed.</param>
public sealed record ModelEntry(string Name, string Description, Func<Shape, int, ulong, Model> Create);

/// <summary>The models of the zoo.</summary>
public static class ModelCatalog
{
    /// <summary>All models, the default first.</summary>
    public static IReadOnlyList<ModelEntry> All { get; } =
    [
        new("convnet", "Keras's Simple MNIST convnet: two convolutions, max pooling, dropout (34,826 parameters)", (shape, classes, seed) => CourseConvnet.Create(shape, classes, seed)),
        new("lenet5", "LeNet-5: average pooling and sigmoid, 1998 (61,706 parameters)", (shape, classes, seed) => LeNet5.Create(shape, classes, seed)),
        new("mlp", "a multilayer perceptron, 512 and 512 hidden units (669,706 parameters)", (shape, classes, seed) => MultilayerPerceptron.Create(shape, classes, seed)),
    ];

    /// <summary>The model with a name.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists those that exist.</exception>
    public static ModelEntry Find(string name) => All.FirstOrDefault(entry => string.Equals(entry.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException($"There is no model named '{name}'. Known: {string.Join(", ", All.Select(entry => entry.Name))}.", nameof(name));
}
