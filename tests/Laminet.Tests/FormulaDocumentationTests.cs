using System.Text.RegularExpressions;
using System.Xml.Linq;
using Laminet.Layers;
using Laminet.Optimizers;
using Laminet.Training;
using Laminet.Verification;

namespace Laminet.Tests;

/// <summary>
/// The comment of every public class of the families, and of every activation, says what is computed and where it comes from. What a base class says does not count: a reader
/// sees the comment of the class.
/// </summary>
public partial class FormulaDocumentationTests
{
    // They hold layers, optimizers or data, and compute nothing themselves.
    private static readonly Type[] Holders = [typeof(Input), typeof(Model), typeof(MultiOptimizer)];

    private static readonly Dictionary<string, XElement> Documented = Families.Classes.Select(entry => entry.Type.Assembly).Distinct()
        .SelectMany(assembly => XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml")).Descendants("member"))
        // What the compiler generates for regular expressions is in both.
        .DistinctBy(member => member.Attribute("name")!.Value).ToDictionary(member => member.Attribute("name")!.Value);

    [Fact]
    public void Every_class_of_the_families_names_a_source() =>
        Assert.Empty(Families.Classes.Where(entry => !HasSource(Comment(entry.Type)) && !IsOwn(Comment(entry.Type))).Select(entry => entry.Type.FullName));

    [Fact]
    public void One_class_alone_is_the_librarys_own() =>
        Assert.Equal([typeof(DistanceWeightedPooling2D)], Families.Classes.Where(entry => IsOwn(Comment(entry.Type))).Select(entry => entry.Type));

    [Fact]
    public void Every_class_that_computes_numbers_has_a_formula() =>
        Assert.Empty(Families.Classes.Where(entry => Computes(entry.Family, entry.Type) && !HasFormula(Comment(entry.Type))).Select(entry => entry.Type.FullName));

    [Fact]
    public void Every_activation_has_a_formula_and_a_source() =>
        Assert.Empty((string[])[.. ActivationFunction.Names.Where(name => OfActivation(name) is not { } comment || !HasFormula(comment) || !HasSource(comment))]);

    [Theory]
    [InlineData("y = x W + b.", true)]
    [InlineData("The mean of (y - p)² over every element.", true)]
    [InlineData("max(0, x).", true)]
    [InlineData("100 |y - p|, scaled.", true)]
    [InlineData("r / (1 + d t / n) after t steps.", true)]
    [InlineData("The mean of each window; padding does not count.", false)]
    [InlineData("(batch, length, channels) to (batch, length * size, channels). Parameters 4 * (features + units + 1) * units.", false)]
    [InlineData("The kernel is (features, heads * units) and the output of one shape with it.", false)]
    [InlineData("(Ba et al., \"Norm = x / |x|\", 2016.) <c>new Dense(2, x => x * 2)</c>", false)]
    public void A_formula_has_signs_outside_of_shapes_counts_titles_and_code(string text, bool expected) =>
        Assert.Equal(expected, HasFormula(XElement.Parse($"<summary>{text.Replace("=>", "=&gt;", StringComparison.Ordinal)}</summary>")));

    [Theory]
    [InlineData("(Cubuk et al., \"RandAugment: practical automated data augmentation\", NeurIPS 2020.)", true)]
    [InlineData("Lin, \"A concordance correlation coefficient to evaluate reproducibility\", 1989.", true)]
    [InlineData("Keras: <c>Dense</c>; PyTorch: <c>nn.Linear</c>.", true)]
    [InlineData("scikit-learn: <c>f1_score</c>.", true)]
    [InlineData("(Wu and He, ECCV 2018. Defaults as in Keras.)", false)]
    [InlineData("As Keras's layer of this name; PyTorch has none.", false)]
    [InlineData("(Chollet, \"Xception\".)", false)]
    public void A_source_is_a_paper_with_its_title_and_year_or_the_name_of_a_counterpart(string text, bool expected) =>
        Assert.Equal(expected, HasSource(XElement.Parse($"<summary>{text}</summary>")));

    private static bool Computes(Family family, Type type) => family != Family.Callbacks && !Holders.Contains(type);

    private static bool HasSource(XElement comment)
    {
        string text = Text(comment, code => $"`{code.Value}`");
        return PaperPattern().IsMatch(text) || CounterpartPattern().IsMatch(text);
    }

    private static bool IsOwn(XElement comment) => Text(comment, code => code.Value).Contains("of this library", StringComparison.Ordinal);

    private static bool HasFormula(XElement comment) => FormulaPattern().IsMatch(NoFormulaPattern().Replace(Text(comment, _ => ""), ""));

    // The summary and the remarks of a class.
    private static XElement Comment(Type type) => new("comment", Documented.TryGetValue($"T:{type.FullName}", out XElement? member) ? [.. member.Elements("summary"), .. member.Elements("remarks")] : (object[])[]);

    // A function with settings has a method or a property; the others stand in a list by their names.
    private static XElement? OfActivation(string name)
    {
        XElement? listed = Documented[$"T:{typeof(ActivationFunction).FullName}"].Descendants("item")
            .FirstOrDefault(item => item.Element("term")!.Value.Split(", ").Contains(name))?.Element("description");
        string member = $"{typeof(ActivationFunction).FullName}.{string.Concat(name.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word[1..]))}";
        return listed ?? Documented.FirstOrDefault(entry => entry.Key == $"P:{member}" || entry.Key.StartsWith($"M:{member}(", StringComparison.Ordinal)).Value?.Element("summary");
    }

    private static string Text(XElement comment, Func<XElement, string> ofCode)
    {
        XElement copy = new(comment);
        copy.Descendants("code").Remove();
        foreach (XElement code in copy.Descendants("c").ToArray())
            code.ReplaceWith(ofCode(code));
        return SpacePattern().Replace(copy.Value, " ");
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex SpacePattern();

    // Authors, "a title", and a year.
    [GeneratedRegex(@"\p{Lu}\p{L}[^""]{0,120}, ""[^""]{5,}"",[^""]{0,60}?\b(18|19|20)\d\d\b")]
    private static partial Regex PaperPattern();

    [GeneratedRegex(@"\b(Keras|KerasHub|PyTorch|PyTorch Lightning|torchvision|scikit-learn): `[\w.]+`")]
    private static partial Regex CounterpartPattern();

    // Equations, powers, bars and comparisons; functions of something; sums, differences, products and quotients of two things.
    [GeneratedRegex(@"[=<>≠≤≥^²³|]|\b(sum|mean|exp|ln|log10|sqrt|max|min|floor|round|sin|cos|tanh|softmax|clip|cov|var)\(|(?<=[\w)²]) [-+*/] (?=[\w(|])")]
    private static partial Regex FormulaPattern();

    // Shapes, numbers of parameters, and titles.
    [GeneratedRegex(@"(?<!\w)\((?:batch|\.\.\.)[^()]*(?:\([^()]*\)[^()]*)*\)|(?<!\w)\([^()=]*,[^()=]*\)|[Pp]arameters [^.;]*|""[^""]*""")]
    private static partial Regex NoFormulaPattern();
}
