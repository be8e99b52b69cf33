namespace Laminet.Layers;

/// <summary>
/// Runs any cell over sequences: (batch, time, features) to the last output, or to all. At each step (y(t), s(t)) = cell(x(t), s(t - 1)) with the states s. Several cells one
/// above the other are a <see cref="StackedRNNCells"/>; your own derive from <see cref="RecurrentCell"/>. Keras: <c>RNN</c>.
/// </summary>
/// <inheritdoc cref="RecurrentLayer(RecurrentCell, bool, bool, bool, bool, bool)"/>
public sealed class RNN(
    RecurrentCell cell, bool returnSequences = false, bool returnState = false, bool goBackwards = false, bool stateful = false, bool zeroOutputForMask = false)
    : RecurrentLayer(cell, returnSequences, returnState, goBackwards, stateful, zeroOutputForMask)
{
    /// <summary>The cell.</summary>
    public RecurrentCell Cell => Inner;
}
