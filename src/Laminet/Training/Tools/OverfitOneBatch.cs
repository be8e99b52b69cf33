using System.Globalization;
using Laminet.Configuration;
using Laminet.Data;
using Laminet.Layers;
using Laminet.Losses;
using Laminet.Optimizers;
using Laminet.Tensors;
using Laminet.Tensors.Autodiff;

namespace Laminet.Training.Tools;

/// <summary>
/// Trains on one batch over and over. A network with a mistake in it often cannot learn even that, and then the likely causes are named. Run it before a long training. Then the model, its optimizer and its random numbers
/// are as before.
/// </summary>
public static class OverfitOneBatch
{
    /// <summary>Trains on one batch.</summary>
    /// <param name="model">A compiled model.</param>
    /// <param name="x">A few examples, 8 to 64.</param>
    /// <param name="y">Their targets.</param>
    /// <param name="steps">The most steps.</param>
    /// <param name="goal">The share of the first loss at which the batch counts as learned.</param>
    /// <returns>The losses and, if the goal was not reached, the likely causes, the surest first.</returns>
    public static OverfitReport Run(Model model, Bundle<Tensor> x, Bundle<Tensor>? y = null, int steps = 300, double goal = 0.1)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(x);
        model.RequireCompiled(nameof(OverfitOneBatch));
        Setting.Require(steps, steps >= 2, "2 or more");
        Setting.Require(goal, goal is > 0 and < 1, "above 0 and below 1");
        Batch batch = new(x, y);
        TrainingSnapshot before = new(model, batch);
        try
        {
            List<string> causes = [.. OfData(model, batch), .. OfWeights(model, batch)];
            double penalty = model.Penalty()?.ToDouble() ?? 0;
            List<double> losses = Train(model, batch, steps, goal);
            bool isLearned = IsLearned(losses, goal);
            if (isLearned)
                return new OverfitReport(true, losses, []);
            if (penalty > losses[0] / 2)
                causes.Add(string.Create(CultureInfo.InvariantCulture, $"The penalties on weights are {penalty:G3} of the first loss {losses[0]:G3}. Make the regularizers weaker."));
            // Their gradients vanish only on the way.
            foreach (string cause in OfWeights(model, batch).Where(cause => !causes.Contains(cause)).ToArray())
                causes.Add(cause + " It began while training, so the learning rate may be too high.");
            causes.AddRange(OfSettings(model, batch, before, steps, losses[^1]));
            if (causes.Count == 0)
                causes.Add("No single cause was found. The network may be too small for the batch, dropout too strong, or the targets may not belong to the inputs.");
            return new OverfitReport(false, losses, causes);
        }
        finally
        {
            before.Restore();
        }
    }

    private static bool IsLearned(List<double> losses, double goal) => losses[^1] <= goal * losses[0] || losses[^1] < 1e-6;

    private static List<double> Train(Model model, Batch batch, int steps, double goal)
    {
        List<double> losses = [];
        for (int step = 0; step < steps; step++)
        {
            model.ResetMetrics();
            model.Step(batch);
            losses.Add(model.CurrentLogs()["loss"]);
            if (!double.IsFinite(losses[^1]) || IsLearned(losses, goal))
                break;
        }

        return losses;
    }

    private static IEnumerable<string> OfData(Model model, Batch batch)
    {
        foreach (Tensor input in batch.Inputs.Where(input => input.DType.IsFloat()))
        {
            if (!input.IsFinite().All().Item<bool>())
                yield return "The inputs hold NaN or infinity. Leave those examples out or replace the numbers.";
            else if (input.Abs().Max().ToDouble() is > 100 and double largest)
                yield return string.Create(CultureInfo.InvariantCulture, $"The inputs are as large as {largest:G3}. Scale them to about 1, for instance by Rescaling or Normalization.");
        }

        if (model.Loss is not { } loss || batch.Targets is not { Count: 1 } targets)
            yield break;
        Tensor y = targets[0].Cast(DType.Float64), prediction = model.Predict(batch.Inputs, batch.Count)[0].Cast(DType.Float64);
        (double least, double most) = (y.Min().ToDouble(), y.Max().ToDouble());
        int classes = prediction.Shape[^1];
        if (loss is SparseCategoricalCrossentropy && (least < 0 || most >= classes))
            yield return string.Create(CultureInfo.InvariantCulture, $"The labels go from {least} to {most}, but the output has {classes} classes, 0 to {classes - 1}. Count the classes from 0, or give the last layer more units.");
        if (loss is BinaryCrossentropy && (least < 0 || most > 1))
            yield return string.Create(CultureInfo.InvariantCulture, $"The targets of a binary cross-entropy go from {least} to {most}; they must be 0 to 1.");
        bool isSquashed = prediction.Min().ToDouble() >= 0 && prediction.Max().ToDouble() <= 1;
        bool fromLogits = loss is SparseCategoricalCrossentropy { FromLogits: true } or CategoricalCrossentropy { FromLogits: true } or BinaryCrossentropy { FromLogits: true };
        string? end = LastActivation(model);
        if (fromLogits && isSquashed && end is "sigmoid" or "softmax")
            yield return $"The loss expects logits (fromLogits), but the last layer ends with {end}, so the loss squashes its outputs again. Leave out one of the two.";
        (double From, double To)? range = end switch
        {
            "sigmoid" or "softmax" => (0, 1),
            "tanh" => (-1, 1),
            "relu" => (0, double.PositiveInfinity),
            _ => null,
        };
        if (range is { } bounds && loss is not SparseCategoricalCrossentropy && (least < bounds.From || most > bounds.To))
            yield return string.Create(CultureInfo.InvariantCulture, $"The last layer ends with {end}, whose outputs go from {bounds.From} to {bounds.To}, but the targets go from {least:G4} to {most:G4}. Use no activation at the end, or scale the targets.");
    }

    private static string? LastActivation(Model model) => model.Layers.Count == 0 ? null : model.Layers[^1] switch
    {
        Dense dense => dense.Activation.Name,
        Activation activation => activation.Function.Name,
        _ => null,
    };

    // Which layers get no gradient, and which are frozen.
    private static IEnumerable<string> OfWeights(Model model, Batch batch)
    {
        IReadOnlyList<Variable> weights = model.TrainableWeights;
        if (weights.Count == 0)
        {
            yield return "No weight is trainable. Set Trainable = true on the model or on some layers.";
            yield break;
        }

        CallContext context = new(training: true, new RandomKey(model.Seed));
        (_, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(() => model.LossOf(batch, model.Run(batch.Inputs, context), context), weights, Unconnected.Zeros);
        Dictionary<Variable, Tensor> by = weights.Zip(gradients).ToDictionary(pair => pair.First, pair => pair.Second);
        foreach (Layer layer in model.AllLayers().Where(layer => layer.Sublayers.Count == 0))
        {
            Variable[] own = [.. layer.TrainableWeights.Where(by.ContainsKey)];
            if (own.Length == 0 || own.Any(weight => by[weight].NotEqual(0).Any().Item<bool>()))
                continue;
            string? activation = (layer as Dense)?.Activation.Name ?? (layer as Conv2D)?.Activation.Name;
            yield return activation == "relu"
                ? $"Layer '{layer.Name ?? layer.GetType().Name}' gets no gradient: its ReLUs are dead, all of their inputs are negative. Lower the learning rate, use another initializer, or leaky_relu."
                : $"Layer '{layer.Name ?? layer.GetType().Name}' gets no gradient: its output does not reach the loss, a layer after it is dead or saturated, or its result is detached.";
        }

        string[] frozen = [.. model.AllLayers().Where(layer => layer.Sublayers.Count == 0 && layer.Weights.Count > 0 && layer.TrainableWeights.Count == 0).Select(layer => $"'{layer.Name ?? layer.GetType().Name}'")];
        if (frozen.Length > 0)
            yield return $"Frozen are the layers {string.Join(", ", frozen)}. What is left may be too little to learn the batch.";
    }

    // By trying: with another rate or without decay the loss becomes far smaller.
    private static IEnumerable<string> OfSettings(Model model, Batch batch, TrainingSnapshot before, int steps, double reached)
    {
        Optimizer optimizer = model.Optimizer!;
        double Trial(Action change, Action undo)
        {
            before.Restore();
            change();
            try
            {
                return Train(model, batch, steps, 1e-3)[^1];
            }
            finally
            {
                undo();
            }
        }

        bool Helps(double loss) => double.IsFinite(loss) && (!double.IsFinite(reached) || loss < reached / 2);
        if (optimizer.WeightDecay is { } decay and > 0 && Helps(Trial(() => optimizer.WeightDecay = null, () => optimizer.WeightDecay = decay)))
            yield return string.Create(CultureInfo.InvariantCulture, $"The weight decay {decay} is too strong: without it the loss becomes less than half.");
        if (!optimizer.HasOwnRate)
            yield break;
        before.Restore();
        double rate = optimizer.LearningRate;
        foreach (double factor in new[] { 30.0, 1000 })
        {
            double lower = Trial(() => optimizer.LearningRate = rate / factor, () => optimizer.LearningRate = rate), higher = Trial(() => optimizer.LearningRate = rate * factor, () => optimizer.LearningRate = rate);
            if (!Helps(lower) && !Helps(higher))
                continue;
            yield return Helps(lower) && !(higher < lower)
                ? string.Create(CultureInfo.InvariantCulture, $"The learning rate {rate} is too high: with {rate / factor:G3} the loss becomes {lower:G3} instead of {reached:G3}.")
                : string.Create(CultureInfo.InvariantCulture, $"The learning rate {rate} is too low: with {rate * factor:G3} the loss becomes {higher:G3} instead of {reached:G3}.");
            yield break;
        }
    }
}
