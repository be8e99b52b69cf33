using Laminet.Configuration;
using Laminet.Tensors;

namespace Laminet.Optimizers.Schedules;

/// <summary>
/// Rises from m / divFactor to the highest rate m, then falls to m / (divFactor finalDivFactor), in half waves of a cosine or in straight lines. In three phases it falls as
/// long as it rose, then to the last rate. With a divFactor below 1 it falls first, as <see cref="Momentum"/> does. The rates are those of PyTorch's OneCycleLR. After the last
/// step the rate stays. Smith and Topin, "Super-convergence: very fast training of neural networks using large learning rates", 2018. PyTorch:
/// <c>optim.lr_scheduler.OneCycleLR</c>.
/// </summary>
/// <param name="maxLearningRate">The highest rate m.</param>
/// <param name="totalSteps">The number of steps of the training: epochs times batches.</param>
/// <param name="pctStart">The share of the steps in which the rate rises; above 0 and below 1, in three phases below 0.5.</param>
/// <param name="annealStrategy">The form of the phases.</param>
/// <param name="divFactor">The highest rate divided by the first.</param>
/// <param name="finalDivFactor">The first rate divided by the last.</param>
/// <param name="threePhase">Whether the rate first falls back to the first one.</param>
public sealed class OneCycle(
    double maxLearningRate, int totalSteps, double pctStart = 0.3, AnnealStrategy annealStrategy = AnnealStrategy.Cos, double divFactor = 25, double finalDivFactor = 1e4,
    bool threePhase = false) : LearningRateSchedule
{
    public double MaxLearningRate { get; } = NotNegative(maxLearningRate);
    public int TotalSteps { get; } = Setting.Require(totalSteps, totalSteps >= 2, "2 or more");
    public double PctStart { get; } = Setting.Require(pctStart, pctStart > 0 && pctStart < (threePhase ? 0.5 : 1), threePhase ? "above 0 and below 0.5 for three phases" : "above 0 and below 1");
    public AnnealStrategy AnnealStrategy { get; } = annealStrategy;
    public double DivFactor { get; } = Setting.Require(divFactor, divFactor > 0, "above 0");
    public double FinalDivFactor { get; } = Setting.Require(finalDivFactor, finalDivFactor > 0, "above 0");
    public bool ThreePhase { get; } = threePhase;

    /// <summary>
    /// The momentum that goes against this rate in the same phases: from maxMomentum to baseMomentum while the rate rises, then back; PyTorch's cycle_momentum. Give it to <see cref="Optimizer.MomentumSchedule"/>.
    /// </summary>
    /// <param name="baseMomentum">The momentum at the highest rate; above 0.</param>
    /// <param name="maxMomentum">The momentum at the first and at the last rate; not below baseMomentum, and below 1.</param>
    /// <example><code>
    /// OneCycle cycle = new(0.01, totalSteps: 1000);
    /// Optimizer optimizer = new Adam(cycle) { MomentumSchedule = cycle.Momentum() };
    /// </code></example>
    public OneCycle Momentum(double baseMomentum = 0.85, double maxMomentum = 0.95)
    {
        Setting.Require(baseMomentum, baseMomentum > 0, "above 0");
        Setting.Require(maxMomentum, maxMomentum >= baseMomentum && maxMomentum < 1, "baseMomentum or more, and below 1");
        return new OneCycle(baseMomentum, TotalSteps, PctStart, AnnealStrategy, baseMomentum / maxMomentum, finalDivFactor: 1, ThreePhase);
    }

    /// <inheritdoc/>
    public override Tensor Rate(Tensor step)
    {
        ArgumentNullException.ThrowIfNull(step);
        double first = MaxLearningRate / DivFactor, last = first / FinalDivFactor, peak = (PctStart * TotalSteps) - 1, end = TotalSteps - 1;
        Tensor rising = Phase(step, 0, peak, first, MaxLearningRate);
        if (!ThreePhase)
            return Tensor.Where(step.LessEqual(peak), rising, Phase(step, peak, end, MaxLearningRate, last));
        double back = (2 * PctStart * TotalSteps) - 2;
        Tensor later = Tensor.Where(step.LessEqual(back), Phase(step, peak, back, MaxLearningRate, first), Phase(step, back, end, first, last));
        return Tensor.Where(step.LessEqual(peak), rising, later);
    }

    // A phase without length is at its end.
    private Tensor Phase(Tensor step, double from, double to, double start, double end)
    {
        Tensor share = to > from ? ((step - from) * (1 / (to - from))).Clip(0, 1) : Tensor.Scalar(1.0);
        return AnnealStrategy == AnnealStrategy.Cos
            ? ((1 + (share * Math.PI).Cos()) * ((start - end) / 2)) + end
            : (share * (end - start)) + start;
    }
}
