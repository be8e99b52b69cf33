using System.Text.Json.Nodes;
using Laminet.Configuration;
using Laminet.Optimizers;

namespace Laminet.Training.Callbacks;

/// <summary>
/// Evaluates and predicts with the moving averages of the weights, which an optimizer with <see cref="Optimizer.UseEma"/> keeps, and goes on training with the weights
/// themselves. At the end of Fit the weights are the averages in any case. Keras: <c>SwapEMAWeights</c>.
/// </summary>
/// <param name="swapOnEpoch">
/// Whether the averages stay in the model from the end of an epoch up to the next, so that a <see cref="ModelCheckpoint"/> after this callback saves them.
/// </param>
public sealed class SwapEMAWeights(bool swapOnEpoch = false) : Callback
{
    private const string AreIn = "averages_are_in";

    private bool areIn;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The optimizer keeps no averages.</exception>
    public override void OnTrainBegin(Model model, int epochs, int? batches)
    {
        areIn = false;
        Require(model);
    }

    /// <inheritdoc/>
    public override void OnEpochBegin(Model model, int epoch) => Swap(model, false);

    /// <inheritdoc/>
    public override void OnEpochEnd(Model model, int epoch, IDictionary<string, double> logs) => Swap(model, swapOnEpoch);

    /// <inheritdoc/>
    public override void OnTestBegin(Model model, int? batches) => Swap(model, true);

    /// <inheritdoc/>
    public override void OnTestEnd(Model model, IReadOnlyDictionary<string, double> logs) => Swap(model, false);

    /// <inheritdoc/>
    public override void OnPredictBegin(Model model, int? batches) => Swap(model, true);

    /// <inheritdoc/>
    public override void OnPredictEnd(Model model) => Swap(model, false);

    /// <inheritdoc/>
    internal override void OnTrainFinishing(Model model) => Swap(model, false);

    /// <inheritdoc/>
    public override void OnTrainFailed(Model model, Exception exception) => Swap(model, false);

    /// <inheritdoc/>
    public override CallbackState GetState() => new(new JsonObject { [AreIn] = areIn });

    /// <inheritdoc/>
    public override void SetState(CallbackState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        areIn = state.Values.Get(AreIn, false);
    }

    private void Swap(Model model, bool toAverages)
    {
        if (areIn == toAverages)
            return;
        Require(model).SwapAverages();
        areIn = toAverages;
    }

    private static Optimizer Require(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.Optimizer is { HasAverages: true } optimizer ? optimizer : throw new InvalidOperationException(
            $"SwapEMAWeights: the optimizer ({model.Optimizer?.GetType().Name ?? "none"}) keeps no moving averages. Create it with UseEma, as in new Adam {{ UseEma = true }}.");
    }
}
