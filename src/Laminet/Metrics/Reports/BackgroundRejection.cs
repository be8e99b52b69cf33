using System.Globalization;

namespace Laminet.Metrics.Reports;

/// <summary>How well background is rejected at a given efficiency for signal.</summary>
/// <param name="SignalEfficiency">The share of signal that is kept: the true positive rate.</param>
/// <param name="BackgroundEfficiency">The share of background that is let through: the false positive rate.</param>
/// <param name="Threshold">Scores of at least this keep at least that share of the signal.</param>
public sealed record BackgroundRejection(double SignalEfficiency, double BackgroundEfficiency, double Threshold)
{
    /// <summary>The share of background that is rejected: 1 minus the background efficiency.</summary>
    public double Rejection => 1 - BackgroundEfficiency;

    /// <summary>How many background events there are for one that is let through: 1 / background efficiency; infinity if none is.</summary>
    public double Factor => 1 / BackgroundEfficiency;

    /// <summary>One line in words.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"signal efficiency {SignalEfficiency:0.####}: background efficiency {BackgroundEfficiency:0.#####}, rejection {Rejection:0.#####}, 1 in {Factor:0.#}, at score {Threshold:0.#####}");
}
