using System.Globalization;
using System.Runtime.CompilerServices;
using Laminet.Layers;
using Laminet.Optimizers;
using Laminet.Tensors;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Laminet.Source.Tests;

/// <summary>
/// Numbers in texts do not follow the user's culture: 0.5 is not 0,5 in an error, a file or a table. C# formats by the culture wherever no other is
/// named, so the source text is looked through for such places.
/// </summary>
public sealed class CultureTests
{
    private static readonly string Sources = Path.GetFullPath(Path.Combine(Folder(), "..", "..", "src"));

    public static TheoryData<string> Projects => [.. Directory.GetDirectories(Sources).Select(path => Path.GetFileName(path))];

    [Theory]
    [MemberData(nameof(Projects))]
    public void No_text_follows_the_culture(string project)
    {
        string[] found = [.. Found(Compilation(project, [.. Files(project)]))];

        Assert.True(found.Length == 0, $"Name the culture, as in string.Create(CultureInfo.InvariantCulture, ...):\n{string.Join('\n', found)}");
    }

    [Fact]
    public void Every_way_to_follow_the_culture_is_found()
    {
        const string code = """
            using System; using System.Globalization; using System.Text;
            class C<T>
            {
                string a1(double x) => $"{x}";
                string a2(float? x) => $"one {1} two {x}";
                string a3(T x) => $"{x}";
                string a4(object x) => $"{x}";
                string a5(long x) => $"{x:N0}";
                string a6(Laminet.Tensors.BFloat16 x) => $"{x}";
                string b1(double x) => x.ToString();
                string b2(double x) => x.ToString("F2");
                string c1(double x) => "a" + x;
                string d1(double[] x) => string.Join(", ", x);
                string d2(double x) => string.Concat("a", x);
                void e1(StringBuilder s, double x) => s.Append(x);
                void e2(StringBuilder s, double x) => s.Append($"{x}");
                string z1(double x) => string.Create(CultureInfo.InvariantCulture, $"{x}");
                string z2(double x) => FormattableString.Invariant($"{x}");
                string z3(double x) => x.ToString(CultureInfo.InvariantCulture);
                string z4(int x) => $"{x} {"text"} {DayOfWeek.Friday} {x:D2}";
                void z5(StringBuilder s, double x) => s.Append(CultureInfo.InvariantCulture, $"{x}");
                string z6(Laminet.Tensors.Number x) => $"{x}";
            }
            """;
        string[] found = [.. Found(Compilation("Probe", [CSharpSyntaxTree.ParseText(code, Roslyn.Language, "probe.cs")])).Select(place => place.Split(':')[1])];

        // The lines of the methods a1 to e2.
        Assert.Equal(Enumerable.Range(4, 13).Select(line => $"{line}"), found);
    }

