namespace Laminet.Training.Tools;

/// <summary>The losses of a trial with growing learning rates.</summary>
/// <param name="LearningRates">The rates that were tried.</param>
/// <param name="Losses">The loss of the batch that each rate was tried with, before the step.</param>
/// <param name="Smoothed">Running means of the losses.</param>
public sealed record LearningRateCurve(IReadOnlyList<double> LearningRates, IReadOnlyList<double> Losses, IReadOnlyList<double> Smoothed)
{
    /// <summary>The rate at which the smoothed loss falls fastest by the logarithm of the rate; null if it does not fall.</summary>
    public double? Suggestion
    {
        get
        {
            (double steepest, double? rate) = (0, null);
            // Rates grow by a constant factor, so differences from one to the next but one are slopes.
            for (int i = 1; i + 1 < Smoothed.Count; i++)
            {
                double slope = Smoothed[i + 1] - Smoothed[i - 1];
                if (slope < steepest)
                    (steepest, rate) = (slope, LearningRates[i]);
            }

            return rate;
        }
    }
}
