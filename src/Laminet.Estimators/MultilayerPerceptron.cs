using Laminet.Configuration;
using Laminet.Tensors;
using Laminet.Training;

namespace Laminet.Estimators;

/// <summary>
/// What <see cref="MLPClassifier"/> and <see cref="MLPRegressor"/> share: scikit-learn's 23 settings with their names and defaults, and what the training leaves behind. The loss is the mean over a batch plus
/// Alpha / 2 times the squared weights, divided by the batch's size. Weights and biases start uniform within ±sqrt(6 / (inputs + outputs)) (2 instead of 6 for the logistic function).
/// </summary>
public abstract partial class MultilayerPerceptron : Estimator
{
    private readonly List<double> lossCurve = [];
    private List<double>? validationScores;

    private protected MultilayerPerceptron()
    {
    }

    /// <summary>The number of units of each hidden layer; one layer of 100 by default.</summary>
    public IReadOnlyList<int> HiddenLayerSizes
    {
        get;
        set => field = Setting.Require(value, value is not null && value.All(size => size >= 1), "numbers of 1 or more", nameof(HiddenLayerSizes));
    } = [100];

    /// <summary>The function of the hidden units; ReLU by default.</summary>
    public HiddenActivation Activation { get; set; }

    /// <summary>How it is trained; Adam by default.</summary>
    public Solver Solver { get; set; }

    /// <summary>The strength of the penalty on squared weights; 0.0001 by default.</summary>
    public double Alpha { get; set => field = NotNegative(value, nameof(Alpha)); } = 1e-4;

    /// <summary>Examples a step. Null, the default, for 200, or all where there are fewer.</summary>
    public int? BatchSize { get; set => field = Setting.Require(value, value is null or >= 1, "1 or more, or null for min(200, examples)", nameof(BatchSize)); }

    /// <summary>How the rate of <see cref="Solver.Sgd"/> changes; constant by default.</summary>
    public RateSchedule LearningRate { get; set; }

    /// <summary>The learning rate, or its first value; 0.001 by default.</summary>
    public double LearningRateInit { get; set => field = Above(value, nameof(LearningRateInit)); } = 1e-3;

    /// <summary>The exponent of <see cref="RateSchedule.InvScaling"/>; 0.5 by default.</summary>
    public double PowerT { get; set => field = NotNegative(value, nameof(PowerT)); } = 0.5;

    /// <summary>The most passes over the data, or iterations of L-BFGS; 200 by default.</summary>
    public int MaxIter { get; set => field = Setting.Require(value, value >= 1, "1 or more", nameof(MaxIter)); } = 200;

    /// <summary>Whether each pass takes the examples in another order; true by default.</summary>
    public bool Shuffle { get; set; } = true;

    /// <summary>The seed of first weights, orders and the validation part. The same seed gives the same bits. Null, the default, for another one each time.</summary>
    public ulong? RandomState { get; set; }

    /// <summary>By how much the loss, or with <see cref="EarlyStopping"/> the score, must improve to count as better; 0.0001 by default. L-BFGS ends where no gradient is larger.</summary>
    public double Tol { get; set => field = NotNegative(value, nameof(Tol)); } = 1e-4;

    /// <summary>Whether each pass writes a line to <see cref="Output"/>.</summary>
    public bool Verbose { get; set; }

    /// <summary>Whether Fit goes on from the weights of the last Fit.</summary>
    public bool WarmStart { get; set; }

    /// <summary>The momentum of <see cref="Solver.Sgd"/>; 0.9 by default.</summary>
    public double Momentum { get; set => field = Setting.Require(value, value is >= 0 and <= 1, "0 to 1", nameof(Momentum)); } = 0.9;

    /// <summary>Whether the momentum is Nesterov's; true by default.</summary>
    public bool NesterovsMomentum { get; set; } = true;

    /// <summary>Whether a part of the data is set aside, and the training ends when its score does not improve. The best weights are kept.</summary>
    public bool EarlyStopping { get; set; }

    /// <summary>The part that is set aside for <see cref="EarlyStopping"/>; 0.1 by default. Its shares of classes are those of the data.</summary>
    public double ValidationFraction { get; set => field = Setting.Require(value, value is > 0 and < 1, "a number between 0 and 1", nameof(ValidationFraction)); } = 0.1;

