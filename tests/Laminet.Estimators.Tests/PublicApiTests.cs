using System.Runtime.CompilerServices;
using Laminet.MLNet;
using Laminet.Tests.Shared;

namespace Laminet.Estimators.Tests;

public class PublicApiTests
{
    [Fact]
    public void The_public_face_is_the_golden_one() => PublicApi.Verify(typeof(Estimator).Assembly, Golden("PublicApi.txt"));

    [Fact]
    public void The_public_face_over_data_views_is_the_golden_one() => PublicApi.Verify(typeof(DataViews).Assembly, Golden("PublicApi.MLNet.txt"));

    private static string Golden(string name, [CallerFilePath] string file = "") => Path.Combine(Path.GetDirectoryName(file)!, name);
}
