using Laminet.Configuration;
using Laminet.Optimizers.Schedules;

namespace Laminet.Optimizers;

/// <summary>
/// <see cref="Adam"/> with decoupled weight decay: each step first multiplies every variable by 1 - r d, with learning rate r and decay d. Loshchilov and Hutter, "Decoupled
/// weight decay regularization", 2019. Keras: <c>AdamW</c>; PyTorch: <c>optim.AdamW</c>.
/// </summary>
public sealed class AdamW : AdaptiveMoments
{
    /// <summary>Creates the optimizer.</summary>
    /// <param name="learningRate">The size of a step, a number or a schedule; 0.001 by default.</param>
    /// <param name="weightDecay">The decay d.</param>
    /// <param name="beta1">The decay rate of the running mean of the gradient.</param>
    /// <param name="beta2">The decay rate of the running mean of the squared gradient.</param>
    /// <param name="epsilon">Keeps the divisor from 0; outside the root. PyTorch's default is 1e-8.</param>
    /// <param name="amsgrad">Whether the divisor may not shrink: Reddi, Kale and Kumar, "On the convergence of Adam and beyond", 2018.</param>
    public AdamW(
        LearningRateSchedule? learningRate = null, double weightDecay = 0.004, [SettingName("beta_1")] double beta1 = 0.9, [SettingName("beta_2")] double beta2 = 0.999,
        double epsilon = 1e-7, bool amsgrad = false)
        : base(learningRate ?? 0.001, beta1, beta2, epsilon, amsgrad, lazy: false) => WeightDecay = weightDecay;
}
