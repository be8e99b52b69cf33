using System.Runtime.CompilerServices;
using Laminet.Tests.Shared;
using Laminet.Vision.Images;

namespace Laminet.Vision.Tests;

public class PublicApiTests
{
    [Fact]
    public void The_public_face_is_the_golden_one() => PublicApi.Verify(typeof(Image).Assembly, Golden());

    private static string Golden([CallerFilePath] string file = "") => Path.Combine(Path.GetDirectoryName(file)!, "PublicApi.txt");
}
