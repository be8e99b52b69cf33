using Laminet.Layers;

namespace Laminet.Bench.Architectures;

/// <summary>784-512-512-10 with ReLU.</summary>
internal static class MultilayerPerceptron
{
    public static Architecture Small { get; } = Architecture.Of("mlp", [784], 10, 669_706, input =>
        input.Then(new Dense(512, "relu"), new Dense(512, "relu"), new Dense(10)));
}
