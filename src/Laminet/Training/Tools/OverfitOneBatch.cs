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
    /// <returns>The losses and, if the goal was not reached, the likely causes, the surest first; if it was, only what is wrong all the same: a loss that does not belong to the outputs.</returns>
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
            string[] mismatches = [.. OfTargets(model, batch)];
            List<string> causes = [.. OfInputs(batch, mismatches), .. OfWeights(model, batch)];
            double penalty = model.Penalty()?.ToDouble() ?? 0;
            List<double> losses = Train(model, batch, steps, goal);
            bool isLearned = IsLearned(losses, goal);
            if (isLearned)
                return new OverfitReport(true, losses, mismatches);
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

    // What is wrong with the outputs and their loss is surer than that large inputs hinder, and less sure than that NaN does.
    private static IEnumerable<string> OfInputs(Batch batch, string[] mismatches)
    {
        Tensor[] numbers = [.. batch.Inputs.Where(input => input.DType.IsFloat())];
        if (Array.Exists(numbers, input => !input.IsFinite().All().Item<bool>()))
            yield return "The inputs hold NaN or infinity. Leave those examples out or replace the numbers.";
        foreach (string mismatch in mismatches)
            yield return mismatch;
        foreach (Tensor input in numbers)
        {
            if (input.Abs().Max().ToDouble() is > 100 and < double.PositiveInfinity and double largest)
                yield return string.Create(CultureInfo.InvariantCulture, $"The inputs are as large as {largest:G3}. Scale them to about 1, for instance by Rescaling or Normalization.");
        }
    }

    // Whether the loss, the last layer and the targets belong together.
    private static IEnumerable<string> OfTargets(Model model, Batch batch)
    {
        if (model.Loss is not { } loss || batch.Targets is not { Count: 1 } targets)
            yield break;
        Tensor y = targets[0].Cast(DType.Float64), prediction = model.Predict(batch.Inputs, batch.Count)[0].Cast(DType.Float64);
        (double least, double most) = (y.Min().ToDouble(), y.Max().ToDouble());
        (double lowest, double highest) = (prediction.Min().ToDouble(), prediction.Max().ToDouble());
        int classes = prediction.Shape[^1];
        if (loss is SparseCategoricalCrossentropy && (least < 0 || most >= classes))
            yield return string.Create(CultureInfo.InvariantCulture, $"The labels go from {least} to {most}, but the output has {classes} classes, 0 to {classes - 1}. Count the classes from 0, or give the last layer more units.");
        if (loss is BinaryCrossentropy && (least < 0 || most > 1))
            yield return string.Create(CultureInfo.InvariantCulture, $"The targets of a binary cross-entropy go from {least} to {most}; they must be 0 to 1.");
        bool isSquashed = lowest >= 0 && highest <= 1;
        (bool FromLogits, string Squash)? crossentropy = loss switch
        {
            SparseCategoricalCrossentropy sparse => (sparse.FromLogits, "softmax"),
            CategoricalCrossentropy categorical => (categorical.FromLogits, "softmax"),
            BinaryCrossentropy binary => (binary.FromLogits, "sigmoid"),
            _ => null,
        };
        string? end = LastActivation(model);
        if (crossentropy is { FromLogits: true } && isSquashed && end is "sigmoid" or "softmax")
            yield return $"The loss expects logits (fromLogits), but the last layer ends with {end}, so the loss squashes its outputs again. Leave out one of the two.";
        // Outputs of a linear layer may lie between 0 and 1 by chance.
        if (crossentropy is { FromLogits: false, Squash: var squash } && (end == "linear" || !isSquashed))
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"The loss expects probabilities, but the outputs go from {lowest:G3} to {highest:G3}{(end == "linear" ? ": the last layer is linear" : "")}. ")
                + $"Give the loss fromLogits: true, or let the last layer end with {squash}.";
        }

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

    private static string? LastActivation(Model model) => model.Layers.Count == 0 ? null : model.Layers[^1] is Model inner ? LastActivation(inner) : ActivationOf(model.Layers[^1]);

    // The name of the function that a layer ends with, where it is known.
    private static string? ActivationOf(Layer layer) => layer switch
    {
        Dense dense => dense.Activation.Name,
        EinsumDense dense => dense.Activation.Name,
        Convolutional<Size1D> convolution => convolution.Activation.Name,
        Convolutional<Size2D> convolution => convolution.Activation.Name,
        Convolutional<Size3D> convolution => convolution.Activation.Name,
        Activation activation => activation.Function.Name,
        ReLU => "relu",
        Softmax => "softmax",
        _ => null,
    };

    // Which ReLUs let nothing through, which layers get no gradient, and which are frozen.
    private static IEnumerable<string> OfWeights(Model model, Batch batch)
    {
        IReadOnlyList<Variable> weights = model.TrainableWeights;
        if (weights.Count == 0)
        {
            yield return "No weight is trainable. Set Trainable = true on the model or on some layers.";
            yield break;
        }

        HashSet<Layer> dead = [];
        CallContext context = new(training: true, new RandomKey(model.Seed))
        {
            Called = (layer, outputs) =>
            {
                if (ActivationOf(layer) == "relu" && outputs.All(output => !output.NotEqual(0).Any().Item<bool>()))
                    dead.Add(layer);
            },
        };
        (_, IReadOnlyList<Tensor> gradients) = Gradient.ValueAndGradients(() => model.LossOf(batch, model.Run(batch.Inputs, context), context), weights, Unconnected.Zeros);
        Dictionary<Variable, Tensor> by = weights.Zip(gradients).ToDictionary(pair => pair.First, pair => pair.Second);
        Layer[] layers = [.. model.AllLayers().Where(layer => layer.Sublayers.Count == 0)];
        foreach (Layer layer in layers.Where(dead.Contains))
            yield return $"Layer '{Name(layer)}' gives only zeros: its ReLUs are dead, none of their inputs is positive. Lower the learning rate, use another initializer, or leaky_relu.";
        foreach (Layer layer in layers.Where(layer => !dead.Contains(layer)))
        {
            Variable[] own = [.. layer.TrainableWeights.Where(by.ContainsKey)];
            if (own.Length > 0 && !own.Any(weight => by[weight].NotEqual(0).Any().Item<bool>()))
                yield return $"Layer '{Name(layer)}' gets no gradient: its output does not reach the loss, a layer after it is dead or saturated, or its result is detached.";
        }

        string[] frozen = [.. layers.Where(layer => layer.Weights.Count > 0 && layer.TrainableWeights.Count == 0).Select(layer => $"'{Name(layer)}'")];
        if (frozen.Length > 0)
            yield return $"Frozen are the layers {string.Join(", ", frozen)}. What is left may be too little to learn the batch.";
    }

    private static string Name(Layer layer) => layer.Name ?? layer.GetType().Name;

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