    // The same seen from outside, one text of each library, where a comma stands for the point.
    [Fact]
    public void Errors_have_points_where_the_culture_has_commas()
    {
        CultureInfo before = CultureInfo.CurrentCulture, commas = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (commas.NumberFormat.NumberDecimalSeparator, commas.NumberFormat.NumberGroupSeparator) = (",", ".");
        try
        {
            CultureInfo.CurrentCulture = commas;
            Assert.Equal("1,5", $"{1.5}");
            Assert.StartsWith("Dropout: received the rate 1.5;", Assert.Throws<ArgumentOutOfRangeException>(() => Tensor.Zeros([2]).Dropout(new RandomKey(1), 1.5)).Message, StringComparison.Ordinal);
            Assert.StartsWith("Received rate = 1.5;", Assert.Throws<ArgumentOutOfRangeException>(() => new Dropout(1.5)).Message, StringComparison.Ordinal);
            Assert.StartsWith("Received the learning rate -0.5;", Assert.Throws<ArgumentOutOfRangeException>(() => new SGD(-0.5)).Message, StringComparison.Ordinal);
            Assert.Contains("[0.5, 1E+10]", Tensor.From(new double[] { 0.5, 1e10 }).ToString(), StringComparison.Ordinal);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static IEnumerable<string> Found(CSharpCompilation compilation)
    {
        foreach (SyntaxTree tree in compilation.SyntaxTrees)
        {
            SemanticModel model = compilation.GetSemanticModel(tree);
            foreach (SyntaxNode node in tree.GetRoot().DescendantNodes())
            {
                if (Follows(node, model))
                    yield return $"{Path.GetRelativePath(Sources, tree.FilePath)}:{node.GetLocation().GetLineSpan().StartLinePosition.Line + 1}: {node}";
            }
        }
    }

    private static bool Follows(SyntaxNode node, SemanticModel model) => node switch
    {
        InterpolatedStringExpressionSyntax text => !NamesCulture(text, model)
            && text.Contents.OfType<InterpolationSyntax>().Any(hole => IsSensitive(model.GetTypeInfo(hole.Expression).Type, hole.FormatClause?.FormatStringToken.Text)),
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } sum => MayBeText(sum) && model.GetTypeInfo(sum).Type?.SpecialType == SpecialType.System_String
            && (IsSensitive(model.GetTypeInfo(sum.Left).Type) || IsSensitive(model.GetTypeInfo(sum.Right).Type)),
        InvocationExpressionSyntax call when model.GetSymbolInfo(call).Symbol is IMethodSymbol method && !method.Parameters.Any(IsCulture) => method switch
        {
            { Name: "ToString" } => call.Expression is MemberAccessExpressionSyntax { Expression: var number }
                && IsSensitive(model.GetTypeInfo(number).Type, (call.ArgumentList.Arguments.FirstOrDefault()?.Expression as LiteralExpressionSyntax)?.Token.ValueText),
            { Name: "Join" or "Concat", ContainingType.SpecialType: SpecialType.System_String } or { Name: "Append" or "AppendJoin", ContainingType.Name: "StringBuilder" } =>
                call.ArgumentList.Arguments.Any(argument => IsSensitive(ElementOf(model.GetTypeInfo(argument.Expression).Type))),
            _ => false,
        },
        _ => false,
    };

    // A sum without a literal of text is nearly always one of numbers: to ask for the types of them all takes too long.
    private static bool MayBeText(BinaryExpressionSyntax sum) =>
        sum.DescendantTokens().Any(token => token.IsKind(SyntaxKind.StringLiteralToken) || token.IsKind(SyntaxKind.InterpolatedStringStartToken));

    // Whether the text becomes a string where a culture is named: string.Create(culture, $"..."), FormattableString.Invariant($"...").
    private static bool NamesCulture(InterpolatedStringExpressionSyntax text, SemanticModel model) =>
        text.Ancestors().TakeWhile(node => node is ArgumentSyntax or ArgumentListSyntax or InvocationExpressionSyntax or BinaryExpressionSyntax).OfType<InvocationExpressionSyntax>()
            .Select(call => model.GetSymbolInfo(call).Symbol).OfType<IMethodSymbol>()
            .Any(method => method.Parameters.Any(IsCulture) || method is { Name: "Invariant", ContainingType.Name: "FormattableString" });

    private static bool IsCulture(IParameterSymbol parameter) => parameter.Type.Name is "IFormatProvider" or "CultureInfo";

    // Whole numbers have the same digits in every culture unless they are grouped.
    private static bool IsSensitive(ITypeSymbol? type, string? format = null) => type switch
    {
        null or IErrorTypeSymbol => false,
        ITypeParameterSymbol => true,
        INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable => IsSensitive(nullable.TypeArguments[0], format),
        { SpecialType: SpecialType.System_Double or SpecialType.System_Single or SpecialType.System_Decimal or SpecialType.System_DateTime or SpecialType.System_Object } => true,
        { SpecialType: >= SpecialType.System_SByte and <= SpecialType.System_UInt64 } => format is { Length: > 0 } && !"DdXx".Contains(format[0], StringComparison.Ordinal),
        { Name: "Half" or "BFloat16" or "DateTimeOffset" } => true,
        _ => false,
    };

    private static ITypeSymbol? ElementOf(ITypeSymbol? type) => type switch
    {
        IArrayTypeSymbol array => array.ElementType,
        INamedTypeSymbol { SpecialType: not SpecialType.System_String, TypeArguments: [ITypeSymbol element] } => element,
        _ => type,
    };

    private static CSharpCompilation Compilation(string name, IReadOnlyList<SyntaxTree> files) => CSharpCompilation.Create(
        name, files, Roslyn.References.Where(reference => Path.GetFileNameWithoutExtension(reference.Display) != name),
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));

    private static IEnumerable<SyntaxTree> Files(string project)
    {
        string root = Path.Combine(Sources, project);
        string[] built = [Path.Combine(root, "bin"), Path.Combine(root, "obj")];
        const string usings = "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; "
            + "global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;";
        return Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories).Where(path => !built.Any(folder => path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal)))
            .Select(path => CSharpSyntaxTree.ParseText(File.ReadAllText(path), Roslyn.Language, path))
            .Append(CSharpSyntaxTree.ParseText(usings, Roslyn.Language, "usings.cs"));
    }

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
