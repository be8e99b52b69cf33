using Laminet.Tensors;

namespace Laminet.Layers;

/// <summary>What the LSTM cells share, dense and of convolutions.</summary>
internal static class LongShortTermMemory
{
    /// <summary>(h', c') from the sums of i, f, g, o and c.</summary>
    public static Bundle<Tensor> Step(Tensor[] sums, Tensor cell, ActivationFunction activation, ActivationFunction recurrentActivation)
    {
        Tensor next = (recurrentActivation.Call(sums[1]) * cell) + (recurrentActivation.Call(sums[0]) * activation.Call(sums[2]));
        return (recurrentActivation.Call(sums[3]) * activation.Call(next), next);
    }
}
