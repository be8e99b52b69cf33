using System.Runtime.CompilerServices;
using Laminet.Tests.Shared;
using Laminet.Text.Tokenizers;

namespace Laminet.Text.Tests;

public class PublicApiTests
{
    [Fact]
    public void The_public_face_is_the_golden_one() => PublicApi.Verify(typeof(Tokenizer).Assembly, Golden("PublicApi.txt"));

    private static string Golden(string name, [CallerFilePath] string file = "") => Path.Combine(Path.GetDirectoryName(file)!, name);
}
