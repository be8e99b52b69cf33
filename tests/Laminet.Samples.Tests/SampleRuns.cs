namespace Laminet.Samples.Tests;

// Classes are tested at the same time: while one sample is compiled, on one core for the most part, another one runs.

/// <summary>Half of the samples.</summary>
public class EvenSampleTests
{
    [Theory]
    [MemberData(nameof(SampleTests.Evens), MemberType = typeof(SampleTests))]
    public Task Runs(string name) => SampleTests.Run(name);
}

/// <summary>The other half.</summary>
public class OddSampleTests
{
    [Theory]
    [MemberData(nameof(SampleTests.Odds), MemberType = typeof(SampleTests))]
    public Task Runs(string name) => SampleTests.Run(name);
}
