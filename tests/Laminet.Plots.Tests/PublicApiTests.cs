using System.Runtime.CompilerServices;
using Laminet.Tests.Shared;

namespace Laminet.Plots.Tests;

public class PublicApiTests
{
    [Fact]
    public void The_public_face_is_the_golden_one() => PublicApi.Verify(typeof(Chart).Assembly, Golden());

    private static string Golden([CallerFilePath] string file = "") => Path.Combine(Path.GetDirectoryName(file)!, "PublicApi.txt");
}
