namespace Laminet.Estimators;

/// <summary>How the learning rate of <see cref="Solver.Sgd"/> changes.</summary>
public enum RateSchedule
{
    /// <summary>It does not.</summary>
    Constant,

    /// <summary>It is LearningRateInit / (t + 1)^PowerT, where t counts the examples seen, passes over the data times their number.</summary>
    InvScaling,

    /// <summary>It is divided by 5 whenever the training has not become better for <see cref="MultilayerPerceptron.IterationsNoChange"/> passes; below 1e-6 the training ends.</summary>
    Adaptive,
}
