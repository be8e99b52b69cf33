using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Laminet.Source.Tests;

/// <summary>The compiler, with what a program that uses Laminet refers to.</summary>
internal static class Roslyn
{
    /// <summary>All assemblies of this process: .NET's, Laminet's, and those they use.</summary>
    public static IReadOnlyList<MetadataReference> References { get; } =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path))];

    public static CSharpParseOptions Language { get; } = new(LanguageVersion.CSharp14);

    /// <summary>Laminet's libraries, whose documentation lies beside them.</summary>
    public static IReadOnlyList<Assembly> Libraries { get; } = [typeof(Tensors.Tensor).Assembly, typeof(Layers.Layer).Assembly, typeof(Formats.Watching.TensorBoard).Assembly, typeof(Zoo.Datasets.FashionMnist).Assembly, typeof(Vision.Images.Image).Assembly, typeof(Text.Tokenizers.Tokenizer).Assembly, typeof(Plots.Chart).Assembly, typeof(Transfer.Pretrained).Assembly];

    /// <summary>What the compiler refuses in a program.</summary>
    /// <param name="code">Statements, types, or statements followed by types, as a file of a program.</param>
    /// <param name="surroundings">Another file of the same program.</param>
    public static IReadOnlyList<string> Errors(string code, string surroundings)
    {
        SyntaxTree program = CSharpSyntaxTree.ParseText(code, Language);
        bool hasStatements = program.GetCompilationUnitRoot().Members.Any(member => member is GlobalStatementSyntax);
        CSharpCompilation compilation = CSharpCompilation.Create("Example", [program, CSharpSyntaxTree.ParseText(surroundings, Language)], References,
            new CSharpCompilationOptions(hasStatements ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        return [.. compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Select(diagnostic => diagnostic.ToString())];
    }
}
