namespace Laminet.Zoo.Tasks;

/// <summary>The losses of an <see cref="AdversarialTraining"/>, of a step or the means of an epoch.</summary>
/// <param name="Discriminator">The discriminator's.</param>
/// <param name="Generator">The generator's, from when it was last updated.</param>
public readonly record struct AdversarialLosses(double Discriminator, double Generator);
