using Laminet.Layers;
using Laminet.Losses;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Estimators;

/// <summary>The network of an MLP and its objective.</summary>
internal sealed class PerceptronNetwork
{
    private readonly PerceptronOutput output;
    private readonly Loss loss;
    private readonly double gradientScale, reportScale;

    public PerceptronNetwork(int features, IReadOnlyList<int> hidden, int outputs, PerceptronOutput output, HiddenActivation activation, DType type, ulong seed)
    {
        (this.output, Outputs, DType) = (output, outputs, type);
        int[] units = [features, .. hidden, outputs];
        List<Layer> layers = [new Input([features], type)];
        for (int i = 1; i < units.Length; i++)
            layers.Add(new Dense(units[i], i < units.Length - 1 ? Hidden(activation) : Last(output)) { DType = type });
        Model = new Sequential(seed, layers);
        Coefs = [.. Model.Weights.Where(weight => weight.Shape.Rank == 2)];
        Intercepts = [.. Model.Weights.Where(weight => weight.Shape.Rank == 1)];
        RandomKey key = new(seed);
        for (int i = 1; i < units.Length; i++)
        {
            // Drawn in Float64 for both types, so that they start alike.
            double bound = Math.Sqrt((activation == HiddenActivation.Logistic ? 2.0 : 6.0) / (units[i - 1] + units[i]));
            Coefs[i - 1].Assign(key.Fold((ulong)(2 * i)).Uniform([units[i - 1], units[i]], -bound, bound, DType.Float64).Cast(type));
            Intercepts[i - 1].Assign(key.Fold((ulong)((2 * i) + 1)).Uniform([units[i]], -bound, bound, DType.Float64).Cast(type));
        }

        // scikit-learn adds up the gradients of all outputs, and reports the mean of their squared errors.
        (loss, gradientScale, reportScale) = output switch
        {
            PerceptronOutput.Softmax => ((Loss)new CategoricalCrossentropy(), 1.0, 1.0),
            PerceptronOutput.Logistic => (new BinaryCrossentropy(), outputs, outputs),
            _ => (new MeanSquaredError(), outputs / 2.0, 0.5),
        };
    }

    public Sequential Model { get; }

    public int Outputs { get; }

    public DType DType { get; }

    public IReadOnlyList<Variable> Coefs { get; }

    public IReadOnlyList<Variable> Intercepts { get; }

    public IReadOnlyList<Variable> Variables => [.. Coefs, .. Intercepts];

    public bool Is(int features, IReadOnlyList<int> hidden, int outputs, PerceptronOutput kind) =>
        kind == output && Coefs.Select(weight => weight.Shape[0]).Append(Outputs).SequenceEqual([features, .. hidden, outputs]);

    /// <summary>What is minimized over a batch, and the loss that is reported.</summary>
    public (Tensor Objective, Tensor Reported) Objective(Tensor x, Tensor y, double alpha)
    {
        Tensor mean = loss.Call(y, Model.Call(x, new CallContext(training: true)));
        Tensor squares = Coefs.Select(weight => weight.Value.Square().Sum()).Aggregate((sum, next) => sum + next);
        Tensor penalty = squares * (0.5 * alpha / x.Shape[0]);
        return ((mean * gradientScale) + penalty, (mean * reportScale) + penalty);
    }

    /// <summary>The last layer's numbers, (examples, outputs).</summary>
    public Tensor Run(Tensor x) => Model.Predict(x.Cast(DType), batchSize: Math.Min(x.Shape[0], 1024));

    public IReadOnlyList<Tensor> Snapshot() => [.. Variables.Select(variable => variable.Value)];

    public void Restore(IReadOnlyList<Tensor> values)
    {
        foreach ((Variable variable, Tensor value) in Variables.Zip(values))
            variable.Assign(value);
    }

    private static ActivationFunction Hidden(HiddenActivation activation) => activation switch
    {
        HiddenActivation.Identity => ActivationFunction.Linear,
        HiddenActivation.Logistic => "sigmoid",
        HiddenActivation.Tanh => "tanh",
        _ => ActivationFunction.Relu,
    };

    private static ActivationFunction Last(PerceptronOutput output) => output switch
    {
        PerceptronOutput.Softmax => "softmax",
        PerceptronOutput.Logistic => "sigmoid",
        _ => ActivationFunction.Linear,
    };
}