    /// <summary>Adam's decay of the mean gradient; 0.9 by default.</summary>
    public double Beta1 { get; set => field = Setting.Require(value, value is >= 0 and < 1, "0 to 1, without 1", nameof(Beta1)); } = 0.9;

    /// <summary>Adam's decay of the mean squared gradient; 0.999 by default.</summary>
    public double Beta2 { get; set => field = Setting.Require(value, value is >= 0 and < 1, "0 to 1, without 1", nameof(Beta2)); } = 0.999;

    /// <summary>What keeps Adam's divisor from 0; 1e-8 by default.</summary>
    public double Epsilon { get; set => field = Above(value, nameof(Epsilon)); } = 1e-8;

    /// <summary>The training ends after so many passes without improvement, and one more; 10 by default. <see cref="int.MaxValue"/> for never. scikit-learn's <c>n_iter_no_change</c>.</summary>
    public int IterationsNoChange { get; set => field = Setting.Require(value, value >= 1, "1 or more", nameof(IterationsNoChange)); } = 10;

    /// <summary>The most evaluations of the loss by L-BFGS; 15,000 by default. The limit is checked after every 20 iterations, and within them, so a line search that has begun is completed.</summary>
    public int MaxFun { get; set => field = Setting.Require(value, value >= 1, "1 or more", nameof(MaxFun)); } = 15_000;

    /// <summary>Where <see cref="Verbose"/> lines go; the console by default.</summary>
    public TextWriter Output { get; set; } = Console.Out;

    /// <summary>Called with the text of each warning, for example that the training has not converged. By default it writes to the console's error stream.</summary>
    public Action<string> Warn { get; set; } = message => Console.Error.WriteLine($"warning: {message}");

    /// <summary>The network, with weights and output function: to look into, to save as a model, to train further in Laminet's own terms. Null before Fit.</summary>
    public Sequential? Model => network?.Model;

    /// <summary>The weights of each layer, (inputs, outputs).</summary>
    public IReadOnlyList<Tensor> Coefs => [.. Network.Coefs.Select(weight => weight.Value)];

    /// <summary>The biases of each layer.</summary>
    public IReadOnlyList<Tensor> Intercepts => [.. Network.Intercepts.Select(bias => bias.Value)];

    /// <summary>Passes over the data so far, or iterations of L-BFGS. scikit-learn's <c>n_iter_</c>.</summary>
    public int Iterations { get; private set; }

    /// <summary>The loss of the last pass, penalty included. NaN before Fit.</summary>
    public double Loss { get; private set; } = double.NaN;

    /// <summary>The loss of each pass. L-BFGS leaves it empty.</summary>
    public IReadOnlyList<double> LossCurve => lossCurve;

    /// <summary>The least loss of a pass; null with <see cref="EarlyStopping"/> and with L-BFGS.</summary>
    public double? BestLoss { get; private set; }

    /// <summary>The score of the part set aside after each pass; null without <see cref="EarlyStopping"/>.</summary>
    public IReadOnlyList<double>? ValidationScores => validationScores;

    /// <summary>The best of <see cref="ValidationScores"/>.</summary>
    public double? BestValidationScore { get; private set; }

    /// <summary>The number of layers of units, inputs and outputs included.</summary>
    public int LayerCount => HiddenLayerSizes.Count + 2;

    /// <summary>Passes without improvement at the end of the training.</summary>
    internal int NoImprovementCount { get; private set; }

    /// <summary>The learning rate of the last step.</summary>
    internal double RateNow => optimizer?.LearningRate ?? LearningRateInit;

    internal PerceptronNetwork Network => network ?? throw new InvalidOperationException($"This {GetType().Name} has not learned from data. Call Fit first.");

    /// <inheritdoc/>
    public override MultilayerPerceptron Clone() => (MultilayerPerceptron)base.Clone();

    private static double NotNegative(double value, string name) => Setting.Require(value, value >= 0 && double.IsFinite(value), "zero or more", name);

    private static double Above(double value, string name) => Setting.Require(value, value > 0 && double.IsFinite(value), "a number above 0", name);
}
