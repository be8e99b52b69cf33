using System.Runtime.CompilerServices;
using Laminet.Extensions.AI;
using Laminet.Tests.Shared;
using Laminet.Zoo.Models;

namespace Laminet.Zoo.Tests;

public class PublicApiTests
{
    [Fact]
    public void The_public_face_is_the_golden_one() => PublicApi.Verify(typeof(ModelEntry).Assembly, Golden("PublicApi.txt"));

    [Fact]
    public void The_public_face_of_embedding_generators_is_the_golden_one() => PublicApi.Verify(typeof(SentenceEmbeddingGenerator).Assembly, Golden("PublicApi.ExtensionsAI.txt"));

    private static string Golden(string name, [CallerFilePath] string file = "") => Path.Combine(Path.GetDirectoryName(file)!, name);
}
