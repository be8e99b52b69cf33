using Laminet.KillTest;

namespace Laminet.Tests.Resume;

public sealed class KillTests
{
    // For more: dotnet run -c Release --project tests/Laminet.KillTest -- --kills 50
    [Fact]
    public void Killed_training_goes_on_to_the_same_bits()
    {
        using StringWriter output = new();
        Assert.True(KillDriver.Run(trials: 4, seed: 2, output), output.ToString());
        Assert.Contains("4 of 4 end in the same bits", output.ToString(), StringComparison.Ordinal);
    }
}
