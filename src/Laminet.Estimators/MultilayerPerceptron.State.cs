using System.Globalization;
using Laminet.Tensors;

namespace Laminet.Estimators;

/// <content>What files keep: weights, the optimizer's state and the course of the training, so that a loaded estimator trains on in the same bits.</content>
public abstract partial class MultilayerPerceptron
{
    /// <inheritdoc/>
    protected internal override IReadOnlyDictionary<string, Tensor> GetState()
    {
        Dictionary<string, Tensor> state = new()
        {
            ["seed"] = Tensor.Scalar(unchecked((long)seed)),
            ["counts"] = Tensor.From((long)Iterations, seen, NoImprovementCount),
            ["loss"] = Tensor.From(Loss, BestLoss ?? double.NaN, BestValidationScore ?? double.NaN),
            ["loss_curve"] = Tensor.From(lossCurve.ToArray()),
            ["validation_scores"] = Tensor.From((validationScores ?? []).ToArray()),
        };
        Add("coefs", Network.Coefs);
        Add("intercepts", Network.Intercepts);
        Add("optimizer", optimizer?.State ?? []);
        return state;

        void Add(string name, IReadOnlyList<Variable> variables)
        {
            for (int i = 0; i < variables.Count; i++)
                state[Named(name, i)] = variables[i].Value;
        }
    }

    /// <inheritdoc/>
    protected internal override void SetState(IReadOnlyDictionary<string, Tensor> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        // Settings of a hostile file could ask for any size; the tensors are as large as the file.
        int outputs = state[Named("intercepts", HiddenLayerSizes.Count)].Shape[0];
        int[] units = [FeatureCount!.Value, .. HiddenLayerSizes, outputs];
        for (int i = 0; i + 1 < units.Length; i++)
        {
            if (state[Named("coefs", i)].Shape is var shape && !shape.SequenceEqual([units[i], units[i + 1]]))
                throw new FormatException($"the weights of layer {i} have the shape {shape}; expected ({units[i]}, {units[i + 1]}), as the settings say.");
        }

        Build(FeatureCount.Value, outputs, OutputKind, state["coefs/0"].DType, unchecked((ulong)state["seed"].Item<long>()));
        Take("coefs", network!.Coefs);
        Take("intercepts", network.Intercepts);
        long[] counts = state["counts"].ToArray<long>();
        (Iterations, seen, NoImprovementCount) = ((int)counts[0], counts[1], (int)counts[2]);
        double[] losses = state["loss"].ToArray<double>();
        (Loss, BestLoss, BestValidationScore) = (losses[0], OrNull(losses[1]), OrNull(losses[2]));
        lossCurve.AddRange(state["loss_curve"].ToArray<double>());
        validationScores?.AddRange(state["validation_scores"].ToArray<double>());
        if (!state.ContainsKey("optimizer/0"))
            return;
        StartOptimizer();
        optimizer!.Build(network.Variables);
        Take("optimizer", optimizer.State);

        void Take(string name, IReadOnlyList<Variable> variables)
        {
            for (int i = 0; i < variables.Count; i++)
                variables[i].Assign(state[Named(name, i)]);
        }

        static double? OrNull(double value) => double.IsNaN(value) ? null : value;
    }

    private static string Named(string name, int place) => string.Create(CultureInfo.InvariantCulture, $"{name}/{place}");
}
