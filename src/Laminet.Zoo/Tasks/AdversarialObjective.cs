namespace Laminet.Zoo.Tasks;

/// <summary>What the two networks of an <see cref="AdversarialTraining"/> minimise. d is the discriminator's output for a real image x or a drawn one y.</summary>
public enum AdversarialObjective
{
    /// <summary>
    /// Discriminator: mean of softplus(-d(x)) + softplus(d(y)), the cross-entropies of real and drawn. Generator: mean of softplus(-d(y)), which has a gradient also while the discriminator is sure. (Goodfellow et al., "Generative
    /// adversarial nets", NeurIPS 2014, section 3.)
    /// </summary>
    Logistic,

    /// <summary>
    /// Discriminator, here a critic: mean of d(y) - d(x) + penalty (|∇d(z)| - 1)², where z lies at a random place between a real and a drawn image. Generator: mean of -d(y). (Gulrajani et al., "Improved training of Wasserstein GANs",
    /// NeurIPS 2017.)
    /// </summary>
    Wasserstein,
}
