namespace Laminet.Zoo.Models;

/// <summary>
/// Whose arrangement of a network a model follows: borders, biases, constants of the normalisations and the names of the layers. Implementations differ in these, so
/// weights of one do not fit another.
/// </summary>
public enum ModelLayout
{
    /// <summary>torchvision 0.14. Layers have the names of its modules, as in <c>layer1.0.conv1</c>.</summary>
    Torchvision,

    /// <summary>keras.applications of Keras 3. Layers have its names, as in <c>conv2_block1_1_conv</c>.</summary>
    Keras,

    /// <summary>The network of its paper.</summary>
    Paper,
}
