using Laminet.Tests.Shared;

namespace Laminet.Samples.Tests;

/// <summary>Samples that learn recorded data in seconds, held to the figures in docs/course.md; skipped where the data is not beside the repository.</summary>
public class RealDataTests
{
    private const string Temperatures = "data/timeseries/daily-min-temperatures.csv", Showers = "data/magic-gamma/magic04.data", Shakespeare = "data/tinyshakespeare/input.txt";

    [SharedDataFact(Temperatures)]
    public Task An_LSTM_tells_tomorrows_temperature_better_than_persistence_and_autoregression() => Run("temperatures.cs", Temperatures, "", output =>
    {
        Assert.InRange(SampleTests.Figure(output, @"LSTM: ([\d.]+)"), 1.9, 2.25);
        // Properties of the data: they say that it was read right.
        Assert.Equal(2.48, SampleTests.Figure(output, @"persistence .*: ([\d.]+) degrees"));
        Assert.Equal(3.73, SampleTests.Figure(output, @"seasonal-naive .*: ([\d.]+) degrees"));
        Assert.Equal(2.15, SampleTests.Figure(output, @"autoregression .*: ([\d.]+) degrees"));
    });

    // All 60 passes reach 0.944.
    [SharedDataFact(Showers)]
    public Task Six_passes_tell_gamma_rays_from_hadrons() => Run("signal_background.cs", Showers, "6", output =>
        Assert.InRange(SampleTests.Figure(output, @"ROC curve ([\d.]+)"), 0.925, 0.96));

    [SharedDataFact(Shakespeare)]
    public Task Letters_of_Shakespeare_as_a_chain() => Run("markov.cs", Shakespeare, $"\"{Path.Combine(Path.GetTempPath(), "laminet-markov-shakespeare.png")}\"", output =>
    {
        Assert.InRange(SampleTests.Figure(output, @"differ by at most ([\d.E+-]+)"), 0, 1e-10);
        Assert.Equal(1.055, SampleTests.Figure(output, @"order 5: ([\d.]+) nats"));
        Assert.Equal(2.007, SampleTests.Figure(output, @"order 5: .* own text, ([\d.]+) on unseen"));
    });

    private static Task Run(string sample, string data, string arguments, Action<string> check) =>
        SampleTests.Run(sample, $"\"{SharedDataFactAttribute.Find(data)}\" {arguments}", check);
}
