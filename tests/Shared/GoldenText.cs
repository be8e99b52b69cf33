namespace Laminet.Tests.Shared;

/// <summary>Text that is kept in the repository, so that a change of it is seen in review.</summary>
internal static class GoldenText
{
    private const string Accept = "LAMINET_ACCEPT";

    /// <summary>Compares with the golden file. A difference fails the test, unless LAMINET_ACCEPT=1 says to write the file instead.</summary>
    /// <param name="goldenFile">The file in the test project's folder.</param>
    /// <param name="received">What it should hold.</param>
    /// <param name="difference">Describes the change from the golden text to the one received.</param>
    public static void Verify(string goldenFile, string received, Func<string, string, string> difference)
    {
        string expected = File.Exists(goldenFile) ? File.ReadAllText(goldenFile).ReplaceLineEndings("\n") : "";
        if (received == expected)
            return;
        if (Environment.GetEnvironmentVariable(Accept) == "1")
        {
            File.WriteAllText(goldenFile, received);
            return;
        }

        string receivedFile = Path.Combine(AppContext.BaseDirectory, Path.ChangeExtension(Path.GetFileName(goldenFile), ".received.txt"));
        File.WriteAllText(receivedFile, received);
        Assert.Fail($"{difference(expected, received)}\nIf that is meant, accept it: run the test with {Accept}=1, or cp {receivedFile} {goldenFile}");
    }
}
