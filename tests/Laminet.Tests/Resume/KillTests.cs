using Laminet.KillTest;

namespace Laminet.Tests.Resume;

public sealed class KillTests
{
    // For more: dotnet run -c Release --project tests/Laminet.KillTest -- --kills 50 [--worker loop]
    [Theory]
    [InlineData(Workers.Fit)]
    [InlineData(Workers.Loop)]
    public void Killed_training_goes_on_to_the_same_bits(string worker)
    {
        using StringWriter output = new();
        Assert.True(KillDriver.Run(worker, trials: 4, seed: 2, output), output.ToString());
        Assert.Contains("4 of 4 end in the same bits", output.ToString(), StringComparison.Ordinal);
    }
}
