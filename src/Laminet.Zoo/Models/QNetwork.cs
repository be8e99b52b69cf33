using Laminet.Layers;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Zoo.Models;

/// <summary>
/// A network that tells how much reward each action will bring. For vectors: dense layers with ReLU. For images: a convolution of 16 filters of 3 x 3 and a dense layer (that of Young and Tian, "MinAtar", 2019). (Mnih et al., "Human-level control through
/// deep reinforcement learning", Nature 2015.)
/// </summary>
public static class QNetwork
{
    /// <summary>Builds the network; its initial weights are drawn from the seed.</summary>
    /// <param name="observation">The shape of an observation: of any rank, or (height, width, channels).</param>
    /// <param name="actions">How many actions there are.</param>
    /// <param name="hidden">The sizes of the dense hidden layers, at least one; 64 and 64 for vectors, 128 for images by default.</param>
    /// <param name="dueling">Whether the last hidden layer is there twice, see <see cref="DuelingHead"/>.</param>
    /// <param name="seed">The seed of the random numbers; null to draw a new one.</param>
    /// <exception cref="ArgumentException">There is no hidden layer.</exception>
    public static Sequential Create(Shape observation, int actions, IReadOnlyList<int>? hidden = null, bool dueling = false, ulong? seed = null)
    {
        bool isImage = observation.Rank == 3;
        hidden ??= isImage ? [128] : [64, 64];
        if (hidden.Count == 0)
            throw new ArgumentException($"{nameof(QNetwork)}: received no hidden layer; expected at least one size, as in hidden: [64].", nameof(hidden));
        List<Layer> layers = [new Input(observation)];
        if (isImage)
            layers.Add(new Conv2D(16, 3, activation: "relu"));
        if (observation.Rank != 1)
            layers.Add(new Flatten());
        foreach (int units in hidden.SkipLast(dueling ? 1 : 0))
            layers.Add(new Dense(units, "relu"));
        layers.Add(dueling ? new DuelingHead(actions, hidden[^1]) : new Dense(actions));
        return new Sequential(seed, layers) { Name = "q_network" };
    }
}
