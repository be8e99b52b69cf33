using Laminet.Configuration;
using Laminet.Optimizers.Schedules;

namespace Laminet.Optimizers;

/// <summary>
/// Adam, which uses running means of the gradient and of its square: m += (g - m)(1 - b1), v += (g² - v)(1 - b2), w -= r sqrt(1 - b2^t) / (1 - b1^t) m / (sqrt(v) + epsilon).
/// Kingma and Ba, "Adam: a method for stochastic optimization", 2015. Keras: <c>Adam</c>; PyTorch: <c>optim.Adam</c>.
/// </summary>
/// <param name="learningRate">The size of a step, a number or a schedule; 0.001 by default.</param>
/// <param name="beta1">The decay rate of the running mean of the gradient.</param>
/// <param name="beta2">The decay rate of the running mean of the squared gradient.</param>
/// <param name="epsilon">Keeps the divisor from 0; outside the root. PyTorch's default is 1e-8.</param>
/// <param name="amsgrad">Whether the divisor may not shrink: Reddi, Kale and Kumar, "On the convergence of Adam and beyond", 2018.</param>
/// <param name="lazy">
/// Whether an element whose gradient is 0 keeps its value and its means. Without this option the means still move it. Use it for embeddings, where each
/// batch looks up only a few rows of the table. A compiled step then updates only those rows, unless decay or clipping touches all of them.
/// </param>
public sealed class Adam(
    LearningRateSchedule? learningRate = null, [SettingName("beta_1")] double beta1 = 0.9, [SettingName("beta_2")] double beta2 = 0.999, double epsilon = 1e-7,
    bool amsgrad = false, bool lazy = false) : AdaptiveMoments(learningRate ?? 0.001, beta1, beta2, epsilon, amsgrad, lazy)
{
    public bool Lazy { get; } = lazy;
}
